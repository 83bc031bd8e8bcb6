"""One dialogue of a study, with its plan beside it."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui.screens.page import Page
from synthdial.tui.widgets.reading import Reading


class DialogueScreen(Page[int]):
    """A dialogue to read, and the ones before and after it; its result is the place of the one that was read last.

    Parameters
    ----------
    path : Path
        The study.
    dialogues : sequence of str
        Ids of its dialogues, in order.
    at : int
        The place of the one to show.
    """

    HEADING = mark("Dialogue")
    HELP = mark("Beside each turn stand its phase, its kind, and the words that were planned and written.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "go(1)", mark("Next")),
        Binding("p,left", "go(-1)", mark("Previous")),
    ]

    def __init__(self, path: Path, dialogues: Sequence[str], at: int = 0) -> None:
        super().__init__()
        self._path, self._dialogues, self._at = path, dialogues, at

    def compose_body(self) -> ComposeResult:
        """The dialogue."""
        yield Reading(self.say, id="reading")

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(Reading).focus()
        self._read()

    def _read(self) -> None:
        from synthdial.study import Study

        wanted = self._dialogues[self._at]
        self.say_about(wanted, f"{self._at + 1} / {len(self._dialogues)}")
        try:
            with Study(self._path, read_only=True) as study:
                self.query_one(Reading).show(study.find(wanted))
        except SynthdialError as error:
            self.problem(error)
        self.query_one(Reading).scroll_home(animate=False)

    def action_go(self, by: int) -> None:
        """Read the next one, or the one before."""
        at = self._at + by
        if 0 <= at < len(self._dialogues):
            self._at = at
            self._read()

    def action_back(self) -> None:
        """Go back to the list, at the dialogue that was read."""
        self.dismiss(self._at)
