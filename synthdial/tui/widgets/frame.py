"""What is round every screen: the bar above with its name, and the keys below."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from synthdial.outgoing import printable

if TYPE_CHECKING:
    from synthdial.tui.app import SynthdialApp

_NEEDED = ("help", "quit")


class TopBar(Widget):
    """One line: the program, the name of the screen, and what it is about.

    Parameters
    ----------
    heading : str
        The name of the screen, a message.
    domain : str
        The catalogue it stands in.
    """

    def __init__(self, heading: str, domain: str = "tui") -> None:
        super().__init__()
        self._heading, self._domain = heading, domain
        self.about = self.aside = ""

    def say_about(self, about: str, aside: str = "") -> None:
        """Show what the screen is about, such as the path of a study, and something that is short at the right."""
        self.about, self.aside = about, aside
        self.refresh()

    def relabel(self) -> None:
        """Show the name in the language of now."""
        self.refresh()

    def render(self) -> Text:
        """The line; of what is too long the end stays, which tells most of a path."""
        heading = cast("SynthdialApp", self.app).say(self._heading, self._domain)
        text = Text(" synthdial-edge", style="bold", no_wrap=True, end="")
        text.append(f"  {heading}", style="not bold")
        aside = f"  {printable(self.aside)} " if self.aside else " "
        room = self.size.width - text.cell_len - cell_len(aside) - 2
        about = printable(self.about)
        if cell_len(about) > room:
            about = "…" + about[len(about) - max(room - 1, 0) :]
        text.append(f"  {about}", style="not bold")
        text.append(" " * (self.size.width - text.cell_len - cell_len(aside)) + aside, style="not bold")
        text.truncate(self.size.width)
        return text


class KeyLine(Widget):
    """The keys that do something here, with what they do; on a second line where one is too short."""

    COMPONENT_CLASSES = {"keyline--key", "keyline--label", "keyline--off"}  # noqa: RUF012
    _GAP = 2

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.auto_links = False  # keys are no links: they have colours of their own
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def on_unmount(self) -> None:
        """Follow them no more."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _follow(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh(layout=True)

    def relabel(self) -> None:
        """Show the labels in the language of now."""
        self.refresh(layout=True)

    def shown_keys(self) -> Iterator[tuple[str, str, str, bool]]:
        """What each key is called, what it does, its name to Textual, and whether it does it now.

        In a field letters are text; other keys for what is always needed are shown then.
        """
        app = cast("SynthdialApp", self.app)
        active = list(self.screen.active_bindings.values())
        shown = {each.binding.action for each in active if each.binding.show}
        seen = set()
        for node, binding, enabled, _ in active:
            needed = binding.show or (binding.action in _NEEDED and binding.action not in shown)
            if needed and binding.action not in seen:
                seen.add(binding.action)
                yield app.get_key_display(binding), app.say_of(node, binding.description), binding.key, enabled

    def _lines(self, width: int) -> Iterator[list[tuple[str, str, str, bool]]]:
        line: list[tuple[str, str, str, bool]] = []
        used = 1
        for shown in self.shown_keys():
            length = cell_len(shown[0]) + 1 + cell_len(shown[1]) + self._GAP
            if line and used + length - self._GAP > width:
                yield line
                line, used = [], 1
            line.append(shown)
            used += length
        if line:
            yield line

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the keys take."""
        return max(1, sum(1 for _ in self._lines(width)))

    def render(self) -> Text:
        """The lines; a key can be clicked on."""
        text = Text(no_wrap=True)
        for number, line in enumerate(self._lines(self.size.width)):
            text.append("\n " if number else " ")
            for position, (key, label, name, enabled) in enumerate(line):
                click = Style(meta={"@click": f"app.press({name!r})"})
                which = "keyline--key" if enabled else "keyline--off"
                text.append(" " * self._GAP if position else "")
                text.append(key, self.get_component_rich_style(which) + click)
                which = "keyline--label" if enabled else "keyline--off"
                text.append(f" {label}", self.get_component_rich_style(which) + click)
        return text
