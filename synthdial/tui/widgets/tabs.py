"""Names of parts of a screen on one line, each with its number key; the current one is marked."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from synthdial.language import Say
from synthdial.tui.widgets.bar import Bar


class TabLine(Bar):
    """The parts.

    Parameters
    ----------
    names : sequence of str
        What they are called, messages.
    say : callable
        Translates messages.
    """

    current: reactive[int] = reactive(0)

    class Chosen(Message):
        """A part was clicked on; its place, from 0."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, names: Sequence[str], say: Say, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names, self._say = names, say

    def relabel(self) -> None:
        """Name them in the language of now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """All names."""
        base, width = self.rich_style, self.size.width
        if y:
            return Strip.blank(width, base)
        segments = []
        for place, name in enumerate(self._names):
            here = place == self.current
            style = base + self.get_component_rich_style(
                "line-pane--badge" if here else "line-pane--quiet", partial=True
            )
            click = Style(meta={"@click": f"choose({place})"})
            text = f"[{place + 1} {self._say(name)}]" if here else f" {place + 1} {self._say(name)} "
            segments.append(Segment(text, style + click))
        return Strip(segments).adjust_cell_length(width, base)

    def action_choose(self, place: int) -> None:
        """Tell which was clicked on."""
        self.post_message(self.Chosen(place))
