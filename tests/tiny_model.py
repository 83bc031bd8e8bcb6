"""A model that is made in a moment: llama.cpp loads and runs it like any other, and it says Dutch words by chance.

One layer whose weights are all zero: what goes in comes out, and the last matrix turns it into one fixed likelihood for
each token. So everything but the network's arithmetic is as with a real model, at a thousandth of the time.
"""

import struct
from pathlib import Path

from gguf_files import ARRAY, F32, I32, STRING, U32, Value, text

WIDTH, HIDDEN, HEADS = 32, 32, 2
WORDS = (
    "ja", "nee", "goed", "dat", "is", "het", "wel", "dan", "en", "ik", "u", "heb", "de", "een", "nier", "pijn", "moe",
    "zout", "bloed", "waarde", "even", "nog", "hoor", "dokter", "vandaag", "morgen", "water", "drinken", "slapen",
    "lopen", "eten", "thuis", "week", "maand",
)  # fmt: skip
SPACE = "\u2581"  # how this kind of vocabulary writes a space
_UNKNOWN, _CONTROL, _NORMAL, _BYTE = 2, 3, 1, 6


def vocabulary() -> tuple[list[str], list[int], list[float]]:
    """Tokens, their kinds, and how likely the model finds each (logits)."""
    tokens, kinds = ["<unk>", "<s>", "</s>"], [_UNKNOWN, _CONTROL, _CONTROL]
    logits = [-30.0, -30.0, 0.5]
    for byte in range(256):
        tokens.append(f"<0x{byte:02X}>")
        kinds.append(_BYTE)
        logits.append(3.5 if byte == 0x0A else -30.0)
    for piece in [SPACE + word for word in WORDS]:
        tokens.append(piece)
        kinds.append(_NORMAL)
        logits.append(2.0)
    for piece, logit in ((".", 3.0), ("?", 1.5), (",", 1.0), (SPACE, -30.0)):
        tokens.append(piece)
        kinds.append(_NORMAL)
        logits.append(logit)
    return tokens, kinds, logits


def model_parts(context: int = 4096) -> tuple[dict[str, Value], dict[str, tuple[tuple[int, ...], list[float]]]]:
    """The fields of its header, and its tensors: dimensions and values by name."""
    tokens, kinds, logits = vocabulary()
    fields: dict[str, Value] = {
        "general.architecture": (STRING, "llama"),
        "general.name": (STRING, "Klein"),
        "general.file_type": (U32, 0),
        "llama.block_count": (U32, 1),
        "llama.context_length": (U32, context),
        "llama.embedding_length": (U32, WIDTH),
        "llama.feed_forward_length": (U32, HIDDEN),
        "llama.attention.head_count": (U32, HEADS),
        "llama.attention.head_count_kv": (U32, HEADS),
        "llama.attention.layer_norm_rms_epsilon": (F32, 1e-5),
        "llama.rope.dimension_count": (U32, WIDTH // HEADS),
        "tokenizer.ggml.model": (STRING, "llama"),
        "tokenizer.ggml.tokens": (ARRAY, (STRING, tokens)),
        "tokenizer.ggml.scores": (ARRAY, (F32, [-float(i) for i in range(len(tokens))])),
        "tokenizer.ggml.token_type": (ARRAY, (I32, kinds)),
        "tokenizer.ggml.bos_token_id": (U32, 1),
        "tokenizer.ggml.eos_token_id": (U32, 2),
        "tokenizer.ggml.unknown_token_id": (U32, 0),
    }
    ones, zeros = [1.0] * WIDTH, [0.0] * (WIDTH * WIDTH)
    tensors: dict[str, tuple[tuple[int, ...], list[float]]] = {
        "token_embd.weight": ((WIDTH, len(tokens)), ones * len(tokens)),
        "output_norm.weight": ((WIDTH,), ones),
        "output.weight": ((WIDTH, len(tokens)), [logit / WIDTH for logit in logits for _ in range(WIDTH)]),
        "blk.0.attn_norm.weight": ((WIDTH,), ones),
        "blk.0.ffn_norm.weight": ((WIDTH,), ones),
        **{f"blk.0.attn_{part}.weight": ((WIDTH, WIDTH), zeros) for part in ("q", "k", "v", "output")},
        **{f"blk.0.ffn_{part}.weight": ((WIDTH, HIDDEN), zeros) for part in ("gate", "down", "up")},
    }
    return fields, tensors


def model_file(fields: dict[str, Value], tensors: dict[str, tuple[tuple[int, ...], list[float]]]) -> bytes:
    """The content of a file with these fields and tensors."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(fields))
    for key, (kind, value) in fields.items():
        head += text(key) + struct.pack("<I", kind) + _body(kind, value)
    data = b""
    for name, (dimensions, values) in tensors.items():
        head += text(name) + struct.pack(f"<I{len(dimensions)}Q", len(dimensions), *dimensions)
        head += struct.pack("<IQ", 0, len(data))
        data += struct.pack(f"<{len(values)}f", *values)
    return head.ljust(-(-len(head) // 32) * 32, b"\0") + data


def _body(kind: int, value: object) -> bytes:
    if kind == STRING:
        return text(value)  # type: ignore[arg-type]
    if kind == ARRAY:
        inner, items = value  # type: ignore[misc]
        return struct.pack("<IQ", inner, len(items)) + b"".join(_body(inner, item) for item in items)
    return struct.pack("<" + {U32: "I", I32: "i", F32: "f"}[kind], value)


def tiny_model() -> bytes:
    """The content of its file."""
    return model_file(*model_parts())


ADAPTER_FIELDS: dict[str, Value] = {
    "general.architecture": (STRING, "llama"),
    "general.type": (STRING, "adapter"),
    "adapter.type": (STRING, "lora"),
    "adapter.lora.alpha": (F32, 1.0),
}


def tiny_adapter(layer: str = "blk.0.attn_v", inputs: int = WIDTH, outputs: int = WIDTH, **changes: Value) -> bytes:
    """The content of an adapter's file: of rank 1, for one layer of the model, which it leaves as it is."""
    matrices = {
        f"{layer}.weight.lora_a": ((inputs, 1), [0.0] * inputs),
        f"{layer}.weight.lora_b": ((1, outputs), [0.0] * outputs),
    }
    return model_file(ADAPTER_FIELDS | changes, matrices)


def write_tiny_model(path: Path) -> Path:
    """Write it into a file; the file."""
    path.write_bytes(tiny_model())
    return path
