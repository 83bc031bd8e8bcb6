"""What all screens have: the frame, the language, help, and the way back."""

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen, Screen

from synthdial.language import mark
from synthdial.tui.widgets.batch_line import BatchLine
from synthdial.tui.widgets.frame import KeyLine, TopBar

if TYPE_CHECKING:
    from synthdial.errors import SynthdialError
    from synthdial.tui.app import SynthdialApp

Result = TypeVar("Result")


class _Speaks(Screen[Result]):
    """A screen that speaks the reader's language."""

    DOMAIN: ClassVar[str] = "tui"

    @property
    def workbench(self) -> "SynthdialApp":
        """The application."""
        return cast("SynthdialApp", self.app)

    def say(self, text: str) -> str:
        """A message of this screen's domain in the language of now."""
        return self.workbench.say(text, self.DOMAIN)

    def problem(self, error: "SynthdialError") -> None:
        """Show what is wrong and what to do, over the screen."""
        self.workbench.problem(error)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close the screen with a result; once, though a key may be pressed twice, and never one that is over it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def relabel(self) -> None:
        """Called when the language has changed, after every widget that has a ``relabel`` of its own."""


class Page(_Speaks[Result]):
    """A screen with the bar above and the keys below; what is between comes from `compose_body`.

    ``HEADING`` is its name, ``HELP`` a text for the help screen, ``DOMAIN`` the catalogue of both and of the
    descriptions of its keys. All are messages: marked with `synthdial.language.mark` where they are written.
    """

    HEADING: ClassVar[str] = ""
    HELP: ClassVar[str] = ""
    _why: "SynthdialError | None" = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", mark("Back"))]

    def compose(self) -> ComposeResult:
        """The frame and what is in it."""
        yield TopBar(self.HEADING, self.DOMAIN)
        with Container(id="body"):
            yield from self.compose_body()
        yield BatchLine()
        yield KeyLine()

    def compose_body(self) -> ComposeResult:
        """What the screen shows."""
        yield from ()

    def on_screen_resume(self) -> None:
        """The batch got on while another screen was shown, or this one failed."""
        self.query_one(BatchLine).relabel()
        if self._why is not None:
            self.fail(self._why)

    def fail(self, error: "SynthdialError") -> None:
        """Go back and say why; where another screen is over this one, once that is closed."""
        self._why = error
        if self.is_active:
            workbench = self.workbench
            self.dismiss()
            workbench.problem(error)

    def say_about(self, about: str, aside: str = "") -> None:
        """Show in the bar above what the screen is about, and something that is short at the right."""
        self.query_one(TopBar).say_about(about, aside)

    def action_back(self) -> None:
        """Go back to the screen before."""
        self.dismiss()


class Dialog(_Speaks[Result], ModalScreen[Result]):
    """A box over a screen; what is in it comes from `compose_body`. Escape closes it without a result."""

    HEADING: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", mark("Cancel"))]

    def compose(self) -> ComposeResult:
        """The box, with its keys."""
        with Container(id="dialog") as box:
            box.border_title = self.say(self.HEADING)
            yield from self.compose_body()
            yield KeyLine()

    def compose_body(self) -> ComposeResult:
        """What the box shows."""
        yield from ()

    def relabel(self) -> None:
        """Name the box in the language of now."""
        self.query_one("#dialog").border_title = self.say(self.HEADING)

    def action_cancel(self) -> None:
        """Close the box."""
        self.dismiss(None)
