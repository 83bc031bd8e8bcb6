"""Writes dialogues: what shall be made is chosen here, and what is being written appears here."""

from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, VerticalScroll
from textual.widgets import Input, Select

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui import messages
from synthdial.tui.batch import Batch
from synthdial.tui.screens.page import Page
from synthdial.tui.spoken import batch_summary, near
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.slots import Slots

_NUMBERS = {"count": ("8", 1), "max_words": ("700", 20), "candidates": ("1", 1), "seed": ("1", 0)}


class GenerateScreen(Page[None]):
    """Chooses, shows the prompt, starts, and follows a batch.

    Parameters
    ----------
    path : Path
        The study to write into; it is made when the batch begins.
    """

    HEADING = mark("Write dialogues")
    HELP = mark(
        "Choose with Tab, the arrows and Enter; F6 shows the prompt as the model will read it, F5 starts. While it writes "
        "you can leave this screen: the line above the keys goes on telling how far it is. A dialogue that is finished "
        "is on the disk. Stopping loses those that are being written; starting again goes on from there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "start", mark("Start")),
        Binding("f6", "prompt", mark("See the prompt")),
        Binding("p", "pause", mark("Pause, go on")),
        Binding("s", "stop", mark("Stop")),
        Binding("l", "large", mark("One large, all")),
        Binding("left_square_bracket,right_square_bracket", "turn", mark("Another one"), key_display="[ ]"),
        Binding("v", "review", mark("Review")),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def compose_body(self) -> ComposeResult:
        """The choices; and, hidden at first, what is being written."""
        with VerticalScroll(id="choices"):
            with Grid(id="form"):
                yield Phrase(mark("Model"))
                yield Select[str]([], id="model", compact=True, allow_blank=True, prompt="–")
                yield Phrase(mark("Scenario"))
                yield Select[str]([], id="scenario", compact=True, allow_blank=True, prompt="–")
                yield Phrase(mark("or a file of your own"))
                yield Input(id="scenario_path", compact=True)
                yield Phrase(mark("References"))
                yield Input(id="references", compact=True, placeholder=self.say(mark("the bundled ones")))
                yield Phrase(mark("Preset"))
                yield Select([("natural", "natural"), ("plain", "plain")], id="preset", compact=True, allow_blank=False)
                for label, name in (
                    (mark("How many dialogues"), "count"),
                    (mark("Most words of each"), "max_words"),
                    (mark("Candidates for each"), "candidates"),
                    (mark("Seed"), "seed"),
                ):
                    yield Phrase(label)
                    yield Input(_NUMBERS[name][0], id=name, type="integer", compact=True, max_length=9)
            yield Phrase("", id="wrong")
        yield Phrase("", id="summary")
        yield Slots(id="slots")
        yield Phrase("", id="news")

    def on_mount(self) -> None:
        """Offer what there is; follow a batch that runs already."""
        from synthdial.engine.models import installed_models
        from synthdial.prompt import DEFAULT_SCENARIO, bundled_scenarios

        self.say_about(near(self.path))
        models = [(model.name, str(model.path) if model.path.exists() else model.name) for model in installed_models()]
        model = self.query_one("#model", Select)
        model.set_options(models)
        if models:
            model.value = models[0][1]
        scenario = self.query_one("#scenario", Select)
        scenario.set_options([(name, name) for name in bundled_scenarios()])
        scenario.value = DEFAULT_SCENARIO
        self.workbench.batch_changed.subscribe(self, self._follow)
        self._show()
        self.query_one("#scenario").focus()

    @property
    def _batch(self) -> Batch | None:
        batch = self.workbench.batch
        return batch if batch is not None and batch.study == self.path else None

    def relabel(self) -> None:
        """Speak the language of now."""
        self.query_one("#references", Input).placeholder = self.say(mark("the bundled ones"))
        self._show()

    def _follow(self, batch: Batch) -> None:
        if self.is_attached:
            self._show()

    def _show(self) -> None:
        """Show the choices, or the batch while it runs."""
        batch = self._batch
        running = batch is not None and batch.running
        self.query_one("#choices").display = not running
        self.query_one(Slots).display = running
        self.query_one("#summary").display = self.query_one("#news").display = batch is not None
        if running and not self.query_one(Slots).has_focus and self.app.screen is self:
            self.query_one(Slots).focus()
        if batch is not None:
            self.query_one("#summary", Phrase).update(batch_summary(batch, self.say))
            self.query_one("#news", Phrase).update(batch.remarks[-1] if batch.remarks else "")
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

    def _request(self) -> Any:
        """What was chosen; a `SynthdialError` says what is wrong with it."""
        from synthdial.study.request import BatchRequest

        numbers: dict[str, Any] = {}
        for name, (_, least) in _NUMBERS.items():
            value = self.query_one(f"#{name}", Input).value.strip()
            if not value.isdigit() or int(value) < least:
                self.query_one(f"#{name}").focus()
                raise SynthdialError(self.say(mark("A whole number is wanted, {least} or more.")).format(least=least))
            numbers[name] = int(value)
        model, scenario = (self.query_one(f"#{name}", Select).value for name in ("model", "scenario"))
        if not isinstance(model, str):
            raise SynthdialError(self.say(mark("No model is installed: synthdial-edge models add FILE takes one in.")))
        own = self.query_one("#scenario_path", Input).value.strip()
        if not own and not isinstance(scenario, str):
            raise SynthdialError(self.say(mark("Choose a scenario.")))
        given = self.query_one("#references", Input).value.strip()
        return BatchRequest(
            model=model,
            scenario=str(Path(own).expanduser()) if own else str(scenario),
            references=(Path(given).expanduser(),) if given else (),
            preset=str(self.query_one("#preset", Select).value),
            **numbers,
        )

    def _chosen(self) -> Any:
        wrong = self.query_one("#wrong", Phrase)
        try:
            request = self._request()
        except SynthdialError as error:
            wrong.update(f"{error.message} {error.hint}".strip())
            return None
        wrong.update("")
        return request

    def action_start(self) -> None:
        """Start the batch, unless another one runs."""
        other = self.workbench.batch
        if other is not None and other.running:
            self.query_one("#wrong", Phrase).phrase(
                mark("{name} is being written: stop that first."), name=other.study.name
            )
        elif (request := self._chosen()) is not None:
            self.workbench.start_batch(self.path, request)
            self.workbench.remember(self.workbench.state.opened(self.path))

    def action_prompt(self) -> None:
        """Build the prompt and show it."""
        if (request := self._chosen()) is not None:
            self.query_one("#wrong", Phrase).phrase(mark("Building the prompt ..."))
            self._build(request)

    @work(thread=True, group="prompt", exclusive=True)
    def _build(self, request: Any) -> None:
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

        self.query_one("#wrong", Phrase).update("")
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
            mark("Finished dialogues are kept; those being written are lost. Starting it again goes on from there."),
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
