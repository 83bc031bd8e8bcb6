"""Measure one dialogue after the other."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from synthdial._core.dialogue import NAMES, DialogueMeasurer
from synthdial._core.terms import Lexicons
from synthdial.dialogue import Dialogue, Speaker
from synthdial.metrics.catalogue import METRICS
from synthdial.metrics.lexicons import Lexicon, bundled_lexicon

_ROLE = {Speaker.DOCTOR: 0, Speaker.PATIENT: 1}
_MOVING_AVERAGE = frozenset({"mtld_ma_wrap", "mtld_ma_bid"})


def compiled_lexicons(terms: Lexicon | None = None) -> Lexicons:
    """The bundled lexicons, or the user's in their place, with a lexicon of terms, ready for the compiled core."""
    return Lexicons(
        function_words=[words for words, _ in bundled_lexicon("function_words").forms],
        hesitations=[words for words, _ in bundled_lexicon("hesitations").forms],
        backchannels=[words for words, _ in bundled_lexicon("backchannels").forms],
        terms=terms.forms if terms else (),
        term_count=len(terms.terms) if terms else 0,
    )


class Measurer:
    """Every measure of a dialogue.

    Parameters
    ----------
    terms : Lexicon, optional
        Terms whose coverage, density and spread are measured; these are nan without.
    metrics : sequence of str, optional
        The measures wanted, all by default: without the two moving-average MTLDs a dialogue takes half the time.

    Examples
    --------
    >>> from synthdial import Dialogue, Speaker, Turn
    >>> talk = Dialogue("a", (Turn(Speaker.DOCTOR, "Hoe gaat het met u?"), Turn(Speaker.PATIENT, "Goed.")))
    >>> round(Measurer().dialogue(talk)["cv"], 3)
    0.667
    """

    def __init__(self, *, terms: Lexicon | None = None, metrics: Sequence[str] | None = None) -> None:
        self.names = tuple(metrics) if metrics is not None else NAMES
        self._columns = np.array([NAMES.index(name) for name in self.names], dtype=np.intp)
        self.core = DialogueMeasurer(
            compiled_lexicons(terms),
            moving_average=not _MOVING_AVERAGE.isdisjoint(self.names),
            topic=any(METRICS[name].group == "topic" for name in self.names),
        )

    def dialogue(self, dialogue: Dialogue) -> dict[str, float]:
        """The measures of a dialogue by name; its turns are taken as utterances, and neighbours of one speaker merged.

        Returns
        -------
        dict of str to float
            See ``METRICS`` for units, and for when a measure is undefined and so nan.
        """
        return dict(zip(self.names, self.row(dialogue).tolist(), strict=True))

    def row(self, dialogue: Dialogue) -> npt.NDArray[np.float64]:
        """The same in the order of ``names``."""
        turns = dialogue.turns
        row = self.core.measure(bytes([_ROLE[turn.speaker] for turn in turns]), [turn.text for turn in turns])
        return row[self._columns]

    def speaker(self, dialogue: Dialogue, speaker: Speaker) -> dict[str, float]:
        """The measures of what one speaker says; each of the speaker's turns stays a turn of its own."""
        texts = [turn.text for turn in dialogue.merged().turns if turn.speaker is speaker]
        row = self.core.measure(bytes([_ROLE[speaker]]) * len(texts), texts, merged=False)
        return dict(zip(self.names, row[self._columns].tolist(), strict=True))
