"""Words: runs of Unicode letters joined across an inner apostrophe or hyphen, or runs of decimal digits.

The rule, on text in Unicode NFC with ``’ ‘ ʼ`` read as ``'`` and U+2010, U+2011 as ``-``, is the regular expression
``\\[[A-Z]+-\\d+\\]|[^\\W\\d_]+(?:['\\-][^\\W\\d_]+)*|\\d+``, lower-cased afterwards. A placeholder such as
``[PERSOON-1]`` is one word; ``_`` is no letter; a leading apostrophe is dropped (``'t`` counts as ``t``).
"""

import numpy as np
import numpy.typing as npt

PADDING: int

class Vocabulary:
    """A table that gives each different word a number, from 0 in the order of their first occurrence."""

    size: int

    def __len__(self) -> int: ...
    def intern_text(self, text: str | bytes) -> npt.NDArray[np.int32]:
        """Numbers of a text's words; bytes are UTF-8, and what is none is no word."""

    def intern_word(self, word: str) -> int:
        """The number of one word, taken as it stands."""

    def words(self) -> list[str]:
        """The words by number."""

def split_words(text: str) -> list[str]:
    """Split text into its words, lower-cased, in order.

    Parameters
    ----------
    text : str
        Any text; it need not be normalised. Speaker labels are not told apart: leave them out.

    Returns
    -------
    list of str
        The words; empty when there is none.

    Examples
    --------
    >>> from synthdial._core.words import split_words
    >>> split_words("Da's de eGFR, meneer [PERSOON-1]: 43.")
    ["da's", 'de', 'egfr', 'meneer', '[persoon-1]', '43']
    """

def count_words(text: str) -> int:
    """Count the words of a text: ``len(split_words(text))`` without making them.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    int
        The number of words, 0 or more.
    """
