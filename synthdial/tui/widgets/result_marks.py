"""Results: what raters flagged, accepted and edited, and whether they told people from machines."""

import math
from collections.abc import Sequence
from functools import partial

from synthdial.review.intervals import Estimate
from synthdial.review.marks import FlagCount, Origin
from synthdial.review.results import Results
from synthdial.tui.widgets import charts
from synthdial.tui.widgets.figures import Speaker
from synthdial.tui.widgets.flag_names import kind_name, severity_name
from synthdial.tui.widgets.line_pane import Line
from synthdial.tui.widgets.table import Column, Row, table, title, told

_SHARE, _SHARE_TICKS = (0.0, 100.0), (0, 50, 100)


def flags(results: Results, speaker: Speaker, width: int) -> list[Line]:
    """Flags by kind and severity, what was accepted, and what was edited."""
    say = speaker.say
    own = [each for each in results.flags if each.by == "all" and (each.count or not each.kind)]
    lines = title(say("Flags on what a model wrote"), width)
    if any(each.count for each in own):
        lines += _flag_table(own, speaker, width)
    else:
        lines += told(say("Nobody has flagged a turn."), width)
    return lines + _verdicts(results, speaker, width) + _edits(results, speaker, width)


def _flag_table(own: Sequence[FlagCount], speaker: Speaker, width: int) -> list[Line]:
    say = speaker.say
    most = max(each.count for each in own if each.kind)
    rows = []
    for each in own:
        kind = kind_name(each.kind, say) if each.kind else say("All")
        severity = severity_name(each.severity, say) if each.severity else ""
        plot = partial(_bar, each.count, most, speaker) if each.kind else None
        style = "critical" if each.severity == "critical" else ""
        rows.append(Row((kind, severity, str(each.count), speaker.estimate(each.rate, 1)), plot, style))
    per = say("per 1000 turns") if own[0].per == "1000 turns" else say("per dialogue")
    columns = (Column(say("Kind"), figures=False), Column(""), Column(say("flags")), Column(per))
    return table(columns, rows, width)


def _bar(value: float, most: float, speaker: Speaker, cells: int) -> str:
    return charts.bar(value, most, cells, speaker.glyphs)


def _share(figure: Estimate, speaker: Speaker, cells: int) -> str:
    hundreds = Estimate(100 * figure.value, 100 * figure.low, 100 * figure.high)
    return charts.interval(hundreds, _SHARE, _SHARE_TICKS, cells, speaker.glyphs)


def _verdicts(results: Results, speaker: Speaker, width: int) -> list[Line]:
    say = speaker.say
    names = {"all": say("by a model").capitalize(), "person": say("real conversation").capitalize()}
    rows = [
        Row(
            (names[each.by], str(each.accepted), str(each.rejected), speaker.percent(each.share)),
            partial(_share, each.share, speaker),
        )
        for each in results.verdicts
        if each.by in names and each.accepted + each.rejected
    ]
    if not rows:
        return []
    columns = (Column("", figures=False), Column(say("accepted")), Column(say("rejected")), Column(say("share")))
    axis = speaker.axis(_SHARE, _SHARE_TICKS)
    return title(say("Accepted for the corpus"), width) + table(columns, rows, width, axis)


def _edits(results: Results, speaker: Speaker, width: int) -> list[Line]:
    edits, say = results.edits, speaker.say
    if not edits.edits:
        return []
    text = say(
        "Turns: {turns}. Dialogues: {dialogues}. Raters: {raters}. Median: {distance} characters changed in "
        "{seconds} seconds."
    ).format(
        turns=edits.turns,
        dialogues=edits.dialogues,
        raters=edits.raters,
        distance=speaker.number(edits.distance, 0),
        seconds=speaker.number(edits.seconds, 0),
    )
    return title(say("Turns written anew"), width) + told(text, width)


def origin(results: Results, speaker: Speaker, width: int) -> list[Line]:
    """What raters took for a person's and for a machine's."""
    say = speaker.say
    lines = title(say("Written by a person or a machine? What raters said"), width)
    if not results.origin:
        return lines + told(say("Nobody has answered that yet."), width)
    rows = []
    for each in results.origin:
        whose = speaker.role(each.role)
        for what, person, machine, right in (
            (say("real conversation"), each.person_as_person, each.person_as_machine, each.person_as_person),
            (say("by a model"), each.machine_as_person, each.machine_as_machine, each.machine_as_machine),
        ):
            if count := person + machine:
                share = Estimate(right / count)
                cells = (whose, what, str(person), str(machine), speaker.percent(share))
                rows.append(Row(cells, partial(_share, share, speaker)))
    columns = (
        Column(say("Raters"), figures=False),
        Column(say("what it was"), figures=False),
        Column(say("person")),
        Column(say("machine")),
    )
    axis = speaker.axis(_SHARE, _SHARE_TICKS)
    lines += table((*columns, Column(say("right"))), rows, width, axis)
    for each in results.origin:
        lines += [Line(), *told(f"{speaker.role(each.role).capitalize()}: {_told(each, speaker)}", width)]
    return lines


def _told(each: Origin, speaker: Speaker) -> str:
    say = speaker.say
    if math.isnan(each.balanced):  # of one kind only, what is right says nothing of telling two kinds apart
        if not each.machine_as_person + each.machine_as_machine:
            return say("only real conversations were judged.")
        text = say("{share} of what a model wrote was taken for a person’s; no real conversation was judged.")
        return text.format(share=speaker.percent(each.fooled))
    return say(
        "right in {share}; {majority}% would be right by always naming what is more frequent. Balanced accuracy "
        "{balanced}%, where 50% is chance."
    ).format(
        share=speaker.percent(each.accuracy),
        majority=speaker.number(100 * each.majority, 0),
        balanced=speaker.number(100 * each.balanced, 0),
    )
