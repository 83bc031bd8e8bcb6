"""Holds how much words vary where the references have it: people say the same words again and again, models do not.

The logits of tokens said lately are divided, as a repeat penalty does. By how much is learned as the dialogue goes on:
more where its words vary less than the references' do, less where they vary more.
"""

from collections.abc import Sequence

from synthdial.engine.director import Row
from synthdial.metrics import mattr

_LATELY = 64  # tokens
_HEARD = 120  # words over which the variety is looked at
_ENOUGH = 60  # words from which on there is something to learn
_FIRST = 1.1
_MOST = 1.25
_ABOVE = 0.03  # what is aimed at lies above: the first words are written before anything is learned
_GAIN = 0.4  # for each turn and unit of the ratio


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

    def bias(self, row: Row, tokens: Sequence[int]) -> dict[int, float]:
        """What is added to the logits of the tokens said lately; ``tokens`` are those of the open turn."""
        if self._target is None or self.penalty == 1.0:
            return {}
        lately = list({*(*self._tokens, *tokens)[-_LATELY:]})
        values = row[lately]
        changed = values / self.penalty
        changed[values < 0] = values[values < 0] * self.penalty
        return dict(zip(lately, (changed - values).tolist(), strict=True))

    def close_turn(self, tokens: Sequence[int], words: Sequence[str]) -> None:
        """A turn is complete: learn from its words."""
        if self._target is None:
            return
        self._tokens = [*self._tokens, *tokens][-_LATELY:]
        self._words = [*self._words, *words][-_HEARD:]
        if len(self._words) >= _ENOUGH:
            error = self._target - mattr(self._words)
            self.penalty = min(_MOST, max(1.0, self.penalty + _GAIN * error))
