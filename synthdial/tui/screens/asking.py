"""What the boxes over a review have in common: one thing is asked, and a line says why an answer will not do."""

from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static, TextArea

from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui.attention import Attention
from synthdial.tui.screens.page import Dialog
from synthdial.tui.widgets.bar import Bar
from synthdial.tui.widgets.writing import Writing

Answer = TypeVar("Answer")


class Asking(Dialog[Answer]):
    """A box that asks something; what is in it comes from `compose_question`."""

    DOMAIN = "review"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", mark("Cancel"), key_display="Esc")]

    def compose_body(self) -> ComposeResult:
        """What is asked, and room for a word about the answer."""
        yield from self.compose_question()
        yield Bar(id="remark")

    def compose_question(self) -> ComposeResult:
        """What is asked."""
        yield from ()

    def tell(self, text: str) -> None:
        """Say why an answer will not do."""
        self.query_one("#remark", Bar).show([("flag", f" {text}")])


class WritingDialog(Asking[Answer]):
    """A box in which something is written: it is not thrown away at the first key.

    Parameters
    ----------
    attention : Attention
        Of whoever writes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", mark("Save"), key_display="Enter"),
        Binding("escape", "cancel", mark("Cancel"), key_display="Esc", priority=True),
    ]

    def __init__(self, attention: Attention) -> None:
        super().__init__()
        self._attention = attention
        self._warned = False

    @property
    def unsaved(self) -> bool:
        """Whether something was written that is not saved."""
        raise NotImplementedError

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Whoever goes on writing is at it, and is warned again."""
        self._warned = False
        self._attention.act()

    def on_mount(self) -> None:
        """Write at the end of what is there."""
        writing = self.query_one(Writing)
        self.set_focus(writing)
        writing.move_cursor(writing.document.end)

    def on_key(self, event: events.Key) -> None:
        """Take in what was typed before the field was there."""
        if event.is_printable and event.character:
            self.query_one(Writing).insert(event.character)

    def action_save(self) -> None:
        """Be done; the field itself hears Enter once it is there."""
        self.query_one(Writing).finish()

    def action_cancel(self) -> None:
        """Close, if there is nothing to lose or the key is pressed again."""
        if self.unsaved and not self._warned:
            self._warned = True
            self.tell(self.say("Not saved yet: Enter saves, Esc again throws it away."))
        else:
            self.dismiss(None)


def plain(text: str, *, id: str | None = None, classes: str = "") -> Static:
    """A text as it stands: nothing in it is markup, and what a terminal would obey is made visible."""
    return Static(printable(text), id=id, classes=classes, markup=False)


def quoted(text: str) -> VerticalScroll:
    """What a box is about, a few lines of it in sight."""
    return VerticalScroll(plain(text), classes="quoted", can_focus=False)
