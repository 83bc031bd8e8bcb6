"""What a batch shall make, and everything that can be known of it before the weights are loaded."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthdial.engine.adapters import FoundAdapter, choose_adapter
from synthdial.engine.client import Engine
from synthdial.engine.fit import MOST_SLOTS, check_model_fits, slot_tokens
from synthdial.engine.gguf import Header, read_header
from synthdial.engine.models import FoundModel, find_model, model_digest
from synthdial.engine.sampling import Sampling
from synthdial.errors import SynthdialError
from synthdial.privacy.leakage import ReferenceText
from synthdial.prompt import (
    DEFAULT_SCENARIO,
    Prompt,
    Scenario,
    TemplateFacts,
    build_prompt,
    bundled_references,
    load_scenario,
)
from synthdial.prompt.build import Style
from synthdial.prompt.choose import Exemplar
from synthdial.structure import FEWEST, PlannedTurn, Planner, Profile, build_profile, read_profile
from synthdial.structure.plan import FEWEST_WORDS
from synthdial.study.admission import Admitted, Known, LeakageCheck, admit, admit_bundled
from synthdial.study.recipe import DEFAULT_PRESET, PRESETS, Recipe
from synthdial.study.references import known_to
from synthdial.study.shard import Shard
from synthdial.toml_file import nearest
from synthdial.transcripts import Transcript, read_transcripts

MOST_CANDIDATES = 16
_PLANNED = (0.82, 0.92)  # of the most words allowed: what is written goes a little beside the plan


@dataclass(frozen=True)
class BatchRequest:
    """What a batch shall make.

    Attributes
    ----------
    count : int
        Dialogues of this recipe that the study shall hold in the end; with a shard, that all hold together.
    scenario : str
        Name of a bundled scenario, or path of a TOML file.
    references : sequence of Path
        Transcripts and folders of transcripts; the bundled ones where empty. They are de-identified, and refused unless
        a person has checked them after that for the study.
    unchecked_references : bool
        Take in references that nobody has checked; the study remembers that.
    model : str, optional
        Name or path; see `synthdial.engine.models.find_model`.
    adapter : str, optional
        Name or path of a LoRA adapter, or ``none``; see `synthdial.engine.adapters.find_adapter`.
    preset : str
        Who leads the dialogue: ``natural`` follows a plan drawn from the references' turn-taking, ``plain`` leaves
        all to the model.
    profile : Path, optional
        A turn-taking profile in place of references: none stands in the prompt then.
    candidates : int
        Dialogues that are written for each one kept, 1 to 16; the one with the highest score stays.
    seed : int
        From which each dialogue's seed is derived.
    min_turns, max_words : int
        Bounds of a dialogue; words from 20. A plan knows its own number of turns.
    max_references : int
        Most references, or exemplars, in the prompt.
    exemplars : sequence of Exemplar
        Dialogues that reviewers accepted, to choose from: they stand in the prompt in the place of references, which
        then serve the turn-taking alone. See `synthdial.review.exemplars`.
    instructions : sequence of str
        Sentences for the prompt, in Dutch, a line each. See `synthdial.review.lessons`.
    prompt_style : {"base", "chat"}, optional
        By default as the model file says.
    sampling : Sampling, optional
        How tokens are drawn; by default as suits the preset.
    parallel, threads, context, gpu_layers : int, optional
        Slots, processor threads, tokens of context for all slots, layers on a GPU: fitted to the machine by default.
    shard : Shard, optional
        Write this part of the corpus alone; `synthdial.study.join.join_studies` puts all parts together.
    """

    count: int
    scenario: str = DEFAULT_SCENARIO
    references: Sequence[Path] = ()
    unchecked_references: bool = False
    model: str | None = None
    adapter: str | None = None
    preset: str = DEFAULT_PRESET
    profile: Path | None = None
    candidates: int = 1
    seed: int = 1
    min_turns: int = 8
    max_words: int = 700
    max_references: int = 1
    exemplars: Sequence[Exemplar] = ()
    instructions: Sequence[str] = ()
    prompt_style: Style | None = None
    sampling: Sampling | None = None
    parallel: int | None = None
    threads: int | None = None
    context: int | None = None
    gpu_layers: int | None = None
    shard: Shard | None = None

    def __post_init__(self) -> None:
        lows = {"count": 1, "candidates": 1, "min_turns": 2, "max_words": 20, "max_references": 0, "seed": 0}
        optional = {"parallel": 1, "threads": 1, "context": 1, "gpu_layers": 0}
        lows |= {name: low for name, low in optional.items() if getattr(self, name) is not None}
        for name, low in lows.items():
            if getattr(self, name) < low:
                raise SynthdialError(f"{name} is {getattr(self, name)}; it must be {low} or more.")
        if self.candidates > MOST_CANDIDATES:
            raise SynthdialError(f"candidates is {self.candidates}; it must be {MOST_CANDIDATES} or less.")
        if self.parallel is not None and self.parallel > MOST_SLOTS:
            raise SynthdialError(f"parallel is {self.parallel}; it must be {MOST_SLOTS} or less.")
        if self.preset not in PRESETS:
            hint = nearest(self.preset, PRESETS)
            raise SynthdialError(
                f"There is no preset '{self.preset}'.", f"{hint} There is: {', '.join(PRESETS)}.".strip()
            )
        if self.profile is not None and self.preset == "plain":
            raise SynthdialError("A profile is followed by the preset 'natural' only.", "Leave --preset plain out.")
        if self.profile is not None and self.references:
            raise SynthdialError(
                "A profile takes the place of references: both were given.", "Give --profile or --reference."
            )
        if self.exemplars and not self.max_references:
            raise SynthdialError(
                "Exemplars were given, and max_references is 0: none can stand in the prompt.",
                "Give --max-references 1 or more, or no exemplars.",
            )
        for sentence in self.instructions:
            if not sentence.strip() or not sentence.isprintable():
                raise SynthdialError(f"An instruction must be one line of text, not {sentence!r}.")
        if self.preset == "natural" and self.max_words < FEWEST_WORDS:
            raise SynthdialError(
                f"max_words is {self.max_words}; a planned dialogue has {FEWEST_WORDS} or more.",
                "Ask for more, or use --preset plain.",
            )

    @property
    def numbers(self) -> range:
        """The numbers of the dialogues to write, from 1: all, or those of the shard."""
        return self.shard.numbers(self.count) if self.shard else range(1, self.count + 1)

    @property
    def sampled(self) -> Sampling:
        """How tokens are drawn: as asked for, or as suits the preset."""
        return self.sampling or PRESETS[self.preset]


@dataclass(frozen=True)
class Prepared:
    """A batch that is ready to run: everything that can be known before the weights are loaded."""

    request: BatchRequest
    model: FoundModel
    header: Header
    prompt: Prompt
    recipe: Recipe
    warnings: tuple[str, ...]
    scenario: Scenario
    profile: Profile | None  # what plans are drawn from and candidates scored by
    admitted: Admitted  # the references that could stand in the prompt
    adapter: FoundAdapter | None = None  # it fits the model

    def checker(self) -> LeakageCheck:
        """What checks the dialogues for what they copied from references and exemplars."""
        exemplars = [ReferenceText(one.dialogue.id, one.dialogue) for one in self.prompt.exemplars]
        return LeakageCheck([*self.admitted.texts(), *exemplars])

    @property
    def imported(self) -> dict[str, Any]:
        """What the log of a study says of the references: never their names nor their text."""
        return {
            "references_are": self.admitted.are,
            "references_given": len(self.admitted.transcripts),
            "references_in_prompt": len(self.prompt.chosen) - len(self.prompt.exemplars),
            "references_sha256": self.prompt.references_digest,
            "exemplars": [one.dialogue.id for one in self.prompt.exemplars],
        }

    @property
    def planned(self) -> bool:
        """Whether dialogues follow plans."""
        return self.request.preset == "natural"

    @property
    def style(self) -> dict[str, float | None]:
        """How the words of the references are: hesitations and variety; empty where nobody plans."""
        if self.profile is None or not self.planned:
            return {}
        return {name: self.profile.content["measures"][name]["mean"] for name in ("hesitations", "mattr")}

    def plan(self, seed: int) -> list[PlannedTurn]:
        """The plan of a dialogue; empty where nobody plans."""
        if self.profile is None or not self.planned:
            return []
        chance = random.Random(seed)
        words = self.request.max_words * chance.uniform(*_PLANNED)
        usual = self.profile.content["measures"]["n_words"]
        if usual["mean"] is not None:
            words = min(words, max(FEWEST_WORDS, chance.gauss(usual["mean"], usual["sd"] or 0.0)))
        phases = [(str(phase.phase), phase.share) for phase in self.scenario.phases]
        return Planner(self.profile).plan(max(FEWEST_WORDS, round(words)), phases, seed)


def prepare_batch(request: BatchRequest, engine: Engine, known: Known | None = None) -> Prepared:
    """Find the model, read scenario and references, and build the prompt, with the model's vocabulary alone loaded.

    Parameters
    ----------
    request : BatchRequest
        What to make.
    engine : Engine
        Counts tokens.
    known : Known, optional
        What the study knows of references: which were checked.

    Raises
    ------
    SynthdialError
        When anything that the request names is missing or wrong.
    """
    scenario = load_scenario(request.scenario)
    admitted = Admitted("none")
    warnings: list[str] = []
    if request.references:
        references, warnings = read_transcripts(list(request.references))
        admitted = admit(references, known or Known(), unchecked=request.unchecked_references)
    elif request.profile is None:
        admitted = admit_bundled(bundled_references())
    model = find_model(request.model)
    header = read_header(model.path)
    check_model_fits(header)
    adapter, remark = choose_adapter(model, header, request.adapter)
    if remark:
        warnings = [*warnings, remark]
    opened = engine.open(model.path, vocab_only=True)
    facts = TemplateFacts(header.chat_template, opened.bos, opened.eos)
    longest = header.n_ctx_train or 4096
    if request.context:
        longest = min(longest, request.context)
    examples = [*admitted.transcripts, *(exemplar.as_transcript() for exemplar in request.exemplars)]
    share = slot_tokens(request.max_words, _tokens_per_word(engine, examples))
    if share >= longest:
        raise SynthdialError(
            f"A dialogue of {request.max_words} words takes up to {share} tokens; the context has {longest}.",
            "Give a smaller --max-words, or use a model with a longer context.",
        )
    prompt = build_prompt(
        scenario,
        admitted.transcripts,
        facts,
        engine.count_tokens,
        limit=longest - share,
        max_references=request.max_references,
        style=request.prompt_style,
        exemplars=request.exemplars,
        instructions=request.instructions,
    )
    profile = None
    if request.preset == "natural" or request.candidates > 1:
        profile = read_profile(request.profile) if request.profile else build_profile(admitted.originals)
        if profile.conversations < FEWEST:
            use = "planned from" if request.preset == "natural" else "scored by"
            warnings = [
                *warnings,
                f"Turn-taking is {use} {profile.conversations} conversations only; {FEWEST} or more show better "
                "how much it varies.",
            ]
    elif request.exemplars and request.references:
        warnings = [*warnings, "The references are not used: exemplars stand in the prompt, and nobody plans."]
    recipe = Recipe(
        model=model.name,
        model_sha256=model_digest(model.path),
        prompt_sha256=prompt.digest,
        references_sha256=prompt.references_digest,
        scenario=scenario.name,
        preset=request.preset,
        min_turns=request.min_turns,
        max_words=request.max_words,
        sampling=request.sampled,
        seed=request.seed,
        profile_sha256=profile.digest if profile else "",
        candidates=request.candidates,
        exemplars=tuple(exemplar.dialogue.id for exemplar in prompt.exemplars),
        instructions=tuple(request.instructions),
        adapter=adapter.name if adapter else "",
        adapter_sha256=model_digest(adapter.path) if adapter else "",
    )
    return Prepared(request, model, header, prompt, recipe, tuple(warnings), scenario, profile, admitted, adapter)


def _tokens_per_word(engine: Engine, examples: Sequence[Transcript]) -> float:
    texts = [transcript.dialogue.as_text() for transcript in examples]
    words = sum(transcript.dialogue.words for transcript in examples)
    return sum(engine.count_tokens(texts)) / words if words else 2.5


def preview_batch(request: BatchRequest, study: Path | None = None) -> Prepared:
    """Prepare a batch without running it: the exact prompt, which references are in it and why, and the recipe.

    Parameters
    ----------
    request : BatchRequest
        What to make.
    study : Path, optional
        For which study: the one that knows which references were checked. It need not be there.

    Raises
    ------
    SynthdialError
        When anything that the request names is missing or wrong.
    """
    with Engine() as engine:
        return prepare_batch(request, engine, known_to(study) if study is not None else None)
