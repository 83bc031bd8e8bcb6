"""Writing a turn anew, with its original in sight."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from synthdial.language import mark
from synthdial.tui.attention import Attention
from synthdial.tui.screens.asking import WritingDialog, plain, quoted
from synthdial.tui.widgets.writing import Writing


@dataclass(frozen=True)
class Rewritten:
    """A turn's new text, on one line, and the seconds that were spent on it."""

    text: str
    seconds: float


class EditScreen(WritingDialog[Rewritten]):
    """Asks for a turn's new text; answers with None where it stays as it is.

    Parameters
    ----------
    original : str
        The turn as it was written.
    text : str
        The turn as it is now.
    attention : Attention
        Of the rater.
    clock : callable
        Seconds since any fixed moment.
    """

    HEADING = mark("Edit the turn")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "original", mark("Put the original back"), key_display="Ctrl+O", priority=True),
    ]

    def __init__(self, original: str, text: str, attention: Attention, clock: Callable[[], float]) -> None:
        super().__init__(attention)
        self._original, self._text = original, text
        self._editing = Attention(clock)  # of this alone

    def compose_question(self) -> ComposeResult:
        """The original, and the text."""
        yield plain(self.say("Original, which is kept:"))
        yield quoted(self._original)
        yield plain(self.say("New text:"))
        yield Writing(self._text, lines=False, id="writing")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Whoever writes is at it."""
        super().on_text_area_changed(event)
        self._editing.act()

    def on_writing_done(self, event: Writing.Done) -> None:
        """Save, if there is something new."""
        if not event.text:
            self.tell(self.say("A turn must have words; Ctrl+O puts the original back."))
        elif event.text == self._text:
            self.dismiss(None)
        else:
            self._editing.act()
            self.dismiss(Rewritten(event.text, round(self._editing.take(), 1)))

    def action_original(self) -> None:
        """Put the original back into the field."""
        writing = self.query_one(Writing)
        writing.load_text(self._original)
        writing.move_cursor(writing.document.end)

    @property
    def unsaved(self) -> bool:
        """Whether something was written that is not saved."""
        return self.query_one(Writing).text != self._text
