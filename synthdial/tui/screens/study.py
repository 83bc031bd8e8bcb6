"""A study: its dialogues, and what can be done with them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui import messages
from synthdial.tui.batch import Batch
from synthdial.tui.screens.page import Page
from synthdial.tui.spoken import dialogues, near
from synthdial.tui.widgets.gate_names import state_name
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.rows import Column, Rows

if TYPE_CHECKING:
    from synthdial.export.gate import Gate, Standing

_AHEAD = 40  # rows before and after those that are seen whose states are read along


class StudyScreen(Page[None]):
    """The dialogues of a study, one a line.

    Parameters
    ----------
    path : Path
        The study or task.
    """

    HEADING = mark("Study")
    HELP = mark(
        "Enter shows a dialogue with its plan, g what its check for copied text found and whether it may leave the "
        "study. w writes more into this study, r reviews it, s shows the results, p makes a report. What you see here "
        "tells which model wrote what and what was found: raters who shall judge blind should not look at it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", mark("Read")),
        Binding("g", "gate", mark("What may leave")),
        Binding("w", "write", mark("Write more")),
        Binding("r", "review", mark("Review")),
        Binding("s", "results", mark("Results")),
        Binding("p", "report", mark("Report")),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._finished = 0
        self._gate: Gate | None = None
        self._standings: dict[str, Standing] = {}
        self._places: dict[str, int] = {}  # of the rows, by id
        self._wanted: set[int] = set()  # rows that were shown without their state
        self._asking = False
        self._reviewed = False  # whether a review was begun from here

    def compose_body(self) -> ComposeResult:
        """The list, or that there is nothing yet."""
        yield Phrase(mark("Reading ..."), id="empty")
        yield Rows(
            (
                Column(mark("Dialogue"), 14),
                Column(mark("Scenario"), 20, stretch=True),
                Column(mark("Preset"), 9, wide=True),
                Column(mark("Model"), 20, wide=True),
                Column(mark("Turns"), 7, right=True),
                Column(mark("Words"), 7, right=True),
                Column(mark("Ended by"), 10, wide=True),
                Column(mark("State"), 15),
            ),
            self._cells,
            id="dialogues",
        )

    def on_mount(self) -> None:
        """Read the study, and again when the batch has finished another."""
        self.say_about(near(self.path))
        self.query_one(Rows).display = False
        self.workbench.batch_changed.subscribe(self, self._follow)
        self._read()

    def _follow(self, batch: Batch) -> None:
        if batch.study == self.path and len(batch.finished) != self._finished and self.is_current:
            self._finished = len(batch.finished)
            self._read()

    def on_screen_resume(self) -> None:
        """Dialogues may have been written, accepted or flagged while another screen was shown."""
        super().on_screen_resume()
        if self._reviewed:
            self._read()
        elif self.workbench.batch is not None:
            self._follow(self.workbench.batch)

    @work(thread=True, group="study", exclusive=True)
    def _read(self) -> None:
        from synthdial.export.gate import Gate
        from synthdial.study import Study
        from synthdial.study.reviews import Reviews

        try:
            with Study(self.path, read_only=True) as study:
                self.post_message(messages.StudyRead(tuple(study.summaries()), None))
                self.post_message(messages.GateRead(None if Reviews(study).is_task else Gate(study)))
        except SynthdialError as error:
            self.post_message(messages.StudyRead((), error))

    def on_study_read(self, message: messages.StudyRead) -> None:
        """Show the dialogues."""
        if message.error is not None:
            self.fail(message.error)
            return
        self.workbench.opened(self.path)
        rows = self.query_one(Rows)
        self._places = {row["id"]: place for place, row in enumerate(message.rows)}
        rows.fill(message.rows)
        rows.display = bool(message.rows)
        empty = self.query_one("#empty", Phrase)
        empty.display = not message.rows
        empty.phrase(mark("There is no dialogue yet. Press w to write some."))
        self.relabel()
        if message.rows:
            rows.focus()

    def relabel(self) -> None:
        """Say how many there are in the language of now."""
        self.say_about(near(self.path), dialogues(len(self.query_one(Rows).rows), self.say))

    def _cells(self, row: dict[str, Any]) -> tuple[str, ...]:
        ended = row["ended_by"]
        return (
            row["id"],
            *(str(row[name] or "") for name in ("scenario", "preset", "model", "turns", "words")),
            self.say(ended) if isinstance(ended, str) else "",
            self._state(row["id"]),
        )

    # --- how they stand with the gate: read for those that are seen ---

    def on_gate_read(self, message: messages.GateRead) -> None:
        """Ask for the states of what is seen."""
        self._gate, self._standings = message.gate, {}
        self.query_one(Rows).refresh()
        self.refresh_bindings()

    def _state(self, dialogue: str) -> str:
        """The state of a dialogue; nothing where it is not known yet, and is asked for."""
        if (standing := self._standings.get(dialogue)) is not None:
            return state_name(standing.state, self.say)
        if self._gate is not None and dialogue in self._places:
            self._wanted.add(self._places[dialogue])
            if not self._asking:
                self._asking = True
                self.call_after_refresh(self._ask_states)
        return ""

    def _ask_states(self) -> None:
        wanted, self._wanted = self._wanted, set()
        gate = self._gate
        if not wanted or gate is None:
            self._asking = False
            return
        rows = self.query_one(Rows).rows
        near = range(max(min(wanted) - _AHEAD, 0), min(max(wanted) + _AHEAD, len(rows) - 1) + 1)
        self._read_states(gate, [rows[place]["id"] for place in near if rows[place]["id"] not in self._standings])

    @work(thread=True, group="states")
    def _read_states(self, gate: "Gate", dialogues: list[str]) -> None:
        from synthdial.dialogue import Dialogue
        from synthdial.study import Study
        from synthdial.study.reviews import Place, Reviews

        found: dict[str, Standing] = {}
        try:
            with Study(self.path, read_only=True) as study:
                reviews = Reviews(study)
                for key in dialogues:
                    found[key] = gate.standing(Dialogue(key, reviews.turns(Place(key))))
        except SynthdialError as error:
            self.post_message(messages.StandingsRead(gate, found, error))
        else:
            self.post_message(messages.StandingsRead(gate, found, None))

    def on_standings_read(self, message: messages.StandingsRead) -> None:
        """Show the states; what was scrolled to meanwhile asks for its own."""
        self._asking = False
        if message.error is not None:
            self._gate = None  # or it would be asked again and again
            self.problem(message.error)
        elif message.gate is self._gate:
            self._standings.update(message.standings)
        self.query_one(Rows).refresh()

    def action_gate(self) -> None:
        """What the check of the dialogue under the cursor found, and whether it may leave."""
        from synthdial.tui.screens.standing import StandingScreen

        def came_back(released: bool | None) -> None:
            if released:
                self._read()

        if (row := self.query_one(Rows).row) is not None:
            self.app.push_screen(StandingScreen(self.path, row["id"]), came_back)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A task has no gate, and nothing is asked of it where there is no dialogue."""
        return action != "gate" or (self._gate is not None and bool(self._places))

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """Show a dialogue."""
        from synthdial.tui.screens.dialogue import DialogueScreen

        rows = self.query_one(Rows)
        self.app.push_screen(DialogueScreen(self.path, [row["id"] for row in rows.rows], rows.cursor), self._came_back)

    def _came_back(self, at: int | None) -> None:
        if at is not None:
            self.query_one(Rows).cursor = at

    def action_read(self) -> None:
        """Show the dialogue under the cursor."""
        self.query_one(Rows).action_choose()

    def action_write(self) -> None:
        """Write more."""
        self.workbench.open_generate(self.path)

    def action_review(self) -> None:
        """Review it."""
        self._reviewed = True
        self.workbench.review(self.path)

    def action_results(self) -> None:
        """What reviewers said."""
        self.workbench.open_results(self.path)

    def action_report(self) -> None:
        """Make a report."""
        self.workbench.ask_report(self.path)
