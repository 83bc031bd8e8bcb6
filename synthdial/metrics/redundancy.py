"""Repetition: distinct n-grams, and self-BLEU of a set of texts."""

import math
from collections.abc import Sequence

import numpy as np

from synthdial._core.overlap import repetition
from synthdial._core.words import split_words
from synthdial.metrics.lexical import WordsLike, word_ids


def distinct(turns: Sequence[WordsLike], n: int) -> float:
    """Different n-grams as a share of all n-grams, counted inside each turn; 0 to 1, nan where there is none.

    Source: Li et al. 2016. ``n`` is 1, 2 or 3.

    Examples
    --------
    >>> distinct(["ja ja goed", "ja goed"], 1)
    0.4
    """
    if n not in (1, 2, 3):
        raise ValueError("n must be 1, 2 or 3")
    return _repetition(turns)[n - 1]


def self_bleu(texts: Sequence[WordsLike]) -> float:
    """Mean BLEU-4 of each text against all others, 0 (nothing shared) to 1; nan with fewer than two that hold a word.

    Source: Zhu et al. 2018. Smoothed as NLTK's method 1 with 0.1; exact, in time linear in the words.

    Examples
    --------
    >>> self_bleu(["ik heb pijn in mijn rug", "ik heb pijn in mijn rug"])
    1.0
    """
    return _repetition(texts)[3]


def _repetition(texts: Sequence[WordsLike]) -> tuple[float, float, float, float]:
    table: dict[str, int] = {}
    rows: list[Sequence[int]] = []
    for text in texts:
        if isinstance(text, np.ndarray):
            rows.append(word_ids(text).tolist())
        else:
            words = split_words(text) if isinstance(text, str) else text
            rows.append([table.setdefault(word, len(table)) for word in words])
    if not any(rows):
        return math.nan, math.nan, math.nan, math.nan
    begins = np.cumsum([0, *map(len, rows)])
    return repetition(np.concatenate([np.asarray(row, dtype=np.int32) for row in rows]), begins)
