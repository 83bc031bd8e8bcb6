"""The part of the application that makes reports: one at a time, in a thread beside whatever is shown."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import work
from textual.screen import Screen

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui import messages
from synthdial.tui.batch import Writer
from synthdial.tui.batch_app import BatchApp
from synthdial.tui.spoken import near, size

if TYPE_CHECKING:
    from synthdial.settings import Language
    from synthdial.tui.app import SynthdialApp

Reporter = Callable[..., int]
"""Writes a report; `synthdial.report.write_report`, or a script in tests."""


class ReportApp(BatchApp):
    """Makes reports and tells where they are.

    Parameters
    ----------
    writer : callable, optional
        Writes a batch.
    reporter : callable, optional
        Writes a report; `synthdial.report.write_report` by default.
    """

    def __init__(self, writer: Writer | None = None, reporter: Reporter | None = None) -> None:
        super().__init__(writer)
        self._reporter = reporter
        self._asking: Screen[Any] | None = None  # the screen that wants a report, while one is made

    def ask_report(self, study: Path) -> None:
        """Ask where the report of a study shall be, and make it."""
        from synthdial.tui.screens.report_path import ReportPathScreen

        if self._asking is not None:
            self.notify(self.say(mark("A report is being made already.")))
            return
        asking = self.screen

        def begin(path: Path | None) -> None:
            if path is not None:
                self._asking = asking
                self.notify(self.say(mark("The report is being made ...")))
                self._write_report(study, path, cast("SynthdialApp", self).language)

        self.push_screen(ReportPathScreen(study), begin)

    @work(thread=True, group="report")
    def _write_report(self, study: Path, path: Path, language: "Language") -> None:
        from synthdial.report import write_report

        try:
            written = (self._reporter or write_report)(study, path, language)
        except SynthdialError as error:
            self.post_message(messages.ReportEnded(path, 0, error))
        except Exception as error:
            # the border of the thread: whatever went wrong there, the screens go on
            fault = SynthdialError(
                f"The report failed: {type(error).__name__}: {error}.", "This is a fault of the program; report it."
            )
            self.post_message(messages.ReportEnded(path, 0, fault))
        else:
            self.post_message(messages.ReportEnded(path, written, None))

    def on_report_ended(self, message: messages.ReportEnded) -> None:
        """Say where it is: in a box where somebody waits for it, in passing where they do something else."""
        from synthdial.tui.screens.notice import report_is_there

        asking, self._asking = self._asking, None
        self.clear_notifications()
        where, how_large = near(message.path), size(message.size, self.say)
        if message.error is not None:
            self.problem(message.error)
        elif asking is self.screen:
            self.push_screen(report_is_there(where, how_large))
        else:
            told = self.say(mark("The report is there: {path} ({size})."))
            self.notify(told.format(path=where, size=how_large), markup=False, timeout=20)
