"""Writes dialogues: what shall be made is chosen here, and what is being written appears here."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui import messages
from synthdial.tui.batch import LOST_ON_STOPPING, Batch
from synthdial.tui.prompting import Built, Reviewed, build
from synthdial.tui.screens.page import Page
from synthdial.tui.spoken import batch_summary, near
from synthdial.tui.unlocking import when_unlocked
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
        "Choose with Tab, the arrows and Enter; F6 shows the prompt as the model will read it, F5 starts. References "
        "of your own are de-identified, and you look at each before it is used; what reviewers said of a study is "
        "shown, too. While it writes you can leave this screen: the line above the keys goes on telling how far it is. "
        "A dialogue that is finished is on the disk. Stopping loses those that are being written; starting again goes "
        "on from there."
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
        self._asked = 0  # prompts that were asked for
        self._starts = False  # whether the last of them shall start the batch
        self._looks = 0  # looks at references that were asked for
        self._then: Callable[[], None] | None = None  # what goes on after the last of them
        self._found_fit: set[tuple[Path, ...]] = set()  # references that were looked at here

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
        if not self._other_runs() and (request := self.query_one(BatchForm).request()) is not None:
            self._when_ready(request, lambda: self._begin(request))

    def _begin(self, request: "BatchRequest") -> None:
        if self.query_one(BatchForm).reviewed:
            self._ask_for_prompt(request, starts=True)
        else:
            self._start(request)

    def _start(self, request: "BatchRequest") -> None:
        if not self._other_runs():
            self.workbench.start_batch(self.path, request)

    def _other_runs(self) -> bool:
        """Whether another batch runs, which is said: there is one at a time."""
        other = self.workbench.batch
        if other is None or not other.running:
            return False
        self.query_one(BatchForm).tell_wrong(mark("{name} is being written: stop that first."), name=other.study.name)
        return True

    def action_prompt(self) -> None:
        """Build the prompt and show it."""
        if (request := self.query_one(BatchForm).request()) is not None:
            self._when_ready(request, lambda: self._ask_for_prompt(request, starts=False))

    # --- what must be known first: passphrases, and that somebody looked at the references ---

    def _when_ready(self, request: "BatchRequest", then: Callable[[], None]) -> None:
        reviewed = self.query_one(BatchForm).reviewed
        ready = partial(self._look_at, request, then)
        for study in (reviewed.lessons, reviewed.exemplars):
            if study is not None:
                ready = partial(when_unlocked, self.workbench, study, ready)
        ready()

    def _look_at(self, request: "BatchRequest", then: Callable[[], None]) -> None:
        """Let a person look at references of their own; the bundled ones are about nobody."""
        if not request.references or tuple(request.references) in self._found_fit:
            then()
            return
        self._looks += 1
        self._then = then
        self.query_one(BatchForm).tell_wrong(mark("Reading the references ..."))
        self._read_references(self._looks, tuple(request.references))

    @work(thread=True, group="references")
    def _read_references(self, number: int, references: tuple[Path, ...]) -> None:
        from synthdial.study.looking import look_at

        try:
            look = look_at(
                self.path,
                references,
                remark=lambda text: self._tell_look(messages.ReferencesProgressed(number, remark=text)),
                progress=lambda done, count: self._tell_look(messages.ReferencesProgressed(number, done, count)),
            )
        except SynthdialError as error:
            self._tell_look(messages.ReferencesRead(number, references, None, error))
        else:
            self._tell_look(messages.ReferencesRead(number, references, look, None))

    def _tell_look(self, message: Message) -> None:
        self.post_message(message)

    def on_references_progressed(self, message: messages.ReferencesProgressed) -> None:
        """Say how far it is."""
        form = self.query_one(BatchForm)
        if message.number != self._looks:
            return  # others were asked for meanwhile
        if message.remark:
            form.tell_wrong("{text}", text=self.workbench.heard(message.remark))
        else:
            text = mark("Looking for names, dates and numbers in the references: {done} of {count}")
            form.tell_wrong(text, done=message.done, count=message.count)

    def on_references_read(self, message: messages.ReferencesRead) -> None:
        """Let a person look, or go on where somebody did before."""
        if message.number != self._looks:
            return
        self.query_one(BatchForm).tell_wrong("")
        if not self.is_active:
            return  # something else is done meanwhile
        look, then = message.look, self._then
        if look is None or then is None:
            if message.error is not None:
                self.problem(message.error)
            return

        def looked(checked: bool | None) -> None:
            if checked:
                self._found_fit.add(message.references)
                then()
            else:
                self.query_one(BatchForm).tell_wrong(mark("Not started: the references are not checked yet."))

        if look.all_checked:
            looked(True)
        else:
            from synthdial.tui.screens.references import ReferencesScreen

            self.app.push_screen(ReferencesScreen(look), looked)

    def _ask_for_prompt(self, request: "BatchRequest", *, starts: bool) -> None:
        form = self.query_one(BatchForm)
        form.tell_wrong(mark("Building the prompt ..."))
        self._asked += 1
        self._starts = starts
        self._build(self._asked, request, form.reviewed)

    @work(thread=True, group="prompt", exclusive=True)
    def _build(self, number: int, request: "BatchRequest", reviewed: Reviewed) -> None:
        try:
            built = build(request, reviewed, self.path)
        except SynthdialError as error:
            self.post_message(messages.PromptBuilt(number, reviewed, None, error))
        else:
            self.post_message(messages.PromptBuilt(number, reviewed, built, None))

    def on_prompt_built(self, message: messages.PromptBuilt) -> None:
        """Show the prompt, or what reviewers said that stands in it before the batch is started with it."""
        from synthdial.tui.screens.prompt import PromptScreen

        if message.number != self._asked:
            return  # another one was asked for meanwhile
        self.query_one(BatchForm).tell_wrong("")
        built = message.built
        if built is None:
            if message.error is not None:
                self.problem(message.error)
        elif self._starts:
            self._show_learned(built, message.reviewed)
        else:
            remarks = (*built.warnings, *built.prompt.remarks)
            self.app.push_screen(PromptScreen(built.prompt.text, built.prompt.tokens, remarks))

    def _show_learned(self, built: Built, reviewed: Reviewed) -> None:
        from synthdial.tui.screens.learned import LearnedScreen

        def answered(with_instructions: bool | None) -> None:
            if with_instructions is not None:
                self._start(built.request if with_instructions else replace(built.request, instructions=()))

        self.app.push_screen(LearnedScreen(built.prompt.exemplars, built.learned, reviewed.lessons), answered)

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
