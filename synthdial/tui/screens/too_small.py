"""What is shown while the terminal is too small; everything below it is as it was."""

from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widget import Widget

if TYPE_CHECKING:
    from synthdial.tui.app import SynthdialApp


class _Needed(Widget):
    def render(self) -> RenderResult:
        """What is needed and what there is."""
        from synthdial.tui.app import SMALLEST

        app = cast("SynthdialApp", self.app)
        text = app.say("Please make the window larger: {columns} × {lines} is needed, this is {width} × {height}.")
        size = app.size
        shown = text.format(columns=SMALLEST[0], lines=SMALLEST[1], width=size.width, height=size.height)
        return Text("\n\n".join((shown, app.say("Nothing is lost."))), justify="center")


class TooSmall(ModalScreen[None]):
    """Says what size is needed; the application takes it away when the terminal is large enough."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def compose(self) -> ComposeResult:
        """The one sentence."""
        yield _Needed()

    def on_resize(self) -> None:
        """Say the size of now."""
        self.query_one(_Needed).refresh()
