"""A model's weights and vocabulary, and an adapter for them."""

import ctypes
from pathlib import Path

from llama_cpp import llama_cpp as api

from synthdial.engine.llama.library import recent_log
from synthdial.errors import SynthdialError


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
