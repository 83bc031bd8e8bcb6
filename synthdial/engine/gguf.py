"""Read the header of a GGUF file in Python, with every count checked against the file's length.

llama.cpp trusts a header: 259 bytes that claim 100,000 layers abort the process. So a file is read here first.
The layout is that of the GGUF specification, versions 2 and 3, little-endian.
"""

import math
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from synthdial.errors import SynthdialError

MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_LARGEST_STRING = 16 << 20
_KEPT_ARRAY = 4096  # arrays longer than this (the vocabulary) are checked and skipped, not kept
_MOST_LAYERS, _MOST_DIMENSION = 1024, 1 << 20
# block size and bytes of a block, by ggml type number; a type not listed here is left to llama.cpp to judge
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    20: (32, 18), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2),
}  # fmt: skip
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 25: "IQ4_NL",
    30: "IQ4_XS", 32: "BF16",
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What the header of a model file says.

    Attributes
    ----------
    path : Path
        The file.
    size : int
        Its length in bytes.
    fields : mapping
        Metadata by key; the vocabulary's arrays are left out.
    tensors : mapping of str to int
        Bytes of each tensor by name, 0 where the type is not known here.
    n_vocab : int
        Entries of the vocabulary; 0 in an adapter.
    shapes : mapping of str to tuple of int
        Of each tensor, as GGUF has them: the length of a row first.
    """

    path: Path
    size: int
    fields: Mapping[str, Any]
    tensors: Mapping[str, int]
    n_vocab: int
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def architecture(self) -> str:
        """Name of the network's architecture, such as ``gemma3``."""
        return str(self.fields.get("general.architecture", ""))

    @property
    def name(self) -> str:
        """The name its makers gave the model, or the file's."""
        return str(self.fields.get("general.name") or self.path.stem)

    @property
    def quantisation(self) -> str:
        """How the weights are stored, such as ``Q4_K_M``."""
        kind = self.fields.get("general.file_type")
        return _FILE_TYPES.get(kind, str(kind)) if isinstance(kind, int) else "unknown"

    @property
    def chat_template(self) -> str | None:
        """The Jinja template of an instruct model, None for a base model."""
        template = self.fields.get("tokenizer.chat_template")
        return template if isinstance(template, str) and template.strip() else None

    @property
    def is_adapter(self) -> bool:
        """Whether it is an adapter, to be applied to a model, and not a model."""
        return self.fields.get("general.type") == "adapter"

    @property
    def n_layer(self) -> int:
        """Layers of the network."""
        return self._number("block_count", 0)

    @property
    def n_ctx_train(self) -> int:
        """Tokens of context that the model was trained with."""
        return self._number("context_length", 0)

    @property
    def n_embd(self) -> int:
        """Width of the network."""
        return self._number("embedding_length", 0)

    @cached_property
    def cache_bytes_per_token(self) -> int:
        """Bytes that one token takes in a key and value cache of 16-bit numbers."""
        heads = max(1, self._number("attention.head_count", 1))
        head = self.n_embd // heads
        key = self._number("attention.key_length", head)
        value = self._number("attention.value_length", head)
        per_layer = self.fields.get(f"{self.architecture}.attention.head_count_kv")
        if isinstance(per_layer, list):
            kv_heads = sum(n for n in per_layer if isinstance(n, int))
        else:
            kv_heads = self._number("attention.head_count_kv", heads) * self.n_layer
        return 2 * kv_heads * (key + value)

    def _number(self, key: str, default: int) -> int:
        """A whole number of the header, the largest where it holds one for each layer."""
        value = self.fields.get(f"{self.architecture}.{key}", default)
        if isinstance(value, list):
            value = max((v for v in value if isinstance(v, int)), default=default)
        return value if isinstance(value, int) else default


def read_header(path: Path) -> Header:
    """Read and check the header of a GGUF file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Header
        What it says, with all counts and offsets inside the file.

    Raises
    ------
    SynthdialError
        When the file cannot be read, is no GGUF, is truncated or contradicts itself, or is an adapter.
    """
    header = _read(path)
    if header.is_adapter:
        raise SynthdialError(
            f"{path} is an adapter, not a model.", "Give it with --adapter, and the model it was made for with --model."
        )
    _check_sense(header)
    return header


def read_adapter_header(path: Path) -> Header:
    """The same of a file that holds an adapter.

    Raises
    ------
    SynthdialError
        When the file cannot be read, is no GGUF, is truncated or contradicts itself, or is no LoRA adapter.
    """
    header = _read(path)
    if not header.is_adapter:
        raise SynthdialError(f"{path} is a model, not an adapter.", "Give it with --model.")
    kind = header.fields.get("adapter.type")
    if kind != "lora":
        raise SynthdialError(f"{path} is an adapter of the kind {kind!r}; LoRA adapters alone are applied.")
    if not header.tensors:
        raise _broken(path, "it holds no weights")
    return header


def holds_adapter(path: Path) -> bool:
    """Whether a file is an adapter; False also where it cannot be read as GGUF."""
    try:
        return _read(path, until="general.type").is_adapter
    except SynthdialError:
        return False


def _read(path: Path, until: str | None = None) -> Header:
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if file.read(4) != MAGIC:
                raise SynthdialError(
                    f"{path} is not a GGUF model file: it does not begin with 'GGUF'.",
                    "Give a model in GGUF format; 'synthdial-edge models list' names some.",
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                return _parse(path, size, view, until)
    except OSError as error:
        raise SynthdialError(f"The model file {path} cannot be read: {error.strerror}.") from error
    except (struct.error, IndexError) as error:
        raise _truncated(path) from error


def _truncated(path: Path) -> SynthdialError:
    return SynthdialError(
        f"The model file {path} is truncated: it ends before what its header announces.",
        "Copy it again and compare its SHA-256 with the source's.",
    )


def _broken(path: Path, what: str) -> SynthdialError:
    return SynthdialError(f"The model file {path} is damaged: {what}.", "Copy it again and compare its SHA-256.")


class _Reader:
    """A cursor over the file that never leaves it."""

    def __init__(self, path: Path, view: mmap.mmap) -> None:
        self.path, self.view, self.at = path, view, 4

    def scalar(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self.view, self.at)
        self.at += struct.calcsize("<" + code)
        return value

    def skip(self, count: int) -> None:
        if count < 0 or self.at + count > len(self.view):
            raise _truncated(self.path)
        self.at += count

    def string(self) -> str:
        length = self.scalar("Q")
        if length > _LARGEST_STRING:
            raise _broken(self.path, f"it holds a text of {length} bytes")
        start = self.at
        self.skip(length)
        return self.view[start : self.at].decode("utf-8", errors="replace")

    def value(self, kind: int, depth: int = 0) -> Any:
        if kind in _SCALARS:
            return self.scalar(_SCALARS[kind])
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY and depth < 2:
            return self.array(depth)
        raise _broken(self.path, f"it holds a value of unknown type {kind}")

    def array(self, depth: int) -> Any:
        kind, count = self.scalar("I"), self.scalar("Q")
        smallest = struct.calcsize(_SCALARS[kind]) if kind in _SCALARS else 8
        if count * smallest > len(self.view) - self.at:
            raise _truncated(self.path)
        if count <= _KEPT_ARRAY:
            return [self.value(kind, depth + 1) for _ in range(count)]
        if kind in _SCALARS:
            self.skip(count * smallest)
        elif kind == _STRING:
            unpack, view, at, end = struct.Struct("<Q").unpack_from, self.view, self.at, len(self.view)
            for _ in range(count):
                at += 8 + unpack(view, at)[0]
                if at > end:
                    raise _truncated(self.path)
            self.at = at
        else:
            raise _broken(self.path, "it holds a long list of lists")
        return _Skipped(count)


class _Skipped:
    """An array that was checked and not kept."""

    def __init__(self, count: int) -> None:
        self.count = count


def _parse(path: Path, size: int, view: mmap.mmap, until: str | None) -> Header:
    reader = _Reader(path, view)
    version = reader.scalar("I")
    if version not in (2, 3):
        raise SynthdialError(
            f"{path} is a GGUF file of version {version}; versions 2 and 3 are read.",
            "Convert the model again with a current llama.cpp (on a little-endian machine).",
        )
    n_tensors, n_fields = reader.scalar("Q"), reader.scalar("Q")
    if n_tensors > size // 24 or n_fields > size // 12:
        raise _truncated(path)
    fields: dict[str, Any] = {}
    n_vocab = 0
    for _ in range(n_fields):
        key = reader.string()
        value = reader.value(reader.scalar("I"))
        if key == "tokenizer.ggml.tokens":
            n_vocab = value.count if isinstance(value, _Skipped) else len(value) if isinstance(value, list) else 0
        elif not isinstance(value, _Skipped):
            fields[key] = value
        if key == until:
            return Header(path, size, fields, {}, n_vocab)
    tensors, shapes, reach = _tensors(reader, n_tensors)
    alignment = fields.get("general.alignment", 32)
    if not isinstance(alignment, int) or not 0 < alignment <= 1 << 16:
        raise _broken(path, f"its alignment is {alignment!r}")
    if -(-reader.at // alignment) * alignment + reach > size:
        raise _truncated(path)
    return Header(path, size, fields, tensors, n_vocab, shapes)


def _tensors(reader: _Reader, count: int) -> tuple[dict[str, int], dict[str, tuple[int, ...]], int]:
    """Bytes and shape of each tensor by name, and where the last of them ends behind the header."""
    tensors: dict[str, int] = {}
    shapes: dict[str, tuple[int, ...]] = {}
    reach = 0
    for _ in range(count):
        name = reader.string()
        n_dims = reader.scalar("I")
        if n_dims > 4:
            raise _broken(reader.path, f"its tensor {name!r} has {n_dims} dimensions")
        shapes[name] = tuple(reader.scalar("Q") for _ in range(n_dims))
        elements = math.prod(shapes[name])
        kind, offset = reader.scalar("I"), reader.scalar("Q")
        block, block_bytes = _BLOCKS.get(kind, (1, 0))
        tensors[name] = -(-elements // block) * block_bytes
        reach = max(reach, offset + tensors[name])
    return tensors, shapes, reach


def _check_sense(header: Header) -> None:
    if not header.architecture:
        raise _broken(header.path, "it does not name its architecture (general.architecture)")
    if not header.tensors:
        raise _broken(header.path, "it holds no weights")
    if not 0 < header.n_layer <= _MOST_LAYERS:
        raise _broken(header.path, f"it claims {header.n_layer} layers (block_count)")
    if not 0 < header.n_embd <= _MOST_DIMENSION:
        raise _broken(header.path, f"it claims a width of {header.n_embd} (embedding_length)")
    if header.n_vocab == 0:
        raise _broken(header.path, "it holds no vocabulary (tokenizer.ggml.tokens)")
    if f"blk.{header.n_layer - 1}." not in "\n".join(header.tensors):
        raise _broken(header.path, f"it announces {header.n_layer} layers and holds fewer")
