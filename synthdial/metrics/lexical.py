"""Lexical diversity: N words, V types, f the frequency of a type, V_i the number of types seen i times.

Every function takes text, words, or an integer array with one number a word, and returns nan where undefined.
Logarithms are natural: libraries that use base 10 give other values for ``maas_a2``, ``dugast`` and ``summer``.
"""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from synthdial._core.lexical import Words
from synthdial._core.words import Vocabulary

WordsLike: TypeAlias = str | Sequence[str] | npt.NDArray[np.integer]


def word_ids(words: WordsLike) -> npt.NDArray[np.int32]:
    """Words as numbers, one a type, from 0 in the order of first occurrence.

    Parameters
    ----------
    words : str, sequence of str, or array of int
        Text is split by the word rule; words in a sequence are taken as they stand.

    Examples
    --------
    >>> word_ids("Ja, ja, goed.").tolist()
    [0, 0, 1]
    """
    if isinstance(words, str):
        return Vocabulary().intern_text(words)
    if isinstance(words, np.ndarray):
        return words.astype(np.int32)
    table: dict[str, int] = {}
    return np.array([table.setdefault(word, len(table)) for word in words], dtype=np.int32)


def _counts(words: WordsLike) -> tuple[int, int]:
    ids = word_ids(words)
    return len(ids), len(np.unique(ids))


def _divide(above: float, below: float) -> float:
    return above / below if below else math.nan


def ttr(words: WordsLike) -> float:
    """Type-token ratio V/N, 0 to 1; nan without words.

    Examples
    --------
    >>> ttr("ja ja goed goed")
    0.5
    """
    n, v = _counts(words)
    return _divide(v, n)


def rttr(words: WordsLike) -> float:
    """Root type-token ratio V/√N (Guiraud 1954); nan without words.

    Examples
    --------
    >>> rttr("ja ja goed goed")
    1.0
    """
    n, v = _counts(words)
    return _divide(v, math.sqrt(n))


def cttr(words: WordsLike) -> float:
    """Corrected type-token ratio V/√(2N) (Carroll 1964); nan without words.

    Examples
    --------
    >>> cttr("ja goed")
    1.0
    """
    n, v = _counts(words)
    return _divide(v, math.sqrt(2 * n))


def herdan_c(words: WordsLike) -> float:
    """Herdan's C, ln V/ln N, 0 to 1; nan below two words.

    Examples
    --------
    >>> herdan_c("ja ja goed goed")
    0.5
    """
    n, v = _counts(words)
    return _divide(math.log(v), math.log(n)) if n else math.nan


def summer(words: WordsLike) -> float:
    """Summer's index, ln ln V/ln ln N; nan below two types.

    Examples
    --------
    >>> summer("ja goed nee")
    1.0
    """
    n, v = _counts(words)
    return _divide(math.log(math.log(v)), math.log(math.log(n))) if v > 1 else math.nan


def dugast(words: WordsLike) -> float:
    """Dugast's U, (ln N)²/(ln N - ln V); nan where no word comes twice.

    Examples
    --------
    >>> round(dugast("ja ja goed goed"), 3)
    2.773
    """
    n, v = _counts(words)
    return math.log(n) ** 2 / (math.log(n) - math.log(v)) if v < n else math.nan


def maas_a2(words: WordsLike) -> float:
    """Maas's a², (ln N - ln V)/(ln N)²; lower is richer; nan below two words.

    Examples
    --------
    >>> round(maas_a2("ja ja goed goed"), 3)
    0.361
    """
    n, v = _counts(words)
    return (math.log(n) - math.log(v)) / math.log(n) ** 2 if n > 1 else math.nan


def yule_k(words: WordsLike) -> float:
    """Yule's K, 10⁴(Σ i² V_i - N)/N² (Yule 1944); lower is richer; nan without words.

    Examples
    --------
    >>> yule_k("ja ja goed goed")
    2500.0
    """
    ids = word_ids(words)
    squares = float((np.bincount(ids).astype(float) ** 2).sum()) if len(ids) else 0.0
    return _divide(1e4 * (squares - len(ids)), len(ids) ** 2)


def simpson_d(words: WordsLike) -> float:
    """Simpson's D, Σ f(f - 1)/(N(N - 1)): the chance that two words are alike, 0 to 1; nan below two words.

    Source: Simpson 1949.

    Examples
    --------
    >>> round(simpson_d("ja ja goed goed"), 3)
    0.333
    """
    ids = word_ids(words)
    squares = float((np.bincount(ids).astype(float) ** 2).sum()) if len(ids) else 0.0
    return _divide(squares - len(ids), len(ids) * (len(ids) - 1))


def hapax_share(words: WordsLike) -> float:
    """Share of the types that occur once, V_1/V, 0 to 1; nan without words.

    Examples
    --------
    >>> hapax_share("ja ja goed")
    0.5
    """
    ids = word_ids(words)
    counts = np.unique(ids, return_counts=True)[1]
    return _divide(float((counts == 1).sum()), len(counts))


def msttr(words: WordsLike, *, segment: int = 50) -> float:
    """Mean type-token ratio of the consecutive whole segments, 0 to 1; the rest is dropped, nan without a segment.

    Source: Johnson 1944.

    Examples
    --------
    >>> msttr("ja ja goed goed", segment=2)
    0.5
    """
    return Words(word_ids(words)).msttr(_positive(segment, "segment"))


def mattr(words: WordsLike, *, window: int = 50) -> float:
    """Mean type-token ratio of all windows, 0 to 1; of the whole where it is no longer than one; nan without words.

    Source: Covington & McFall 2010.

    Examples
    --------
    >>> round(mattr("ja ja goed goed", window=2), 3)
    0.667
    """
    return Words(word_ids(words)).mattr(_positive(window, "window"))


def hdd(words: WordsLike, *, sample: int = 42) -> float:
    """HD-D: Σ over types of the chance to be in a random sample, divided by its size; 0 to 1, nan in shorter text.

    Source: McCarthy & Jarvis 2007. By frequency classes, as products: exact to 1e-14.

    Examples
    --------
    >>> hdd("ja ja goed goed", sample=1)
    1.0
    """
    return Words(word_ids(words)).hdd(_positive(sample, "sample"))


def vocd(words: WordsLike) -> float:
    """D of voc-D: the best fit of (D/n)(√(1 + 2n/D) - 1) to the expected type-token ratios of 35 to 50 words.

    The hypergeometric distribution gives them exactly, so the value is the same every time, where Malvern & Richards
    (1997) draw samples. Above 0; nan below 50 words or where no word comes twice.

    Examples
    --------
    >>> round(vocd("ja nee goed ja " * 20), 2)
    0.12
    """
    return Words(word_ids(words)).vocd()


def mtld(
    words: WordsLike, *, threshold: tuple[int, int] = (18, 25), inclusive: bool = False, min_words: int = 0
) -> float:
    """MTLD: mean length, in words, of the stretches that keep their type-token ratio; forwards and backwards averaged.

    Source: McCarthy & Jarvis 2010, p. 385, with the open stretch at the end counted in part.

    Parameters
    ----------
    words : str, sequence of str, or array of int
        The text.
    threshold : tuple of int
        The ratio below which a stretch ends, as a fraction of whole numbers: compared exactly.
    inclusive : bool
        Whether a stretch also ends at that very ratio (as in ``lexicalrichness``).
    min_words : int
        The least words of a stretch (10 in ``lexical-diversity``).

    Examples
    --------
    >>> mtld("ja " * 10)
    2.0
    """
    over, under = threshold
    if not 0 < over < under:
        raise ValueError("the threshold must lie between 0 and 1")
    return Words(word_ids(words)).mtld(over, under, inclusive, min_words)


def mtld_ma_wrap(words: WordsLike, *, min_words: int = 10) -> float:
    """Moving-average MTLD: mean length of the stretch that begins at each word, going on at the start of the text.

    In words; nan where no stretch ends. Source: Vidal & Jarvis 2020.

    Examples
    --------
    >>> mtld_ma_wrap("ja " * 20)
    10.0
    """
    return Words(word_ids(words)).moving_average_mtld(_positive(min_words, "min_words"))[0]


def mtld_ma_bid(words: WordsLike, *, min_words: int = 10) -> float:
    """Moving-average MTLD in both directions, stretches that reach the end of the text left out.

    In words; nan where no stretch ends. Source: McCarthy & Jarvis 2010.

    Examples
    --------
    >>> mtld_ma_bid("ja " * 20)
    10.0
    """
    return Words(word_ids(words)).moving_average_mtld(_positive(min_words, "min_words"))[1]


def _positive(value: int, name: str) -> int:
    if value < 1:
        raise ValueError(f"{name} must be 1 or more")
    return value
