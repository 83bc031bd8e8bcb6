"""Lexicons in compiled form: see :mod:`synthdial.metrics.lexicons` for where they come from."""

from collections.abc import Iterable, Sequence

class Lexicons:
    """What the measures of turns and topic look up.

    Parameters
    ----------
    function_words, hesitations, backchannels : iterable of sequences of str
        Entries, each as its words by the word rule; function words and hesitations of more than one word are left out.
    terms : iterable of (sequence of str, int)
        Forms, each as its words, with the index of the term it counts as; the first of two equal forms counts.
    term_count : int
        How many terms there are.

    Raises
    ------
    ValueError
        When a form names a term that is not there.
    """

    term_count: int

    def __init__(
        self,
        function_words: Iterable[Sequence[str]] = (),
        hesitations: Iterable[Sequence[str]] = (),
        backchannels: Iterable[Sequence[str]] = (),
        terms: Iterable[tuple[Sequence[str], int]] = (),
        term_count: int = 0,
    ) -> None: ...
