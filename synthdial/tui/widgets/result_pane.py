"""A pane that shows one part of the results, and scrolls."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from synthdial.language import mark
from synthdial.tui.widgets.line_pane import Line, LinePane

Part = Callable[[int], list[Line]]
"""Tells a part of the results in lines of so many cells."""


class ResultPane(LinePane, can_focus=True, inherit_bindings=False):
    """Lines that are told by a `Part`."""

    DOMAIN = "review"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_by(1)", mark("Scroll"), key_display="↑ ↓"),
        Binding("up,k", "scroll_by(-1)", show=False),
        Binding("pagedown,space", "page_by(1)", show=False),
        Binding("pageup", "page_by(-1)", show=False),
        Binding("home,g", "scroll_home", show=False),
        Binding("end,G", "scroll_end", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._part: Part = lambda width: []

    def show(self, part: Part) -> None:
        """Show another part, from its beginning."""
        self._part = part
        self.lay_out_again()
        self.scroll_to(y=0, animate=False)

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """The part, for this width."""
        return self._part(width)

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=round(self.scroll_y) + lines, animate=False)

    def action_page_by(self, pages: int) -> None:
        """Scroll by what is in sight."""
        self.action_scroll_by(pages * max(self.container_size.height - 1, 1))
