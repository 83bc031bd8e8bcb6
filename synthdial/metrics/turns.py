"""Turn-taking from the words of each turn: mean μ, population standard deviation σ; nan where undefined."""

import numpy.typing as npt

from synthdial._core.turns import length_figures


def cv(lengths: npt.ArrayLike) -> float:
    """Coefficient of variation σ/μ, 0 or more; people have about 1.1.

    Examples
    --------
    >>> cv([2, 4])
    0.3333333333333333
    """
    return length_figures(lengths)["cv"]


def burstiness(lengths: npt.ArrayLike) -> float:
    """Burstiness (σ - μ)/(σ + μ), -1 (all alike) to 1 (Goh & Barabási 2008).

    Examples
    --------
    >>> burstiness([3, 3])
    -1.0
    """
    return length_figures(lengths)["burstiness"]


def burstiness_finite(lengths: npt.ArrayLike) -> float:
    """Burstiness corrected for few turns (Kim & Jo 2016), -1 to 1.

    Examples
    --------
    >>> burstiness_finite([3, 3])
    -1.0
    """
    return length_figures(lengths)["burstiness_finite"]


def gini(lengths: npt.ArrayLike) -> float:
    """Gini coefficient of the lengths, 0 to 1: half the mean difference of two turns, divided by the mean.

    Examples
    --------
    >>> gini([0, 4])
    0.5
    """
    return length_figures(lengths)["gini"]


def lag1(lengths: npt.ArrayLike) -> float:
    """Autocorrelation of the lengths of neighbouring turns, -1 to 1.

    Examples
    --------
    >>> lag1([1, 3, 1, 3])
    -0.75
    """
    return length_figures(lengths)["lag1"]


def length_entropy(lengths: npt.ArrayLike) -> float:
    """Entropy, in nats, of the lengths over the bins 1, 2, 3-4, 5-8, 9-16, 17-32, 33-64, 65 and more.

    Examples
    --------
    >>> round(length_entropy([1, 2]), 3)
    0.693
    """
    return length_figures(lengths)["length_entropy"]
