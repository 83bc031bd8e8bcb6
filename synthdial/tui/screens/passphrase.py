"""Asks for the passphrase of an encrypted study."""

from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui import messages
from synthdial.tui.screens.page import Dialog
from synthdial.tui.spoken import near
from synthdial.tui.widgets.phrase import Phrase


class _Secret(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", mark("Open"))]


class PassphraseScreen(Dialog[bool]):
    """A box with a field whose letters are not shown; its result is true once the study opens.

    Parameters
    ----------
    study : Path
        The study.
    """

    HEADING = mark("This study is encrypted")

    def __init__(self, study: Path) -> None:
        super().__init__()
        self._study = study
        self._trying = False

    def compose_body(self) -> ComposeResult:
        """Which study, the field, and room for what is wrong."""
        yield Phrase(mark("Passphrase of {name}:"), name=near(self._study))
        yield _Secret(password=True, id="passphrase")
        yield Phrase("", id="remark")

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self) -> None:
        """Try what was typed; one at a time."""
        field, remark = self.query_one(Input), self.query_one("#remark", Phrase)
        if self._trying:
            return
        if not field.value:
            remark.phrase(mark("Type the passphrase."))
            return
        self._trying = True
        remark.phrase(mark("Opening ..."))
        self._try(field.value)
        field.value = ""

    @work(thread=True, group="passphrase")
    def _try(self, typed: str) -> None:
        from synthdial.study.unlock import unlock

        try:
            opened = unlock(self._study, typed)
        except SynthdialError as error:
            self.post_message(messages.PassphraseTried(False, error))
        else:
            self.post_message(messages.PassphraseTried(opened, None))

    def on_passphrase_tried(self, message: messages.PassphraseTried) -> None:
        """Go on, or say that it does not open the study."""
        self._trying = False
        remark = self.query_one("#remark", Phrase)
        if message.opened:
            self.dismiss(True)
        elif message.error is not None:
            workbench = self.workbench
            remark.update(printable(workbench.heard(str(message.error))))
        else:
            remark.phrase(mark("That passphrase does not open the study. Try again; capitals and spaces matter too."))
        self.query_one(Input).focus()
