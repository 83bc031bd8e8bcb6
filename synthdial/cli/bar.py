"""A bar on standard error, for what takes long."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID


class Bar:
    """A bar that is drawn where standard error is a terminal, and gone when this ends.

    Parameters
    ----------
    columns : callable
        Gives what stands in it; called when it is first drawn, since to load rich takes a while.
    total : int, optional
        How much there is, where that is known.
    after : float
        Seconds from now before which it is not drawn.
    """

    def __init__(
        self, columns: Callable[[], "tuple[ProgressColumn, ...]"], total: int | None = None, after: float = 0
    ) -> None:
        self._columns, self._total = columns, total
        self._from = time.monotonic() + after
        self._drawn: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn is not None:
            self._drawn.stop()

    def show(self, done: int, total: int | None = None) -> None:
        """Say how much is done, and of how much where that was not known before."""
        self._total = self._total if total is None else total
        if self._drawn is None and sys.stderr.isatty() and time.monotonic() >= self._from:
            from rich.console import Console
            from rich.progress import Progress

            self._drawn = Progress(*self._columns(), console=Console(stderr=True), transient=True)
            self._task = self._drawn.add_task("", total=self._total)
            self._drawn.start()
        if self._drawn is not None and self._task is not None:
            self._drawn.update(self._task, completed=done, total=self._total)
