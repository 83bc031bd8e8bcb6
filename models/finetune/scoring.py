"""Log-probabilities of tokens by llama.cpp, as the engine runs the model: with the adapter, or without."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthdial._core.logits import log_sum_exp
from synthdial.engine import llama

_ROWS = 64


class Scorer:
    """A context that gives the logits after every token.

    Parameters
    ----------
    model : Model
        With its weights.
    cells : int
        The longest text, in tokens.
    threads : int
        For the processor.
    adapter : Adapter, optional
        Applied to the model.
    """

    def __init__(self, model: llama.Model, cells: int, threads: int, adapter: llama.Adapter | None = None) -> None:
        self._context = llama.Context(model, cells, 1, threads, batch=_ROWS, rows_per_sequence=_ROWS, adapter=adapter)

    def close(self) -> None:
        """Free the context."""
        self._context.close()

    def log_probabilities(self, tokens: Sequence[int], first: int = 1, keep: int = 0) -> NDArray[np.float64]:
        """The natural logarithm of each token's probability, given those before it.

        Parameters
        ----------
        tokens : sequence of int
            A text.
        first : int
            From this token on, 1 or more.
        keep : int
            So many tokens at its beginning are those of the text before, and are not read again.

        Returns
        -------
        ndarray of shape (len(tokens) - first,)
        """
        found = np.empty(len(tokens) - first)
        for at, row in enumerate(self._rows(tokens[:-1], first - 1, keep)):
            found[at] = float(row[tokens[first + at]]) - log_sum_exp(row)
        return found

    def _rows(self, tokens: Sequence[int], first: int, keep: int = 0):  # type: ignore[no-untyped-def]
        keep = min(keep, first)
        self._context.cut(llama.PREFIX, keep)
        for begin in range(keep, len(tokens), _ROWS):
            part = tokens[begin : begin + _ROWS]
            self._context.decode([(token, begin + i, llama.PREFIX, begin + i >= first) for i, token in enumerate(part)])
            for i in range(len(part)):
                if begin + i >= first:
                    yield self._context.logits(i)
