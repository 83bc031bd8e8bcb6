"""Intervals: the bootstrap over dialogues, and Wilson's for a share."""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
"""How often an interval of this kind holds the true value."""

FEWEST = 5
"""Dialogues below which a bootstrap gives no interval: of three, it would hold the true mean in 83 of 100 cases."""

Floats = npt.NDArray[np.float64]
_NORMAL = NormalDist()
_MOST_HELD = 4_000_000


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval.

    Attributes
    ----------
    value, low, high : float
        nan where it cannot be computed; an interval may be unknown where the value is known.
    """

    value: float
    low: float = math.nan
    high: float = math.nan


UNKNOWN = Estimate(math.nan)
"""The estimate of what cannot be computed."""


def t_quantile(share: float, freedom: int) -> float:
    """Quantile of Student's t distribution.

    With t = sqrt(freedom) * tan(angle) the density is proportional to cos(angle) ** (freedom - 1), which is summed up.

    Parameters
    ----------
    share : float
        0.5 to 1.
    freedom : int
        Degrees of freedom, 1 or more; the normal distribution stands in above 1,000.

    Examples
    --------
    >>> round(t_quantile(0.975, 9), 3)
    2.262
    """
    if freedom > 1000:
        return _NORMAL.inv_cdf(share)
    angles = np.linspace(0, math.pi / 2, 20_001)
    density = np.cos(angles).clip(min=0) ** (freedom - 1)
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    angle = np.interp(2 * share - 1, below / below[-1], angles)
    return math.sqrt(freedom) * math.tan(float(angle))


class Bootstrap:
    """Draws dialogues with replacement, always the same for the same seed and number of dialogues.

    So no interval depends on what else is computed, and draws serve more than one figure.

    Parameters
    ----------
    resamples : int
        How often all are drawn.
    seed : int
        Of the draws.
    """

    def __init__(self, resamples: int = 2000, seed: int = 0) -> None:
        self.resamples = resamples
        self._seed = seed
        self._held: dict[int, Floats] = {}

    def counts(self, units: int) -> Floats:
        """How often each unit is drawn in each resample.

        Returns
        -------
        ndarray, shape (resamples, units)
            Whole numbers; every row sums to ``units``. Not to be written to.
        """
        if units not in self._held:
            random = np.random.default_rng((self._seed, units))
            drawn = random.integers(0, units, (self.resamples, units))
            drawn += units * np.arange(self.resamples)[:, None]
            counts = np.bincount(drawn.ravel(), minlength=self.resamples * units).astype(float)
            if sum(held.size for held in self._held.values()) > _MOST_HELD:
                self._held.clear()
            self._held[units] = counts.reshape(self.resamples, units)
        return self._held[units]

    def tables(self, table: npt.NDArray[np.intp]) -> Floats:
        """Tables of counts in which units are drawn that are known by their cells alone.

        Returns
        -------
        ndarray, shape (resamples, *table.shape)
            Whole numbers, of which each table has as many in all as the one given.
        """
        units = int(table.sum())
        random = np.random.default_rng((self._seed, units))
        drawn = random.multinomial(units, table.ravel() / units, self.resamples)
        return drawn.reshape(self.resamples, *table.shape).astype(float)

    def another(self) -> "Bootstrap":
        """Other draws, for a group that is drawn apart from the first."""
        return Bootstrap(self.resamples, self._seed + 1)

    def mean(self, sums: Floats, counts: Floats) -> Estimate:
        """The mean of values that come in clusters, with the interval of a bootstrap over the clusters.

        Scores of one dialogue are alike: to draw scores one by one would make the interval too narrow.

        Parameters
        ----------
        sums, counts : ndarray, shape (clusters,)
            Sum and number of the values in each; a cluster without values does not count.
        """
        filled = counts > 0
        sums, counts = sums[filled], counts[filled]
        if not len(counts):
            return UNKNOWN
        return Estimate(float(sums.sum() / counts.sum()), *percentile_interval(self.means(sums, counts), len(counts)))

    def means(self, sums: Floats, counts: Floats) -> Floats:
        """The same mean in each resample; every cluster must have a value."""
        drawn = self.counts(len(counts))
        means: Floats = (drawn @ sums) / (drawn @ counts)
        return means


def percentile_interval(samples: Floats, units: int) -> tuple[float, float]:
    """The 95 % interval of a bootstrap: percentiles, moved out for a small number of units.

    Percentiles alone are too narrow by a factor of about sqrt(1 - 1 / units) and by what the normal distribution lacks
    of Student's; the "expanded percentile" interval makes up for both (Hesterberg 2015, The American Statistician 69,
    371-386).

    Parameters
    ----------
    samples : ndarray
        The figure in each resample; nan where it could not be computed there.
    units : int
        Dialogues that were drawn from.

    Returns
    -------
    tuple of float
        Lowest and highest; nan with fewer than ``FEWEST`` units, or where half of the resamples or more have no value.
    """
    known = samples[np.isfinite(samples)]
    if units < FEWEST or 2 * len(known) <= len(samples):
        return math.nan, math.nan
    outside = _outside(units)
    low, high = np.quantile(known, (outside, 1 - outside))
    return float(low), float(high)


@lru_cache
def _outside(units: int) -> float:
    """The share of resamples on either side that is left out."""
    reach = t_quantile((1 + LEVEL) / 2, units - 1) * math.sqrt(units / (units - 1))
    return _NORMAL.cdf(-reach)


def wilson(successes: int, trials: int) -> Estimate:
    """A share and its score interval (Wilson 1927, Journal of the American Statistical Association 22, 209-212).

    Examples
    --------
    >>> share = wilson(81, 263)
    >>> round(share.low, 4), round(share.high, 4)
    (0.2553, 0.3662)
    """
    if not trials:
        return UNKNOWN
    z = _NORMAL.inv_cdf((1 + LEVEL) / 2)
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    reach = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    # of none or of all the interval ends at 0 or 1, which rounding would miss
    return Estimate(share, max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))
