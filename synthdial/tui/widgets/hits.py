"""What a search found: where, and the words round it."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.reactive import reactive

from synthdial.outgoing import printable
from synthdial.tui.widgets.glyphs import UNICODE, Glyphs, glyphs_for
from synthdial.tui.widgets.line_pane import Line, LinePane, shortened


@dataclass(frozen=True)
class Hit:
    """One place: where it is in words, the text that stands there, and what was searched for."""

    where: str
    text: str
    wanted: str

    def around(self, width: int) -> str:
        """The text, from a little before what was searched for, in at most `width` cells."""
        text = " ".join(printable(self.text).split())
        at = text.casefold().find(self.wanted.casefold())
        hidden = min(at - width // 3, len(text) - width + 2)  # characters, as few as will do
        start = 0
        if hidden > 0:
            space = text.find(" ", hidden, at)
            start = hidden if space < 0 else space + 1
        return shortened(("… " if start else "") + text[start:], width)


class Hits(LinePane):
    """Hits, two lines each, one of them chosen."""

    chosen: reactive[int] = reactive(0)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs: Glyphs = UNICODE
        self._hits: Sequence[Hit] = ()

    def on_mount(self) -> None:
        """Know the signs that the terminal can show."""
        self.glyphs = glyphs_for(self.app)

    def show(self, hits: Sequence[Hit]) -> None:
        """Show what was found."""
        self._hits = hits
        self.set_reactive(Hits.chosen, 0)
        self.scroll_to(y=0, animate=False)
        self.lay_out_again()

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """Two lines a hit."""
        lines = []
        for number, hit in enumerate(self._hits):
            here = number == self.chosen
            sign = self.glyphs.cursor if here else " "
            lines.append(Line((("strong", f"{sign} "), ("quiet", shortened(hit.where, width - 2))), number, here))
            lines.append(Line((("", f"  {hit.around(width - 2)}"),), number, here))
        return lines

    def laid_out(self) -> None:
        """Keep the chosen hit in sight."""
        if self._hits:
            self.show_lines(2 * self.chosen, 2)

    def watch_chosen(self) -> None:
        """Mark it."""
        self.lay_out_again()

    def step(self, by: int) -> None:
        """Choose the next hit or one before."""
        self.chosen = max(0, min(self.chosen + by, len(self._hits) - 1))
