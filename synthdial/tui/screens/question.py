"""A question with two answers."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.language import mark
from synthdial.tui.screens.page import Dialog
from synthdial.tui.widgets.phrase import Phrase


class Question(Dialog[bool]):
    """Asks before something is done that cannot be undone; Escape does nothing.

    Parameters
    ----------
    heading, text : str
        What it is about, messages.
    yes : str
        What Enter does, a message.
    domain : str
        The catalogue of all three.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,y,j", "yes", mark("Yes"), key_display="Enter")]

    def __init__(self, heading: str, text: str, *, yes: str = "Yes", domain: str = "tui", **values: Any) -> None:
        super().__init__()
        self._heading, self._text, self._domain, self._values = heading, text, domain, values
        # the key says what it does, not just yes
        self._bindings.key_to_bindings = {
            key: [Binding(b.key, b.action, yes, key_display=b.key_display) if b.action == "yes" else b for b in bound]
            for key, bound in self._bindings.key_to_bindings.items()
        }

    def compose_body(self) -> ComposeResult:
        """The question."""
        yield Phrase(self._text, domain=self._domain, **self._values)

    def on_mount(self) -> None:
        """Name the box."""
        self.relabel()

    def relabel(self) -> None:
        """Name the box in the language of now."""
        self.query_one("#dialog").border_title = self.workbench.say(self._heading, self._domain)

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)
