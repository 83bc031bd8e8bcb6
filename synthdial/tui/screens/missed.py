"""Asks what was missed: the kind of some words of a reference."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.language import mark
from synthdial.tui.screens.asking import plain
from synthdial.tui.screens.page import Dialog
from synthdial.tui.widgets.choices import Choices
from synthdial.tui.widgets.kind_names import KINDS, identifier_name
from synthdial.tui.widgets.line_pane import shortened
from synthdial.tui.widgets.phrase import Phrase

_KEYS = "123456789abc"


class MissedScreen(Dialog[str]):
    """A box with the kinds of identifiers; its result is the one that was chosen.

    Parameters
    ----------
    words : str
        What was missed.
    """

    HEADING = mark("Mark what was missed")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "mark", mark("Mark")),
        *(Binding(key, f"kind({place})", show=False) for place, key in enumerate(_KEYS)),
    ]

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose_body(self) -> ComposeResult:
        """The words, and the kinds."""
        yield plain(shortened(" ".join(self._words.split()), 58), id="words")
        yield Choices("", [], 0, id="kind")
        yield Phrase(mark("Replaced wherever it stands, in all references of this study."), classes="faint")

    def on_mount(self) -> None:
        """Name the kinds."""
        self.relabel()
        self.query_one(Choices).focus()

    def relabel(self) -> None:
        """Name the kinds in the language of now."""
        super().relabel()
        told = [(key, identifier_name(kind, self.say)) for key, kind in zip(_KEYS, KINDS, strict=True)]
        self.query_one(Choices).ask("", told)

    def action_kind(self, place: int) -> None:
        """Choose a kind."""
        self.query_one(Choices).chosen = place

    def action_mark(self) -> None:
        """Mark it as what was chosen."""
        self.dismiss(list(KINDS)[self.query_one(Choices).chosen or 0])
