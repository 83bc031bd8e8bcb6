"""One dialogue, with its plan beside it."""

from pathlib import Path

from textual.app import ComposeResult

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui.screens.page import Page
from synthdial.tui.widgets.reading import Reading


class DialogueScreen(Page[None]):
    """A dialogue to read.

    Parameters
    ----------
    path : Path
        The study.
    dialogue : str
        The dialogue's id.
    """

    HEADING = mark("Dialogue")
    HELP = mark("Beside each turn stand its phase, its kind, and the words that were planned and written.")

    def __init__(self, path: Path, dialogue: str) -> None:
        super().__init__()
        self._path, self._wanted = path, dialogue

    def compose_body(self) -> ComposeResult:
        """The dialogue."""
        yield Reading(self.say, id="reading")

    def on_mount(self) -> None:
        """Read it."""
        from synthdial.study import Study

        self.say_about(self._wanted)
        try:
            with Study(self._path, read_only=True) as study:
                self.query_one(Reading).show(study.find(self._wanted))
        except SynthdialError as error:
            self.problem(error)
        self.query_one(Reading).focus()
