"""Text that is always in the language of the screen."""

from typing import TYPE_CHECKING, Any, cast

from textual.widgets import Static

from synthdial.outgoing import printable

if TYPE_CHECKING:
    from synthdial.tui.app import SynthdialApp


class Phrase(Static):
    """A message that changes with the language.

    Parameters
    ----------
    message : str
        The English text, which is the message's id; marked with `synthdial.language.mark` where it is written.
    domain : str
        The catalogue it stands in.
    **values : object
        Put into the places of the message that are named in braces.
    """

    def __init__(
        self, message: str, *, domain: str = "tui", id: str | None = None, classes: str | None = None, **values: Any
    ) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._message, self._domain, self._values = message, domain, values

    def on_mount(self) -> None:
        """Say it for the first time."""
        self.relabel()

    def phrase(self, message: str, **values: Any) -> None:
        """Say another message."""
        self._message, self._values = message, values
        if self.is_attached:
            self.relabel()

    def relabel(self) -> None:
        """Say it in the language of now."""
        text = cast("SynthdialApp", self.app).say(self._message, self._domain)
        self.update(printable(text.format(**self._values)) if self._values else text)
