"""The choices of a batch, with a word about the one that the cursor is on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Grid, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Select

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui.prompting import Reviewed
from synthdial.tui.spoken import near
from synthdial.tui.widgets.phrase import Phrase

if TYPE_CHECKING:
    from synthdial.study.request import BatchRequest
    from synthdial.tui.app import SynthdialApp

_LABELS = {
    "model": mark("Model"),
    "scenario": mark("Scenario"),
    "scenario_path": mark("or a file of your own"),
    "references": mark("References"),
    "exemplars": mark("Exemplars from"),
    "learn_from": mark("Learn from"),
    "preset": mark("Preset"),
    "count": mark("How many dialogues"),
    "max_words": mark("Most words of each"),
    "candidates": mark("Candidates for each"),
    "seed": mark("Seed"),
}
_HINTS = {
    "model": mark("Which model writes. A larger one writes better and slower."),
    "scenario_path": mark("A scenario of your own, a TOML file; empty: the one above."),
    "references": mark(
        "A transcript or a folder of transcripts whose turn-taking is followed, and of which one stands in the prompt, "
        "de-identified: you look at each of them first. Empty: the bundled ones."
    ),
    "exemplars": mark(
        "A study: accepted dialogues with a mean score of 4 or more stand in the prompt in place of references; F6 "
        "shows which. Empty: none."
    ),
    "learn_from": mark(
        "A study: what was flagged most in it becomes instructions for the model, which you see first. Empty: none."
    ),
    "preset": mark("natural follows a plan of turns drawn from the references; plain leaves everything to the model."),
    "count": mark("How many of this kind the study shall hold in the end; those that are there count."),
    "max_words": mark("A dialogue ends before it has more words."),
    "candidates": mark("Dialogues written for each one kept, 1 to 16; the best stays. Each costs as much time."),
    "seed": mark("Another number gives other dialogues; the same one gives the same again."),
}
_NUMBERS = {"count": ("8", 1), "max_words": ("700", 20), "candidates": ("1", 1), "seed": ("1", 0)}
_PRESETS = ("natural", "plain")
_STUDIES = ("exemplars", "learn_from")


class BatchForm(VerticalScroll, can_focus=False):
    """What a batch shall make."""

    def compose(self) -> ComposeResult:
        """A field for each choice, then what is said of the one that the cursor is on, then what is wrong."""
        with Grid(id="form"):
            for name, label in _LABELS.items():
                yield Phrase(label)
                yield self._field(name)
        yield Phrase("", id="choice-hint")
        yield Phrase("", id="wrong")

    @staticmethod
    def _field(name: str) -> Widget:
        if name in _NUMBERS:
            return Input(_NUMBERS[name][0], id=name, type="integer", compact=True, max_length=9)
        if name in ("scenario_path", "references", *_STUDIES):
            return Input(id=name, compact=True)
        if name == "preset":
            return Select([(each, each) for each in _PRESETS], id=name, compact=True, allow_blank=False)
        return Select[str]([], id=name, compact=True, allow_blank=True, prompt="–")

    def on_mount(self) -> None:
        """Offer what there is."""
        from synthdial.engine.adapters import name_with_adapter
        from synthdial.engine.models import installed_models
        from synthdial.prompt import DEFAULT_SCENARIO, bundled_scenarios

        models = [
            (name_with_adapter(model), str(model.path) if model.path.exists() else model.name)
            for model in installed_models()
        ]
        model = self.query_one("#model", Select)
        model.set_options(models)
        if models:
            model.value = models[0][1]
        scenario = self.query_one("#scenario", Select)
        scenario.set_options([(name, name) for name in bundled_scenarios()])
        scenario.value = DEFAULT_SCENARIO
        recent = [near(Path(path)) for path in cast("SynthdialApp", self.app).state.recent]
        for name in _STUDIES:
            self.query_one(f"#{name}", Input).suggester = SuggestFromList(recent)
        self.relabel()

    def begin(self) -> None:
        """Put the cursor where people begin."""
        self.query_one("#scenario").focus()

    # --- what is said ---

    def _say(self, text: str) -> str:
        return cast("SynthdialApp", self.app).say(text)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what the choice is about."""
        self._tell()

    def on_select_changed(self) -> None:
        """Say what the scenario is about that was chosen."""
        self._tell()

    def relabel(self) -> None:
        """Speak the language of now."""
        self.query_one("#references", Input).placeholder = self._say(mark("the bundled ones"))
        for name in _STUDIES:
            self.query_one(f"#{name}", Input).placeholder = self._say(mark("none"))
        self._tell()

    def _tell(self) -> None:
        focused = self.app.focused
        name = focused.id if focused is not None and focused.id in _LABELS else "scenario"
        hint = self.query_one("#choice-hint", Phrase)
        if name == "scenario":
            hint.update(self._about_scenario())
        else:
            hint.phrase(_HINTS[name])

    def _about_scenario(self) -> str:
        from synthdial.prompt import load_scenario

        name = self.query_one("#scenario", Select).value
        if not isinstance(name, str):
            return ""
        scenario = load_scenario(name)
        return f"{scenario.title}. {scenario.reason}"

    def tell_wrong(self, message: str, **values: Any) -> None:
        """Say below the choices what is wrong, or what goes on."""
        self.query_one("#wrong", Phrase).phrase(message, **values)

    # --- what was chosen ---

    @property
    def reviewed(self) -> Reviewed:
        """The studies whose reviewers have a say."""
        typed = (self.query_one(f"#{name}", Input).value.strip() for name in _STUDIES)
        return Reviewed(*(Path(value).expanduser() if value else None for value in typed))

    def request(self) -> "BatchRequest | None":
        """What was chosen, without what reviewers said; None where something is wrong with it, which is said."""
        try:
            request = self._request()
        except SynthdialError as error:
            app = cast("SynthdialApp", self.app)
            said = f"{app.heard(error.message)} {app.heard(error.hint)}".strip()
            self.query_one("#wrong", Phrase).update(printable(said))
            return None
        self.tell_wrong("")
        return request

    def _request(self) -> "BatchRequest":
        from synthdial.study.request import BatchRequest

        model, scenario = (self.query_one(f"#{name}", Select).value for name in ("model", "scenario"))
        own, given = (self.query_one(f"#{name}", Input).value.strip() for name in ("scenario_path", "references"))
        numbers: dict[str, Any] = {name: self._number(name, least) for name, (_, least) in _NUMBERS.items()}
        if not isinstance(model, str):
            raise SynthdialError(self._say(mark("No model is installed: synthdial-edge models add FILE takes one in.")))
        if not own and not isinstance(scenario, str):
            raise SynthdialError(self._say(mark("Choose a scenario.")))
        return BatchRequest(
            model=model,
            scenario=str(Path(own).expanduser()) if own else str(scenario),
            references=(Path(given).expanduser(),) if given else (),
            preset=str(self.query_one("#preset", Select).value),
            **numbers,
        )

    def _number(self, name: str, least: int) -> int:
        field = self.query_one(f"#{name}", Input)
        value = field.value.strip()
        if not value.isdigit() or int(value) < least:
            field.focus()
            raise SynthdialError(self._say(mark("A whole number is wanted, {least} or more.")).format(least=least))
        return int(value)
