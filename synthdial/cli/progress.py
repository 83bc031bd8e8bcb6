"""Three ways to show a batch as it runs: on a terminal, as plain lines, as JSON lines."""

import json
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

import click

from synthdial.cli.terminal import duration, echo, printable
from synthdial.study.batch import Progress

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_LINE_SECONDS = 3.0


class ProgressView(Protocol):
    """Something that shows progress and remarks; a context manager."""

    def __enter__(self) -> "ProgressView": ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def report(self, progress: Progress) -> None:
        """Show where the run is."""

    def remark(self, text: str) -> None:
        """Show a sentence."""


def choose_view(*, as_json: bool, quiet: bool) -> ProgressView:
    """The view for this run: JSON lines on standard output, nothing, a live display, or plain lines."""
    if as_json:
        return JsonLines(quiet)
    if quiet:
        return Silence()
    return LiveDisplay() if sys.stderr.isatty() else PlainLines()


class Silence:
    """Shows nothing."""

    def __enter__(self) -> "ProgressView":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def report(self, progress: Progress) -> None:
        """Show nothing."""

    def remark(self, text: str) -> None:
        """Show nothing."""


class JsonLines(Silence):
    """One JSON object a line on standard output, a few a second at most; remarks go to standard error."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._last = 0.0
        self._done = -1

    def report(self, progress: Progress) -> None:
        """Print a line when a dialogue is done, at the end, and otherwise once a second."""
        now = time.monotonic()
        if now - self._last < 1 and progress.done == self._done and not progress.finished:
            return
        self._last, self._done = now, progress.done
        line = {
            "done": progress.done,
            "count": progress.count,
            "tokens_per_second": round(progress.tokens_per_second, 2),
            "seconds_left": round(progress.seconds_left, 1),
        }
        if progress.finished:
            line["finished"] = True
        click.echo(json.dumps(line))

    def remark(self, text: str) -> None:
        """Print a sentence on standard error."""
        if not self._quiet:
            echo(text, err=True)


class PlainLines(Silence):
    """One plain line every few seconds, on standard error."""

    def __init__(self) -> None:
        self._last = 0.0

    def report(self, progress: Progress) -> None:
        """Print a line every few seconds and at the end."""
        now = time.monotonic()
        if now - self._last < _LINE_SECONDS and not progress.finished:
            return
        self._last = now
        echo(_summary(progress), err=True)

    def remark(self, text: str) -> None:
        """Print a sentence."""
        echo(text, err=True)


def _summary(progress: Progress) -> str:
    text = f"{progress.done} of {progress.count} dialogues"
    if progress.tokens_per_second:
        text += f", {progress.tokens_per_second:.0f} tokens/s"
    if not progress.finished and progress.seconds_left:
        text += f", {duration(progress.seconds_left)} left"
    return text


class LiveDisplay(Silence):
    """A bar that moves in place, with the newest turn below it."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._live: Live | None = None
        self._drawn = 0.0

    def __enter__(self) -> "ProgressView":
        from rich.live import Live

        self._live = Live(console=self._console, refresh_per_second=5, transient=False)
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def report(self, progress: Progress) -> None:
        """Draw the bar anew, at most ten times a second."""
        now = time.monotonic()
        if self._live is not None and (progress.finished or now - self._drawn > 0.1):
            self._drawn = now
            self._live.update(_drawing(progress), refresh=progress.finished)

    def remark(self, text: str) -> None:
        """Print a sentence above the bar."""
        from rich.text import Text

        self._console.print(Text(printable(text), style="dim"))


def _drawing(progress: Progress) -> "Table":
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    bar = ProgressBar(total=progress.count, completed=progress.done, width=24)
    head = Table.grid(padding=(0, 1))
    head.add_row(bar, Text(_summary(progress)))
    table.add_row(head)
    if progress.newest and not progress.finished:
        key, turn = progress.newest
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{key}  ", style="dim")
        line.append(f"{turn.speaker}: ", style="bold")
        line.append(printable(turn.text))
        table.add_row(line)
    return table
