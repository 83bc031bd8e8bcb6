"""What reviewers said, shown before it goes into a prompt."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui.screens.page import Dialog
from synthdial.tui.widgets.flag_names import kind_name

if TYPE_CHECKING:
    from synthdial.prompt.choose import Exemplar
    from synthdial.review.lessons import Learned

_INDENT = (0, 0, 0, 2)


class LearnedScreen(Dialog[bool]):
    """Shows exemplars and instructions; the answer is whether the instructions are wanted, none where nothing is.

    Parameters
    ----------
    exemplars : tuple of Exemplar
        Those that stand in the prompt.
    learned : Learned or None
        Where the instructions come from.
    path : Path or None
        The study that they were learned from.
    """

    DOMAIN = "review"
    HEADING = mark("What reviewers said goes into the prompt")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer(True)", mark("Start")),
        Binding("x", "answer(False)", mark("Start without instructions")),
    ]

    def __init__(self, exemplars: "tuple[Exemplar, ...]", learned: "Learned | None", path: Path | None) -> None:
        super().__init__()
        self._exemplars, self._learned, self._path = exemplars, learned, path

    def compose_body(self) -> ComposeResult:
        """What there is."""
        with VerticalScroll():
            yield Static(id="learned", markup=False)

    def on_mount(self) -> None:
        """Show it."""
        self.relabel()
        self.query_one(VerticalScroll).focus()

    def relabel(self) -> None:
        """Show it in the language of now."""
        super().relabel()
        self.query_one("#learned", Static).update(Group(*self._examples(), *self._instructions()))

    def _examples(self) -> Iterator[RenderableType]:
        if self._exemplars:
            yield Text(self.say("In the prompt, in place of references:"), style="bold")
        for one in self._exemplars:
            told = self.say("{id}: score {score}, accepted by {accepted}, rejected by {rejected}").format(
                id=one.dialogue.id,
                score=self._figure(f"{one.score:.2f}"),
                accepted=one.accepted,
                rejected=one.rejected,
            )
            yield Padding(Text(printable(told)), _INDENT)
        if self._exemplars and self._learned is not None:
            yield ""

    def _instructions(self) -> Iterator[RenderableType]:
        if self._learned is None or self._path is None:
            return
        told = self.say("Flagged most in {name} ({count} rated); the model is told:")
        yield Text(printable(told.format(name=self._path.name, count=self._learned.rated)), style="bold")
        for lesson in self._learned.lessons:
            told = self.say("{kind}: {share} of what was flagged ({count} flags, {critical} critical)").format(
                kind=kind_name(lesson.kind, self.say),
                share=f"{lesson.share:.0%}",
                count=lesson.count,
                critical=lesson.critical,
            )
            yield Text(told)
            yield Padding(Text(lesson.sentences["nl"], style="italic"), _INDENT)
            if self.workbench.language != "nl":
                yield Padding(Text(f"({lesson.sentences[self.workbench.language]})"), _INDENT)
        yield ""
        if self._learned.other:
            told = self.say("Of the kind 'other' {count} are flagged: only their notes say why, so no instruction.")
            yield Text(told.format(count=self._learned.other))
        yield Text(self.say("What raters wrote beside their flags never goes into a prompt."))

    def _figure(self, text: str) -> str:
        return text.replace(".", self.workbench.say("."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Instructions can be left out where there are some."""
        return action != "answer" or parameters == (True,) or self._learned is not None

    def action_answer(self, with_instructions: bool) -> None:
        """Start, with or without them."""
        self.dismiss(with_instructions)
