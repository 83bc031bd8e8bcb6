"""How measures are distributed over a corpus that is read once, in pieces, in any order, by any number of processes.

Nothing here depends on the order or the pieces: sums are exact until they are rounded at the very end, and quantiles
come from the values themselves up to 16,384 of them, above that from counts in bins of 1/2,048 of a value's size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

EXACT = 16_384
"""Values of a measure up to which quantiles are exact."""

_KEPT_BITS = 11
_SHIFT = 52 - _KEPT_BITS
_LOWEST = 1100  # an offset that makes every exponent of a double a place in an array
_PLACES = 2200
_LOW_BITS = 27

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """How a measure is distributed over dialogues.

    Attributes
    ----------
    name : str
        The measure.
    n, undefined : int
        Dialogues that have a value, and that have none.
    mean, sd, median, p10, p90 : float
        ``sd`` with n - 1; percentiles interpolated, above 16,384 values to within 0.03 %; nan where there are too few.
    """

    name: str
    n: int
    undefined: int
    mean: float
    sd: float
    median: float
    p10: float
    p90: float


class _ExactSum:
    """A sum of doubles for each of some columns without any rounding: mantissas as whole numbers, by exponent."""

    def __init__(self, columns: int) -> None:
        self.high = np.zeros((columns, _PLACES), np.int64)
        self.low = np.zeros((columns, _PLACES), np.int64)

    def add(self, values: Floats, column: npt.NDArray[np.intp]) -> None:
        mantissa, exponent = np.frexp(values)
        whole = (mantissa * 2.0**53).astype(np.int64)
        place = exponent.astype(np.intp) + _LOWEST
        np.add.at(self.high, (column, place), whole >> _LOW_BITS)
        np.add.at(self.low, (column, place), whole & ((1 << _LOW_BITS) - 1))

    def __getstate__(self) -> tuple[int, npt.NDArray[np.intp], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        # nearly all places are empty
        filled = np.flatnonzero(self.high.ravel() | self.low.ravel())
        return len(self.high), filled, self.high.ravel()[filled], self.low.ravel()[filled]

    def __setstate__(
        self, state: tuple[int, npt.NDArray[np.intp], npt.NDArray[np.int64], npt.NDArray[np.int64]]
    ) -> None:
        columns, filled, high, low = state
        self.__init__(columns)  # type: ignore[misc]
        self.high.ravel()[filled], self.low.ravel()[filled] = high, low

    def merge(self, other: "_ExactSum") -> None:
        self.high += other.high
        self.low += other.low

    def total(self, column: int) -> Fraction:
        scaled = 0
        for place in np.flatnonzero(self.high[column] | self.low[column]).tolist():
            whole = (int(self.high[column, place]) << _LOW_BITS) + int(self.low[column, place])
            scaled += whole << place
        return Fraction(scaled, 1 << (_LOWEST + 53))


def _split(values: Floats) -> tuple[Floats, Floats]:
    """Two halves of each value with half the digits, so that their products are exact (Veltkamp 1968)."""
    high = values * 134_217_729.0
    high = high - (high - values)
    return high, values - high


def _keys(values: Floats) -> npt.NDArray[np.int64]:
    """Numbers of bins in the order of the values: the sign, the exponent and the first digits of each."""
    bits = values.view(np.int64)
    ordered = np.where(bits >= 0, bits, np.int64(-(2**63)) - bits)
    return ordered >> _SHIFT


def _middles(keys: npt.NDArray[np.int64]) -> Floats:
    ordered = (keys << _SHIFT) + (1 << (_SHIFT - 1))
    bits = np.where(ordered >= 0, ordered, np.int64(-(2**63)) - ordered)
    return bits.view(np.float64)


class _Values:
    """The values of one measure, or how many lie in each bin once they are many."""

    def __init__(self) -> None:
        self.n = 0
        self.held: list[Floats] = []
        self.waiting = 0
        self.keys = np.zeros(0, np.int64)
        self.counts = np.zeros(0, np.int64)

    def add(self, values: Floats) -> None:
        if len(values):
            self.n += len(values)
            self.waiting += len(values)
            self.held.append(values)
            if self.waiting > EXACT:
                self._bin()

    def merge(self, other: "_Values") -> None:
        self.n += other.n
        self.waiting += other.waiting
        self.held.extend(other.held)
        if len(other.keys):
            self._count(other.keys, other.counts)
        if self.waiting > EXACT:
            self._bin()

    def _bin(self) -> None:
        keys, counts = np.unique(_keys(np.concatenate(self.held)), return_counts=True)
        self.held, self.waiting = [], 0
        self._count(keys, counts)

    def _count(self, keys: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> None:
        merged, place = np.unique(np.concatenate([self.keys, keys]), return_inverse=True)
        total = np.zeros(len(merged), np.int64)
        np.add.at(total, place, np.concatenate([self.counts, counts]))
        self.keys, self.counts = merged, total

    def spread(self) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Values in ascending order and how often each occurs: themselves, or the middles of bins."""
        if self.n > EXACT:
            if self.held:
                self._bin()
            return _middles(self.keys), self.counts
        values = np.concatenate(self.held) if self.held else np.zeros(0)
        return np.unique(values, return_counts=True)

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        values, counts = self.spread()
        if not len(values):
            return [math.nan] * len(shares)
        ends = np.cumsum(counts)
        quantiles = []
        for share in shares:
            place = share * (self.n - 1)
            low = math.floor(place)
            a, b = (float(values[np.searchsorted(ends, k, side="right")]) for k in (low, min(low + 1, self.n - 1)))
            quantiles.append(a + (place - low) * (b - a))
        return quantiles


class Distributions:
    """The distributions of some measures over dialogues; two of the same measures merge.

    Parameters
    ----------
    names : sequence of str
        The measures.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.rows = 0
        self._sum = _ExactSum(len(self.names))
        self._squares = _ExactSum(len(self.names))
        self._values = [_Values() for _ in self.names]

    def add(self, matrix: Floats) -> None:
        """Add dialogues: one row each, one column a measure, nan where undefined."""
        self.rows += len(matrix)
        _, column = known = np.nonzero(~np.isnan(matrix))
        values = matrix[known]
        self._sum.add(values, column)
        # a square and what its rounding loses, so that the sum of squares is exact too
        high, low = _split(values)
        square = values * values
        lost = ((high * high - square) + 2.0 * high * low) + low * low
        self._squares.add(square, column)
        self._squares.add(lost, column)
        for at, kept in enumerate(self._values):
            kept.add(matrix[~np.isnan(matrix[:, at]), at])

    def merge(self, other: "Distributions") -> None:
        """Add everything that another one holds.

        Raises
        ------
        ValueError
            When it is of other measures.
        """
        if other.names != self.names:
            raise ValueError("distributions of other measures do not merge")
        self.rows += other.rows
        self._sum.merge(other._sum)
        self._squares.merge(other._squares)
        for own, its in zip(self._values, other._values, strict=True):
            own.merge(its)

    def spread(self, name: str) -> tuple[Floats, npt.NDArray[np.int64]]:
        """The values of a measure in ascending order, and how often each occurs."""
        return self._values[self.names.index(name)].spread()

    def quantiles(self, name: str, shares: Sequence[float]) -> list[float]:
        """Quantiles of a measure, interpolated; nan where it has no value."""
        return self._values[self.names.index(name)].quantiles(shares)

    def summary(self, name: str) -> Summary:
        """The figures of a measure."""
        at = self.names.index(name)
        n = self._values[at].n
        if not n:
            return Summary(name, 0, self.rows, *[math.nan] * 5)
        total = self._sum.total(at)
        sd = math.nan
        if n > 1:
            variance = (self._squares.total(at) - total * total / n) / (n - 1)
            sd = math.sqrt(max(0.0, float(variance)))
        p10, median, p90 = self._values[at].quantiles((0.1, 0.5, 0.9))
        return Summary(name, n, self.rows - n, float(total / n), sd, median, p10, p90)

    def summaries(self) -> list[Summary]:
        """The figures of every measure."""
        return [self.summary(name) for name in self.names]
