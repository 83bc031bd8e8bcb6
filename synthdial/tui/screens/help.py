"""What a screen is for and what its keys do."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from synthdial.language import mark
from synthdial.tui.screens.page import Dialog


class HelpScreen(Dialog[None]):
    """Explains a screen; its keys are those that it has now.

    Parameters
    ----------
    about : Screen
        The screen that is explained.
    """

    HEADING = mark("Help")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", mark("Close"))]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._about = about
        self._keys = [
            (node, binding)
            for node, binding, _, _ in about.active_bindings.values()
            if binding.description and (binding.show or node is about.app)
        ]

    def compose_body(self) -> ComposeResult:
        """The text of the screen, and its keys."""
        with VerticalScroll():
            yield Static(id="text", markup=False)
            yield Static(id="keys")

    def on_mount(self) -> None:
        """Fill in the texts."""
        self.relabel()
        self.query_one(VerticalScroll).focus()

    def relabel(self) -> None:
        """Explain it in the language of now."""
        super().relabel()
        self.query_one("#text", Static).update(self.workbench.say_of(self._about, getattr(self._about, "HELP", "")))
        table = Table.grid(padding=(0, 2))
        shown: dict[str, list[str]] = {}
        for node, binding in self._keys:
            label = self.workbench.say_of(node, binding.description)
            shown.setdefault(label, []).append(self.app.get_key_display(binding))
        for label, keys in shown.items():
            table.add_row(Text(" ".join(dict.fromkeys(keys)), style="bold"), Text(label))
        self.query_one("#keys", Static).update(table)
