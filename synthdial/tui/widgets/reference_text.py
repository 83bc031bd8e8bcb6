"""A reference with what was found in it, and a cursor on its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from synthdial.dialogue import Speaker, Turn
from synthdial.language import Say, mark
from synthdial.outgoing import printable
from synthdial.tui.widgets.glyphs import UNICODE, Glyphs, glyphs_for
from synthdial.tui.widgets.line_pane import Line, LinePane

_LABEL = 11
_WORDS = re.compile(r"\S+")


@dataclass(frozen=True)
class Stretch:
    """A stretch of a turn: its place, where it begins, and where it ends; ``end`` is not part of it."""

    turn: int
    start: int
    end: int


def line_ranges(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of a text begin and end that is broken between words, or inside one that is longer.

    Parameters
    ----------
    text : str
        Any text.
    width : int
        Cells of a line.

    Returns
    -------
    list of (int, int)
        Characters; the blanks between two lines belong to none. At least one line.

    Examples
    --------
    >>> line_ranges("een twee drie", 8)
    [(0, 8), (9, 13)]
    """
    lines: list[tuple[int, int]] = []
    first = last = used = 0
    for found in _WORDS.finditer(text):
        at, end = found.span()
        gap = cell_len(_shown(text[last:at])) if used else 0
        wide = cell_len(_shown(text[at : at + width + 1])) if end - at > width else cell_len(_shown(found.group()))
        if used and used + gap + wide > width:
            lines.append((first, last))
            used = gap = 0
        if not used:
            first = at
        while end - at > width or cell_len(_shown(text[at:end])) > width:
            cut = at + 1
            while cell_len(_shown(text[at : cut + 1])) <= width:
                cut += 1
            lines.append((at, cut))
            first = at = cut
        used += gap + cell_len(_shown(text[at:end]))
        last = end
    if used or not lines:
        lines.append((first, last))
    return lines


def _shown(text: str) -> str:
    return printable(text).replace("\n", " ").replace("\t", " ")


class ReferenceText(LinePane, can_focus=True, inherit_bindings=False):
    """Turns with stretches that are marked, and a cursor on one word or several.

    Parameters
    ----------
    say : callable
        Translates messages.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
        Binding("shift+right,plus", "stretch(1)", mark("More, fewer"), key_display="+ -"),
        Binding("shift+left,minus", "stretch(-1)", mark("More, fewer"), show=False),
        Binding("down,j", "line(1)", show=False),
        Binding("up,k", "line(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home,g", "edge(0)", show=False),
        Binding("end,G", "edge(-1)", show=False),
    ]

    class Moved(Message):
        """The cursor is on something else."""

    def __init__(self, say: Say, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs: Glyphs = UNICODE
        self._say = say
        self._turns: Sequence[Turn] = ()
        self._found: dict[int, list[Stretch]] = {}
        self._words: list[Stretch] = []
        self._at = self._until = 0  # the words that the cursor goes from and to
        self._rows: list[Stretch] = []  # what of its turn each line shows
        self._cache: dict[int, list[Line]] = {}  # lines of turns that the cursor is not on
        self._cached_at = 0

    def on_mount(self) -> None:
        """Know the signs that the terminal can show."""
        self.glyphs = glyphs_for(self.app)

    @property
    def chosen(self) -> Stretch | None:
        """What the cursor is on; None where there is no word."""
        if not self._words:
            return None
        first, last = sorted((self._at, self._until))
        return Stretch(self._words[first].turn, self._words[first].start, self._words[last].end)

    @property
    def chosen_text(self) -> str:
        """The words that the cursor is on."""
        at = self.chosen
        return self._turns[at.turn].text[at.start : at.end] if at else ""

    def show(self, turns: Sequence[Turn], found: Sequence[Stretch], *, stay: bool = False) -> None:
        """Show turns; the cursor goes to the first word, or stays about where it was."""
        from synthdial.privacy.deidentify.words import words_of

        before = self._words[self._until] if stay and self._words else Stretch(0, 0, 0)
        self._turns, self._found = turns, {}
        for each in found:
            self._found.setdefault(each.turn, []).append(each)
        self._words = [
            Stretch(place, word.start, word.end) for place, turn in enumerate(turns) for word in words_of(turn.text)
        ]
        if stay:
            near = [place for place, word in enumerate(self._words) if (word.turn, word.start) <= _key(before)]
            self._at = self._until = max(near, default=0)
        else:
            self._at = self._until = 0
            self.scroll_to(y=0, animate=False)
        self._cache = {}
        self.lay_out_again()
        self.post_message(self.Moved())

    def relabel(self) -> None:
        """Name the speakers in the language of now."""
        self._cache = {}
        self.lay_out_again()

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """The turns, each from its label on; only the turn of the cursor is laid out anew."""
        if width != self._cached_at:
            self._cache, self._cached_at = {}, width
        at = self.chosen
        lines: list[Line] = []
        self._rows = []
        for place, turn in enumerate(self._turns):
            rows = line_ranges(turn.text, max(width - _LABEL - 1, 4))
            if at is not None and place == at.turn:
                own = self._turn_lines(place, turn, rows, at)
            else:
                own = self._cache.get(place) or self._turn_lines(place, turn, rows, None)
                self._cache[place] = own
            lines += own
            self._rows += [Stretch(place, *row) for row in rows]
        return lines

    def _turn_lines(self, place: int, turn: Turn, rows: list[tuple[int, int]], at: Stretch | None) -> list[Line]:
        doctor = turn.speaker is Speaker.DOCTOR
        style = "doctor" if doctor else "patient"
        sign = self.glyphs.doctor if doctor else self.glyphs.patient
        label = self._say(mark("Doctor")) if doctor else self._say(mark("Patient"))
        heads = [(style, f" {sign} {label}".ljust(_LABEL))] + [("", " " * _LABEL)] * (len(rows) - 1)
        return [
            Line((head, *self._pieces(place, turn.text, row, at)), Stretch(place, *row))
            for head, row in zip(heads, rows, strict=True)
        ]

    def _pieces(self, place: int, text: str, row: tuple[int, int], at: Stretch | None) -> list[tuple[str, str]]:
        start, end = row
        styled = [("found", each.start, each.end) for each in self._found.get(place, ())]
        if at is not None:
            styled.append(("badge", at.start, at.end))
        edges = {start, end, *(edge for _, *both in styled for edge in both if start < edge < end)}
        cuts = sorted(edges)
        return [
            (next((name for name, a, b in reversed(styled) if a <= one < b), ""), _shown(text[one:other]))
            for one, other in pairwise(cuts)
        ]

    def laid_out(self) -> None:
        """Keep the cursor in sight."""
        if self._words:
            self.show_lines(self._row_of(self._words[self._until]), 1)

    def _row_of(self, word: Stretch) -> int:
        return next(
            (y for y, row in enumerate(self._rows) if row.turn == word.turn and row.start <= word.start < row.end), 0
        )

    def _go(self, at: int) -> None:
        if self._words:
            self._at = self._until = max(0, min(at, len(self._words) - 1))
            self._moved()

    def _moved(self) -> None:
        self.lay_out_again()
        self.post_message(self.Moved())

    def action_step(self, by: int) -> None:
        """To the next word, or the one before."""
        self._go(self._until + by)

    def action_stretch(self, by: int) -> None:
        """Take one word more or one fewer, of the same turn."""
        until = self._until + by
        if 0 <= until < len(self._words) and self._words[until].turn == self._words[self._at].turn:
            self._until = until
            self._moved()

    def action_line(self, by: int) -> None:
        """To the line below or above, about as far in."""
        self._to_line(by)

    def action_page(self, by: int) -> None:
        """A pane's height on or back."""
        self._to_line(by * max(self.container_size.height - 1, 1))

    def action_edge(self, at: int) -> None:
        """To the first or the last word."""
        self._go(at % len(self._words) if self._words else 0)

    def go_to(self, place: Stretch) -> None:
        """To the first word of a stretch."""
        within = [
            at
            for at, word in enumerate(self._words)
            if word.turn == place.turn and place.start <= word.start < place.end
        ]
        if within:
            self._go(within[0])

    def _to_line(self, by: int) -> None:
        if not self._words:
            return
        word = self._words[self._until]
        y = self._row_of(word)
        in_line = word.start - self._rows[y].start
        wanted = max(0, min(y + by, len(self._rows) - 1))
        step = 1 if by > 0 else -1
        while 0 <= wanted < len(self._rows):
            row = self._rows[wanted]
            here = [
                (abs(each.start - row.start - in_line), at)
                for at, each in enumerate(self._words)
                if each.turn == row.turn and row.start <= each.start < row.end
            ]
            if here:
                self._go(min(here)[1])
                return
            wanted += step

    def on_line_pane_clicked(self, event: LinePane.Clicked) -> None:
        """Go to the line that was clicked on."""
        event.stop()
        if isinstance(event.meaning, Stretch):
            self.go_to(event.meaning)


def _key(word: Stretch) -> tuple[int, int]:
    return word.turn, word.start
