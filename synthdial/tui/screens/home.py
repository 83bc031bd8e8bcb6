"""Home: the studies opened last, what the machine can do, and how to begin."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui import messages
from synthdial.tui.screens.page import Page
from synthdial.tui.screens.path import PathScreen
from synthdial.tui.spoken import moment, near, size
from synthdial.tui.unlocking import needs_passphrase
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.rows import Column, Rows

if TYPE_CHECKING:
    from synthdial.tui.batch import Batch
    from synthdial.tui.machine import Machine

STEPS = (
    mark("A model. The embedded one is for trying the program; carry in a larger one for real work."),
    mark("Write. Press n, give the new study a name, choose a scenario and a number, and start."),
    mark("Review. Read what was written and rate it; results and a report say how good it is."),
)


@dataclass(frozen=True)
class Recent:
    """A study that was opened before; it may be gone.

    Attributes
    ----------
    path : Path
        The file.
    count : int or None
        Dialogues in it; None where it cannot be read.
    scenarios : tuple of str
        What they are about, in the order of their recipes.
    changed : datetime or None
        When it was written last.
    locked : bool
        Whether it is encrypted, and its passphrase was not given yet.
    """

    path: Path
    count: int | None = None
    scenarios: tuple[str, ...] = ()
    changed: datetime.datetime | None = None
    locked: bool = False


def recent(path: Path) -> Recent:
    """Look into a study, in a moment."""
    from synthdial.study import Study

    try:
        changed = datetime.datetime.fromtimestamp(path.stat().st_mtime)
        if needs_passphrase(path):
            return Recent(path, changed=changed, locked=True)
        with Study(path, read_only=True) as study:
            names = [recipe.get("scenario") for recipe in study.recipes().values()]
            return Recent(path, len(study), tuple(dict.fromkeys(str(name) for name in names if name)), changed)
    except (SynthdialError, OSError):
        return Recent(path)


class HomeScreen(Page[None]):
    """What there is to do, in one glance."""

    HEADING = mark("Home")
    HELP = mark(
        "A study is one file that holds dialogues, how each was made, and what reviewers said. Open one of the list "
        "with Enter, another with o, or begin a new one with n. What is only taken off the list stays on the disk."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "nothing", show=False),
        Binding("enter", "open", mark("Open")),
        Binding("n", "new", mark("New study")),
        Binding("o", "other", mark("Open another")),
        Binding("r", "review", mark("Review")),
        Binding("d,delete", "forget", mark("Take off the list")),
    ]

    def compose_body(self) -> ComposeResult:
        """The machine, then the studies or how to begin."""
        with Vertical(id="machine"):
            yield Phrase(mark("Looking what this machine can do ..."), id="model")
            yield Phrase("", id="power")
        with Vertical(id="steps"):
            yield Phrase(mark("How to begin"), classes="title")
            for number, step in enumerate(STEPS, 1):
                with Horizontal(classes="step"):
                    yield Static(f"{number} ", classes="number")
                    yield Phrase(step)
        yield Rows(
            (
                Column(mark("Recent studies"), 20, stretch=True),
                Column(mark("Dialogues"), 10, right=True),
                Column(mark("Scenario"), 24),
                Column(mark("Changed"), 15),
            ),
            self._cells,
            faint=lambda row: row.count is None and not row.locked,
            id="recent",
        )

    def on_mount(self) -> None:
        """Show what is known, and look for the rest."""
        self.workbench.batch_changed.subscribe(self, self._follow)
        self._fill()
        self.query_one(Rows).focus()
        self.call_after_refresh(self._examine)  # it takes the processor for a moment: first the screen

    def _follow(self, batch: "Batch") -> None:
        if self.is_current and not batch.running:
            self._fill()

    def on_screen_resume(self) -> None:
        """A study may have been opened or written meanwhile."""
        self._fill()

    def _fill(self) -> None:
        studies = [Path(path) for path in self.workbench.state.recent]
        rows = self.query_one(Rows)
        rows.display = bool(studies)
        self.query_one("#steps").display = len(studies) < 3
        self.refresh_bindings()
        if [row.path for row in rows.rows] != studies:
            known = {row.path: row for row in rows.rows}
            rows.fill([known.get(path, Recent(path)) for path in studies])
        if studies:
            self.call_after_refresh(self._look_into, studies)  # it loads a part of the program: first the screen

    @work(thread=True, group="recent", exclusive=True)
    def _look_into(self, studies: list[Path]) -> None:
        self.post_message(messages.RecentRead(tuple(recent(path) for path in studies)))

    def on_recent_read(self, message: messages.RecentRead) -> None:
        """Show what is in the studies."""
        if [str(row.path) for row in message.rows] == list(self.workbench.state.recent):
            self.query_one(Rows).fill(message.rows)

    def _cells(self, row: Recent) -> tuple[str, ...]:
        if row.locked and row.changed is not None:
            when = moment(row.changed, datetime.datetime.now(), self.say)
            return near(row.path), "", self.say(mark("encrypted")), when
        if row.count is None or row.changed is None:
            return near(row.path), "", "", self.say(mark("not found"))
        more = len(row.scenarios) - 1
        about = row.scenarios[0] if row.scenarios else ""
        when = moment(row.changed, datetime.datetime.now(), self.say)
        return near(row.path), str(row.count), f"{about} +{more}" if more > 0 else about, when

    @work(thread=True, group="examine")
    def _examine(self) -> None:
        if self.workbench.examine is not None:
            look = self.workbench.examine
        else:
            from synthdial.tui.machine import examine as look
        self.post_message(messages.MachineExamined(look()))

    def on_machine_examined(self, message: messages.MachineExamined) -> None:
        """Say what was found."""
        self._machine: Machine = message.machine
        self.relabel()

    def relabel(self) -> None:
        """Say it in the language of now."""
        machine = getattr(self, "_machine", None)
        if machine is None:
            return
        model, power = self.query_one("#model", Phrase), self.query_one("#power", Phrase)
        if machine.models:
            (name, taken), more = machine.models[0], len(machine.models) - 1
            text = mark("Model: {name}, {size}; {more} more") if more else mark("Model: {name}, {size}")
            model.phrase(text, name=name, size=size(taken, self.say), more=more)
        else:
            model.phrase(mark("No model is installed: synthdial-edge models add FILE takes one in."))
        if machine.engine_problem:
            power.phrase(mark("The engine does not start: {why}"), why=self.workbench.heard(machine.engine_problem))
        elif machine.gpu:
            power.phrase(mark("GPU: {gpu}   Memory free: {free}"), gpu=machine.gpu, free=size(machine.memory, self.say))
        else:
            power.phrase(
                mark("Processor: {threads} threads, no GPU   Memory free: {free}"),
                threads=machine.threads,
                free=size(machine.memory, self.say),
            )

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """Open a study."""
        self.workbench.open_study(message.row.path)

    def action_nothing(self) -> None:
        """Home is where Escape leads."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done with a study of the list needs one."""
        return action not in ("open", "review", "forget") or bool(self.workbench.state.recent)

    def action_open(self) -> None:
        """Open the study under the cursor."""
        self.query_one(Rows).action_choose()

    def action_new(self) -> None:
        """Ask for a name, and write into it."""

        def made(path: Path | None) -> None:
            if path is not None:
                self.workbench.open_generate(path)

        self.app.push_screen(PathScreen(mark("New study"), mark("Name of the file:"), new=True), made)

    def action_other(self) -> None:
        """Ask for a file, and open it."""

        def opened(path: Path | None) -> None:
            if path is not None:
                self.workbench.open_study(path)

        self.app.push_screen(PathScreen(mark("Open a study"), mark("File of a study or a task:")), opened)

    def action_review(self) -> None:
        """Review the study under the cursor."""
        if (row := self.query_one(Rows).row) is not None:
            self.workbench.review(row.path)

    def action_forget(self) -> None:
        """Take the study under the cursor off the list."""
        if (row := self.query_one(Rows).row) is not None:
            self.workbench.remember(self.workbench.state.forgotten(row.path))
            self._fill()
