"""One choice of several, each with its key; made with that key, with the arrows, or with a click."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from synthdial.tui.widgets.glyphs import UNICODE, Glyphs, glyphs_for
from synthdial.tui.widgets.line_pane import Line, LinePane, wrapped


class Choices(LinePane, can_focus=True, inherit_bindings=False):
    """A question and its answers, one a line.

    Parameters
    ----------
    question : str
        Above the answers; may be empty.
    answers : sequence of (str, str)
        Key and words of each. The keys are for the screen to bind.
    chosen : int or None
        Which is chosen at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    chosen: reactive[int | None] = reactive(None)

    def __init__(
        self, question: str, answers: Sequence[tuple[str, str]], chosen: int | None, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._question, self._answers = question, answers
        self.glyphs: Glyphs = UNICODE
        self.set_reactive(Choices.chosen, chosen)

    def ask(self, question: str, answers: Sequence[tuple[str, str]]) -> None:
        """Ask in other words."""
        self._question, self._answers = question, answers
        self.lay_out_again()

    def on_mount(self) -> None:
        """Know the signs that the terminal can show."""
        self.glyphs = glyphs_for(self.app)

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """The question, then the answers."""
        lines = [Line((("", row),)) for row in wrapped(self._question, width)] if self._question else []
        for place, (key, words) in enumerate(self._answers):
            here = place == self.chosen
            sign = self.glyphs.chosen if here else self.glyphs.open
            rows = wrapped(words, width - 6)
            style = "chosen" if here else ""
            pieces = ((style, f" {sign} "), ("strong", f"{key} "), (style, rows[0]))
            lines.append(Line(pieces, place, here))
            lines += [Line(((style, " " * 5 + row),), place, here) for row in rows[1:]]
        return lines

    def laid_out(self) -> None:
        """Take the room that the lines need."""
        self.styles.height = len(self.lines)

    def watch_chosen(self) -> None:
        """Show what is chosen."""
        self.lay_out_again()

    def action_step(self, by: int) -> None:
        """Choose the next answer or the one before."""
        if self.chosen is None:
            self.chosen = 0 if by > 0 else len(self._answers) - 1
        else:
            self.chosen = max(0, min(self.chosen + by, len(self._answers) - 1))

    def on_line_pane_clicked(self, event: LinePane.Clicked) -> None:
        """Choose what was clicked on."""
        event.stop()
        if isinstance(event.meaning, int):
            self.chosen = event.meaning
