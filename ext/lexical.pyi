"""Lexical diversity of one row of word ids: see :mod:`synthdial.metrics.lexical` for the measures and their sources."""

import numpy as np
import numpy.typing as npt

class Words:
    """A row of words, with what the measures share computed once.

    Parameters
    ----------
    ids : array_like of int
        One number a word, the same for the same word.
    """

    size: int
    types: int

    def __init__(self, ids: npt.ArrayLike) -> None: ...
    def frequencies(self) -> npt.NDArray[np.int32]:
        """How often each type occurs, in no order that matters."""

    def msttr(self, segment: int) -> float:
        """Mean type-token ratio of whole consecutive segments; nan without one."""

    def mattr(self, window: int) -> float:
        """Mean type-token ratio of all windows; of the whole where it is no longer than one; nan without words."""

    def hdd(self, sample: int) -> float:
        """HD-D for samples of this size; nan where there are fewer words."""

    def vocd(self) -> float:
        """D of voc-D from the expected type-token ratios of samples of 35 to 50 words; nan below 50 words."""

    def mtld(self, over: int, under: int, inclusive: bool, least: int) -> float:
        """MTLD with the threshold over/under; nan where no factor is even begun."""

    def moving_average_mtld(self, least: int) -> tuple[float, float]:
        """Moving-average MTLD, wrapping round the end, and in both directions; nan where no factor closes."""
