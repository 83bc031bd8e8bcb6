"""Section 4: what raters said."""

from collections import Counter

from synthdial.report import names, rating_plots
from synthdial.report.blocks import Block, Cell, Heading, Items, Plot, Section, Table, Text, interval, number
from synthdial.report.facts import Facts
from synthdial.report.reviewed import Reviewed
from synthdial.report.sections import agreement, correlation, raters
from synthdial.report.text import UNKNOWN, Wording
from synthdial.review.scores import Score

_MOST_GROUPS = 12
_BESIDE = 4  # groups that are columns, so that their intervals have room
_BY = ("preset", "model", "scenario", "recipe")


def section(facts: Facts, say: Wording) -> Section:
    """Scores, agreement, correlation with metrics, the raters, flags, and who was taken for a person."""
    title = say("What raters said")
    said = facts.reviewed
    if said is None:
        command = f"synthdial-edge review {facts.study}.study --rater NAME --role clinician"
        none = say("Nobody has finished reviewing a dialogue of this study yet, so there is nothing to tell here.")
        return Section("ratings", title, (Text(none), Text(say("A rater begins with: {command}", command=command))))
    blocks: list[Block] = [
        Text(who(said, say)),
        Text(said.results.sentence(say.language), "answer"),
        Heading(say("Scores")),
        *_scores(said, say),
        *agreement.blocks(said, say),
        *correlation.blocks(said, say),
        *raters.flags(said, say),
        *raters.origin(said, say),
        *raters.severity(said, facts.name_raters, say),
    ]
    return Section("ratings", title, tuple(blocks))


def who(said: Reviewed, say: Wording) -> str:
    """Who rated how much, in a sentence or three."""
    counted = said.results
    roles = [
        say("{count} {role}", count=len(people), role=names.role(role, len(people), say))
        for role, people in counted.raters.items()
    ]
    sentences = [
        say(
            "Raters: {roles}. Together they gave {ratings} scores to {dialogues} dialogues.",
            roles=say.listing(roles),
            ratings=counted.ratings,
            dialogues=counted.dialogues,
        )
    ]
    if counted.unjudged:
        sentences.append(say("{count} times the answer was that it cannot be judged.", count=counted.unjudged))
    if counted.conversations:
        sentences.append(
            say(
                "Mixed in, without their being told which, were {count} conversations of people: these are counted "
                "apart, and their text is never shown.",
                count=counted.conversations,
            )
        )
    return " ".join(sentences)


def _scores(said: Reviewed, say: Wording) -> list[Block]:
    counted = said.results
    by_role = [score for score in counted.scores if score.by == "role"]
    several = len({score.group for score in by_role}) > 1
    whole = [score for score in counted.scores if score.by == "all"]
    shown = [score for score in (by_role if several else whole) if score.n]
    order = {criterion: at for at, criterion in enumerate(counted.criteria)}
    shown.sort(key=lambda score: order[score.criterion])
    if not shown:
        return [Text(say("No dialogue that a model wrote was given a score."))]

    twice = Counter(score.criterion for score in shown)

    def title(score: Score) -> str:
        name = counted.name(score.criterion, say.language)
        return f"{name} ({names.role(score.group, 2, say)})" if twice[score.criterion] > 1 else name

    bars = [rating_plots.Bar(title(score), score) for score in shown]
    caption = say("How often each score from 1 (worst) to 5 (best) was given to dialogues that a model wrote.")
    blocks: list[Block] = [
        Plot(rating_plots.scores(bars, "scores", say), caption),
        _distribution([(bar.name, bar.score) for bar in bars], said, say),
    ]
    blocks += [table for by in _BY if (table := _grouped(said, by, say))]
    if counted.differences:
        blocks.append(_differences(said, say))
    blocks += _verdicts(said, say)
    return blocks


def _distribution(rows: list[tuple[str, Score]], said: Reviewed, say: Wording) -> Table:
    columns = (
        say("Criterion"), "#" + say("Mean (95% interval)"), "#1", "#2", "#3", "#4", "#5", "#" + say("Cannot judge"),
        "#" + say("Dialogues"), say("Raters"),
    )  # fmt: skip
    return Table(say("Scores by criterion"), columns, tuple(
        (
            Cell(title),
            interval(score.mean.value, score.mean.low, score.mean.high, 2, say),
            *(number(count, 0, say) for count in score.distribution),
            number(score.unjudged, 0, say),
            number(score.dialogues, 0, say),
            Cell(_raters(score, said, say), (float(score.raters),)),
        )
        for title, score in rows
    ))  # fmt: skip


def _raters(score: Score, said: Reviewed, say: Wording) -> str:
    """How many raters gave a score, and as what where that is one thing."""
    roles = [score.group] if score.by == "role" else list(said.results.raters)
    if len(roles) > 1:
        return say.number(score.raters)
    return say("{count} {role}", count=score.raters, role=names.role(roles[0], score.raters, say))


def _grouped(said: Reviewed, by: str, say: Wording) -> Table | None:
    """Mean scores by preset, model, scenario or recipe; None where there is but one, or too many to read."""
    counted = said.results
    found = {(score.criterion, score.group): score for score in counted.scores if score.by == by}
    groups = list(dict.fromkeys(group for _, group in found))
    if not 1 < len(groups) <= _MOST_GROUPS:
        return None
    captions = {
        "preset": say("Mean scores by preset"),
        "model": say("Mean scores by model"),
        "scenario": say("Mean scores by scenario"),
        "recipe": say("Mean scores by recipe"),
    }
    heads = {"preset": say("Preset"), "model": say("Model"), "scenario": say("Scenario"), "recipe": say("Recipe")}
    keys = [criterion for criterion in counted.criteria if any((criterion, group) in found for group in groups)]
    criteria = [counted.name(key, say.language) for key in keys]
    if len(groups) <= _BESIDE:
        rows = tuple(
            (Cell(title), *(_mean(found.get((key, group)), say) for group in groups))
            for key, title in zip(keys, criteria, strict=True)
        )
        shown = [_short(group, by) for group in groups]
        return Table(captions[by], (say("Criterion"), *(f"#{group}" for group in shown)), rows)
    rows = tuple(
        (
            Cell(_short(group, by), code=by == "recipe"),
            *(_mean(found.get((key, group)), say, bare=True) for key in keys),
        )
        for group in groups
    )
    return Table(captions[by], (heads[by], *(f"#{title}" for title in criteria)), rows)


def _short(group: str, by: str) -> str:
    return group[:8] if by == "recipe" else group


def _mean(score: Score | None, say: Wording, *, bare: bool = False) -> Cell:
    if score is None:
        return Cell(UNKNOWN)
    mean = score.mean
    return number(mean.value, 1, say) if bare else interval(mean.value, mean.low, mean.high, 1, say)


def _differences(said: Reviewed, say: Wording) -> Table:
    columns = (
        say("Criterion"), "#" + say("Conversations of people"), "#" + say("Dialogues by a model"),
        "#" + say("Difference (95% interval)"),
    )  # fmt: skip
    rows = []
    for each in said.results.differences:
        apart = each.difference
        text = say.signed(apart.value)
        if apart.low == apart.low:
            text += f" ({say.signed_between(apart.low, apart.high)})"
        rows.append((
            Cell(said.results.name(each.criterion, say.language)),
            number(each.person, 2, say),
            number(each.machine, 2, say),
            Cell(text, (apart.value, apart.low, apart.high)),
        ))  # fmt: skip
    return Table(say("Mean scores beside conversations of people"), columns, tuple(rows))


def _verdicts(said: Reviewed, say: Wording) -> list[Block]:
    counted = said.results
    whole = next((each for each in counted.verdicts if each.by == "all"), None)
    sentences = []
    if whole:
        sentences.append(
            say(
                "Accepted for the collection: {accepted} of {all} verdicts, {share} (95% interval {between}).",
                accepted=whole.accepted,
                all=whole.accepted + whole.rejected,
                share=say.share(whole.share.value),
                between=say.shares_between(whole.share.low, whole.share.high),
            )
        )
    edits = counted.edits
    if edits.edits:
        sentences.append(
            say(
                "Raters wrote {turns} turns of {dialogues} dialogues anew: {distance} characters changed, in {seconds} "
                "seconds (medians).",
                turns=edits.turns,
                dialogues=edits.dialogues,
                distance=say.number(edits.distance),
                seconds=say.number(edits.seconds),
            )
        )
    return [Items(tuple(sentences))] if sentences else []
