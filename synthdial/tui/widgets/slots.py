"""The dialogues that are being written: one pane for each, or one of them large."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from synthdial.dialogue import Speaker, Turn
from synthdial.tui.widgets.line_pane import STYLES, wrapped

if TYPE_CHECKING:
    from synthdial.tui.app import SynthdialApp

_NARROWEST = 19  # cells of a pane


class Slots(Widget, can_focus=True):
    """Draws the end of each dialogue, as much as there is room for; only what is seen is laid out."""

    COMPONENT_CLASSES = {f"line-pane--{name}" for name in STYLES}  # noqa: RUF012

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._open: Mapping[str, Sequence[Turn]] = {}
        self.large = False
        self._at = 0

    def show(self, dialogues: Mapping[str, Sequence[Turn]]) -> None:
        """Show how far they are."""
        self._open = dialogues
        self.refresh()

    def toggle(self) -> None:
        """One large, or all."""
        self.large = not self.large
        self.refresh()

    def turn(self) -> None:
        """The next one large."""
        self.large = True
        self._at += 1
        self.refresh()

    def render_lines(self, crop: object) -> list[Strip]:
        """All panes, laid out anew: the batch changes a few times a second, and each pane is a few lines."""
        self._panes = self._lay_out(self.size.width, self.size.height)
        return super().render_lines(crop)  # type: ignore[arg-type]

    def render_line(self, y: int) -> Strip:
        """One line through all panes of a row."""
        return self._panes[y] if y < len(self._panes) else Strip.blank(self.size.width, self.rich_style)

    def _lay_out(self, width: int, height: int) -> list[Strip]:
        keys = sorted(self._open)
        if not keys or not width:
            return []
        if self.large:
            key = keys[self._at % len(keys)]
            return self._pane(key, width, height)
        columns = max(1, min(math.ceil(math.sqrt(len(keys))), (width + 1) // (_NARROWEST + 1)))
        rows = math.ceil(len(keys) / columns)
        each, high = (width - columns + 1) // columns, max(2, height // rows)
        gap = Strip.blank(1, self.rich_style)
        lines: list[Strip] = []
        for first in range(0, len(keys), columns):
            panes = [self._pane(key, each, high) for key in keys[first : first + columns]]
            for y in range(high):
                strips = [strip for pane in panes for strip in (pane[y], gap)][:-1]
                lines.append(Strip.join(strips).adjust_cell_length(width, self.rich_style))
        return lines[:height]

    def _pane(self, key: str, width: int, height: int) -> list[Strip]:
        """The title of a dialogue, and the last lines of it that fit."""
        turns = self._open[key]
        words = sum(turn.words for turn in turns)
        title = f" {key.rpartition('-')[2]}  {self._length(len(turns), words, width)}"
        lines = [Strip([Segment(title, self._style("badge"))]).adjust_cell_length(width, self._style("badge"))]
        body: list[Strip] = []
        for turn in reversed(turns):
            name = "doctor" if turn.speaker is Speaker.DOCTOR else "patient"
            label = f"{str(turn.speaker)[0]}: " if width < 40 else f"{turn.speaker}: "
            first, *rest = wrapped(label + turn.text, width - 1)
            margin = Segment(" ", self.rich_style)
            shown = [Strip([margin, Segment(label, self._style(name)), Segment(first[len(label) :], self.rich_style)])]
            shown += [Strip([margin, Segment(row, self.rich_style)]) for row in rest]
            body = shown + body
            if len(body) >= height - 1:
                break
        room = height - 1
        body = body[-room:] if room else []
        lines += [strip.adjust_cell_length(width, self.rich_style) for strip in body]
        lines += [Strip.blank(width, self.rich_style)] * (height - len(lines))
        return lines

    def _length(self, turns: int, words: int, width: int) -> str:
        say = cast("SynthdialApp", self.app).say
        text = say("{turns} turns, {words} words") if width > 34 else say("{turns} t, {words} w")
        return text.format(turns=turns, words=words)

    def relabel(self) -> None:
        """Speak the language of now."""
        self.refresh()

    def _style(self, name: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"line-pane--{name}", partial=True)
