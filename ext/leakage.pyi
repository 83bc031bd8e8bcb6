"""What two texts share: see :mod:`synthdial.privacy.leakage` for what it is compared for.

A word is a number, the same for the same word; -1 stands for a word that no reference holds.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from synthdial._core.words import Vocabulary

class SuffixAutomaton:
    """All runs of words of one text, built in time and memory linear in its words (Blumer et al. 1985).

    Parameters
    ----------
    ids : array_like of int
        The words, 0 or more each. Takes about 60 bytes a word.

    Raises
    ------
    ValueError
        When an id is below 0, or there are more than 2**29.
    """

    size: int

    def __init__(self, ids: npt.ArrayLike) -> None: ...
    def matches(self, ids: npt.ArrayLike) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The longest run that ends at each word of another text and stands in this one, in linear time.

        Parameters
        ----------
        ids : array_like of int
            The words of the other text; one below 0 stands nowhere.

        Returns
        -------
        lengths, ends : arrays of int32, shape (words,)
            Words of the run, 0 where the word is not in this text, and where its first occurrence here ends: the run is
            the words from ``ends - lengths`` up to ``ends``.

        Examples
        --------
        >>> from synthdial._core.leakage import SuffixAutomaton
        >>> lengths, ends = SuffixAutomaton([4, 5, 6, 7]).matches([5, 6, 4, -1, 7])
        >>> lengths.tolist(), ends.tolist()
        ([1, 2, 1, 0, 1], [2, 3, 1, 0, 4])
        """

class Phrases:
    """Phrases to be found in texts.

    Parameters
    ----------
    phrases : iterable of array_like of int
        The words of each, 0 or more.

    Raises
    ------
    ValueError
        When an id is below 0.
    """

    longest: int

    def __init__(self, phrases: Iterable[npt.ArrayLike] = ()) -> None: ...
    def cover(self, ids: npt.ArrayLike, begins: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which words of a text stand inside an occurrence of a phrase, in time linear in words times ``longest``.

        Parameters
        ----------
        ids : array_like of int
            The words; one below 0 is in no phrase.
        begins : array_like of int
            Where each turn begins, and at its end the number of words; no phrase crosses from turn to turn.

        Raises
        ------
        ValueError
            When ``begins`` does not rise from 0 to the number of words.

        Examples
        --------
        >>> from synthdial._core.leakage import Phrases
        >>> Phrases([[1, 2], [2, 3, 4]]).cover([1, 2, 3, 4, 1, 3], [0, 6]).tolist()
        [True, True, True, True, False, False]
        """

def gram_names(ids: npt.ArrayLike, size: int) -> npt.NDArray[np.int32]:
    """Number the runs of ``size`` words: the same number for the same words, from 0 in the order they are met.

    Parameters
    ----------
    ids : array_like of int
        The words, 0 or more each.
    size : int
        Words of a run, 1 or more.

    Returns
    -------
    array of int32
        One number for each word at which a run begins; empty where the text is shorter than one.

    Raises
    ------
    ValueError
        When an id is below 0 or ``size`` below 1.

    Examples
    --------
    >>> from synthdial._core.leakage import gram_names
    >>> gram_names([7, 8, 7, 8, 9], 2).tolist()
    [0, 1, 0, 2]
    """

def look_up(known: Vocabulary, words: Vocabulary) -> npt.NDArray[np.int32]:
    """The number in one vocabulary of each word of another, -1 where it is not known there."""
