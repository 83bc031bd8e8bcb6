"""The conversation that is reviewed: who says what, the turn under the cursor, and what was said about each turn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.language import Say, mark
from synthdial.tui.widgets.flag_names import kind_name, severity_name
from synthdial.tui.widgets.glyphs import UNICODE, Glyphs
from synthdial.tui.widgets.line_pane import Line, LinePane, wrapped

if TYPE_CHECKING:
    from synthdial.review.state import Review

_LABEL = 11  # cells before the words: cursor, sign, label
_SPACIOUS = 36  # lines: from this height on, turns stand apart


class Conversation(LinePane, can_focus=True, inherit_bindings=False):
    """A dialogue with its flags, edits and comments, and a cursor on one turn.

    Parameters
    ----------
    say : callable
        Translates messages.
    """

    DOMAIN = "review"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", mark("Next turn, one before")),
        Binding("up,k", "move(-1)", mark("Next turn, one before")),
        Binding("pagedown,space", "page(1)", mark("Many turns on, or back")),
        Binding("pageup", "page(-1)", mark("Many turns on, or back")),
        Binding("home,g", "to(0)", mark("First turn, last turn")),
        Binding("end,G", "to(-1)", mark("First turn, last turn")),
    ]

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor is on another turn."""

    def __init__(self, say: Say, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs: Glyphs = UNICODE
        self._say = say
        self._dialogue = Dialogue("", ())
        self._review: Review | None = None
        self._originals: frozenset[int] = frozenset()
        self._places: list[tuple[int, int]] = []  # of each turn, its first line and how many it has

    def show(self, dialogue: Dialogue, review: "Review", cursor: int = 0) -> None:
        """Show another dialogue."""
        self._dialogue, self._review, self._originals = dialogue, review, frozenset()
        self.scroll_to(y=0, animate=False)
        self.set_reactive(Conversation.cursor, max(0, min(cursor, len(dialogue.turns) - 1)))
        self.lay_out_again()

    def update_review(self, review: "Review") -> None:
        """Show what was said of the same dialogue since."""
        self._review = review
        self.lay_out_again()

    def toggle_original(self) -> None:
        """Show the original of the turn under the cursor beside its edit, or no longer."""
        self._originals ^= {self.cursor}
        self.lay_out_again()

    def relabel(self) -> None:
        """Name the speakers in the language of now."""
        self.lay_out_again()

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """All turns, and what was said of each below it."""
        lines: list[Line] = []
        self._places = []
        apart = height >= _SPACIOUS
        for number, turn in enumerate(self._dialogue.turns):
            if apart and number:
                lines.append(Line())
            own = self._turn_lines(number, turn, width)
            self._places.append((len(lines), len(own)))
            lines += own
        comment = self._review.comments.get(None) if self._review else None
        if comment:
            said = f"{self._say('On the whole conversation')}: {comment}"
            lines += [Line(), *self._notes(self.glyphs.comment, "note", said, width, None)]
        return lines

    def _turn_lines(self, number: int, turn: Turn, width: int) -> list[Line]:
        here = number == self.cursor
        doctor = turn.speaker is Speaker.DOCTOR
        style = "doctor" if doctor else "patient"
        sign = self.glyphs.doctor if doctor else self.glyphs.patient
        label = self._say("Doctor") if doctor else self._say("Patient")
        edit = self._review.edits.get(number) if self._review else None
        text = wrapped(edit.text if edit else turn.text, width - _LABEL)
        first = (("strong", self.glyphs.cursor if here else " "), (style, f"{sign} {label}".ljust(_LABEL - 1)))
        lines = [Line((*first, ("", text[0])), number, here)]
        along = self.glyphs.along if here else " "
        lines += [Line((("strong", along), ("", " " * (_LABEL - 1) + rest)), number, here) for rest in text[1:]]
        if self._review is None:
            return lines
        if edit:
            if number in self._originals:
                said = f"{self._say('Original')}: {turn.text}"
            else:
                said = self._say("Edited (o: original)")
            lines += self._notes(self.glyphs.edit, "note", said, width, number)
        for flag in self._review.flags.values():
            if flag.turn == number:
                said = f"{kind_name(flag.kind, self._say)}, {severity_name(flag.severity, self._say)}"
                style = "critical" if flag.severity == "critical" else "flag"
                note = f": {flag.note}" if flag.note else ""
                lines += self._notes(self.glyphs.flag, style, said + note, width, number)
        if comment := self._review.comments.get(number):
            lines += self._notes(self.glyphs.comment, "note", comment, width, number)
        return lines

    def _notes(self, sign: str, style: str, text: str, width: int, number: int | None) -> list[Line]:
        indent = _LABEL - 2 if number is not None else 1
        rows = wrapped(text, width - indent - 2)
        signs = [sign] + [" "] * (len(rows) - 1)
        marked = number is not None and number == self.cursor
        first = self.glyphs.along if marked else " "
        return [
            Line((("strong", first), ("", " " * (indent - 1)), (style, f"{shown} {row}")), number, marked)
            for shown, row in zip(signs, rows, strict=True)
        ]

    def laid_out(self) -> None:
        """Keep the turn under the cursor in sight."""
        if self._places:
            self.show_lines(*self._places[self.cursor])

    def watch_cursor(self) -> None:
        """Mark the turn, and scroll to it."""
        self.lay_out_again()
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """To the next turn or the one before; through a turn that is longer than the pane, a few lines at a time."""
        if not self._places:
            return
        first, count = self._places[self.cursor]
        height, top = self.container_size.height, round(self.scroll_y)
        if by > 0 and first + count > top + height:
            self.scroll_to(y=min(top + height // 2, first + count - height), animate=False)
        elif by < 0 and first < top:
            self.scroll_to(y=max(top - height // 2, first), animate=False)
        else:
            self.action_to(max(self.cursor + by, 0))

    def action_page(self, by: int) -> None:
        """To the turn that is a pane's height away."""
        if not self._places:
            return
        wanted = self._places[self.cursor][0] + by * max(self.container_size.height - 1, 1)
        reached = [number for number, (first, _) in enumerate(self._places) if first <= wanted]
        self.action_to(max(reached, default=0))

    def action_to(self, number: int) -> None:
        """To a turn, counted from 0, or from -1 backwards."""
        count = len(self._dialogue.turns)
        if count:
            self.cursor = max(0, min(number if number >= 0 else count + number, count - 1))
