"""What is said of an export: how many left, how many stayed inside, and why."""

from pathlib import Path
from typing import TYPE_CHECKING

from synthdial.cli.bar import Bar
from synthdial.cli.terminal import echo
from synthdial.export import Exported
from synthdial.export.gate import NOT_ACCEPTED, QUARANTINED, UNCHECKED

if TYPE_CHECKING:
    from rich.progress import ProgressColumn


class ExportProgress(Bar):
    """A bar of dialogues, for what takes longer than a second.

    Parameters
    ----------
    total : int
        Dialogues there are.
    """

    def __init__(self, total: int) -> None:
        super().__init__(_columns, total, after=1)
        self._done = 0

    def __enter__(self) -> "ExportProgress":
        return self

    def advance(self, count: int) -> None:
        """Count dialogues that were read."""
        self._done += count
        self.show(self._done)


def _columns() -> "tuple[ProgressColumn, ...]":
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

    return BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()


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
