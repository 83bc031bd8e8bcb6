"""Asks for a file."""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from synthdial.language import mark
from synthdial.tui.screens.page import Dialog
from synthdial.tui.widgets.phrase import Phrase


class _Field(Input):
    # the field itself takes Enter, after all that was typed before; here it says so
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", mark("Go on"))]


class PathScreen(Dialog[Path]):
    """A box with a field for the name of a file.

    Parameters
    ----------
    heading, label : str
        What it is about, and what is asked; messages.
    new : bool
        The file shall not be there yet; ``.study`` is added where the name has no ending.
    """

    def __init__(self, heading: str, label: str, *, new: bool = False) -> None:
        self.HEADING = heading  # type: ignore[misc]
        super().__init__()
        self._label, self._new = label, new

    def compose_body(self) -> ComposeResult:
        """The question, the field, and room for what is wrong."""
        yield Phrase(self._label)
        yield _Field(id="path")
        yield Phrase("", id="remark")

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self) -> None:
        """Enter in the field."""
        self._take()

    def _take(self) -> None:
        """Take the file, if it will do."""
        remark, value = self.query_one("#remark", Phrase), self.query_one(Input).value.strip()
        if not value:
            remark.phrase(mark("Give a name."))
            return
        path = Path(value).expanduser()
        if self._new and not path.suffix:
            path = path.with_suffix(".study")
        if not path.parent.is_dir():
            remark.phrase(mark("There is no folder {folder}."), folder=path.parent)
        elif self._new and path.exists():
            remark.phrase(mark("{name} is there already: open it in place of a new one."), name=path.name)
        elif not self._new and not path.is_file():
            remark.phrase(mark("There is no file {name}."), name=path)
        else:
            self.dismiss(path)
