"""How a dialogue stands with the gate: what its check found, and letting it leave by hand."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui import messages
from synthdial.tui.screens.page import Page
from synthdial.tui.widgets.beside import Beside

if TYPE_CHECKING:
    from synthdial.export.gate import Standing


class StandingScreen(Page[bool]):
    """Why a dialogue may leave its study, or not; the result is whether it was released here.

    Parameters
    ----------
    path : Path
        The study.
    dialogue : str
        The id of the dialogue.
    """

    HEADING = mark("What may leave")
    HELP = mark(
        "A dialogue leaves the study only when its check found no more in common with a reference than is allowed, no "
        "reviewer flagged it as private or critical and, once the study has reviewers, more of them accepted than "
        "rejected it. What was found stands beside the place that it was taken from. l releases it by hand: for a "
        "data steward who has read it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", mark("Read")),
        Binding("l", "release", mark("Release by hand")),
    ]

    def __init__(self, path: Path, dialogue: str) -> None:
        super().__init__()
        self._path, self._dialogue = path, dialogue
        self._standing: Standing | None = None
        self._released = self._busy = False

    def compose_body(self) -> ComposeResult:
        """How it stands."""
        yield Beside(self.say, id="beside")

    def on_mount(self) -> None:
        """Read it."""
        self.say_about(self._dialogue)
        self.query_one(Beside).focus()
        self._read()

    @work(thread=True, group="standing", exclusive=True)
    def _read(self) -> None:
        from synthdial.export.gate import Gate
        from synthdial.study import Study

        try:
            with Study(self._path, read_only=True) as study:
                standing = Gate(study).standing(study.find(self._dialogue))
                check = study.check_of(self._dialogue)
        except SynthdialError as error:
            self.post_message(messages.StandingRead(None, None, error))
        else:
            self.post_message(messages.StandingRead(standing, check, None))

    def on_standing_read(self, message: messages.StandingRead) -> None:
        """Show it."""
        self._busy = False
        if message.error is not None:
            self.fail(message.error)
        elif message.standing is not None:
            self._standing = message.standing
            self.query_one(Beside).show(message.standing, message.check)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is kept inside can be released."""
        return action != "release" or (self._standing is not None and bool(self._standing.held) and not self._busy)

    def action_read(self) -> None:
        """Read the dialogue."""
        from synthdial.tui.screens.dialogue import DialogueScreen

        self.app.push_screen(DialogueScreen(self._path, [self._dialogue]))

    def action_release(self) -> None:
        """Ask for the reason, and release it."""
        from synthdial.study.audit import system_user
        from synthdial.tui.screens.release import ReleaseScreen

        def given(reason: str | None) -> None:
            if reason is not None:
                self._busy = True
                self.refresh_bindings()
                self._release(reason)

        self.app.push_screen(ReleaseScreen(self._dialogue, printable(system_user())), given)

    @work(thread=True, group="release")
    def _release(self, reason: str) -> None:
        from synthdial.export.gate import release
        from synthdial.study import Study

        try:
            with Study(self._path) as study:
                release(study, self._dialogue, reason)
        except SynthdialError as error:
            self.post_message(messages.Released(error))
        else:
            self.post_message(messages.Released(None))

    def on_released(self, message: messages.Released) -> None:
        """Show how it stands now, or why it was not released."""
        if message.error is not None:
            self.problem(message.error)
        else:
            self._released = True
            self.notify(self.say(mark("Released, and logged.")))
        self._read()

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss(self._released)
