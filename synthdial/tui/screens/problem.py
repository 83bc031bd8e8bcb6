"""What is wrong, and what to do about it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui.screens.page import Dialog


class Problem(Dialog[None]):
    """Shows a problem that the user can mend, until it was read."""

    HEADING = mark("That did not work")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "cancel", mark("Close")),
        Binding("escape", "cancel", mark("Close"), show=False),
    ]

    def __init__(self, error: SynthdialError) -> None:
        super().__init__()
        self._error = error

    def compose_body(self) -> ComposeResult:
        """What is wrong, and below it what to do."""
        with VerticalScroll():
            yield Static(id="what", markup=False)
            yield Static(id="hint", markup=False)

    def on_mount(self) -> None:
        """Say it."""
        self.relabel()

    def relabel(self) -> None:
        """Say it in the language of now, where that is known."""
        super().relabel()
        for name, text in (("#what", self._error.message), ("#hint", self._error.hint)):
            shown = self.query_one(name, Static)
            shown.display = bool(text)
            shown.update(printable(self.workbench.heard(text)))
