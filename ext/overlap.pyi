"""Repetition inside a dialogue: see :mod:`synthdial.metrics.redundancy` for the measures and their sources."""

import numpy as np
import numpy.typing as npt

def repetition(ids: npt.ArrayLike, begins: npt.ArrayLike) -> tuple[float, float, float, float]:
    """Distinct 1-, 2- and 3-grams, each as a share of all of them, and self-BLEU over the turns.

    Parameters
    ----------
    ids : array_like of int
        One number a word, the same for the same word.
    begins : array_like of int
        Where each turn begins, and at its end the number of words; no n-gram crosses from turn to turn.

    Returns
    -------
    tuple of four floats
        Shares, 0 to 1, nan where there is no n-gram; mean BLEU-4 of each turn against all others, 0 to 1, nan with
        fewer than two turns that hold a word.

    Raises
    ------
    ValueError
        When ``begins`` does not rise from 0 to the number of words.
    """

def unmet_lately(hashes: npt.NDArray[np.uint64], recent: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Leave out hashes that were met lately.

    Parameters
    ----------
    hashes : array of uint64
        What there is.
    recent : array of uint64
        A power of two of places for what was met; it is changed, and begins as zeros.

    Returns
    -------
    array of uint64
        The rest, in its order, possibly with some that were met longer ago.

    Raises
    ------
    ValueError
        When the places are no power of two.
    """
