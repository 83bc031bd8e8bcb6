"""A context: the network over the tokens of many sequences that continue one prompt."""

import ctypes
from collections.abc import Sequence

import numpy as np
from llama_cpp import llama_cpp as api
from numpy.typing import NDArray

from synthdial.engine.llama.library import recent_log
from synthdial.engine.llama.model import Adapter, Model
from synthdial.errors import OutOfMemoryError, SynthdialError

PREFIX = 0  # the sequence that holds the shared prompt; slots are the sequences after it


class Context:
    """The cache of one prompt and of the sequences that continue it, all in one pool of cells.

    Parameters
    ----------
    model : Model
        The model.
    cells : int
        Tokens that the cache holds, all sequences together.
    slots : int
        Sequences that continue the prompt, numbered from 1.
    threads : int
        Threads for the processor.
    batch : int, optional
        Most tokens in one call of `decode`. A processor reads a prompt no faster with more than 128, and 512 would take
        four times the work space: 80 MiB in place of 20 at the defaults.
    adapter : Adapter, optional
        Changes what the model does in this context.
    rows_per_sequence : int
        Most rows of logits of one sequence that a call of `decode` gives: more than one is for scoring a text.

    Raises
    ------
    SynthdialError
        When there is too little memory, or llama.cpp does not take the adapter.
    """

    def __init__(
        self,
        model: Model,
        cells: int,
        slots: int,
        threads: int,
        batch: int | None = None,
        *,
        adapter: Adapter | None = None,
        rows_per_sequence: int = 1,
    ) -> None:
        batch = batch or (512 if model.gpu_layers else 128)
        params = api.llama_context_default_params()
        params.n_ctx = cells
        params.n_batch = batch
        params.n_ubatch = batch
        params.n_seq_max = slots + 1
        # a row of logits is kept for each slot only, not for each token of a batch: 512 rows of the embedded model's
        # vocabulary would take 512 MiB
        params.n_outputs_max = (slots + 1) * rows_per_sequence
        params.n_outputs_max_per_seq = rows_per_sequence
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True  # or the pool is divided evenly, and a long prompt does not fit
        params.swa_full = True  # or a prompt cannot be copied in models with sliding-window attention
        params.flash_attn_type = 1  # on a processor it skips the cells of other sequences
        params.no_perf = True
        self.model = model
        self.batch = batch
        self._ctx = api.llama_init_from_model(model._model, params)
        if not self._ctx:
            raise OutOfMemoryError(
                f"There is not enough memory for a context of {cells} tokens.",
                "Use fewer slots (--parallel) or shorter dialogues (--max-words).",
            )
        if adapter is not None:
            self._apply(adapter)
        self._memory = api.llama_get_memory(self._ctx)
        self._tokens = np.zeros(batch, np.int32)
        self._positions = np.zeros(batch, np.int32)
        self._wanted = np.zeros(batch, np.int8)
        self._sequences = np.zeros(batch, np.int32)
        self._ones = np.ones(batch, np.int32)
        seq_p = ctypes.POINTER(ctypes.c_int32)
        base = self._sequences.ctypes.data
        self._sequence_rows = (seq_p * batch)(
            *(ctypes.cast(ctypes.c_void_p(base + 4 * i), seq_p) for i in range(batch))
        )
        self._batch = api.llama_batch(
            0,
            self._tokens.ctypes.data_as(ctypes.POINTER(api.llama_token)),
            None,
            self._positions.ctypes.data_as(ctypes.POINTER(api.llama_pos)),
            self._ones.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)),
            self._sequence_rows,
            self._wanted.ctypes.data_as(ctypes.POINTER(ctypes.c_int8)),
        )

    def _apply(self, adapter: Adapter) -> None:
        adapters = (api.llama_adapter_lora_p_ctypes * 1)(adapter.handle)
        if api.llama_set_adapters_lora(self._ctx, adapters, 1, (ctypes.c_float * 1)(1.0)):
            self.close()
            raise SynthdialError(
                f"llama.cpp cannot apply the adapter {adapter.path}.", "Use '--adapter none', or another adapter."
            )

    def close(self) -> None:
        """Free the context."""
        if self._ctx:
            api.llama_free(self._ctx)
            self._ctx = None

    def decode(self, rows: Sequence[tuple[int, int, int, bool]]) -> None:
        """Run the network over some tokens of some sequences.

        Parameters
        ----------
        rows : sequence of (token, position, sequence, wanted)
            At most `batch`; `wanted` asks for the logits after that token, at most once a sequence.

        Raises
        ------
        SynthdialError
            When the cache is full or the network fails.
        """
        count = len(rows)
        self._tokens[:count], self._positions[:count], self._sequences[:count], self._wanted[:count] = zip(
            *rows, strict=True
        )
        self._batch.n_tokens = count
        result = api.llama_decode(self._ctx, self._batch)
        if result != 0:
            why = "its cache is full" if result == 1 else recent_log[-1] if recent_log else f"code {result}"
            raise SynthdialError(f"llama.cpp could not go on: {why}.", "Use fewer slots (--parallel).")

    def logits(self, row: int) -> NDArray[np.float32]:
        """The logits after row `row` of the last `decode`: a view of shape (n_vocab,), valid until the next one."""
        pointer = api.llama_get_logits_ith(self._ctx, row)
        if not pointer:
            raise SynthdialError("llama.cpp gave no logits for a token.", "This is a fault of the program; report it.")
        return np.ctypeslib.as_array(pointer, (self.model.n_vocab,))

    def branch(self, sequence: int) -> None:
        """Begin a sequence anew as a copy of the prompt; the cells are shared, not copied."""
        api.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        api.llama_memory_seq_cp(self._memory, PREFIX, sequence, -1, -1)

    def cut(self, sequence: int, position: int) -> None:
        """Forget a sequence from a position on."""
        if not api.llama_memory_seq_rm(self._memory, sequence, position, -1):
            raise SynthdialError("This model's cache cannot be cut back.", "Use a model with an ordinary attention.")
