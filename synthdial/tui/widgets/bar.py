"""A bar of one line: something at its left, something at its right, and nothing beyond its end."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from synthdial.language import Say
from synthdial.outgoing import printable
from synthdial.tui.widgets.line_pane import STYLES

_PRESSED = {"Tab": "tab", "Enter": "enter", "Esc": "escape", "/": "slash", "?": "question_mark"}

Piece = tuple[str, str] | tuple[str, str, str]
"""Style, one of `synthdial.tui.widgets.line_pane.STYLES` or empty; text; and the key that a click on it presses."""

Pieces = Sequence[Piece]


class Bar(Widget, can_focus=False):
    """One line of text; what does not fit at the left is cut off, since the right matters more."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line-pane--{name}" for name in STYLES}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: Pieces = ()
        self._right: Pieces = ()

    def show(self, left: Pieces, right: Pieces = ()) -> None:
        """Show something else."""
        self._left, self._right = left, right
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width, base = self.size.width, self.rich_style
        if y:
            return Strip.blank(width, base)
        right = self._strip(self._right)
        left = self._strip(self._left).adjust_cell_length(max(width - right.cell_length, 0), base)
        return Strip.join([left, right]).adjust_cell_length(width, base)

    def _strip(self, pieces: Pieces) -> Strip:
        return Strip([self._segment(*piece) for piece in pieces])

    def _segment(self, style: str, text: str, key: str = "") -> Segment:
        shown = self.rich_style
        if style:
            shown += self.get_component_rich_style(f"line-pane--{style}", partial=True)
        if key:
            shown += Style(meta={"@click": f"app.press({key!r})"})
        return Segment(printable(text), shown)


class KeyLine(Bar):
    """The keys that can be pressed: as many as fit, in the order of their use, and always how to see them all.

    Parameters
    ----------
    keys : sequence of (str, str)
        Keys, and messages that say what they do.
    more : (str, str)
        The key that shows them all.
    say : callable
        Translates messages.
    """

    def __init__(
        self, keys: Sequence[tuple[str, str]], more: tuple[str, str], say: Say, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._keys, self._more, self._say = keys, more, say

    def relabel(self) -> None:
        """Say what they do in the language of now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """As many keys as fit."""
        more = self._key(*self._more)
        room = self.size.width - self._strip(more).cell_length
        pieces: list[Piece] = []
        for key, words in self._keys:
            longer = [*pieces, *self._key(key, words)]
            if self._strip(longer).cell_length > room:
                break
            pieces = longer
        self._left, self._right = pieces, more
        return super().render_line(y)

    def _key(self, key: str, words: str) -> list[Piece]:
        names = key.split()
        pressed = [_PRESSED.get(name, name if len(name) == 1 else "") for name in names]
        pieces: list[Piece] = [("key", f" {name}", press) for name, press in zip(names, pressed, strict=True)]
        return [*pieces, ("", f" {self._say(words)} ", pressed[0] if len(names) == 1 else "")]
