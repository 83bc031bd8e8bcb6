"""The part of the application that opens the screens of a study, once its passphrase was given where it has one."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from synthdial.errors import SynthdialError
from synthdial.tui.report_app import ReportApp
from synthdial.tui.unlocking import when_unlocked

if TYPE_CHECKING:
    from synthdial.review.session import ReviewRequest
    from synthdial.tui.app import SynthdialApp


class OpeningApp(ReportApp):
    """Opens what is done with a study."""

    @property
    def _app(self) -> "SynthdialApp":
        return cast("SynthdialApp", self)

    def open_study(self, path: Path) -> None:
        """Show the dialogues of a study."""
        from synthdial.tui.screens.study import StudyScreen

        def opened() -> None:
            self.push_screen(StudyScreen(path))

        when_unlocked(self._app, path, opened)

    def open_generate(self, path: Path) -> None:
        """Show the screen that writes dialogues into a study; it is made when the first one is written."""
        from synthdial.tui.screens.generate import GenerateScreen

        def opened() -> None:
            self.push_screen(GenerateScreen(path))

        when_unlocked(self._app, path, opened)

    def open_results(self, path: Path) -> None:
        """Show what reviewers said of a study."""
        from synthdial.tui.screens.results import ResultsScreen

        def opened() -> None:
            try:
                self.push_screen(ResultsScreen(path))
            except SynthdialError as error:
                self.problem(error)

        when_unlocked(self._app, path, opened)

    def open_review(self, path: Path, request: "ReviewRequest") -> None:
        """Review a study; asks who reviews where that is not known."""
        from synthdial.tui.reviewing import begin_review

        when_unlocked(self._app, path, lambda: begin_review(self._app, path, request))

    def review(self, path: Path) -> None:
        """Review a study; who does is asked."""
        from synthdial.review.session import ReviewRequest

        self.open_review(path, ReviewRequest(path))
