"""What an application says when it fails: where, and never with what."""

import sys

from rich.segment import Segments
from rich.text import Text
from rich.traceback import Traceback
from textual.app import App

from synthdial.errors import SynthdialError


class FailingApp(App[None]):
    """An application whose last words hold no values: those of its variables may be what somebody said."""

    def _fatal_error(self) -> None:
        error = sys.exc_info()[1]
        said = Text(str(error)) if isinstance(error, SynthdialError) else Traceback(show_locals=False, max_frames=12)
        self.bell()
        self._exit_renderables.append(Segments(self.console.render(said, self.console.options)))
        self._close_messages_no_wait()
