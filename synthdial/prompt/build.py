"""Build the prompt: a system text, references chosen to fit, and the scenario, for a base or an instruct model."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import jinja2

from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.prompt.chat import Segment, render_chat
from synthdial.prompt.choose import Candidate, Counter, Exemplar, candidates, choose
from synthdial.prompt.scenario import Scenario
from synthdial.transcripts import Transcript, read_transcripts

Style = Literal["base", "chat"]


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
        The conversations in it: references, or exemplars in their place.
    remarks : tuple of str
        Which conversations were chosen, and why others were not, in sentences.
    tokens_per_word : float
        Tokens that this model takes for a word of all references and exemplars, labels counted as tokens.
    exemplars : tuple of Exemplar
        Those in it, in its order.
    """

    segments: tuple[Segment, ...]
    lead: str
    style: Style
    tokens: int
    chosen: tuple[Transcript, ...]
    remarks: tuple[str, ...]
    tokens_per_word: float
    exemplars: tuple[Exemplar, ...] = ()

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
        """SHA-256 of the references or exemplars in the prompt."""
        return references_digest(transcript.dialogue.as_text() for transcript in self.chosen)


def references_digest(texts: Iterable[str]) -> str:
    """SHA-256 of references, in the order in which they stand in a prompt."""
    return _sha256("\0".join(texts))


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
    exemplars: Sequence[Exemplar] = (),
    instructions: Sequence[str] = (),
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
        Most references, or exemplars, in it.
    style : {"base", "chat"}, optional
        By default ``chat`` for a model that has a chat template.
    exemplars : sequence of Exemplar
        Dialogues to choose from in the references' place; no reference stands in the prompt then.
    instructions : sequence of str
        Sentences about the conversation that shall be written, in Dutch; they stand with the scenario.

    Raises
    ------
    SynthdialError
        When not even one reference or exemplar fits, or the scenario itself does not.
    """
    style = style or ("chat" if model.chat_template else "base")
    if style == "chat" and not model.chat_template:
        raise SynthdialError("This model has no chat template.", "Use '--prompt-style base'.")

    def segments_with(chosen: Sequence[Candidate]) -> tuple[list[Segment], int]:
        segments = _segments(scenario, [one.transcript for one in chosen], model, style, instructions)
        return segments, sum(count([segment.text for segment in segments]))

    frame = segments_with(())[1]
    if frame > limit:
        alone = " and the instructions alone make" if instructions else " alone makes"
        raise SynthdialError(
            f"The scenario '{scenario.name}'{alone} a prompt of {frame} tokens; there is room for {limit}.",
            "Shorten the scenario, use a smaller --max-words, or a model with a longer context.",
        )
    all_ = candidates(scenario, references, exemplars, count)
    usable = [one for one in all_ if one.exemplar or not exemplars]
    choice = choose(usable, limit - frame, max_references)
    segments, tokens = segments_with(choice.chosen)
    while choice.chosen and tokens > limit:  # what stands around a conversation took more than was reckoned
        choice = choice.without_last()
        segments, tokens = segments_with(choice.chosen)
    if usable and max_references and not choice.chosen:
        what = "exemplar" if exemplars else "reference"
        raise SynthdialError(
            f"No {what} fits into the prompt: the shortest takes {min(one.tokens for one in usable)} tokens, and there "
            f"is room for {limit - frame}.",
            f"Use shorter {what}s, a smaller --max-words, or a model with a longer context.",
        )
    remarks = choice.remarks(len(scenario.terms))
    if instructions:
        remarks.append(f"Instructions in the prompt: {' '.join(instructions)}")
    words = sum(one.transcript.dialogue.words for one in all_)
    return Prompt(
        segments=tuple(segments),
        lead="\n\n" if style == "base" else "",
        style=style,
        tokens=tokens,
        chosen=tuple(one.transcript for one in choice.chosen),
        remarks=tuple(remarks),
        tokens_per_word=sum(one.tokens for one in all_) / words if words else 2.5,
        exemplars=tuple(one.exemplar for one in choice.chosen if one.exemplar),
    )


def _segments(
    scenario: Scenario,
    chosen: Sequence[Transcript],
    model: TemplateFacts,
    style: Style,
    instructions: Sequence[str],
) -> list[Segment]:
    system = _fill("system.j2")
    values = {
        "scenario": _fill("scenario.j2", scenario=scenario),
        "instructions": list(instructions),
        "references": [{"title": t.title, "text": t.dialogue.as_text().strip()} for t in chosen],
    }
    if style == "base":
        return [Segment(_fill("base.j2", system=system, **values))]
    assert model.chat_template is not None
    return render_chat(model.chat_template, system, _fill("request.j2", **values), model.bos, model.eos)
