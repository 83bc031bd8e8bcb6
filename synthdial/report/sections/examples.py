"""Section 5: a few dialogues to read, with what raters marked in them."""

import math

from synthdial.dialogue import Speaker
from synthdial.language import mark
from synthdial.report import names
from synthdial.report.blocks import Block, Heading, LeftOut, Mark, Said, Section, Talk, Text
from synthdial.report.facts import Facts
from synthdial.report.reviewed import Example
from synthdial.report.sections.raters import rater
from synthdial.report.text import Wording

_WHOLE = 60
"""Turns up to which a dialogue is shown whole."""

_FIRST, _AROUND, _LAST = 14, 2, 4
_LONGEST = 2000

_WHY = {
    "best": mark("The best rated dialogue"),
    "median": mark("A dialogue of middle rating"),
    "flagged": mark("The most flagged dialogue"),
    "unrated": mark("A dialogue of middle length"),
}


def section(facts: Facts, say: Wording) -> Section:
    """Conversations with the turns that raters flagged or wrote anew."""
    if not facts.examples:
        intro = say(
            "None is shown: no dialogue that could serve as one passed the check for copied text, or a rater flagged "
            "it as private."
        )
    elif facts.reviewed is None:
        intro = say("Nobody has rated a dialogue yet; one of middle length is shown, as the model wrote it.")
    else:
        intro = say(
            "Chosen by the scores and flags that raters gave, by scores among those that two or more have read where "
            "these are enough; shown as the model wrote them. Turns that a rater flagged or wrote anew have a bar at "
            "their left, a double one where a flag is critical."
        )
    blocks: list[Block] = [Text(intro)]
    for example in facts.examples:
        blocks += [
            Heading("; ".join(say(_WHY[why]) for why in example.why)),
            Text(_about(example, say), "note"),
            _talk(facts, example, say),
        ]
    return Section("examples", say("Examples"), tuple(blocks))


def _about(example: Example, say: Wording) -> str:
    made = example.dialogue.provenance
    parts = [
        say("Dialogue {id}", id=example.dialogue.id),
        *(str(made[key]) for key in ("scenario", "preset") if made.get(key)),
        say("{turns} turns", turns=len(example.dialogue.turns)),
        say("{words} words", words=example.dialogue.words),
    ]
    if not math.isnan(example.score):
        parts.append(
            say("mean score {score} by {raters} raters", score=say.number(example.score, 2), raters=example.raters)
            if example.raters != 1
            else say("mean score {score} by one rater", score=say.number(example.score, 2))
        )
        parts.append(say("{count} flags", count=len(example.flags)) if len(example.flags) != 1 else say("one flag"))
    return f"{'; '.join(parts)}."


def _talk(facts: Facts, example: Example, say: Wording) -> Talk:
    marks: dict[int, list[Mark]] = {}
    critical = set()
    for flag in example.flags:
        who = _who(facts, flag.rater, say)
        text = f"({who}): {flag.note}" if flag.note else f"({who})"
        marks.setdefault(flag.turn, []).append(Mark(f"⚑ {names.flag(flag.kind, flag.severity, say)}", text))
        if flag.severity == "critical":
            critical.add(flag.turn)
    for edit in example.edits:
        anew = say("written anew")
        marks.setdefault(edit.turn, []).append(
            Mark(f"✎ {anew}", f"({_who(facts, edit.rater, say)}):", _short(edit.original), _short(edit.text))
        )
    speakers = {Speaker.DOCTOR: say("Doctor"), Speaker.PATIENT: say("Patient")}
    shown: list[Said | LeftOut] = []
    left = 0
    places = _shown(len(example.dialogue.turns), set(marks))
    for at, turn in enumerate(example.dialogue.turns):
        if at not in places:
            left += 1
            continue
        if left:
            shown.append(_left_out(left, say))
            left = 0
        shown.append(Said(speakers[turn.speaker], _short(turn.text), tuple(marks.get(at, ())), critical=at in critical))
    if left:
        shown.append(_left_out(left, say))
    return Talk(say("Dialogue {id}", id=example.dialogue.id), tuple(shown))


def _who(facts: Facts, name: str, say: Wording) -> str:
    assert facts.reviewed is not None
    return rater(facts.reviewed, name, facts.name_raters, say)


def _left_out(count: int, say: Wording) -> LeftOut:
    return LeftOut(
        say("[{count} turns are left out here]", count=count) if count > 1 else say("[a turn is left out here]")
    )


def _shown(turns: int, marked: set[int]) -> set[int]:
    """Places of the turns that are shown: all of a short dialogue; of a long one its ends, and what surrounds marks."""
    if turns <= _WHOLE:
        return set(range(turns))
    around = {at + step for at in marked for step in range(-_AROUND, _AROUND + 1)}
    return {*range(_FIRST), *range(turns - _LAST, turns), *around}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
