"""Build GGUF files by hand: small, sound ones, and ones with a chosen mistake.

The layout is that of the GGUF specification: magic, version, two counts, metadata, tensor infos, then, from the next
multiple of the alignment on, the tensors.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

U8, U32, I32, F32, BOOL, STRING, ARRAY, U64, F64 = 0, 4, 5, 6, 7, 8, 9, 10, 12
_CODES = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

Value = tuple[int, Any]

FIELDS: Mapping[str, Value] = {
    "general.architecture": (STRING, "llama"),
    "general.name": (STRING, "Piep"),
    "general.file_type": (U32, 15),
    "llama.block_count": (U32, 2),
    "llama.embedding_length": (U32, 8),
    "llama.context_length": (U32, 512),
    "llama.attention.head_count": (U32, 2),
    "llama.attention.head_count_kv": (U32, 1),
    "tokenizer.ggml.tokens": (ARRAY, (STRING, ["<s>", "</s>", "ja"])),
}
# name, dimensions, ggml type, bytes
TENSORS = [("blk.0.attn_q.weight", (8, 2), 0, 64), ("blk.1.attn_q.weight", (32,), 2, 18)]


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def _body(kind: int, value: Any) -> bytes:
    if kind == STRING:
        return text(value)
    if kind == ARRAY:
        inner, items = value
        return struct.pack("<IQ", inner, len(items)) + b"".join(_body(inner, item) for item in items)
    return struct.pack("<" + _CODES[kind], value)


def gguf(
    changes: Mapping[str, Value | None] | None = None,
    *,
    tensors: Sequence[tuple[str, tuple[int, ...], int, int]] = TENSORS,
    version: bytes = struct.pack("<I", 3),
    alignment: int = 32,
) -> bytes:
    """A GGUF file; ``changes`` replace fields of `FIELDS`, None leaves one out."""
    fields = {key: value for key, value in {**FIELDS, **(changes or {})}.items() if value is not None}
    head = b"GGUF" + version + struct.pack("<QQ", len(tensors), len(fields))
    for key, (kind, value) in fields.items():
        head += text(key) + struct.pack("<I", kind) + _body(kind, value)
    offset, data = 0, b""
    for name, dimensions, kind, size in tensors:
        head += text(name) + struct.pack(f"<I{len(dimensions)}Q", len(dimensions), *dimensions)
        head += struct.pack("<IQ", kind, offset)
        data = data.ljust(offset, b"\0") + bytes(size)
        offset = -(-len(data) // alignment) * alignment
    return head.ljust(-(-len(head) // alignment) * alignment, b"\0") + data
