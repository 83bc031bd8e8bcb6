"""What a batch shall make, and everything that can be known of it before the weights are loaded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from synthdial.engine.client import Engine
from synthdial.engine.fit import MOST_SLOTS, check_model_fits, slot_tokens
from synthdial.engine.gguf import Header, read_header
from synthdial.engine.models import FoundModel, find_model, model_digest
from synthdial.engine.sampling import Sampling
from synthdial.errors import SynthdialError
from synthdial.prompt import DEFAULT_SCENARIO, Prompt, TemplateFacts, build_prompt, bundled_references, load_scenario
from synthdial.prompt.build import Style
from synthdial.study.recipe import PRESETS, Recipe
from synthdial.toml_file import nearest
from synthdial.transcripts import Transcript, read_transcripts


@dataclass(frozen=True)
class BatchRequest:
    """What a batch shall make.

    Attributes
    ----------
    count : int
        Dialogues of this recipe that the study shall hold in the end.
    scenario : str
        Name of a bundled scenario, or path of a TOML file.
    references : sequence of Path
        Transcripts and folders of transcripts; the bundled ones where empty.
    model : str, optional
        Name or path; see `synthdial.engine.models.find_model`.
    preset : str
        Who leads the dialogue.
    seed : int
        From which each dialogue's seed is derived.
    min_turns, max_words : int
        Bounds of a dialogue; words from 20.
    max_references : int
        Most references in the prompt.
    prompt_style : {"base", "chat"}, optional
        By default as the model file says.
    sampling : Sampling
        How tokens are drawn.
    parallel, threads, context, gpu_layers : int, optional
        Slots, processor threads, tokens of context for all slots, layers on a GPU: fitted to the machine by default.
    """

    count: int
    scenario: str = DEFAULT_SCENARIO
    references: Sequence[Path] = ()
    model: str | None = None
    preset: str = "plain"
    seed: int = 1
    min_turns: int = 8
    max_words: int = 700
    max_references: int = 1
    prompt_style: Style | None = None
    sampling: Sampling = field(default_factory=Sampling)
    parallel: int | None = None
    threads: int | None = None
    context: int | None = None
    gpu_layers: int | None = None

    def __post_init__(self) -> None:
        lows = {"count": 1, "min_turns": 2, "max_words": 20, "max_references": 0, "seed": 0}
        optional = {"parallel": 1, "threads": 1, "context": 1, "gpu_layers": 0}
        lows |= {name: low for name, low in optional.items() if getattr(self, name) is not None}
        for name, low in lows.items():
            if getattr(self, name) < low:
                raise SynthdialError(f"{name} is {getattr(self, name)}; it must be {low} or more.")
        if self.parallel is not None and self.parallel > MOST_SLOTS:
            raise SynthdialError(f"parallel is {self.parallel}; it must be {MOST_SLOTS} or less.")
        if self.preset not in PRESETS:
            hint = nearest(self.preset, PRESETS)
            raise SynthdialError(
                f"There is no preset '{self.preset}'.", f"{hint} There is: {', '.join(PRESETS)}.".strip()
            )


@dataclass(frozen=True)
class Prepared:
    """A batch that is ready to run: everything that can be known before the weights are loaded."""

    request: BatchRequest
    model: FoundModel
    header: Header
    prompt: Prompt
    recipe: Recipe
    warnings: tuple[str, ...]


def prepare_batch(request: BatchRequest, engine: Engine) -> Prepared:
    """Find the model, read scenario and references, and build the prompt, with the model's vocabulary alone loaded.

    Raises
    ------
    SynthdialError
        When anything that the request names is missing or wrong.
    """
    scenario = load_scenario(request.scenario)
    if request.references:
        references, warnings = read_transcripts(list(request.references))
    else:
        references, warnings = bundled_references(), []
    model = find_model(request.model)
    header = read_header(model.path)
    check_model_fits(header)
    opened = engine.open(model.path, vocab_only=True)
    facts = TemplateFacts(header.chat_template, opened.bos, opened.eos)
    longest = header.n_ctx_train or 4096
    if request.context:
        longest = min(longest, request.context)
    share = slot_tokens(request.max_words, _tokens_per_word(engine, references))
    if share >= longest:
        raise SynthdialError(
            f"A dialogue of {request.max_words} words takes up to {share} tokens; the context has {longest}.",
            "Give a smaller --max-words, or use a model with a longer context.",
        )
    prompt = build_prompt(
        scenario,
        references,
        facts,
        engine.count_tokens,
        limit=longest - share,
        max_references=request.max_references,
        style=request.prompt_style,
    )
    recipe = Recipe(
        model=model.name,
        model_sha256=model_digest(model.path),
        prompt_sha256=prompt.digest,
        references_sha256=prompt.references_digest,
        scenario=scenario.name,
        preset=request.preset,
        min_turns=request.min_turns,
        max_words=request.max_words,
        sampling=request.sampling,
        seed=request.seed,
    )
    return Prepared(request, model, header, prompt, recipe, tuple(warnings))


def _tokens_per_word(engine: Engine, references: Sequence[Transcript]) -> float:
    texts = [transcript.dialogue.as_text() for transcript in references]
    words = sum(transcript.dialogue.words for transcript in references)
    return sum(engine.count_tokens(texts)) / words if words else 2.5


def preview_batch(request: BatchRequest) -> Prepared:
    """Prepare a batch without running it: the exact prompt, which references are in it and why, and the recipe.

    Raises
    ------
    SynthdialError
        When anything that the request names is missing or wrong.
    """
    with Engine() as engine:
        return prepare_batch(request, engine)
