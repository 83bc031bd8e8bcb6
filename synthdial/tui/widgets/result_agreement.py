"""Results: how far raters agree, and who is stricter than the others."""

from collections import Counter
from functools import partial
from statistics import median

from synthdial.review.agreement import PairAgreement
from synthdial.review.intervals import Estimate
from synthdial.review.results import Results
from synthdial.tui.widgets import charts
from synthdial.tui.widgets.figures import Speaker
from synthdial.tui.widgets.line_pane import Line
from synthdial.tui.widgets.table import Column, Row, note, table, title, told

_ALPHA, _ALPHA_TICKS = (-0.2, 1.0), (0, 0.5, 1)
_POINTS, _POINT_TICKS = (-2.0, 2.0), (-2, -1, 0, 1, 2)
_MOST_PAIRS = 15
_WIDE = 100  # cells from which on there is room for more than the figures that matter most


def agreement(results: Results, speaker: Speaker, width: int) -> list[Line]:
    """Krippendorff's alpha, pairs of raters, and their severity."""
    lines = _alphas(results, speaker, width) + _pairs(results, speaker, width)
    return lines + _severity(results, speaker, width)


def _alphas(results: Results, speaker: Speaker, width: int) -> list[Line]:
    say = speaker.say
    lines = title(say("Agreement of raters: Krippendorff’s alpha"), width)
    known = [each for each in results.agreement if not each.reason]
    reasons = sorted({each.reason for each in results.agreement if each.reason})
    if not known:
        why = "; ".join(map(speaker.why, reasons)) or speaker.glyphs.dash
        lines += told(say("Not known: {why}.").format(why=why), width)
        return lines + note(say("It takes two raters who score the same dialogues."), width)
    roles = Counter(each.criterion for each in known)
    rows = []
    for each in known:
        name = speaker.criterion(results, each.criterion)
        name = f"{name}: {speaker.role(each.role)}" if roles[each.criterion] > 1 else name
        cells = (name, str(each.units), speaker.estimate(each.ordinal))
        more = (speaker.number(each.nominal.value), str(each.raters)) if width >= _WIDE else ()
        rows.append(Row((*cells, *more), _plot(each.ordinal, speaker)))
    columns = [Column(say("Criterion"), figures=False), Column("n"), Column(say("ordinal"))]
    if width >= _WIDE:
        columns += [Column(say("nominal")), Column(say("raters"))]
    lines += table(columns, rows, width, speaker.axis(_ALPHA, _ALPHA_TICKS))
    if reasons:
        lines += note(say("The others are not known: {why}.").format(why="; ".join(map(speaker.why, reasons))), width)
    text = say(
        "1 is perfect agreement, 0 what chance gives; n: dialogues that two or more scored. Plot and brackets: "
        "ordinal, with its 95% interval."
    )
    return lines + note(text, width)


def _plot(figure: Estimate, speaker: Speaker) -> "partial[str]":
    return partial(_drawn, figure, _ALPHA, _ALPHA_TICKS, speaker)


def _drawn(figure: Estimate, scale: charts.Scale, ticks: tuple[float, ...], speaker: Speaker, cells: int) -> str:
    return charts.interval(figure, scale, ticks, cells, speaker.glyphs)


def _pairs(results: Results, speaker: Speaker, width: int) -> list[Line]:
    pairs: dict[tuple[str, str], list[PairAgreement]] = {}
    for pair in results.pairs:
        if not pair.reason:
            pairs.setdefault((pair.first, pair.second), []).append(pair)
    if not pairs:
        return []
    say = speaker.say
    medians = {names: _over_criteria(own) for names, own in pairs.items()}
    rows = []
    for (first, second), own in sorted(pairs.items(), key=lambda item: medians[item[0]].value)[:_MOST_PAIRS]:
        figure = medians[first, second]
        shared = str(max(pair.n for pair in own))
        cells = (say("{first} and {second}").format(first=first, second=second), shared, speaker.estimate(figure))
        rows.append(Row(cells, _plot(figure, speaker)))
    columns = (Column(say("Raters"), figures=False), Column("n"), Column(say("kappa")))
    lines = title(say("Two raters: quadratically weighted kappa"), width)
    lines += table(columns, rows, width, speaker.axis(_ALPHA, _ALPHA_TICKS))
    lines += note(
        say("Median over criteria; in brackets the lowest and the highest. Who agree least come first."), width
    )
    if len(pairs) > _MOST_PAIRS:
        text = say("{count} more pairs are not shown.").format(count=len(pairs) - _MOST_PAIRS)
        lines += note(text, width)
    return lines


def _over_criteria(pairs: list[PairAgreement]) -> Estimate:
    values = [pair.quadratic.value for pair in pairs]
    return Estimate(median(values), min(values), max(values))


def _severity(results: Results, speaker: Speaker, width: int) -> list[Line]:
    say = speaker.say
    rows = []
    for each in results.severity:
        used = f"{each.lowest}-{each.highest}" if each.n else speaker.glyphs.dash
        use = (str(each.n), speaker.number(each.mean), used) if width >= _WIDE else (speaker.number(each.mean),)
        cells = (each.rater, *use, speaker.estimate(each.deviation))
        rows.append(Row(cells, partial(_drawn, each.deviation, _POINTS, _POINT_TICKS, speaker)))
    heads = (say("scores"), say("mean"), say("used")) if width >= _WIDE else (say("mean"),)
    columns = (Column(say("Rater"), figures=False), *map(Column, heads), Column(say("above others")))
    lines = title(say("How each rater uses the scale"), width)
    lines += table(columns, rows, width, speaker.axis(_POINTS, _POINT_TICKS))
    text = say("Above others: in points, on the same dialogue and criterion; below 0 is stricter.")
    return lines + note(text, width)
