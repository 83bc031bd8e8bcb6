"""Turn-taking from the lengths of turns: see :mod:`synthdial.metrics.turns` for the measures and their sources."""

import numpy.typing as npt

def length_figures(lengths: npt.ArrayLike) -> dict[str, float]:
    """Every figure of the lengths of a conversation's turns.

    Parameters
    ----------
    lengths : array_like of int
        Words of each turn, 0 or more, in the order they were spoken.

    Returns
    -------
    dict of str to float
        By name; nan where undefined.
    """
