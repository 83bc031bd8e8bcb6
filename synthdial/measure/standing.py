"""How a set of written dialogues stands against conversations of people: one column of the table of ``compare``.

Like is compared with like: people's conversations are cut to the length of the written ones, whole turns from a random
start, before any figure is taken. Who is drawn for which length, and where it starts, is drawn anew many times.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from synthdial._core.words import split_words
from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.measure.sources import dialogues_of, pieces
from synthdial.metrics import TURN_METRICS, Lexicon, Measurer, scenario_lexicon, two_sample_auc, wasserstein
from synthdial.prompt import bundled_scenarios, load_scenario
from synthdial.structure.faults import ends_open, repeats, trigrams
from synthdial.transcripts import ReadOptions

FIGURES = (
    "n_turns",
    "n_words",
    "words_per_turn",
    *TURN_METRICS,
    "backchannel_share",
    "doctor_question_share",
    "patient_question_share",
    "hesitations",
    "mattr",
    "mtld",
)
"""Measures of a dialogue that are set beside people's."""

ASKED = (500, 1200)
"""Words of a dialogue that is as long as asked for."""

_DRAWS = 40
_AUC_DRAWS = 12
_RESAMPLES = 1000
_DISTANCE_RESAMPLES = 100
_LARGEST = 1e15

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One measure of the written dialogues beside people's.

    Attributes
    ----------
    name : str
        The measure, or what is counted.
    mean, low, high : float
        Its mean over dialogues, and that mean's 95 % bootstrap interval.
    people, p10, p90 : float
        People's mean, 10th and 90th percentile, cut to the same length; nan where people have no such figure.
    """

    name: str
    mean: float
    low: float
    high: float
    people: float = math.nan
    p10: float = math.nan
    p90: float = math.nan


@dataclass(frozen=True)
class Standing:
    """How a set of dialogues stands.

    Attributes
    ----------
    name : str
        What the set is called.
    dialogues : int
        How many.
    figures : tuple of Figure
        Measures of ``FIGURES`` beside people's, in that order.
    counts : tuple of Figure
        ``terms`` (share of the scenario's terms that are spoken), ``log_probability`` (mean, nats a sampled token),
        ``open_turns`` (share of turns that end inside a sentence), ``forced_ends`` (share that end where the model
        thought it unlikely), ``repeated_turns`` (share of turns of five words or
        more that say again what was said), ``as_long_as_asked`` (share of dialogues of 500 to 1,200 words),
        ``tokens_per_second`` (of all slots); nan where it is not known.
    auc : float
        Two-sample AUC by turn measures alone, mean over draws; and the lowest and highest of a 95 % interval.
    distance : float
        Normalised Wasserstein distance, mean over the turn measures; and its interval.
    """

    name: str
    dialogues: int
    figures: tuple[Figure, ...]
    counts: tuple[Figure, ...]
    auc: tuple[float, float, float]
    distance: tuple[float, float, float]

    def figure(self, name: str) -> Figure:
        """One of the figures or counts by its name."""
        return next(figure for figure in (*self.figures, *self.counts) if figure.name == name)


def cut(dialogue: Dialogue, words: int, chance: random.Random) -> Dialogue:
    """Whole utterances of a dialogue from a random start, until there are so many words, or all of it."""
    lengths = [turn.words for turn in dialogue.turns]
    if sum(lengths) <= words:
        return dialogue
    last = len(lengths)
    total = 0
    while total < words:
        last -= 1
        total += lengths[last]
    start = chance.randint(0, last)
    end, total = start, 0
    while total < words:
        total += lengths[end]
        end += 1
    # the utterance that goes beyond belongs where more of it lies inside
    if total - words > lengths[end - 1] / 2 and end - start > 2:
        end -= 1
    return Dialogue(dialogue.id, dialogue.turns[start:end])


def standing(
    name: str,
    dialogues: Sequence[Dialogue],
    references: Sequence[Dialogue],
    *,
    terms: Lexicon | None = None,
    asked: tuple[int, int] = ASKED,
    seed: int = 0,
) -> Standing:
    """How dialogues stand against conversations of people.

    Parameters
    ----------
    name : str
        What the set is called.
    dialogues, references : sequence of Dialogue
        At least two and five.
    terms : Lexicon, optional
        The terms that a dialogue should speak where its provenance names no scenario that is here.
    asked : tuple of int
        Least and most words of a dialogue that is as long as asked for.
    seed : int
        Of the draws.

    Raises
    ------
    SynthdialError
        When there are too few.
    """
    if len(dialogues) < 2 or len(references) < 5:
        raise SynthdialError(
            f"{name} holds {len(dialogues)} dialogues and there are {len(references)} references.",
            "A comparison needs two dialogues and five references at least.",
        )
    chance = random.Random(seed)
    measurer = Measurer(metrics=FIGURES)
    own = np.array([measurer.row(dialogue) for dialogue in dialogues])
    draws = [_draw(dialogues, references, measurer, chance) for _ in range(_DRAWS)]
    people = np.concatenate(draws)
    resampled = np.random.default_rng(seed)
    figures = tuple(_figure(name, own[:, k], people[:, k], resampled) for k, name in enumerate(FIGURES))
    counted = _counted(dialogues, _ScenarioTerms(terms), asked)
    counts = tuple(_figure(name, values, None, resampled) for name, values in counted.items())
    at = [FIGURES.index(name) for name in TURN_METRICS]
    aucs = [two_sample_auc(own[:, at], draw[:, at], seed=k) for k, draw in enumerate(draws[:_AUC_DRAWS])]
    distances = _distances(own[:, at], np.array(draws)[:, :, at], resampled)
    return Standing(name, len(dialogues), figures, counts, _spread(aucs), distances)


def _draw(
    dialogues: Sequence[Dialogue], references: Sequence[Dialogue], measurer: Measurer, chance: random.Random
) -> Matrix:
    """The measures of each reference, cut to the length of a dialogue drawn for it."""
    lengths = [dialogue.words for dialogue in dialogues]
    return np.array([measurer.row(cut(reference, chance.choice(lengths), chance)) for reference in references])


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return math.nan, math.nan, math.nan
    low, high = np.quantile(known, (0.025, 0.975))
    return float(np.mean(known)), float(low), float(high)


def _distances(own: Matrix, draws: Matrix, chance: np.random.Generator) -> tuple[float, float, float]:
    """The distance from all cuts of all references, and its bootstrap interval over dialogues and references."""
    count = draws.shape[1]
    values = [
        _distance(
            own[chance.integers(0, len(own), len(own))],
            draws[:, chance.integers(0, count, count)].reshape(-1, draws.shape[2]),
        )
        for _ in range(_DISTANCE_RESAMPLES)
    ]
    estimate = _distance(own, draws.reshape(-1, draws.shape[2]))
    mean, low, high = _spread(values)
    # a distance grows with chance alone, and so resamples lie above it: the interval is moved back by as much
    if math.isnan(estimate) or math.isnan(mean):
        return math.nan, math.nan, math.nan
    surplus = max(0.0, mean - estimate)
    return estimate, max(0.0, low - surplus), high - surplus


def _distance(own: Matrix, people: Matrix) -> float:
    """Mean over measures of the 1-Wasserstein distance, each divided by people's interquartile range."""
    values = []
    for mine, theirs in zip(own.T, people.T, strict=True):
        mine, theirs = mine[~np.isnan(mine)], theirs[~np.isnan(theirs)]
        if len(mine) and len(theirs):
            low, high = np.quantile(theirs, (0.25, 0.75))
            if high > low:
                values.append(wasserstein(mine, theirs) / (high - low))
    return float(np.mean(values)) if values else math.nan


def _figure(name: str, values: Matrix, people: Matrix | None, chance: np.random.Generator) -> Figure:
    values = values[~np.isnan(values)]
    if not len(values):
        return Figure(name, math.nan, math.nan, math.nan)
    means = values[chance.integers(0, len(values), (_RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    mean = float(values.mean())
    if people is None:
        return Figure(name, mean, float(low), float(high))
    people = people[~np.isnan(people)]
    p10, p90 = np.quantile(people, (0.1, 0.9)) if len(people) else (math.nan, math.nan)
    usual = float(people.mean()) if len(people) else math.nan
    return Figure(name, mean, float(low), float(high), usual, float(p10), float(p90))


def _counted(dialogues: Sequence[Dialogue], terms_of: "_ScenarioTerms", asked: tuple[int, int]) -> Mapping[str, Matrix]:
    """What is counted beside the measures: a value a dialogue."""
    rows = []
    for dialogue in dialogues:
        made = dialogue.provenance
        turns = dialogue.turns
        said: set[tuple[str, ...]] = set()
        open_turns = repeated = 0
        for turn in turns:
            words = split_words(turn.text)
            open_turns += ends_open(turn.text)
            repeated += repeats(words, said)
            said |= trigrams(words)
        tokens, seconds, slots = (_noted(made, key) for key in ("tokens", "seconds", "slots"))
        rows.append({
            "terms": terms_of.coverage(dialogue),
            "log_probability": _noted(made, "mean_log_probability"),
            "open_turns": open_turns / max(1, len(turns)),
            "forced_ends": _noted(made, "forced_ends") / max(1, len(turns)),
            "repeated_turns": repeated / max(1, len(turns)),
            "as_long_as_asked": float(asked[0] <= dialogue.words <= asked[1]),
            "tokens_per_second": tokens * slots / seconds if seconds > 0 else math.nan,
        })  # fmt: skip
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _noted(made: Mapping[str, Any], key: str) -> float:
    """A number of the provenance; nan where there is none: other programs may write anything there."""
    value = made.get(key)
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _LARGEST
    return float(value) if known else math.nan  # type: ignore[arg-type]


class _ScenarioTerms:
    """Measures the share of terms that a dialogue speaks, of the scenario that its provenance names."""

    def __init__(self, otherwise: Lexicon | None) -> None:
        self._otherwise = otherwise
        self._measurers: dict[str, Measurer | None] = {}

    def coverage(self, dialogue: Dialogue) -> float:
        """The share, 0 to 1; nan where no terms are known."""
        name = str(dialogue.provenance.get("scenario") or "")
        if name not in self._measurers:
            terms = self._otherwise
            if name in bundled_scenarios():  # a scenario of the user's own has a name too, but no card here
                scenario = load_scenario(name)
                terms = scenario_lexicon(scenario.terms, scenario.name)
            self._measurers[name] = Measurer(terms=terms, metrics=("term_coverage",)) if terms else None
        measurer = self._measurers[name]
        return float(measurer.row(dialogue)[0]) if measurer else math.nan


def groups_of(
    paths: Sequence[Path], options: ReadOptions, *, remark: Callable[[str], None]
) -> dict[str, list[Dialogue]]:
    """The dialogues of some paths by path; where one holds several presets or models, by these as well.

    Raises
    ------
    SynthdialError
        When a path cannot be read.
    """
    groups: dict[tuple[str, str, str], list[Dialogue]] = {}
    for path in paths:
        for piece in pieces([path]):
            for dialogue in dialogues_of(piece, options):
                if isinstance(dialogue, str):
                    remark(dialogue)
                else:
                    preset, model = (str(dialogue.provenance.get(key) or "") for key in ("preset", "model"))
                    groups.setdefault((str(path), preset, model), []).append(dialogue)
    several = Counter(path for path, *_ in groups)
    named: dict[str, list[Dialogue]] = {}
    for (source, preset, model), dialogues in groups.items():
        name = Path(source).name
        if several[source] > 1:
            name = " ".join(part for part in (name, preset, model) if part)
        while name in named:
            name += "'"
        named[name] = dialogues
    return named
