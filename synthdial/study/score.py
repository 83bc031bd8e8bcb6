"""How good a candidate is: five parts, each from 0 to 1, and their weighted mean.

The parts are absolute, not relative to other candidates, so that scores of different dialogues can be compared and a
reader can compute each part again from the text and what is stored beside it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from synthdial._core.words import split_words
from synthdial.dialogue import Dialogue
from synthdial.metrics import TURN_METRICS, Lexicon, Measurer
from synthdial.structure import Profile
from synthdial.structure.faults import circles, loops, repeats, trigrams
from synthdial.study.study import Candidate

WEIGHTS: Mapping[str, float] = {
    "structure": 0.35,
    "terms": 0.25,
    "repetition": 0.20,
    "leakage": 0.10,
    "confidence": 0.10,
}
"""What each part counts for; the weights of parts that are defined are scaled to sum to 1."""

RUN = 5
"""Words of a run that counts as copied when it stands in a reference too."""

_LEAST_SD = 0.02  # by less two conversations do not differ: of few references a deviation can come out near 0
_LEAKAGE_POWER = 5


@dataclass(frozen=True)
class Score:
    """The parts of a candidate's score, each from 0 to 1 (best), nan where it is undefined.

    Attributes
    ----------
    structure : float
        How near its turn-taking lies to that of the profile; undefined without deviations in the profile.
    terms : float
        Share of the scenario's terms that are spoken; undefined where it has none.
    repetition : float
        How little it repeats itself.
    leakage : float
        How little it copies from the references in the prompt; undefined without references, or without runs.
    confidence : float
        Geometric mean of the probability of a sampled token; undefined without tokens.
    """

    structure: float
    terms: float
    repetition: float
    leakage: float
    confidence: float

    @property
    def total(self) -> float:
        """Mean of the parts that are defined, weighted by ``WEIGHTS``; nan where none is."""
        defined = {name: value for name, value in asdict(self).items() if not math.isnan(value)}
        weight = sum(WEIGHTS[name] for name in defined)
        return sum(WEIGHTS[name] * value for name, value in defined.items()) / weight if weight else math.nan

    def as_dict(self) -> dict[str, float | None]:
        """The total and the parts as they are stored; None for nan."""
        values = {"total": self.total, **asdict(self)}
        return {name: None if math.isnan(value) else value for name, value in values.items()}


def score(
    dialogue: Dialogue,
    *,
    profile: Profile | None = None,
    terms: Lexicon | None = None,
    references: Sequence[Dialogue] = (),
    log_probability: float = math.nan,
) -> Score:
    """Score a candidate.

    Parameters
    ----------
    dialogue : Dialogue
        The candidate.
    profile : Profile, optional
        The turn-taking that it should have.
    terms : Lexicon, optional
        The terms that it should speak.
    references : sequence of Dialogue
        Those in its prompt, which it should not copy.
    log_probability : float
        Mean natural log-probability of a sampled token under the model.

    Examples
    --------
    >>> from synthdial import Dialogue, Speaker, Turn
    >>> talk = Dialogue("a", (Turn(Speaker.DOCTOR, "Hoe gaat het met u?"), Turn(Speaker.PATIENT, "Goed.")))
    >>> found = score(talk, references=[talk], log_probability=-1.0)
    >>> found.leakage, round(found.confidence, 3)
    (0.0, 0.368)
    """
    measurer = Measurer(terms=terms, metrics=(*TURN_METRICS, "self_bleu_turns", "term_coverage"))
    measured = measurer.dialogue(dialogue)
    return Score(
        structure=_structure(measured, profile) if profile else math.nan,
        terms=measured["term_coverage"],
        repetition=_repetition(dialogue, measured["self_bleu_turns"]),
        leakage=_leakage(dialogue, references),
        confidence=math.nan if math.isnan(log_probability) else math.exp(min(0.0, log_probability)),
    )


def best(candidates: Sequence[Candidate]) -> Candidate:
    """The candidate with the highest total in its provenance; of equal ones the first."""

    def total(candidate: Candidate) -> float:
        found = candidate.dialogue.provenance.get("score")
        value = found.get("total") if isinstance(found, Mapping) else None
        return float(value) if isinstance(value, (int, float)) else -1.0  # no part of it was defined

    return max(candidates, key=total)


def _structure(measured: Mapping[str, float], profile: Profile) -> float:
    """Mean over turn measures of 1 / (1 + e), e by how much more than one deviation it lies off the profile's mean.

    All within one deviation counts the same: if the mean were best, choosing would make dialogues alike, as people's
    are not.
    """
    values = []
    for name in TURN_METRICS:
        mean, sd = (profile.content["measures"][name][key] for key in ("mean", "sd"))
        if mean is not None and sd is not None and not math.isnan(measured[name]):
            values.append(1 / (1 + max(0.0, abs(measured[name] - mean) / max(sd, _LEAST_SD) - 1)))
    return sum(values) / len(values) if values else math.nan


def _repetition(dialogue: Dialogue, self_bleu: float) -> float:
    """(1 - share of turns that repeat or run in circles) (1 - self-BLEU of its turns)."""
    if not dialogue.turns:
        return math.nan
    said: set[tuple[str, ...]] = set()
    faulty = 0
    for turn in dialogue.turns:
        words = split_words(turn.text)
        faulty += repeats(words, said) or loops(words) or circles(words)
        said |= trigrams(words)
    return (1 - faulty / len(dialogue.turns)) * (1 - (0.0 if math.isnan(self_bleu) else self_bleu))


def _runs(dialogue: Dialogue) -> Iterator[tuple[str, ...]]:
    for turn in dialogue.turns:
        words = split_words(turn.text)
        yield from (tuple(words[k : k + RUN]) for k in range(len(words) - RUN + 1))


def _leakage(dialogue: Dialogue, references: Sequence[Dialogue]) -> float:
    """(1 - share of its runs that stand in references)⁵: that five of its runs, drawn at random, are all its own."""
    own = list(_runs(dialogue))
    if not own or not references:
        return math.nan
    known = {run for reference in references for run in _runs(reference)}
    return (1 - sum(run in known for run in own) / len(own)) ** _LEAKAGE_POWER
