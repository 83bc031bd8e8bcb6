"""Section 1: what was made, and how."""

from collections.abc import Mapping
from typing import Any

from synthdial.report import names
from synthdial.report.blocks import Block, Cell, Items, Section, Table, Text, number, text
from synthdial.report.text import UNKNOWN, Wording
from synthdial.report.walk import Made, Walked

_MOST = 40
_DIGEST = 12
_LEARNED = ("exemplars", "instructions")


def section(walked: Walked, say: Wording) -> Section:
    """What the study holds, by which recipes, and what they were made with."""
    shown = [made for made in walked.recipes if made.dialogues]
    if len(shown) > _MOST:
        largest = sorted(shown, key=lambda made: -made.dialogues)[:_MOST]
        shown, left = [made for made in shown if made in largest], len(shown) - _MOST
    else:
        left = 0
    blocks: list[Block] = [Text(_what(walked, shown, say)), Text(_recipe(say), "note")]
    if left:
        blocks.append(
            Text(say("The {shown} recipes with the most dialogues are shown; {left} are not.", shown=_MOST, left=left))
        )
    blocks += [_recipes(shown, say), _settings(shown, say), _sources(shown, say)]
    if learned := _learned(shown, say):
        blocks.append(learned)
    blocks.append(_runs(walked, say))
    if ended := _ended(walked, say):
        blocks += [Text(say("How the dialogues came to their end:")), ended]
    return Section("made", say("What was made, and how"), tuple(blocks))


def _what(walked: Walked, shown: list[Made], say: Wording) -> str:
    if walked.dialogues == 1:
        what = say("The study holds one dialogue, written by a language model on a local machine.")
    else:
        what = say(
            "The study holds {count} dialogues, written by a language model on a local machine.",
            count=walked.dialogues,
        )
    first = min((made.first for made in shown if made.first), default="")
    if not first:
        return what
    days = say.date(first), say.date(walked.newest)
    when = (
        say("They were written on {day}.", day=days[0])
        if days[0] == days[1]
        else say("They were written from {first} to {last}.", first=days[0], last=days[1])
    )
    return f"{what} {when}"


def _recipe(say: Wording) -> str:
    return say(
        "A recipe is everything that decides how a dialogue is made: model, prompt, scenario, preset, sampling and "
        "seed. Digests (SHA-256) identify what went in without giving it away; the first {digits} of 64 characters "
        "are shown. Names of reference files are not kept: they may name a patient.",
        digits=_DIGEST,
    )


def _recipes(shown: list[Made], say: Wording) -> Table:
    columns = (
        say("Recipe"), "#" + say("Dialogues"), say("Scenario"), say("Model"), say("Preset"), "#" + say("Least turns"),
        "#" + say("Most words"), say("Written"),
    )  # fmt: skip
    rows = []
    for made in shown:
        content = made.content
        days = dict.fromkeys(say.date(day) for day in (made.first, made.last) if day)
        rows.append((
            Cell(made.id[:8], code=True),
            number(made.dialogues, 0, say),
            text(_plain(content.get("scenario"), say)),
            text(_plain(content.get("model"), say)),
            text(_plain(content.get("preset"), say)),
            _numeric(content.get("min_turns"), say),
            _numeric(content.get("max_words"), say),
            text(" – ".join(days) or UNKNOWN),
        ))  # fmt: skip
    return Table(say("Recipes"), columns, tuple(rows))


def _settings(shown: list[Made], say: Wording) -> Table:
    titles = {
        "temperature": say("Temperature"),
        "top_k": say("Top-k"),
        "top_p": say("Top-p"),
        "min_p": say("Min-p"),
        "repeat_penalty": say("Repeat penalty"),
        "repeat_window": say("Penalty window"),
    }
    columns = (
        say("Recipe"), *(f"#{title}" for title in titles.values()), "#" + say("Seed"), "#" + say("Candidates"),
    )  # fmt: skip
    rows = []
    for made in shown:
        sampling = made.content.get("sampling")
        table: Mapping[str, Any] = sampling if isinstance(sampling, Mapping) else {}
        seed = made.content.get("seed")
        cells = (_numeric(table.get(key), say) for key in titles)
        rows.append((
            Cell(made.id[:8], code=True),
            *cells,
            Cell(_plain(seed, say)),
            _numeric(made.content.get("candidates", 1), say),
        ))  # fmt: skip
    return Table(say("How tokens were drawn"), columns, tuple(rows))


def _sources(shown: list[Made], say: Wording) -> Table:
    columns = (
        say("Recipe"), say("Model file"), say("Prompt"), say("References"), "#" + say("References in the prompt"),
        say("Turn-taking profile"),
    )  # fmt: skip
    rows = []
    for made in shown:
        kept = (made.content.get(f"{key}_sha256") for key in ("model", "prompt", "references", "profile"))
        model, prompt, references, profile = (Cell(str(digest or UNKNOWN)[:_DIGEST], code=True) for digest in kept)
        counts = Cell(say.listing([say.number(count) for count in made.references]) or UNKNOWN)
        rows.append((Cell(made.id[:8], code=True), model, prompt, references, counts, profile))
    return Table(say("What went in, by digest"), columns, tuple(rows))


def _learned(shown: list[Made], say: Wording) -> Table | None:
    """What reviewers of earlier dialogues gave to each recipe; None where they gave nothing."""
    rows = []
    for made in shown:
        exemplars, instructions = ([str(one) for one in made.content.get(key, ())] for key in _LEARNED)
        if exemplars or instructions:
            cells = (text(say.listing(exemplars) or UNKNOWN), text(" ".join(instructions) or UNKNOWN))
            rows.append((Cell(made.id[:8], code=True), *cells))
    columns = (say("Recipe"), say("Accepted dialogues in the prompt"), say("Instructions made of flags"))
    return Table(say("What reviewers gave back"), columns, tuple(rows)) if rows else None


def _runs(walked: Walked, say: Wording) -> Items:
    versions = sorted({version for made in walked.recipes for version in made.versions})
    builds = sorted({build for made in walked.recipes for build in made.builds})
    return Items((
        say("Written with synthdial-edge: {versions}.", versions=say.listing(versions) or UNKNOWN),
        say("llama.cpp, which ran the model: {versions}.", versions=say.listing(builds) or UNKNOWN),
    ))  # fmt: skip


def _ended(walked: Walked, say: Wording) -> Items | None:
    counts: dict[str, int] = {}
    for made in walked.recipes:
        for key, count in made.ended.items():
            counts[key] = counts.get(key, 0) + count
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if not total:
        return None
    lines = (
        say("{share} ({count}): {why}", share=say.share(count / total), count=count, why=names.ending(key, say))
        for key, count in ordered
    )
    return Items(tuple(lines))


def _plain(value: object, say: Wording) -> str:
    return str(value) if value not in (None, "") else UNKNOWN


def _numeric(value: object, say: Wording) -> Cell:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Cell(UNKNOWN)
    digits = 0 if float(value).is_integer() else len(f"{value:.4f}".rstrip("0").partition(".")[2])
    return number(float(value), digits, say)
