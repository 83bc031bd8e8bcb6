"""Asks why a dialogue may leave that the gate keeps inside."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from synthdial.language import mark
from synthdial.tui.screens.page import Dialog
from synthdial.tui.widgets.phrase import Phrase

_LONGEST = 1000


class _Reason(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", mark("Release"))]


class ReleaseScreen(Dialog[str]):
    """A box with a field for a reason; its result is the reason.

    Parameters
    ----------
    dialogue : str
        The id of the dialogue.
    name : str
        Who releases it.
    """

    HEADING = mark("Release by hand")

    def __init__(self, dialogue: str, name: str) -> None:
        super().__init__()
        self._dialogue, self._name = dialogue, name

    def compose_body(self) -> ComposeResult:
        """What a release is, the field, and room for what is wrong."""
        yield Phrase(
            mark(
                "{dialogue} then leaves with the next export, whatever was found, as long as its text stays as it is. "
                "Your name ({name}), the time and the reason are logged, and go along with every export."
            ),
            dialogue=self._dialogue,
            name=self._name,
        )
        yield Phrase(mark("Why may it leave?"), id="why")
        yield _Reason(id="reason", max_length=_LONGEST)
        yield Phrase("", id="remark")

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self) -> None:
        """Take the reason, if there is one."""
        if reason := " ".join(self.query_one(Input).value.split()):
            self.dismiss(reason)
        else:
            self.query_one("#remark", Phrase).phrase(mark("Give a reason."))
