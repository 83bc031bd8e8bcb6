"""How far two corpora are apart, measure by measure, and whether a classifier tells them from each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthdial.metrics.catalogue import TURN_METRICS
from synthdial.metrics.corpus import CorpusAccumulator
from synthdial.metrics.distribution import Distributions, Summary

_FEWEST = 5
_REPEATS = 10
_FOLDS = 5
_MOST = 1000
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """One measure in two corpora.

    Attributes
    ----------
    name : str
        The measure.
    own, reference : Summary
        Its distribution in both.
    distance : float
        1-Wasserstein distance divided by the reference's interquartile range, 0 or more; nan where that range is 0.
    """

    name: str
    own: Summary
    reference: Summary
    distance: float


@dataclass(frozen=True)
class Comparison:
    """Two corpora side by side.

    Attributes
    ----------
    differences : tuple of Difference
        Measure by measure.
    auc : float
        Cross-validated AUC of telling the two apart by turn-taking alone; 0.5 cannot, 1 always can; nan with fewer than
        five dialogues on a side.
    """

    differences: tuple[Difference, ...]
    auc: float

    @property
    def sentence(self) -> str:
        """What the AUC means, in words."""
        if math.isnan(self.auc):
            return f"AUC unknown: at least {_FEWEST} dialogues on either side are needed."
        chance = round(100 * self.auc)
        meaning = (
            "by their turn-taking the two cannot be told apart"
            if self.auc < 0.6
            else "by their turn-taking the two can be told apart now and then"
            if self.auc < 0.75
            else "by their turn-taking the two are easily told apart"
        )
        return (
            f"AUC {self.auc:.2f}: given one dialogue of each, a classifier that sees turn-taking alone picks out the "
            f"right one in {chance} of 100 cases (50 is guessing): {meaning}."
        )


def wasserstein(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """1-Wasserstein distance of two samples: the area between their distribution functions; nan if one is empty.

    Examples
    --------
    >>> wasserstein([0, 1], [1, 2])
    1.0
    """
    first, second = (np.unique(np.asarray(values, dtype=float), return_counts=True) for values in (a, b))
    return _area(first, second)


def _area(
    a: tuple[Matrix, npt.NDArray[np.int64] | npt.NDArray[np.intp]],
    b: tuple[Matrix, npt.NDArray[np.int64] | npt.NDArray[np.intp]],
) -> float:
    if not len(a[0]) or not len(b[0]):
        return math.nan
    places = np.unique(np.concatenate([a[0], b[0]]))
    heights = []
    for values, counts in (a, b):
        below = np.concatenate([[0], np.cumsum(counts)])
        heights.append(below[np.searchsorted(values, places[:-1], side="right")] / below[-1])
    return float(np.abs(heights[0] - heights[1]) @ np.diff(places))


def normalised_distance(own: Distributions, reference: Distributions, name: str) -> float:
    """1-Wasserstein distance of a measure divided by its interquartile range in the reference; nan where that is 0."""
    low, high = reference.quantiles(name, (0.25, 0.75))
    area = _area(own.spread(name), reference.spread(name))
    return area / (high - low) if high > low else math.nan


def two_sample_auc(a: npt.ArrayLike, b: npt.ArrayLike, *, seed: int = 0) -> float:
    """Classifier two-sample test (Lopez-Paz & Oquab 2017): how well two groups are told apart.

    A ridge logistic regression on standardised measures and their squares, so that a difference of spread counts as one
    of means does; both groups weigh the same. Stratified five-fold cross-validation, ten times over.

    Parameters
    ----------
    a, b : array_like, shape (dialogues, measures)
        The groups; nan counts as the median. Of more than 1,000 dialogues the first 1,000 are taken.
    seed : int
        Of the folds.

    Returns
    -------
    float
        AUC, 0 to 1, 0.5 where they cannot be told apart; nan with fewer than five dialogues in a group.

    Examples
    --------
    >>> two_sample_auc([[k] for k in range(9)], [[k + 100] for k in range(9)])
    1.0
    """
    groups = [np.asarray(rows, dtype=float)[:_MOST] for rows in (a, b)]
    if min(map(len, groups)) < _FEWEST:
        return math.nan
    # the order in which dialogues came must not matter
    groups = [rows[np.lexsort(rows.T[::-1])] for rows in groups]
    features = np.concatenate(groups)
    known = ~np.isnan(features)
    features = features[:, known.any(axis=0)]
    features = np.where(np.isnan(features), np.nanmedian(features, axis=0), features)
    truth = np.repeat([0.0, 1.0], [len(rows) for rows in groups])
    chance = np.random.default_rng(seed)
    values = []
    for _ in range(_REPEATS):
        fold = np.empty(len(truth), int)
        for label in (0.0, 1.0):
            members = np.flatnonzero(truth == label)
            fold[chance.permutation(members)] = np.arange(len(members)) % _FOLDS
        scores = np.empty(len(truth))
        for k in range(_FOLDS):
            inside, outside = fold != k, fold == k
            ready, fresh = _prepared(features[inside], features[outside])
            scores[outside] = fresh @ _weights(ready, truth[inside])
        values.append(_auc(scores, truth))
    return float(np.mean(values))


def _prepared(train: Matrix, test: Matrix) -> tuple[Matrix, Matrix]:
    """Standardised values, their squares standardised as well, and a constant."""
    for squared in (False, True):
        mean, sd = train.mean(axis=0), train.std(axis=0)
        kept = sd > 1e-12
        train, test = ((rows[:, kept] - mean[kept]) / sd[kept] for rows in (train, test))
        test = np.clip(test, -10, 10)
        if not squared:
            train, test = (np.concatenate([rows, rows * rows], axis=1) for rows in (train, test))
    return tuple(np.concatenate([rows, np.ones((len(rows), 1))], axis=1) for rows in (train, test))  # type: ignore[return-value]


def _weights(features: Matrix, truth: Matrix, ridge: float = 1.0) -> Matrix:
    """Logistic regression by Newton's method, both classes weighing the same."""
    weight = np.where(truth == 1, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))
    penalty = np.full(features.shape[1], ridge)
    penalty[-1] = 1e-6
    beta = np.zeros(features.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(features @ beta, -30, 30)))
        gradient = features.T @ (weight * (truth - p)) - penalty * beta
        curve = (features * (weight * p * (1 - p))[:, None]).T @ features + np.diag(penalty)
        step = np.linalg.solve(curve, gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def _auc(scores: Matrix, truth: Matrix) -> float:
    """The chance that one of the second group scores higher than one of the first, ties counting half."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    positives = int(truth.sum())
    negatives = len(truth) - positives
    return float((ranks[truth == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def compare(own: CorpusAccumulator, reference: CorpusAccumulator, names: Sequence[str]) -> Comparison:
    """Compare a corpus with a reference in some measures, and by all of ``TURN_METRICS`` that both have.

    Raises
    ------
    ValueError
        When a measure is in neither.
    """
    own.settle()
    reference.settle()
    differences = tuple(
        Difference(
            name,
            own.distributions.summary(name),
            reference.distributions.summary(name),
            normalised_distance(own.distributions, reference.distributions, name),
        )
        for name in names
    )
    columns = [own.distributions.names.index(name) for name in TURN_METRICS if name in own.distributions.names]
    if not columns:
        return Comparison(differences, math.nan)
    a, b = (
        np.frombuffer(b"".join(dialogue.values for dialogue in corpus.sample.dialogues())).reshape(
            -1, len(own.distributions.names)
        )
        for corpus in (own, reference)
    )
    return Comparison(differences, two_sample_auc(a[:, columns], b[:, columns]))
