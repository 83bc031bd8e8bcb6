"""What is said of an export: how many left, how many stayed inside, and why."""

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from synthdial.cli.terminal import echo
from synthdial.export import Exported
from synthdial.export.gate import NOT_ACCEPTED, QUARANTINED, UNCHECKED

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ExportProgress:
    """A bar of dialogues on standard error, where that is a terminal, for what takes longer than a second.

    Parameters
    ----------
    total : int
        Dialogues there are.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._begun = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> "ExportProgress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, count: int) -> None:
        """Count dialogues that were read."""
        self._done += count
        if self._bar is None and sys.stderr.isatty() and time.monotonic() - self._begun > 1:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

            columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=self._total)
            self._bar.start()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done)


def tell_export(study: Path, target: Path, done: Exported, *, err: bool = False) -> None:
    """Say what an export did, and what helps where dialogues stayed inside."""
    echo(f"Exported {done.written} dialogues to {target}.", err=err)
    for file in done.files:
        if file.split:
            echo(f"  {file.split}: {file.dialogues} dialogues, {file.path.relative_to(target)}", err=err)
    if done.documents:
        echo(f"Beside it: {', '.join(path.name for path in done.documents)}.", err=err)
    if done.outdated:
        echo(f"Of an earlier export, and no longer right: {', '.join(path.name for path in done.outdated)}.", err=err)
    if not done.held:
        return
    echo(done.told(), err=err)
    if QUARANTINED in done.held:
        echo(f"Quarantined: see why with 'synthdial-edge gate {study} ID'.", err=err)
    if UNCHECKED in done.held:
        echo(f"Never checked: 'synthdial-edge check {study}' checks them.", err=err)
    if NOT_ACCEPTED in done.held:
        echo(
            f"Not accepted: reviewers accept dialogues in 'synthdial-edge review {study}'; the calibration round does "
            "not count.",
            err=err,
        )
