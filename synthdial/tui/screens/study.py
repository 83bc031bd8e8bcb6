"""A study: its dialogues, and what can be done with them."""

from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui import messages
from synthdial.tui.batch import Batch
from synthdial.tui.screens.page import Page
from synthdial.tui.spoken import dialogues, near
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.rows import Column, Rows


class StudyScreen(Page[None]):
    """The dialogues of a study, one a line.

    Parameters
    ----------
    path : Path
        The study or task.
    """

    HEADING = mark("Study")
    HELP = mark(
        "Enter shows a dialogue with its plan. w writes more into this study, r reviews it, s shows the results. "
        "What you see here tells which model wrote what: raters who shall judge blind should not look at it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", mark("Read")),
        Binding("w", "write", mark("Write more")),
        Binding("r", "review", mark("Review")),
        Binding("s", "results", mark("Results")),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._finished = 0

    def compose_body(self) -> ComposeResult:
        """The list, or that there is nothing yet."""
        yield Phrase(mark("Reading ..."), id="empty")
        yield Rows(
            (
                Column(mark("Dialogue"), 14),
                Column(mark("Scenario"), 20, stretch=True),
                Column(mark("Preset"), 9),
                Column(mark("Model"), 20, wide=True),
                Column(mark("Turns"), 7, right=True),
                Column(mark("Words"), 7, right=True),
                Column(mark("Ended by"), 10, wide=True),
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
        """Dialogues may have been written while another screen was shown."""
        if self.workbench.batch is not None:
            self._follow(self.workbench.batch)

    @work(thread=True, group="study", exclusive=True)
    def _read(self) -> None:
        from synthdial.study import Study

        try:
            with Study(self.path, read_only=True) as study:
                rows = list(study.summaries())
        except SynthdialError as error:
            self.post_message(messages.StudyRead((), error))
        else:
            self.post_message(messages.StudyRead(tuple(rows), None))

    def on_study_read(self, message: messages.StudyRead) -> None:
        """Show the dialogues."""
        if message.error is not None:
            self.app.pop_screen()
            self.problem(message.error)
            return
        self.workbench.remember(self.workbench.state.opened(self.path))
        rows = self.query_one(Rows)
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
        )

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
        self.workbench.review(self.path)

    def action_results(self) -> None:
        """What reviewers said."""
        self.workbench.open_results(self.path)
