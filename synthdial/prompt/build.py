"""Build the prompt: a system text, references chosen to fit, and the scenario, for a base or an instruct model."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import jinja2

from synthdial import locations
from synthdial._core.words import split_words
from synthdial.errors import SynthdialError
from synthdial.prompt.chat import Segment, render_chat
from synthdial.prompt.scenario import Scenario
from synthdial.transcripts import Transcript, read_transcripts

Style = Literal["base", "chat"]
Counter = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True)
class TemplateFacts:
    """What a prompt must know of the model.

    Attributes
    ----------
    chat_template : str or None
        Its chat template; None for a base model.
    bos, eos : str
        Texts of its beginning and end tokens.
    """

    chat_template: str | None
    bos: str = ""
    eos: str = ""


@dataclass(frozen=True)
class Prompt:
    """A prompt, and how it came to be.

    Attributes
    ----------
    segments : tuple of Segment
        Its text, in order.
    lead : str
        What stands between the prompt and the first speaker label.
    style : {"base", "chat"}
        A transcript to continue, or the model's chat template.
    tokens : int
        Its length in the model's tokens.
    chosen : tuple of Transcript
        The references in it.
    remarks : tuple of str
        Which references were chosen, and why others were not, in sentences.
    tokens_per_word : float
        Tokens that this model takes for a word of the references, labels counted as tokens.
    """

    segments: tuple[Segment, ...]
    lead: str
    style: Style
    tokens: int
    chosen: tuple[Transcript, ...]
    remarks: tuple[str, ...]
    tokens_per_word: float

    @property
    def text(self) -> str:
        """The whole prompt as the model sees it."""
        return "".join(segment.text for segment in self.segments)

    @property
    def digest(self) -> str:
        """SHA-256 of the prompt."""
        return _sha256(f"{self.style}\0{self.lead}\0{self.text}")

    @property
    def references_digest(self) -> str:
        """SHA-256 of the references in the prompt."""
        return _sha256("\0".join(transcript.dialogue.as_text() for transcript in self.chosen))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def bundled_references() -> list[Transcript]:
    """The reference conversations that come with the program."""
    return read_transcripts([locations.bundled("references")])[0]


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(locations.bundled("prompts"), encoding="utf-8"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )


def _fill(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values).strip()


def build_prompt(
    scenario: Scenario,
    references: Sequence[Transcript],
    model: TemplateFacts,
    count: Counter,
    *,
    limit: int,
    max_references: int = 1,
    style: Style | None = None,
) -> Prompt:
    """Build the prompt of a recipe.

    Parameters
    ----------
    scenario : Scenario
        What the conversation is about.
    references : sequence of Transcript
        Conversations to choose from.
    model : TemplateFacts
        The model.
    count : callable
        Counts tokens of texts with the model's tokenizer.
    limit : int
        Most tokens that the prompt may have.
    max_references : int
        Most references in it.
    style : {"base", "chat"}, optional
        By default ``chat`` for a model that has a chat template.

    Raises
    ------
    SynthdialError
        When not even one reference fits, or the scenario itself does not.
    """
    style = style or ("chat" if model.chat_template else "base")
    if style == "chat" and not model.chat_template:
        raise SynthdialError("This model has no chat template.", "Use '--prompt-style base'.")
    scores = {id(t): _terms_spoken(t, scenario) for t in references}
    ranked = sorted(references, key=lambda t: (-scores[id(t)], t.dialogue.id))
    lengths = count([t.dialogue.as_text() for t in ranked])
    words = sum(t.dialogue.words for t in ranked)
    frame = sum(count([s.text for s in _segments(scenario, (), model, style)]))
    if frame > limit:
        raise SynthdialError(
            f"The scenario '{scenario.name}' alone makes a prompt of {frame} tokens; there is room for {limit}.",
            "Shorten the scenario, use a smaller --max-words, or a model with a longer context.",
        )
    chosen: list[Transcript] = []
    chosen_names, too_long, surplus = [], [], []
    room = limit - frame
    for transcript, length in zip(ranked, lengths, strict=True):
        spoken, cost = scores[id(transcript)], length + 24  # its heading
        name = transcript.dialogue.id
        if len(chosen) >= max_references:
            surplus.append(f"{name} ({spoken})")
        elif cost > room:
            too_long.append(f"{name} ({length} tokens, room for {room})")
        else:
            chosen.append(transcript)
            chosen_names.append(f"{name} ({spoken} terms, {length} tokens)")
            room -= cost
    segments = _segments(scenario, chosen, model, style)
    tokens = sum(count([segment.text for segment in segments]))
    while chosen and tokens > limit:  # what stands around a reference took more than was reckoned
        too_long.append(chosen_names.pop())
        chosen.pop()
        segments = _segments(scenario, chosen, model, style)
        tokens = sum(count([segment.text for segment in segments]))
    if ranked and max_references and not chosen:
        raise SynthdialError(
            f"No reference fits into the prompt: the shortest takes {min(lengths)} tokens, and there is room for "
            f"{limit - frame}.",
            "Use shorter references, a smaller --max-words, or a model with a longer context.",
        )
    remarks = []
    if chosen:
        why = f"speaking most of the scenario's {len(scenario.terms)} terms"
        remarks.append(f"References in the prompt, {why}: {', '.join(chosen_names)}.")
    if too_long:
        remarks.append(f"Left out, too long for the context: {', '.join(too_long)}.")
    if surplus:
        remarks.append(f"Left out, with fewer terms, since --max-references is {max_references}: {', '.join(surplus)}.")
    return Prompt(
        segments=tuple(segments),
        lead="\n\n" if style == "base" else "",
        style=style,
        tokens=tokens,
        chosen=tuple(chosen),
        remarks=tuple(remarks),
        tokens_per_word=sum(lengths) / words if words else 2.5,
    )


def _segments(scenario: Scenario, chosen: Sequence[Transcript], model: TemplateFacts, style: Style) -> list[Segment]:
    system = _fill("system.j2")
    values = {
        "scenario": _fill("scenario.j2", scenario=scenario),
        "references": [{"title": t.title, "text": t.dialogue.as_text().strip()} for t in chosen],
    }
    if style == "base":
        return [Segment(_fill("base.j2", system=system, **values))]
    assert model.chat_template is not None
    return render_chat(model.chat_template, system, _fill("request.j2", **values), model.bos, model.eos)


def _terms_spoken(transcript: Transcript, scenario: Scenario) -> int:
    """How many of the scenario's terms a reference speaks, in any of their forms."""
    text = " " + " ".join(word for turn in transcript.dialogue.turns for word in split_words(turn.text)) + " "
    spoken = 0
    for term, forms in scenario.terms.items():
        spoken += any(f" {' '.join(split_words(form))} " in text for form in (term, *forms))
    return spoken
