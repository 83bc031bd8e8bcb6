"""What a reader with one minute should know: a few sentences before everything else."""

import math
from collections.abc import Iterator

from synthdial.report import plots
from synthdial.report.beside import side
from synthdial.report.facts import Facts
from synthdial.report.rating_plots import TENTATIVE
from synthdial.report.sections.ratings import who
from synthdial.report.text import Wording, capital
from synthdial.report.walk import LENGTHS


def sentences(facts: Facts, say: Wording) -> Iterator[str]:
    """What was made, how long it is, how it stands beside references, and what raters said."""
    walked = facts.walked
    medians = {name: spread.summary.median for name, spread in zip(LENGTHS, walked.spreads, strict=True)}
    size = {"turns": say.number(medians["n_turns"]), "words": say.number(medians["n_words"])}
    if walked.dialogues == 1:
        yield say("The study holds one dialogue, of {turns} turns and {words} words.", **size)
    else:
        yield say(
            "The study holds {count} dialogues; the medians are {turns} turns and {words} words a dialogue.",
            count=walked.dialogues,
            **size,
        )
    yield from _beside(facts, say)
    if facts.reviewed is None:
        yield say("Nobody has rated the dialogues yet.")
        return
    yield who(facts.reviewed, say)
    yield from _ratings(facts, say)


def _beside(facts: Facts, say: Wording) -> Iterator[str]:
    shown = facts.beside
    for group, standing in shown.standings[:4]:
        known = [figure for figure in standing.figures if not (math.isnan(figure.mean) or math.isnan(figure.p10))]
        inside = sum(not side(figure) for figure in known)
        whose = say("the bundled references") if shown.bundled else say("the references")
        values = {"inside": inside, "all": len(known), "whose": whose}
        if len(walked := facts.walked.groups) > 1:
            name = plots.group_name(group.preset, group.model, walked, say)
            yield say(
                "{group}: {inside} of {all} measures lie within the range of {whose}.", group=capital(name), **values
            )
        else:
            yield say("{inside} of {all} measures lie within the range of {whose}.", **values)


def _ratings(facts: Facts, say: Wording) -> Iterator[str]:
    assert facts.reviewed is not None
    counted = facts.reviewed.results
    scored = [score for score in counted.scores if score.by == "all" and not math.isnan(score.mean.value)]
    if len(scored) > 1:
        low, high = (choose(scored, key=lambda score: score.mean.value) for choose in (min, max))
        yield say(
            "On a scale of 1 to 5 the mean score goes from {low} ({worst}) to {high} ({best}).",
            low=say.number(low.mean.value, 1),
            worst=counted.name(low.criterion, say.language),
            high=say.number(high.mean.value, 1),
            best=counted.name(high.criterion, say.language),
        )
    known = [row for row in counted.agreement if row.role or len(counted.raters) == 1]
    known = [row for row in known if not math.isnan(row.ordinal.value)]
    if known:
        enough = sum(row.ordinal.value >= TENTATIVE for row in known)
        yield say(
            "Raters agree well enough for at least tentative conclusions (alpha {bound} or more) on {enough} of {all} "
            "criteria.",
            bound=say.number(TENTATIVE, 3),
            enough=enough,
            all=len(known),
        )
    yield say("Do the metrics agree with people? {answer}", answer=counted.sentence(say.language))
    total = next((each for each in counted.flags if each.by == "all" and not each.kind), None)
    critical = sum(
        each.count for each in counted.flags if each.by == "all" and each.severity == "critical" and each.kind
    )
    if total and total.count:
        yield say(
            "Raters flagged turns {count} times, {critical} of these as critical.", count=total.count, critical=critical
        )
    whole = counted.origin[0] if counted.origin else None
    if whole and not math.isnan(whole.fooled.value):
        yield say(
            "In {share} of the guesses a dialogue by a model was taken for a conversation of people.",
            share=say.share(whole.fooled.value),
        )
