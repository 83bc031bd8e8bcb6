"""Repetition inside a dialogue: see :mod:`synthdial.metrics.redundancy` for the measures and their sources."""

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
