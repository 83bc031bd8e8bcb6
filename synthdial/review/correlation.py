"""Whether metrics go together with what people say: Spearman's rho, with a test by permutation, over a whole table."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from synthdial.review.intervals import FEWEST, LEVEL, UNKNOWN, Bootstrap, Estimate, percentile_interval

SIGNIFICANT = 1 - LEVEL
"""The share of false findings that is accepted (q)."""

POWER = 0.8
"""How often a correlation should be found that is there."""

Floats = npt.NDArray[np.float64]
Drawn = npt.NDArray[np.float32]
_Real = TypeVar("_Real", np.float32, np.float64)
_NORMAL = NormalDist()
_AT_ONCE = 1_000_000  # values in memory at a time


@dataclass(frozen=True)
class Correlation:
    """How a metric goes together with a criterion over dialogues.

    Attributes
    ----------
    metric, criterion : str
        The two.
    n : int
        Dialogues that have both.
    rho : Estimate
        Spearman's rank correlation, -1 to 1, between the metric and the mean score of a dialogue over its raters.
    p : float
        Share of permutations in which rho is as far from 0 or farther, two-sided.
    q : float
        The same, Benjamini-Hochberg adjusted across the whole table.
    reason : str
        Why there is no figure, a key of ``synthdial.review.results.REASONS``; empty where there is one.
    """

    metric: str
    criterion: str
    n: int
    rho: Estimate
    p: float
    q: float
    reason: str = ""

    @property
    def significant(self) -> bool:
        """Whether it stands out from chance in this table."""
        return self.q <= SIGNIFICANT


def spearman(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Spearman's rank correlation, ties sharing their mean rank; nan where either does not vary.

    Examples
    --------
    >>> round(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 4)
    0.8208
    """
    one, other = (_standardised(np.asarray(values, dtype=float)[None])[0] for values in (first, second))
    return float(one @ other)


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Adjusted p-values that control the share of false findings (Benjamini & Hochberg 1995, JRSS B 57, 289-300).

    Parameters
    ----------
    p : array_like, shape (tests,)
        nan where there was no test; it does not count.

    Returns
    -------
    ndarray, shape (tests,)
        The smallest share of false findings at which each would be one of the findings.
    """
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    scaled = values[order] * (len(order) / np.arange(1, len(order) + 1))
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1)
    return adjusted


def dialogues_needed(rho: float = 0.3, tests: int = 1) -> int:
    """Dialogues that it takes to find a correlation of a size four times out of five, where several are tested.

    Fisher's transformation with the variance 1.06 / (n - 3) of Spearman's (Fieller, Hartley & Pearson 1957, Biometrika
    44, 470-481); each of several tests at 0.05 / tests, which is strict: Benjamini-Hochberg is so at worst.
    """
    return math.ceil(1.06 * (_reach(tests) / math.atanh(rho)) ** 2 + 3)


def detectable(dialogues: int, tests: int = 1) -> float:
    """The smallest correlation that would be found four times out of five: ``dialogues_needed`` the other way round."""
    if dialogues <= 3:
        return 1.0
    return math.tanh(_reach(tests) * math.sqrt(1.06 / (dialogues - 3)))


def _reach(tests: int) -> float:
    return _NORMAL.inv_cdf(1 - SIGNIFICANT / (2 * max(tests, 1))) + _NORMAL.inv_cdf(POWER)


def correlations(
    metrics: Mapping[str, npt.ArrayLike],
    scores: Mapping[str, npt.ArrayLike],
    bootstrap: Bootstrap,
    *,
    permutations: int = 9999,
    seed: int = 0,
) -> tuple[Correlation, ...]:
    """Every metric with every criterion.

    Parameters
    ----------
    metrics, scores : mapping of str to array_like, shape (dialogues,)
        Their values by dialogue; nan where there is none.
    bootstrap : Bootstrap
        Draws dialogues for the intervals.
    permutations : int
        Permutations for the p-values.
    seed : int
        Of the permutations.

    Returns
    -------
    tuple of Correlation
        Criterion after criterion; within one, metric after metric.
    """
    measured = np.array([np.asarray(values, dtype=float) for values in metrics.values()])
    scored = np.array([np.asarray(values, dtype=float) for values in scores.values()])
    shape = (len(scored), len(measured))
    rho, p, low, high = (np.full(shape, np.nan) for _ in range(4))
    n = np.zeros(shape, dtype=int)
    for rows, columns, kept in _blocks(scored, measured):
        block = np.ix_(rows, columns)
        n[block] = kept.sum()
        if kept.sum() < FEWEST:
            continue
        people, numbers = scored[rows][:, kept], measured[columns][:, kept]
        rho[block], p[block] = _permuted(people, numbers, permutations, np.random.default_rng((seed, int(kept.sum()))))
        low[block], high[block] = _intervals(people, numbers, bootstrap)
    q = benjamini_hochberg(p.ravel()).reshape(shape)
    low[np.isnan(rho)] = high[np.isnan(rho)] = np.nan
    found = []
    for i, criterion in enumerate(scores):
        for j, metric in enumerate(metrics):
            known = not np.isnan(rho[i, j])
            size = Estimate(float(rho[i, j]), float(low[i, j]), float(high[i, j])) if known else UNKNOWN
            reason = "" if known else _reason(int(n[i, j]), measured[j], scored[i])
            found.append(Correlation(metric, criterion, int(n[i, j]), size, float(p[i, j]), float(q[i, j]), reason))
    return tuple(found)


def _reason(n: int, measured: Floats, scored: Floats) -> str:
    if np.isnan(measured).all():
        return "metric unknown"
    if n < FEWEST:
        return "too few"
    both = ~np.isnan(measured + scored)
    return "metric constant" if len(np.unique(measured[both])) == 1 else "no variation"


def _blocks(scored: Floats, measured: Floats) -> Iterator[tuple[list[int], list[int], npt.NDArray[np.bool_]]]:
    """Criteria and metrics that are known for the same dialogues: their table is computed as a whole."""
    by_pattern: tuple[dict[bytes, list[int]], dict[bytes, list[int]]] = ({}, {})
    for groups, values in zip(by_pattern, (scored, measured), strict=True):
        for at, row in enumerate(values):
            groups.setdefault(np.isnan(row).tobytes(), []).append(at)
    for rows in by_pattern[0].values():
        for columns in by_pattern[1].values():
            yield rows, columns, ~np.isnan(scored[rows[0]] + measured[columns[0]])


def _standardised(values: Floats) -> Floats:
    """Ranks of each row, ties sharing their mean rank, centred and of length 1; nan where a row does not vary."""
    ranks = np.array([_places(row, np.ones((1, len(row))))[0] for row in values])
    with np.errstate(divide="ignore", invalid="ignore"):
        standardised: Floats = ranks / np.sqrt((ranks**2).sum(axis=1, keepdims=True))
    return standardised


def _places(values: Floats, counts: npt.NDArray[_Real]) -> npt.NDArray[_Real]:
    """The rank of each value, less the mean rank, in samples that hold it so many times.

    Parameters
    ----------
    values : ndarray, shape (n,)
    counts : ndarray, shape (samples, n)

    Returns
    -------
    ndarray, shape (samples, n)
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    totals = np.add.reduceat(counts[:, order], starts, axis=1)
    middles = np.cumsum(totals, axis=1) - totals / 2 - counts.sum(axis=1, keepdims=True) / 2
    which = np.empty(len(values), dtype=np.intp)
    which[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(values))))
    places: npt.NDArray[_Real] = middles[:, which]
    return places


def _permuted(people: Floats, numbers: Floats, permutations: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Rho and its p for every row of the one with every row of the other."""
    scores, metrics = _standardised(people), _standardised(numbers)
    rho: Floats = scores @ metrics.T
    n = people.shape[1]
    reached = np.zeros(rho.shape)
    at_once = max(1, _AT_ONCE // n)
    for begin in range(0, permutations, at_once):
        many = min(at_once, permutations - begin)
        orders = random.permuted(np.broadcast_to(np.arange(n), (many, n)), axis=1)
        for at, row in enumerate(scores):
            # equal arrangements must count as equal, whatever their sums round to
            reached[at] += (np.abs(row[orders] @ metrics.T) >= np.abs(rho[at]) - 1e-9).sum(axis=0)
    p = (reached + 1) / (permutations + 1)
    return rho, np.where(np.isnan(rho), np.nan, p)


def _intervals(people: Floats, numbers: Floats, bootstrap: Bootstrap) -> tuple[Floats, Floats]:
    """The interval of rho for every row of the one with every row of the other, ranks taken anew in each resample."""
    n = people.shape[1]
    counts = bootstrap.counts(n).astype(np.float32)  # half of the time; ranks are exact in it
    samples = np.empty((len(counts), len(people), len(numbers)))
    at_once = max(1, _AT_ONCE // (n * (len(people) + len(numbers))))
    for begin in range(0, len(counts), at_once):
        drawn = counts[begin : begin + at_once]
        scores, metrics = (_drawn(values, drawn) for values in (people, numbers))
        samples[begin : begin + at_once] = scores @ metrics.transpose(0, 2, 1)
    ends = np.array(
        [[percentile_interval(samples[:, i, j], n) for j in range(len(numbers))] for i in range(len(people))]
    )
    return ends[:, :, 0], ends[:, :, 1]


def _drawn(values: Floats, counts: Drawn) -> Drawn:
    """Standardised ranks in resamples, times the root of how often each dialogue is drawn, so that products are rho.

    Returns
    -------
    ndarray, shape (resamples, rows, n)
    """
    roots = np.sqrt(counts)
    ranks = np.stack([_places(row, counts) * roots for row in values], axis=1)
    lengths = np.sqrt(np.einsum("brn,brn->br", ranks, ranks))[:, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        standardised: Drawn = ranks / lengths
    return standardised


def means_over_raters(scores: Floats, criteria: Sequence[str]) -> dict[str, Floats]:
    """The mean score of each dialogue over its raters, by criterion.

    Parameters
    ----------
    scores : ndarray, shape (raters, dialogues, criteria)
        nan where none was given.
    criteria : sequence of str
        Their keys.
    """
    known = ~np.isnan(scores)
    with np.errstate(invalid="ignore"):
        means = np.where(known, scores, 0).sum(axis=0) / known.sum(axis=0)
    return {criterion: means[:, at] for at, criterion in enumerate(criteria)}
