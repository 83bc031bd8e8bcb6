"""How far raters agree: Krippendorff's alpha for all, Cohen's weighted kappa for two."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from synthdial.review.intervals import UNKNOWN, Bootstrap, Estimate, percentile_interval
from synthdial.review.ratings import SCALE, Ratings

Floats = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]

_BASE = np.array(SCALE, dtype=float)
LINEAR: Floats = np.abs(_BASE[:, None] - _BASE[None, :])
"""Disagreement weights of the scale: how many points two scores lie apart."""
QUADRATIC: Floats = LINEAR**2
"""Disagreement weights of the scale: the square of that."""


@dataclass(frozen=True)
class Agreement:
    """How far the raters of a role, or of all, agree on a criterion.

    Attributes
    ----------
    criterion, role : str
        Of what, and of whom; the role is empty for raters of all roles together.
    raters, units, pairable : int
        Raters with a score; dialogues with at least two; scores on those.
    ordinal, nominal, interval : Estimate
        Krippendorff's alpha by level of measurement: 1 is perfect, 0 what chance gives, below 0 worse than that.
    reason : str
        Why there is no figure, a key of ``synthdial.review.results.REASONS``; empty where there is one.
    """

    criterion: str
    role: str
    raters: int
    units: int
    pairable: int
    ordinal: Estimate
    nominal: Estimate
    interval: Estimate
    reason: str = ""


@dataclass(frozen=True)
class PairAgreement:
    """How far two raters agree on a criterion.

    Attributes
    ----------
    criterion, role, first, second : str
        Of what and of whom; the role is empty where the two have different ones.
    n : int
        Dialogues that both scored.
    linear, quadratic : Estimate
        Cohen's weighted kappa.
    reason : str
        Why there is no figure, as in ``Agreement``.
    """

    criterion: str
    role: str
    first: str
    second: str
    n: int
    linear: Estimate
    quadratic: Estimate
    reason: str = ""


def krippendorff_alpha(ratings: npt.ArrayLike, level: Level = "ordinal") -> float:
    """Krippendorff's alpha, 1 - observed / expected disagreement (Krippendorff 2011, Computing alpha-reliability).

    Parameters
    ----------
    ratings : array_like, shape (raters, units)
        Numbers; nan where a rater gave none.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Of measurement: which distance two different values have.

    Returns
    -------
    float
        At most 1; nan where no unit has two values, or all values are the same.

    Examples
    --------
    >>> round(krippendorff_alpha([[1, 2, 3, 3, 2], [1, 2, 3, 4, 2]]), 3)
    0.952
    """
    matrix = np.asarray(ratings, dtype=float)
    values = np.unique(matrix[np.isfinite(matrix)])
    return float(_alpha(_coincidences(matrix, values).sum(axis=0), values, level))


def _coincidences(matrix: Floats, values: Floats) -> Floats:
    """How often two values meet in a unit, each pair of raters weighing 1 / (raters of the unit - 1).

    Returns
    -------
    ndarray, shape (units, values, values)
    """
    counts = (matrix[:, :, None] == values).sum(axis=0).astype(float)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(len(values))
    raters = counts.sum(axis=1)
    weights = (raters > 1) / np.maximum(raters - 1, 1)
    coincidences: Floats = pairs * weights[:, None, None]
    return coincidences


def _alpha(coincidences: Floats, values: Floats, level: Level) -> Floats:
    """Alpha of coincidence matrices, shape (..., values, values); nan where nothing varies."""
    totals = coincidences.sum(axis=-1)
    n = totals.sum(axis=-1)
    distances = _distances(totals, values, level)
    observed = (coincidences * distances).sum(axis=(-2, -1))
    expected = (totals[..., :, None] * totals[..., None, :] * distances).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha: Floats = 1 - (n - 1) * observed / expected
    return np.where(expected > 0, alpha, np.nan)


def _distances(totals: Floats, values: Floats, level: Level) -> Floats:
    """The squared distance of any two values."""
    if level == "nominal":
        return 1 - np.eye(len(values))
    # on an ordinal scale two values are as far apart as there are scores between them, half of their own counted
    places = np.cumsum(totals, axis=-1) - totals / 2 if level == "ordinal" else values
    apart: Floats = places[..., :, None] - places[..., None, :]
    if level == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = np.nan_to_num(apart / (values[:, None] + values[None, :]))
    return apart**2


def weighted_kappa(table: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """Cohen's weighted kappa (Cohen 1968, Psychological Bulletin 70, 213-220).

    Parameters
    ----------
    table : array_like, shape (categories, categories)
        How often the first rater gave the row's category and the second the column's.
    weights : array_like, the same shape
        How much a disagreement weighs; 0 on the diagonal.

    Returns
    -------
    float
        1 is perfect, 0 what chance gives; nan where chance alone gives no disagreement.
    """
    return float(_kappa(np.asarray(table, dtype=float), np.asarray(weights, dtype=float)))


def _kappa(tables: Floats, weights: Floats) -> Floats:
    rows, columns, n = tables.sum(axis=-1), tables.sum(axis=-2), tables.sum(axis=(-2, -1))
    observed = tables.reshape(*n.shape, -1) @ weights.ravel()
    expected = ((rows @ weights) * columns).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        kappa: Floats = 1 - n * observed / expected
    return np.where(expected > 0, kappa, np.nan)


def agreements(ratings: Ratings, bootstrap: Bootstrap) -> tuple[Agreement, ...]:
    """Alpha of every criterion for each role, and for all raters where they have several roles.

    Intervals are of a bootstrap over dialogues, the expected disagreement computed anew in each resample
    (Zapf et al. 2016, BMC Medical Research Methodology 16, 93).
    """
    found = []
    for at, criterion in enumerate(ratings.criteria):
        scored = [
            (role, ratings.scores[places, :, at])
            for role in ratings.roles
            if (~np.isnan(ratings.scores[(places := ratings.of_role(role)), :, at])).any()
        ]
        if len(scored) > 1:
            scored.append(("", np.concatenate([matrix for _, matrix in scored])))
        found += [_agreement(criterion, role, matrix, bootstrap) for role, matrix in scored]
    return tuple(found)


def _agreement(criterion: str, role: str, matrix: Floats, bootstrap: Bootstrap) -> Agreement:
    given = ~np.isnan(matrix)
    raters = int(given.any(axis=1).sum())
    shared = given.sum(axis=0) > 1
    units, pairable = int(shared.sum()), int(given[:, shared].sum())
    cells = _coincidences(matrix[:, shared], _BASE)
    whole = cells.sum(axis=0)
    reason = "one rater" if raters < 2 else "nothing in common" if not units else ""
    reason = reason or ("no variation" if np.count_nonzero(whole.sum(axis=0)) < 2 else "")
    if reason:
        return Agreement(criterion, role, raters, units, pairable, UNKNOWN, UNKNOWN, UNKNOWN, reason)
    drawn = (bootstrap.counts(units) @ cells.reshape(units, -1)).reshape(-1, *whole.shape)
    levels: Sequence[Level] = ("ordinal", "nominal", "interval")
    ordinal, nominal, interval = (
        Estimate(float(_alpha(whole, _BASE, level)), *percentile_interval(_alpha(drawn, _BASE, level), units))
        for level in levels
    )
    return Agreement(criterion, role, raters, units, pairable, ordinal, nominal, interval)


def pair_agreements(ratings: Ratings, bootstrap: Bootstrap) -> tuple[PairAgreement, ...]:
    """Weighted kappa of every two raters on every criterion that both scored anything of."""
    found = []
    for at, criterion in enumerate(ratings.criteria):
        scores = ratings.scores[:, :, at]
        scored = [place for place in range(len(scores)) if not np.isnan(scores[place]).all()]
        for one, other in combinations(scored, 2):
            (first, role), (second, other_role) = ratings.raters[one], ratings.raters[other]
            if first == second:  # the same person in two roles
                continue
            n, linear, quadratic, reason = _pair(scores[one], scores[other], bootstrap)
            own = role if role == other_role else ""
            found.append(PairAgreement(criterion, own, first, second, n, linear, quadratic, reason))
    return tuple(found)


def _pair(one: Floats, other: Floats, bootstrap: Bootstrap) -> tuple[int, Estimate, Estimate, str]:
    both = ~np.isnan(one + other)
    n = int(both.sum())
    if not n:
        return 0, UNKNOWN, UNKNOWN, "nothing in common"
    size = len(SCALE)
    cells = (size * (one[both] - 1) + other[both] - 1).astype(int)
    table = np.bincount(cells, minlength=size * size).reshape(size, size)
    if math.isnan(weighted_kappa(table, LINEAR)):
        return n, UNKNOWN, UNKNOWN, "no variation"
    tables = bootstrap.tables(table)
    linear, quadratic = (
        Estimate(weighted_kappa(table, weights), *percentile_interval(_kappa(tables, weights), n))
        for weights in (LINEAR, QUADRATIC)
    )
    return n, linear, quadratic, ""
