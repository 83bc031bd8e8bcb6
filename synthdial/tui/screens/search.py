"""Searching all conversations of a rater for a word or more; a hit leads to its turn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from synthdial.dialogue import Dialogue, Speaker
from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui.screens.asking import Asking
from synthdial.tui.widgets.hits import Hit, Hits

if TYPE_CHECKING:
    from synthdial.review.session import Item, ReviewSession

_FEWEST = 2  # characters that are searched for
_MOST = 200  # hits that are shown; who has more gives more of the text


@dataclass(frozen=True)
class Place:
    """Where to go: an item, and a turn of it."""

    item: "Item"
    turn: int


class SearchScreen(Asking[Place]):
    """Asks for a text and answers with a place where it stands.

    Parameters
    ----------
    session : ReviewSession
        Whose conversations are searched.
    """

    HEADING = mark("Search")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", mark("Go there"), key_display="Enter", priority=True),
        Binding("down", "step(1)", mark("Choose"), key_display="↑ ↓", priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("pagedown", "step(8)", show=False, priority=True),
        Binding("pageup", "step(-8)", show=False, priority=True),
    ]

    def __init__(self, session: "ReviewSession") -> None:
        super().__init__()
        self._session = session
        self._places: list[Place] = []
        self._searched = ""
        self._read: dict[str, Dialogue] = {}  # by key: what one search shows the next often shows too

    def compose_question(self) -> ComposeResult:
        """A field, and what was found."""
        yield Input(placeholder=self.say("A word, or a few in a row"), id="wanted")
        yield Hits(id="hits")

    def on_mount(self) -> None:
        """Write at once."""
        self.set_focus(self.query_one(Input))

    def on_key(self, event: events.Key) -> None:
        """Take in what was typed before the field was there."""
        if event.is_printable and event.character:
            self.query_one(Input).insert_text_at_cursor(event.character)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what stands there, once all that was typed meanwhile is there too."""
        self.call_later(self._search)

    def _search(self) -> None:
        text = " ".join(self.query_one(Input).value.split())
        if text == self._searched:
            return
        self._searched = text
        found: list[tuple[Item, int]] = []
        if len(text) >= _FEWEST:
            try:
                found = self._session.search(text)
            except SynthdialError as error:
                self.problem(error)
        self._places = [Place(item, turn) for item, turn in found[:_MOST]]
        self.query_one(Hits).show([self._hit(place, text) for place in self._places])
        if len(text) < _FEWEST:
            self.tell("")
        elif not found:
            self.tell(self.say("Nothing was found."))
        elif len(found) > _MOST:
            self.tell(self.say("{count} found; the first {most} are shown.").format(count=len(found), most=_MOST))
        else:
            self.tell(self.say("{count} found.").format(count=len(found)))

    def _hit(self, place: Place, text: str) -> Hit:
        if place.item.key not in self._read:
            self._read[place.item.key] = self._session.dialogue(place.item)
        turn = self._read[place.item.key].turns[place.turn]
        speaker = self.say("Doctor") if turn.speaker is Speaker.DOCTOR else self.say("Patient")
        where = self.say("conversation {number}, turn {turn}").format(number=place.item.number, turn=place.turn + 1)
        return Hit(f"{where}, {speaker}", turn.text, text)

    def action_step(self, by: int) -> None:
        """Choose the next hit or the one before."""
        self.query_one(Hits).step(by)

    def action_go(self) -> None:
        """Go to the hit that is chosen, once the field has taken in what was typed."""
        self.query_one(Input).call_later(self._go)

    def _go(self) -> None:
        self._search()
        if self._places:
            self.dismiss(self._places[self.query_one(Hits).chosen])

    def on_line_pane_clicked(self, event: Hits.Clicked) -> None:
        """Go to the hit that was clicked on."""
        if isinstance(event.meaning, int):
            self.query_one(Hits).chosen = event.meaning
            self.action_go()
