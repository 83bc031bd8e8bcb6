"""Every measure of one dialogue in one go: see :mod:`synthdial.metrics.measurer`, which is its face."""

import numpy as np
import numpy.typing as npt

from synthdial._core.terms import Lexicons

NAMES: tuple[str, ...]
SIGNATURE_BINS: int

class DialogueMeasurer:
    """Measures dialogues one after the other; keeps the last one for its fingerprints. Not for two threads at once.

    Parameters
    ----------
    lexicons : Lexicons
        What counts as a backchannel, a hesitation, a function word, a term.
    moving_average : bool
        Whether the moving-average MTLD, half of all the time, is computed; nan otherwise.
    topic : bool
        Whether coherence, drift and terms are computed; nan otherwise.
    """

    def __init__(self, lexicons: Lexicons, *, moving_average: bool = True, topic: bool = True) -> None: ...
    def measure(
        self, speakers: bytes, texts: list[str] | list[bytes], *, merged: bool = True
    ) -> npt.NDArray[np.float64]:
        """The figures of a dialogue in the order of ``NAMES``.

        Parameters
        ----------
        speakers : bytes
            One number an utterance: 0 the doctor, 1 the patient, others up to 255 anybody else.
        texts : list of str or bytes
            The utterances, without labels; bytes are UTF-8.
        merged : bool
            Whether neighbouring utterances of one speaker make one turn; otherwise each is a turn.

        Raises
        ------
        ValueError
            When there is not one speaker an utterance.
        """

    def measure_spans(
        self, data: bytes | memoryview, spans: npt.NDArray[np.int64], *, merged: bool = True
    ) -> npt.NDArray[np.float64]:
        """The same from rows of (speaker, begin, end), end to end, into UTF-8 bytes.

        Raises
        ------
        ValueError
            When a span lies outside the text.
        """

    def joined_words(self) -> str:
        """The words of the last dialogue, with a space between."""

    def turn_lengths(self) -> npt.NDArray[np.int32]:
        """Words of each turn of the last dialogue."""

    def opening(self, count: int = 3) -> str:
        """The first words of the last dialogue."""

    def gram_hashes(self, size: int) -> npt.NDArray[np.uint64]:
        """A 64-bit hash of each n-gram inside a turn of the last dialogue, the same in every run and process.

        Raises
        ------
        ValueError
            When ``size`` is not 1 to 64 words.
        """

    def type_hashes(self) -> npt.NDArray[np.uint64]:
        """A 64-bit hash of each different word of the last dialogue; the same word has the same hash anywhere."""

    def shingles(self, size: int) -> npt.NDArray[np.uint64]:
        """The same over the whole dialogue, from turn to turn as well."""

    def signature(self, shingle: int = 5) -> npt.NDArray[np.uint32]:
        """One-permutation MinHash of the last dialogue's shingles, 128 bins, 2**32 - 1 in an empty one."""
