"""Asks for a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from synthdial.language import mark
from synthdial.tui.screens.page import Dialog
from synthdial.tui.widgets.phrase import Phrase

Refusal = tuple[str, Mapping[str, Any]]
"""Why a file will not do: a message, and what stands in its places."""


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
        The file shall not be there yet.
    value : str
        What stands in the field at first.

    ``ENDING`` is added to a name without one that shall not be there yet.
    """

    ENDING: ClassVar[str] = ".study"

    def __init__(self, heading: str, label: str, *, new: bool = False, value: str = "") -> None:
        self.HEADING = heading  # type: ignore[misc]
        super().__init__()
        self._label, self._new, self._value = label, new, value

    def compose_body(self) -> ComposeResult:
        """The question, the field, and room for what is wrong."""
        yield Phrase(self._label)
        yield _Field(self._value, id="path")
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
        path = self.completed(path)
        if not path.parent.is_dir():
            remark.phrase(mark("There is no folder {folder}."), folder=path.parent)
        elif refused := self.refusal(path):
            remark.phrase(refused[0], **refused[1])
        else:
            self.dismiss(path)

    def completed(self, path: Path) -> Path:
        """The path with the ending that is expected, where it has none."""
        return path.with_suffix(self.ENDING) if self._new and path.name and not path.suffix else path

    def refusal(self, path: Path) -> Refusal | None:
        """Why the file will not do; None where it does."""
        if self._new and path.exists():
            return mark("{name} is there already: open it in place of a new one."), {"name": path.name}
        if not self._new and not path.is_file():
            return mark("There is no file {name}."), {"name": path}
        return None
