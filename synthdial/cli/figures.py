"""Figures on a terminal: tables with what people do beside each value, and progress in bytes."""

import math
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import IO, TYPE_CHECKING

from synthdial.cli.terminal import echo, printable
from synthdial.measure import Row, Summary, summarise
from synthdial.metrics import METRICS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.text import Text

_GROUPS = {
    "size": "Size",
    "lexical": "Lexical diversity",
    "turns": "Turn-taking",
    "redundancy": "Repetition",
    "topic": "Topic",
}
# what a screen has room for, one dialogue a line
_SHORT = ("n_turns", "n_words", "cv", "burstiness", "short_turn_share", "question_share", "mattr", "mtld", "distinct_2")


class MeasureProgress:
    """A bar with bytes a second on standard error, for what takes longer than a second.

    Parameters
    ----------
    total : int, optional
        Bytes there are, where that is known.
    """

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._done = 0
        self._begun = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._remarks = 0

    def __enter__(self) -> "MeasureProgress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._remarks > 20:
            echo(f"{self._remarks - 20} more remarks of this kind.", err=True)

    def advance(self, count: int) -> None:
        """Count bytes that were measured."""
        self._done += count
        if self._bar is None and sys.stderr.isatty() and time.monotonic() - self._begun > 1:
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

            self._bar = Progress(
                BarColumn(),
                DownloadColumn(),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("", total=self._total)
            self._bar.start()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done)

    def remark(self, text: str) -> None:
        """Say what could not be read; the first twenty of such."""
        self._remarks += 1
        if self._remarks <= 20:
            echo(text, err=True)


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


def show_corpus(rows: list[Row], names: Sequence[str], file: IO[str]) -> None:
    """A line a measure: its value for one dialogue, or how it is distributed over several."""
    from rich.table import Table
    from rich.text import Text

    summaries = {summary.name: summary for summary in summarise(rows, names)}
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("measure")
    single = len(rows) == 1
    for title in ("value",) if single else ("mean", "sd", "median", "10 %", "90 %"):
        table.add_column(title, justify="right")
    table.add_column("people", justify="right", style="dim")
    table.add_column("unit", style="dim")
    table.add_column("")
    for title, members in _by_group(names):
        table.add_row(Text(title, style="bold cyan"))
        for name in members:
            table.add_row(*_figures(summaries[name], single), _human(name), METRICS[name].unit, _why(summaries[name]))
    _console(file).print(table)
    _legend(len(rows), names, file)


def _figures(summary: Summary, single: bool) -> "list[Text | str]":
    first = _cell(summary.mean, summary.name)
    rest = [] if single else [summary.sd, summary.median, summary.p10, summary.p90]
    return [f"  {summary.name}", first, *(number(value, summary.name) for value in rest)]


def _why(summary: Summary) -> str:
    if not summary.undefined:
        return ""
    reason = METRICS[summary.name].undefined
    return reason if not summary.n else f"{summary.undefined} undefined: {reason}"


def show_speakers(rows: list[Row], names: Sequence[str], file: IO[str]) -> None:
    """A line a measure, and the mean of each speaker beside the other's."""
    from rich.table import Table
    from rich.text import Text

    speakers = list(dict.fromkeys(row.speaker for row in rows))
    means = {
        speaker: {s.name: s.mean for s in summarise((row for row in rows if row.speaker == speaker), names)}
        for speaker in speakers
    }
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("measure")
    for speaker in speakers:
        table.add_column(speaker, justify="right")
    table.add_column("unit", style="dim")
    for title, members in _by_group(names):
        table.add_row(Text(title, style="bold cyan"))
        for name in members:
            values = [number(means[speaker][name], name) for speaker in speakers]
            table.add_row(f"  {name}", *values, METRICS[name].unit)
    console = _console(file)
    console.print(table)
    console.print(f"Means over {len(rows) // len(speakers)} dialogues.", style="dim")


def show_dialogues(rows: list[Row], names: Sequence[str], file: IO[str]) -> None:
    """A line a dialogue, with as many measures as there is room for."""
    from rich.table import Table
    from rich.text import Text

    shown = _SHORT if len(names) > len(_SHORT) + 3 else tuple(names)
    shown = tuple(name for name in shown if name in names)
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column("source", no_wrap=True, style="dim")
    for name in shown:
        table.add_column(name, justify="right")
    for row in rows:
        values = dict(zip(names, row.values, strict=True))
        table.add_row(Text(printable(row.id)), Text(printable(row.source)), *(_cell(values[n], n) for n in shown))
    table.add_row(Text("people", style="dim"), "", *(Text(_human(name), style="dim") for name in shown))
    _console(file).print(table)
    _legend(len(rows), shown, file)
    if len(shown) < len(names):
        _console(file).print(f"{len(names)} measures in all: --format csv or json.", style="dim")


def _legend(dialogues: int, names: Sequence[str], file: IO[str]) -> None:
    console = _console(file)
    text = f"{dialogues} dialogue{'s' if dialogues != 1 else ''}."
    if any(METRICS[name].human for name in names):
        text += " ↓ ↑: outside the 10th to 90th percentile of 57 mock consultations (PriMock57)."
    console.print(text, style="dim")
