"""Results: what conversations were given on each criterion, with a plot on the scale from 1 to 5."""

from collections import Counter
from collections.abc import Hashable, Sequence

from synthdial.language import mark
from synthdial.review.intervals import Estimate
from synthdial.review.results import Results
from synthdial.review.scores import Score
from synthdial.tui.widgets import charts
from synthdial.tui.widgets.figures import Speaker
from synthdial.tui.widgets.line_pane import Line
from synthdial.tui.widgets.table import Column, Row, note, table, title

POINTS = (1, 2, 3, 4, 5)
_SCALE = (1.0, 5.0)
_BEYOND = (-2.0, 2.0)  # points: how far real conversations lie above others
_BY = {
    "role": mark("By role of the raters"),
    "scenario": mark("By scenario"),
    "preset": mark("By preset"),
    "model": mark("By model"),
    "recipe": mark("By recipe"),
}
_MOST_GROUPS = 12


def scores(results: Results, speaker: Speaker, width: int) -> list[Line]:
    """Mean scores: of what a model wrote, of real conversations, and by how it was made."""
    say = speaker.say
    lines: list[Line] = []
    titles = {"all": say("Dialogues that a model wrote"), "person": say("Real conversations")}
    for by, words in titles.items():
        own = [score for score in results.scores if score.by == by]
        if own:
            rows = [_row(score, speaker.criterion(results, score.criterion), speaker) for score in own]
            lines += title(words, width) + _table(say("Criterion"), rows, speaker, width)
    if results.differences:
        lines += title(say("Real conversations less those that a model wrote, in points"), width)
        lines += _differences(results, speaker, width)
    lines += _by_group(results, speaker, width)
    text = say("From 1 to 5, the mean over all ratings. In brackets: 95% interval, of a bootstrap over dialogues.")
    return [*lines, Line(), *note(text, width)]


def _row(score: Score, name: str, speaker: Speaker) -> Row:
    spread = " ".join(f"{count:>3}" for count in score.distribution)
    cells = (name, str(score.n), speaker.estimate(score.mean), spread)
    return Row(cells, lambda cells: charts.interval(score.mean, _SCALE, POINTS, cells, speaker.glyphs))


def _table(head: str, rows: Sequence[Row], speaker: Speaker, width: int) -> list[Line]:
    columns = [Column(head, figures=False), Column("n"), Column(speaker.say("mean")), Column("  1   2   3   4   5")]
    if width < 100:  # the plot says more than the counts
        columns = columns[:3]
        rows = [Row(row.cells[:3], row.plot, row.style) for row in rows]
    return table(columns, rows, width, speaker.axis(_SCALE, POINTS))


def _differences(results: Results, speaker: Speaker, width: int) -> list[Line]:
    ticks = (-2, -1, 0, 1, 2)
    rows = []
    for each in results.differences:
        figure = each.difference

        def plot(cells: int, figure: Estimate = figure) -> str:
            return charts.interval(figure, _BEYOND, ticks, cells, speaker.glyphs)

        rows.append(Row((speaker.criterion(results, each.criterion), speaker.estimate(figure)), plot))
    columns = (Column(speaker.say("Criterion"), figures=False), Column(speaker.say("difference")))
    return table(columns, rows, width, speaker.axis(_BEYOND, ticks))


def _by_group(results: Results, speaker: Speaker, width: int) -> list[Line]:
    lines: list[Line] = []
    seen: list[Counter[Hashable]] = []
    for by, words in _BY.items():
        own = [score for score in results.scores if score.by == by]
        figures = Counter[Hashable]((score.criterion, score.dialogues, score.distribution) for score in own)
        # one group says nothing that all do not; the same dialogues under another name say it twice
        if max(Counter(score.criterion for score in own).values(), default=0) < 2 or figures in seen:
            continue
        seen.append(figures)
        lines += title(speaker.say(words), width)
        rows = []
        for criterion in results.criteria:
            groups = [score for score in own if score.criterion == criterion]
            rows += [_group_row(results, score, speaker) for score in groups[:_MOST_GROUPS]]
        lines += _table(speaker.say("Criterion"), rows, speaker, width)
        left_out = max(0, len({score.group for score in own}) - _MOST_GROUPS)
        if left_out:
            lines += note(speaker.say("{count} more groups are not shown.").format(count=left_out), width)
    return lines


def _group_row(results: Results, score: Score, speaker: Speaker) -> Row:
    group = speaker.role(score.group) if score.by == "role" else score.group
    group = group[:8] if score.by == "recipe" else group
    return _row(score, f"{speaker.criterion(results, score.criterion)}: {group}", speaker)
