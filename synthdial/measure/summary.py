"""One figure each for a corpus: per measure how its dialogues are distributed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from synthdial.measure.run import Row


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
        ``sd`` with n - 1; percentiles interpolated; nan where there are too few.
    """

    name: str
    n: int
    undefined: int
    mean: float
    sd: float
    median: float
    p10: float
    p90: float


def summarise(rows: Iterable[Row], names: Sequence[str]) -> list[Summary]:
    """Summaries of the measures named, in that order, over all rows."""
    values = np.array([row.values for row in rows], dtype=float).reshape(-1, len(names))
    summaries = []
    for name, column in zip(names, values.T, strict=True):
        known = column[~np.isnan(column)]
        n = len(known)
        p10, median, p90 = np.percentile(known, [10, 50, 90]) if n else (np.nan,) * 3
        mean = float(known.mean()) if n else np.nan
        sd = float(known.std(ddof=1)) if n > 1 else np.nan
        summaries.append(Summary(name, n, len(column) - n, mean, sd, float(median), float(p10), float(p90)))
    return summaries
