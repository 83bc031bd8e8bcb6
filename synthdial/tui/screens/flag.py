"""Flagging a turn: what is wrong with it, how badly, and a note if need be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from synthdial.language import mark
from synthdial.tui.screens.asking import Asking, plain, quoted
from synthdial.tui.widgets.choices import Choices
from synthdial.tui.widgets.flag_names import KINDS, SEVERITIES, kind_name, severity_name

if TYPE_CHECKING:
    from synthdial.review.state import Flag


@dataclass(frozen=True)
class NewFlag:
    """A flag that is to be set: kind and severity as a study keeps them, and a note."""

    kind: str
    severity: str
    note: str


class FlagScreen(Asking[NewFlag | str]):
    """Asks for a flag; answers with a `NewFlag`, with the id of one to take away, or with None.

    Parameters
    ----------
    words : str
        What the turn says.
    flags : mapping of str to Flag
        Those that are on the turn, by id.
    """

    HEADING = mark("Flag the turn")
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"kind({number - 1})", show=False) for number in range(1, len(KINDS) + 1)),
        *(Binding(name[0], f"severity({place})", show=False) for place, name in enumerate(SEVERITIES)),
        Binding("enter", "save", mark("Save"), key_display="Enter"),
        Binding("tab,shift+tab", "note", mark("Note"), key_display="Tab", priority=True),
        Binding("d", "take_away", mark("Remove the last flag")),
    ]

    def __init__(self, words: str, flags: "Mapping[str, Flag]") -> None:
        super().__init__()
        self._words, self._flags = words, flags

    def compose_question(self) -> ComposeResult:
        """The turn, what is flagged already, kinds, severities, a note."""
        say = self.say
        yield quoted(self._words)
        if self._flags:
            flag = list(self._flags.values())[-1]  # the one that the key removes
            told = f"{kind_name(flag.kind, say)}, {severity_name(flag.severity, say)}"
            told += f": {flag.note}" if flag.note else ""
            yield plain(say("Flagged already: {what}").format(what=told), classes="already")
        kinds = [(str(place), say(name)) for place, name in enumerate(KINDS.values(), 1)]
        yield Choices(say("What is wrong?"), kinds, None, id="kind")
        yield Choices(
            say("How bad is it?"), [(name[0], say(words)) for name, words in SEVERITIES.items()], 0, id="severity"
        )
        yield Input(placeholder=say("Note, if need be"), id="note", max_length=2000)

    def on_mount(self) -> None:
        """Keys mean kinds until somebody goes to the note."""
        self.set_focus(self.query_one("#kind", Choices))

    def action_kind(self, place: int) -> None:
        """Choose what is wrong."""
        self.query_one("#kind", Choices).chosen = place

    def action_severity(self, place: int) -> None:
        """Choose how bad it is."""
        self.query_one("#severity", Choices).chosen = place

    def action_note(self) -> None:
        """Go to the note, or from there back to the choices."""
        note = self.query_one("#note", Input)
        # at once: the next key may be there already
        self.set_focus(self.query_one("#kind", Choices) if note.has_focus else note)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the note saves too."""
        event.stop()
        self.action_save()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to remove where nothing is flagged."""
        return action != "take_away" or bool(self._flags)

    def action_take_away(self) -> None:
        """Take the newest flag of the turn away."""
        self.dismiss(list(self._flags)[-1])

    def action_save(self) -> None:
        """Set the flag, if it is said what is wrong."""
        kind = self.query_one("#kind", Choices).chosen
        severity = self.query_one("#severity", Choices).chosen
        if kind is None or severity is None:
            self.tell(self.say("Say what is wrong: a number from 1 to {last}.").format(last=len(KINDS)))
            return
        note = " ".join(self.query_one("#note", Input).value.split())
        self.dismiss(NewFlag(list(KINDS)[kind], list(SEVERITIES)[severity], note))
