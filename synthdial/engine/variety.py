"""Holds how much words vary where the references have it: people say the same words again and again, models do not.

The logits of tokens said lately are divided, as a repeat penalty does. By how much is learned as the dialogue goes on:
more where its words vary less than the references' do, less where they vary more. What was said just now counts at
once, both ways: a model alone goes round in a few words here and repeats nothing there, which people do not.
"""

from collections.abc import Sequence

from synthdial.engine.director import Row
from synthdial.engine.open_turn import LATELY
from synthdial.metrics import mattr

_PENALISED = 64  # tokens
_HEARD = 120  # words over which the variety is looked at
_ENOUGH = 60  # words from which on there is something to learn
_FIRST = 1.1
_MOST = 1.25
_ABOVE = 0.005  # what is aimed at lies above: the first words are written before anything is learned
_GAIN = 0.4  # for each turn and unit of the ratio
_DIFFERENT = 20  # of the last 24 words; people have 20.6
_STEP = 0.05  # for each word that is missing, or is too many


class Variety:
    """What repeated tokens lose.

    Parameters
    ----------
    target : float, optional
        Moving-average type-token ratio of the references, windows of 50 words; without one nothing is held.

    Attributes
    ----------
    penalty : float
        What the logits of tokens said lately are divided by where they are positive, and multiplied by where not;
        from 1.
    """

    def __init__(self, target: float | None) -> None:
        self._target = target + _ABOVE if target is not None else None
        self.penalty = _FIRST if target is not None else 1.0
        self._tokens: list[int] = []
        self._words: list[str] = []

    def bias(self, row: Row, tokens: Sequence[int], lately: Sequence[str] = ()) -> dict[int, float]:
        """What is added to the logits of the tokens said lately.

        Parameters
        ----------
        row : ndarray of shape (n_vocab,)
            The logits.
        tokens : sequence of int
            Those of the open turn.
        lately : sequence of str
            Its last words: where few of them are different, what comes again loses more, where many, less.
        """
        if self._target is None:
            return {}
        words = (*self._words[-LATELY:], *lately)[-LATELY:]
        penalty = self.penalty
        if len(words) == LATELY:
            penalty = max(1.0, penalty + _STEP * (_DIFFERENT - len(set(words))))
        if penalty == 1.0:
            return {}
        said = list({*(*self._tokens, *tokens)[-_PENALISED:]})
        values = row[said]
        changed = values / penalty
        changed[values < 0] = values[values < 0] * penalty
        return dict(zip(said, (changed - values).tolist(), strict=True))

    def close_turn(self, tokens: Sequence[int], words: Sequence[str]) -> None:
        """A turn is complete: learn from its words."""
        if self._target is None:
            return
        self._tokens = [*self._tokens, *tokens][-_PENALISED:]
        self._words = [*self._words, *words][-_HEARD:]
        if len(self._words) >= _ENOUGH:
            error = self._target - mattr(self._words)
            self.penalty = min(_MOST, max(1.0, self.penalty + _GAIN * error))
