"""Turn-taking figures of one conversation.

A turn is a maximal run of utterances by one speaker; n_k is the number of words of turn k, mean μ, population standard
deviation σ. Undefined figures are nan.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from synthdial.dialogue import Dialogue, Speaker

# 10th to 90th percentile of 57 mock consultations (PriMock57, Papadopoulos Korfiatis et al. 2022)
HUMAN_RANGES: dict[str, tuple[float, float]] = {
    "cv": (0.90, 1.38),
    "burstiness": (-0.05, 0.16),
    "short_turn_share": (0.10, 0.24),
    "gini": (0.45, 0.58),
    "lag1": (-0.22, 0.00),
    "dominance": (0.56, 0.73),
    "question_share": (0.32, 0.45),
    "switch_rate": (0.70, 0.89),
}


def turn_figures(dialogue: Dialogue) -> dict[str, float]:
    """Turn-taking figures of a conversation.

    Parameters
    ----------
    dialogue : Dialogue
        Its turns are taken as utterances: neighbours of one speaker are merged.

    Returns
    -------
    dict of str to float
        ``utterances``, ``turns``, ``words``; ``cv`` = σ/μ; ``burstiness`` = (σ - μ)/(σ + μ), -1 to 1 (Goh and
        Barabási 2008); ``short_turn_share``, turns of one or two words, 0 to 1; ``gini`` of turn lengths, 0 to 1;
        ``lag1`` autocorrelation of turn lengths, -1 to 1; ``dominance``, word share of the speaker with most words,
        0.5 to 1; ``question_share``, turns with a question mark, 0 to 1; ``switch_rate``, speaker changes between
        utterances, 0 to 1.

    Examples
    --------
    >>> from synthdial import Dialogue, Speaker, Turn
    >>> talk = Dialogue("a", (Turn(Speaker.DOCTOR, "Hoe gaat het met u?"), Turn(Speaker.PATIENT, "Goed.")))
    >>> round(turn_figures(talk)["cv"], 3)
    0.667
    """
    turns = dialogue.merged().turns
    lengths = np.array([turn.words for turn in turns], dtype=float)
    words = float(lengths.sum())
    doctor = sum(turn.words for turn in turns if turn.speaker is Speaker.DOCTOR)
    utterances = dialogue.turns
    switches = sum(a.speaker is not b.speaker for a, b in itertools.pairwise(utterances))
    mean, deviation = (float(lengths.mean()), float(lengths.std())) if len(lengths) else (math.nan, math.nan)
    return {
        "utterances": float(len(utterances)),
        "turns": float(len(turns)),
        "words": words,
        "cv": _ratio(deviation, mean),
        "burstiness": _ratio(deviation - mean, deviation + mean),
        "short_turn_share": _ratio(float((lengths <= 2).sum()), len(lengths)),
        "gini": _gini(lengths),
        "lag1": _lag1(lengths),
        "dominance": _ratio(max(doctor, words - doctor), words),
        "question_share": _ratio(sum("?" in turn.text for turn in turns), len(turns)),
        "switch_rate": _ratio(switches, len(utterances) - 1),
    }


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else math.nan


def _gini(lengths: Sequence[float] | np.ndarray) -> float:
    """Gini coefficient: half the mean absolute difference of two lengths, divided by the mean."""
    ordered = np.sort(np.asarray(lengths, dtype=float))
    count, total = len(ordered), float(ordered.sum())
    if not total:
        return math.nan
    ranks = np.arange(1, count + 1)
    return float((2 * ranks - count - 1) @ ordered) / (count * total)


def _lag1(lengths: np.ndarray) -> float:
    centred = lengths - lengths.mean() if len(lengths) else lengths
    return _ratio(float(centred[:-1] @ centred[1:]), float(centred @ centred))
