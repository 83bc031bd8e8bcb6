"""Figures on a terminal: tables with what people do beside each value, and progress in bytes."""

import math
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import IO, TYPE_CHECKING

import numpy as np

from synthdial.cli.bar import Bar
from synthdial.cli.terminal import echo, printable
from synthdial.measure import Row
from synthdial.metrics import METRICS, Comparison, CorpusFigures, Distributions, Summary

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import ProgressColumn
    from rich.table import Table
    from rich.text import Text

_GROUPS = {
    "size": "Size",
    "lexical": "Lexical diversity",
    "turns": "Turn-taking",
    "redundancy": "Repetition",
    "topic": "Topic",
}
# what a screen has room for, one dialogue a line
_MOST_LINES = 1000
_SHORT = ("n_turns", "n_words", "cv", "burstiness", "short_turn_share", "question_share", "mattr", "mtld", "distinct_2")


class MeasureProgress(Bar):
    """A bar with bytes a second, for what takes longer than a second.

    Parameters
    ----------
    total : int, optional
        Bytes there are, where that is known.
    """

    def __init__(self, total: int | None) -> None:
        super().__init__(_columns, total, after=1)
        self._done = 0
        self._remarks = 0

    def __enter__(self) -> "MeasureProgress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if self._remarks > 20:
            echo(f"{self._remarks - 20} more remarks of this kind.", err=True)

    def advance(self, count: int) -> None:
        """Count bytes that were measured."""
        self._done += count
        self.show(self._done)

    def remark(self, text: str) -> None:
        """Say what could not be read; the first twenty of such."""
        self._remarks += 1
        if self._remarks <= 20:
            echo(text, err=True)


def _columns() -> "tuple[ProgressColumn, ...]":
    from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn, TransferSpeedColumn

    return BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()


def _console(file: IO[str]) -> "Console":
    from rich.console import Console

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console.width = 160
    return console


def number(value: float, name: str) -> str:
    """A value as people read it; a dash where it is undefined."""
    if math.isnan(value):
        return "–"
    if METRICS[name].group == "size":
        return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) >= 10 else f"{value:.3f}"


def _cell(value: float, name: str) -> "Text":
    """A value, marked where it lies outside what people do."""
    from rich.text import Text

    human = METRICS[name].human
    shown = number(value, name)
    if human is None or math.isnan(value) or human[0] <= value <= human[1]:
        return Text(f"{shown}  ")
    return Text(f"{shown} {'↓' if value < human[0] else '↑'}", style="yellow")


def _human(name: str) -> str:
    human = METRICS[name].human
    return f"{number(human[0], name)} to {number(human[1], name)}" if human else ""


def _by_group(names: Sequence[str]) -> list[tuple[str, list[str]]]:
    groups = [(title, [name for name in names if METRICS[name].group == group]) for group, title in _GROUPS.items()]
    return [(title, members) for title, members in groups if members]


def show_corpus(figures: CorpusFigures, file: IO[str]) -> None:
    """A line a measure: its value for one dialogue, or how it is distributed over several."""
    single = figures.dialogues == 1
    table = _table(*(("value",) if single else ("mean", "sd", "median", "10 %", "90 %")), last=("people", "unit", ""))
    summaries = {summary.name: summary for summary in figures.measures}
    for title, members in _by_group(list(summaries)):
        table.add_row(_title(title))
        for name in members:
            table.add_row(*_figures(summaries[name], single), _human(name), METRICS[name].unit, _why(summaries[name]))
    if not single:
        _add_whole(table, figures)
    console = _console(file)
    console.print(table)
    if not single and figures.openings:
        openings = ", ".join(f"'{printable(text)}' {100 * share:.0f} %" for text, share in figures.openings)
        console.print(f"Most frequent openings: {openings}.")
    _legend(figures.dialogues, list(summaries), file)


def _add_whole(table: "Table", figures: CorpusFigures) -> None:
    """What a corpus has and a dialogue has not."""
    table.add_row(_title("All dialogues together"))
    rows = [(f"distinct_{n}", value, "share") for n, value in enumerate(figures.distinct, 1)]
    rows += [("self_bleu", figures.self_bleu, "0 to 1"), ("near_duplicates", figures.near_duplicate_share, "share")]
    for name, value, unit in rows:
        shown = "–" if math.isnan(value) else f"{value:.3f}"
        table.add_row(f"  {name}", f"{shown}  ", *[""] * 5, unit, "")


def show_comparison(comparison: Comparison, file: IO[str]) -> None:
    """A line a measure: both distributions side by side, and how far they are apart."""
    columns = ("mean", "median", "10 to 90 %", "reference: mean", "median", "10 to 90 %", "distance")
    table = _table(*columns, last=("unit",))
    by_name = {difference.name: difference for difference in comparison.differences}
    for title, members in _by_group(list(by_name)):
        table.add_row(_title(title))
        for name in members:
            difference = by_name[name]
            cells = [cell for side in (difference.own, difference.reference) for cell in _side(side)]
            distance = "–" if math.isnan(difference.distance) else f"{difference.distance:.2f}"
            table.add_row(f"  {name}", *cells, distance, METRICS[name].unit)
    console = _console(file)
    console.print(table)
    console.print(
        "Distance: how far the values would have to be moved on average to become the reference's (1-Wasserstein), in "
        "interquartile ranges of the reference.",
        style="dim",
    )
    console.print(comparison.sentence, style="bold")


def _side(summary: Summary) -> list[str]:
    low, high = (number(value, summary.name) for value in (summary.p10, summary.p90))
    around = f"{low} to {high}" if summary.n else "–"
    return [number(summary.mean, summary.name), number(summary.median, summary.name), around]


def _title(text: str) -> "Text":
    from rich.text import Text

    return Text(text, style="bold cyan")


def _table(*columns: str, last: Sequence[str] = ()) -> "Table":
    """A table with the measure first, then figures, then what explains them."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("measure", no_wrap=True)
    for title in columns:
        table.add_column(title, justify="right", no_wrap=True)
    for title in last:
        table.add_column(title, justify="right" if title == "people" else "left", style="dim", no_wrap=title != "")
    return table


def _figures(summary: Summary, single: bool) -> "list[Text | str]":
    first = _cell(summary.mean, summary.name)
    rest = [] if single else [summary.sd, summary.median, summary.p10, summary.p90]
    return [f"  {summary.name}", first, *(number(value, summary.name) for value in rest)]


def _why(summary: Summary) -> str:
    if not summary.undefined:
        return ""
    reason = METRICS[summary.name].undefined
    return reason if not summary.n else f"{summary.undefined} undefined: {reason}"


def show_speakers(rows: Iterable[Row], names: Sequence[str], file: IO[str]) -> None:
    """A line a measure, and the mean of each speaker beside the other's."""
    speakers: dict[str, Distributions] = {}
    for row in rows:
        speakers.setdefault(row.speaker, Distributions(names)).add(np.array([row.values]))
    table = _table(*speakers, last=("unit",))
    for title, members in _by_group(names):
        table.add_row(_title(title))
        for name in members:
            values = [number(own.summary(name).mean, name) for own in speakers.values()]
            table.add_row(f"  {name}", *values, METRICS[name].unit)
    console = _console(file)
    console.print(table)
    console.print(f"Means over {next(iter(speakers.values())).rows} dialogues.", style="dim")


def show_dialogues(rows: Iterable[Row], names: Sequence[str], file: IO[str]) -> None:
    """A line a dialogue, with as many measures as there is room for."""
    from rich.text import Text

    shown = _SHORT if len(names) > len(_SHORT) + 3 else tuple(names)
    shown = tuple(name for name in shown if name in names) or tuple(names[:9])
    table = _table(*shown)
    table.columns[0].header = "dialogue"
    count = 0
    for row in rows:
        count += 1
        if count <= _MOST_LINES:
            values = dict(zip(names, row.values, strict=True))
            table.add_row(Text(printable(row.id)), *(_cell(values[name], name) for name in shown))
    table.add_row(Text("people", style="dim"), *(Text(_human(name), style="dim") for name in shown))
    console = _console(file)
    console.print(table)
    if count > _MOST_LINES:
        console.print(f"The first {_MOST_LINES} of {count}.", style="dim")
    _legend(count, shown, file)
    if len(shown) < len(names):
        console.print(f"{len(names)} measures in all: --format csv or json.", style="dim")


def _legend(dialogues: int, names: Sequence[str], file: IO[str]) -> None:
    console = _console(file)
    text = f"{dialogues} dialogue{'s' if dialogues != 1 else ''}."
    if any(METRICS[name].human for name in names):
        text += " ↓ ↑: outside the 10th to 90th percentile of 57 mock consultations (PriMock57)."
    console.print(text, style="dim")
