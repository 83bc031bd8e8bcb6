"""A pane of lines that are drawn as they are scrolled to, so that a long conversation is as quick as a short one."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from synthdial.language import Say
from synthdial.outgoing import printable


@dataclass(frozen=True)
class Line:
    """One line of a pane.

    Attributes
    ----------
    pieces : tuple of (str, str)
        Style, one of `STYLES` or empty, and text, from left to right.
    meaning : hashable, optional
        What somebody means who clicks on it.
    marked : bool
        Whether it belongs to what the cursor is on.
    """

    pieces: tuple[tuple[str, str], ...] = ()
    meaning: Hashable = None
    marked: bool = False


STYLES = (
    "doctor", "patient", "quiet", "strong", "flag", "critical", "chosen", "note", "key", "badge",
    "title", "plot", "plus", "minus", "marked", "found",
)  # fmt: skip
"""Names of styles; ``line-pane--NAME`` in a style sheet."""


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` cells, broken between words, or inside one that is longer; at least one line.

    Whatever a terminal would obey is made visible.
    """
    shown = printable(text).replace("\t", " ")
    return [line.plain.rstrip() for line in Content(shown).wrap(max(width, 4), overflow="fold")] or [""]


def shortened(text: str, width: int) -> str:
    """A text in at most `width` cells, with a sign where something is left out."""
    return Content(text).truncate(max(width, 1), ellipsis=True).plain


class LinePane(ScrollView, can_focus=False):
    """Lines, laid out anew whenever the pane's width changes.

    A pane that extends this one says in `lay_out` what its lines are.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line-pane--{name}" for name in STYLES}

    class Clicked(Message):
        """Somebody clicked on a line that means something."""

        def __init__(self, pane: "LinePane", meaning: Hashable) -> None:
            super().__init__()
            self.pane = pane
            self.meaning = meaning

        @property
        def control(self) -> "LinePane":
            """The pane that was clicked on."""
            return self.pane

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self._laid_out_at = Size(0, 0)

    @property
    def lines(self) -> Sequence[Line]:
        """All lines, those that are scrolled away too."""
        return self._lines

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """The lines of a pane that is so many cells wide and high."""
        raise NotImplementedError

    def laid_out(self) -> None:
        """Called when the lines are new; to scroll to what must be seen."""

    def lay_out_again(self) -> None:
        """Lay out again: what is shown has changed."""
        size = self._room()
        if not size.width:
            return
        self._laid_out_at = size
        self._lines = self.lay_out(size.width, size.height)
        self.virtual_size = Size(size.width, len(self._lines))
        self.laid_out()
        self.refresh()

    def _room(self) -> Size:
        # a scroll bar's column is always kept free: else lines would be wrapped anew when it comes and goes
        size = self.container_size
        return Size(max(size.width - self.styles.scrollbar_size_vertical, 0), size.height)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the lines for the new width."""
        if self._room() != self._laid_out_at:
            self.lay_out_again()

    def show_lines(self, first: int, count: int) -> None:
        """Scroll until these lines are in sight; of more than there is room for, until some are."""
        height = self.container_size.height
        top = round(self.scroll_y)
        if count >= height and first < top + height and top < first + count:
            return
        if first < top or count >= height:
            self.scroll_to(y=first, animate=False)
        elif first + count > top + height:
            self.scroll_to(y=first + count - height, animate=False)

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight, counted from its top."""
        width = self.size.width
        row = y + round(self.scroll_y)
        base = self.rich_style
        if row >= len(self._lines):
            return Strip.blank(width, base)
        line = self._lines[row]
        if line.marked:
            base += self.get_component_rich_style("line-pane--marked", partial=True)
        segments = [
            Segment(text, base + self.get_component_rich_style(f"line-pane--{style}", partial=True) if style else base)
            for style, text in line.pieces
        ]
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Say what was clicked on."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = offset.y + round(self.scroll_y)
        if row < len(self._lines) and self._lines[row].meaning is not None:
            self.post_message(self.Clicked(self, self._lines[row].meaning))


class ReadPane(LinePane, can_focus=True):
    """Lines to read, scrolled by the keys of a reader.

    Parameters
    ----------
    say : callable
        Translates messages.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", show=False),
        Binding("up,k", "scroll_up", show=False),
        Binding("pagedown,space", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("home,g", "scroll_home", show=False),
        Binding("end,G", "scroll_end", show=False),
    ]

    def __init__(self, say: Say, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._say = say

    def relabel(self) -> None:
        """Speak the language of now."""
        self.lay_out_again()
