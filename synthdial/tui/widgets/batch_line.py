"""One line about the batch that runs, on every screen."""

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.widget import Widget

from synthdial.tui.spoken import batch_summary

if TYPE_CHECKING:
    from synthdial.tui.app import SynthdialApp


class BatchLine(Widget):
    """How far the batch is; not there where none runs."""

    def on_mount(self) -> None:
        """Follow the batch."""
        cast("SynthdialApp", self.app).batch_changed.subscribe(self, lambda _: self._follow())
        self.relabel()

    def _follow(self) -> None:
        if self.screen.is_current:  # the others look again when they are shown
            self.relabel()

    def relabel(self) -> None:
        """Show where it is, in the language of now."""
        batch = cast("SynthdialApp", self.app).batch
        running = batch is not None and batch.running
        if self.display != running:
            self.display = running
        self.refresh()

    def render(self) -> Text:
        """The line, shortened where it is too long."""
        app = cast("SynthdialApp", self.app)
        if app.batch is None:
            return Text()
        text = Text(f" {batch_summary(app.batch, app.say)}", no_wrap=True, overflow="ellipsis")
        text.truncate(self.size.width, overflow="ellipsis")
        return text
