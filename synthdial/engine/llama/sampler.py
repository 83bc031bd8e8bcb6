"""A sampler: draws a token from a row of logits."""

import ctypes

import numpy as np
from llama_cpp import llama_cpp as api
from numpy.typing import NDArray

from synthdial._core.logits import top_k
from synthdial.engine.llama.model import Model
from synthdial.engine.sampling import Sampling
from synthdial.errors import SynthdialError

_TOKEN_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Sampler:
    """Draws tokens for one dialogue, from its own seed.

    The k largest logits are found first, by the compiled core; llama.cpp's samplers see only those. Its own top-k would
    first write three megabytes of candidates for a vocabulary of 262,144, for each token.
    """

    def __init__(self, model: Model, sampling: Sampling, seed: int) -> None:
        self.greedy = sampling.temperature == 0
        k = min(sampling.top_k, model.n_vocab)
        self._ids, self._values = np.empty(k, np.int32), np.empty(k, np.float32)
        self._candidates = np.zeros(k, _TOKEN_DATA)
        self._array = api.llama_token_data_array(
            self._candidates.ctypes.data_as(ctypes.POINTER(api.llama_token_data)), k, -1, True
        )
        params = api.llama_sampler_chain_default_params()
        params.no_perf = True
        self._chain = api.llama_sampler_chain_init(params)
        stages = []
        if sampling.repeat_penalty != 1 and sampling.repeat_window:
            penalty = (model.n_vocab, sampling.repeat_window, sampling.repeat_penalty, 0.0, 0.0)
            stages.append(api.llama_sampler_init_penalties(*penalty))
        if self.greedy:
            stages.append(api.llama_sampler_init_greedy())
        else:
            stages.append(api.llama_sampler_init_top_p(sampling.top_p, 1))
            stages.append(api.llama_sampler_init_min_p(sampling.min_p, 1))
            stages.append(api.llama_sampler_init_temp(sampling.temperature))
            stages.append(api.llama_sampler_init_dist(seed))
        for stage in stages:
            api.llama_sampler_chain_add(self._chain, stage)

    def close(self) -> None:
        """Free the sampler."""
        if self._chain:
            api.llama_sampler_free(self._chain)
            self._chain = None

    def draw(self, row: NDArray[np.float32]) -> int:
        """Draw a token from a row of logits of shape (n_vocab,); a token with the logit ``-inf`` is never drawn.

        Raises
        ------
        SynthdialError
            When no token is left, or the row holds no numbers.
        """
        found = top_k(row, self._ids, self._values)
        if found == 0:
            raise SynthdialError(
                "The model gave no usable probabilities.", "Its file may be damaged: 'synthdial-edge models verify'."
            )
        candidates = self._candidates
        candidates["id"][:found] = self._ids[:found]
        candidates["logit"][:found] = self._values[:found]
        candidates["p"][:found] = 0
        self._array.size, self._array.selected, self._array.sorted = found, -1, True
        api.llama_sampler_apply(self._chain, ctypes.byref(self._array))
        return int(candidates["id"][self._array.selected])

    def accept(self, token: int) -> None:
        """Note that a drawn token was taken, for the repeat penalty."""
        api.llama_sampler_accept(self._chain, token)
