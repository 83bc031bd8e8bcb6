"""The only module that touches llama.cpp's low-level API: a model, a context of many sequences, a sampler.

Signatures of that API change between releases; pyproject.toml pins the minor version this file was written for.
One context belongs to one thread. Import it in the worker process: loading the library takes a third of a second.
"""

import ctypes
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from llama_cpp import llama_cpp as api
from numpy.typing import NDArray

from synthdial._core.logits import top_k
from synthdial.engine.sampling import Sampling
from synthdial.errors import OutOfMemoryError, SynthdialError

PREFIX = 0  # the sequence that holds the shared prompt; slots are the sequences after it

recent_log: deque[str] = deque(maxlen=40)
_ERROR_LEVEL, _WARN_LEVEL = 4, 3


@api.llama_log_callback  # type: ignore[untyped-decorator]
def _keep_log(level: int, text: bytes, _data: Any) -> None:
    if level in (_WARN_LEVEL, _ERROR_LEVEL):
        recent_log.append(text.decode("utf-8", errors="replace").strip())


def start() -> None:
    """Load the processor backends and silence the log; call it once, before anything else here.

    A portable build keeps one library for each kind of processor in a folder of its own and loads none by itself: they
    are registered here from the program's folder, so that llama.cpp never searches the current directory for them.
    """
    api.llama_log_set(_keep_log, ctypes.c_void_p(0))
    folder = variants_folder()
    if folder is not None:
        load = api._lib.ggml_backend_load_all_from_path
        load.argtypes, load.restype = [ctypes.c_char_p], None
        load(str(folder).encode())
    api.llama_backend_init()


def variants_folder() -> Path | None:
    """The folder that holds one library for each kind of processor, None where one is built in."""
    package = Path(llama_cpp.__file__).parent
    for folder in (package / "lib", package.parent / "bin", package.parent / "lib"):
        if any(folder.glob("*ggml-cpu-*")):
            return folder
    return None


def build_info() -> dict[str, Any]:
    """Which llama.cpp this is: versions, processor features in use, whether a GPU can be used, and its devices."""
    return {
        "llama_cpp_python": llama_cpp.__version__,
        "llama_cpp": api.llama_version().decode(),
        "features": api.llama_print_system_info().decode().strip(),
        "gpu_build": bool(api.llama_supports_gpu_offload()),
        "portable": variants_folder() is not None,
        "devices": devices(),
    }


def devices() -> list[dict[str, Any]]:
    """The devices that llama.cpp can compute on: name, description, kind, free and total memory in bytes."""
    lib = api._lib
    lib.ggml_backend_dev_count.restype = ctypes.c_size_t
    lib.ggml_backend_dev_get.argtypes, lib.ggml_backend_dev_get.restype = [ctypes.c_size_t], ctypes.c_void_p
    for name in ("ggml_backend_dev_name", "ggml_backend_dev_description"):
        getattr(lib, name).argtypes, getattr(lib, name).restype = [ctypes.c_void_p], ctypes.c_char_p
    lib.ggml_backend_dev_type.argtypes, lib.ggml_backend_dev_type.restype = [ctypes.c_void_p], ctypes.c_int
    size_p = ctypes.POINTER(ctypes.c_size_t)
    lib.ggml_backend_dev_memory.argtypes, lib.ggml_backend_dev_memory.restype = [ctypes.c_void_p, size_p, size_p], None
    found = []
    for i in range(lib.ggml_backend_dev_count()):
        device = lib.ggml_backend_dev_get(i)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        lib.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        kind = lib.ggml_backend_dev_type(device)
        found.append({
            "name": lib.ggml_backend_dev_name(device).decode(errors="replace"),
            "description": lib.ggml_backend_dev_description(device).decode(errors="replace"),
            "kind": {0: "CPU", 1: "GPU", 2: "integrated GPU"}.get(kind, "accelerator"),
            "free": free.value,
            "total": total.value,
        })  # fmt: skip
    return found


class Model:
    """A model file, loaded.

    Parameters
    ----------
    path : Path
        A GGUF file whose header was checked.
    gpu_layers : int
        How many layers a GPU takes; -1 for all.
    vocab_only : bool
        Load the vocabulary without the weights: enough to count tokens.

    Raises
    ------
    SynthdialError
        When llama.cpp refuses the file; the message says why.
    """

    def __init__(self, path: Path, gpu_layers: int = 0, vocab_only: bool = False) -> None:
        params = api.llama_model_default_params()
        self.gpu_layers = params.n_gpu_layers = gpu_layers
        params.vocab_only = vocab_only
        recent_log.clear()
        self._model = api.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise _load_error(path)
        self._vocab = api.llama_model_get_vocab(self._model)
        self.n_vocab: int = api.llama_vocab_n_tokens(self._vocab)
        self.n_ctx_train: int = api.llama_model_n_ctx_train(self._model)
        self._pieces: dict[int, bytes] = {}

    def close(self) -> None:
        """Free the model; contexts over it must be closed before."""
        if self._model:
            api.llama_model_free(self._model)
            self._model = None

    def tokenize(self, text: str, *, special: bool = False, begin: bool = False) -> list[int]:
        """Tokens of a text.

        Parameters
        ----------
        text : str
            The text.
        special : bool
            Read markers such as ``<|im_start|>`` as the tokens they name. Only for text from a chat template.
        begin : bool
            Put the token before it that begins a text, where the model wants one.
        """
        data = text.encode("utf-8", errors="replace")
        room = len(data) + 8
        tokens = (api.llama_token * room)()
        count = api.llama_tokenize(self._vocab, data, len(data), tokens, room, begin, special)
        if -(2**31) < count < 0:  # a vocabulary without spaces takes three tokens for each
            room = -count
            tokens = (api.llama_token * room)()
            count = api.llama_tokenize(self._vocab, data, len(data), tokens, room, begin, special)
        if count < 0:
            raise SynthdialError("A text is too long to be split into tokens.")
        return list(tokens[:count])

    def piece(self, token: int) -> bytes:
        """The bytes of a token; a character may lie across the border of two. Control tokens have none."""
        known = self._pieces.get(token)
        if known is None:
            room = 64
            buffer = ctypes.create_string_buffer(room)
            count = api.llama_token_to_piece(self._vocab, token, buffer, room, 0, False)
            if count < 0:
                room = -count
                buffer = ctypes.create_string_buffer(room)
                count = api.llama_token_to_piece(self._vocab, token, buffer, room, 0, False)
            known = self._pieces[token] = buffer.raw[: max(count, 0)]
        return known

    def is_end(self, token: int) -> bool:
        """Whether the token ends a generation."""
        return bool(api.llama_vocab_is_eog(self._vocab, token))

    def special_text(self, name: str) -> str:
        """The text of the token ``bos`` or ``eos``; empty where the model has none."""
        token = getattr(api, f"llama_vocab_{name}")(self._vocab)
        if token < 0:
            return ""
        return str(api.llama_vocab_get_text(self._vocab, token).decode("utf-8", errors="replace"))


def _load_error(path: Path) -> SynthdialError:
    reasons = [line for line in recent_log if "error" in line.lower() or "unknown" in line.lower()]
    text = " ".join(reasons)
    if "unknown model architecture" in text:
        name = text.split("unknown model architecture:")[-1].split("'")[1] if "'" in text else "?"
        return SynthdialError(
            f"The model file {path} has the architecture '{name}', which the llama.cpp in this program does not know.",
            "Use another model, or a newer version of this program.",
        )
    return SynthdialError(
        f"llama.cpp cannot load the model file {path}: {reasons[-1] if reasons else 'it gave no reason'}.",
        "Copy it again and compare its SHA-256, or try another model.",
    )


class Adapter:
    """A LoRA adapter, loaded for a model; it is freed with the model.

    Parameters
    ----------
    model : Model
        With its weights.
    path : Path
        A GGUF file that was found to fit the model; see `synthdial.engine.adapters.check_adapter_fits`.

    Raises
    ------
    SynthdialError
        When llama.cpp refuses the file; the message says why.
    """

    def __init__(self, model: Model, path: Path) -> None:
        recent_log.clear()
        self.path = path
        self.handle = api.llama_adapter_lora_init(model._model, str(path).encode())
        if not self.handle:
            reason = recent_log[-1].removeprefix("llama_adapter_lora_init: ") if recent_log else "it gave no reason"
            raise SynthdialError(
                f"llama.cpp cannot load the adapter {path}: {reason}.", "Use '--adapter none', or another adapter."
            )


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
