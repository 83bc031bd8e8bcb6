"""Writes dialogues: what shall be made is chosen here, and what is being written appears here."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.cli.terminal import printable
from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui import messages
from synthdial.tui.batch import LOST_ON_STOPPING, Batch
from synthdial.tui.screens.page import Page
from synthdial.tui.spoken import batch_summary, near
from synthdial.tui.widgets.batch_form import BatchForm
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.slots import Slots

if TYPE_CHECKING:
    from synthdial.study.request import BatchRequest


class GenerateScreen(Page[None]):
    """Chooses, shows the prompt, starts, and follows a batch.

    Parameters
    ----------
    path : Path
        The study to write into; it is made when the batch begins.
    """

    HEADING = mark("Write dialogues")
    HELP = mark(
        "Choose with Tab, the arrows and Enter; F6 shows the prompt as the model will read it, F5 starts. While it "
        "writes you can leave this screen: the line above the keys goes on telling how far it is. A dialogue that is "
        "finished is on the disk. Stopping loses those that are being written; starting again goes on from there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "start", mark("Start")),
        Binding("f6", "prompt", mark("See the prompt")),
        Binding("p", "pause", mark("Pause, go on")),
        Binding("s", "stop", mark("Stop")),
        Binding("l", "large", mark("One large, all")),
        Binding("left_square_bracket,right_square_bracket", "turn", mark("Another one"), key_display="[ ]"),
        Binding("r", "review", mark("Review")),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def compose_body(self) -> ComposeResult:
        """The choices; and, hidden at first, what is being written."""
        yield BatchForm(id="choices")
        yield Phrase("", id="summary")
        yield Slots(id="slots")
        yield Phrase("", id="news")

    def on_mount(self) -> None:
        """Begin with the choices, or follow a batch that runs already."""
        self.say_about(near(self.path))
        self.workbench.batch_changed.subscribe(self, self._follow)
        self.query_one(BatchForm).begin()
        self._show()

    @property
    def _batch(self) -> Batch | None:
        batch = self.workbench.batch
        return batch if batch is not None and batch.study == self.path else None

    def relabel(self) -> None:
        """Speak the language of now."""
        self._show()

    def _follow(self, batch: Batch) -> None:
        if self.is_current:
            self._show()

    def on_screen_resume(self) -> None:
        """The batch got on while another screen was shown."""
        self._show()

    def _show(self) -> None:
        """Show the choices, or the batch while it runs."""
        batch = self._batch
        running = batch is not None and batch.running
        self.query_one(BatchForm).display = not running
        self.query_one(Slots).display = running
        self.query_one("#summary").display = batch is not None and not running
        self.query_one("#news").display = running
        if running and not self.query_one(Slots).has_focus and self.app.screen is self:
            self.query_one(Slots).focus()
        elif not running and self.query_one(Slots).has_focus:
            self.query_one(BatchForm).begin()
        if batch is not None:
            self.query_one("#summary", Phrase).update(batch_summary(batch, self.say))
            news = self.workbench.heard(batch.remarks[-1]) if batch.remarks and running else ""
            self.query_one("#news", Phrase).update(printable(news))
            self.query_one(Slots).show(batch.open)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do something now."""
        batch = self._batch
        running = batch is not None and batch.running
        if action in ("pause", "stop", "large", "turn"):
            return running
        if action in ("start", "prompt"):
            return not running
        if action == "review":
            return batch is not None and bool(batch.finished)
        return True

    # --- what is chosen ---

    def action_start(self) -> None:
        """Start the batch, unless another one runs."""
        form, other = self.query_one(BatchForm), self.workbench.batch
        if other is not None and other.running:
            form.tell_wrong(mark("{name} is being written: stop that first."), name=other.study.name)
        elif (request := form.request()) is not None:
            self.workbench.start_batch(self.path, request)
            self.workbench.remember(self.workbench.state.opened(self.path))

    def action_prompt(self) -> None:
        """Build the prompt and show it."""
        if (request := self.query_one(BatchForm).request()) is not None:
            self.query_one(BatchForm).tell_wrong(mark("Building the prompt ..."))
            self._build(request)

    @work(thread=True, group="prompt", exclusive=True)
    def _build(self, request: "BatchRequest") -> None:
        from synthdial.study.request import preview_batch

        try:
            prompt = preview_batch(request).prompt
        except SynthdialError as error:
            self.post_message(messages.PromptBuilt("", 0, (), error))
        else:
            self.post_message(messages.PromptBuilt(prompt.text, prompt.tokens, tuple(prompt.remarks), None))

    def on_prompt_built(self, message: messages.PromptBuilt) -> None:
        """Show the prompt."""
        from synthdial.tui.screens.prompt import PromptScreen

        self.query_one(BatchForm).tell_wrong("")
        if message.error is not None:
            self.problem(message.error)
        else:
            self.app.push_screen(PromptScreen(message.text, message.tokens, message.remarks))

    # --- while it writes ---

    def action_pause(self) -> None:
        """Pause, or go on."""
        self.workbench.pause_batch()

    def action_stop(self) -> None:
        """Ask once, then stop."""
        from synthdial.tui.screens.question import Question

        question = Question(
            mark("Stop writing?"),
            LOST_ON_STOPPING,
            yes=mark("Stop"),
        )
        self.app.push_screen(question, lambda stops: self.workbench.stop_batch() if stops else None)

    def action_large(self) -> None:
        """One dialogue large, or all beside one another."""
        self.query_one(Slots).toggle()

    def action_turn(self) -> None:
        """Another dialogue large."""
        self.query_one(Slots).turn()

    def action_review(self) -> None:
        """Review what is finished; writing goes on."""
        self.workbench.review(self.path)
