"""Write a model of Llama's shape with random weights, to measure speed where no real one of that size is at hand.

    python benchmarks/random_model.py 7b random-7b.gguf
    python benchmarks/random_model.py tiny random-tiny.gguf

Needs the package `gguf`. Weights are Q8_0 blocks: random bytes under one small scale, so that the network computes
finite numbers at its real cost and writes nonsense. The vocabulary: bytes and made-up words.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

_BLOCK, _SCALE = 32, np.float16(0.0004)


@dataclass(frozen=True)
class Shape:
    """How large a Llama is: layers, width, width of the feed-forward part, heads, heads of keys, vocabulary."""

    layers: int
    width: int
    hidden: int
    heads: int
    key_heads: int
    vocabulary: int


SHAPES = {"7b": Shape(32, 4096, 11008, 32, 32, 32000), "tiny": Shape(2, 256, 512, 4, 2, 2048)}


def tensors(shape: Shape) -> Iterator[tuple[str, int, int]]:
    """Name, rows and columns of each matrix."""
    head = shape.width // shape.heads
    yield "token_embd.weight", shape.vocabulary, shape.width
    yield "output.weight", shape.vocabulary, shape.width
    for layer in range(shape.layers):
        for name, rows, columns in (
            ("attn_q", shape.width, shape.width),
            ("attn_k", head * shape.key_heads, shape.width),
            ("attn_v", head * shape.key_heads, shape.width),
            ("attn_output", shape.width, shape.width),
            ("ffn_gate", shape.hidden, shape.width),
            ("ffn_up", shape.hidden, shape.width),
            ("ffn_down", shape.width, shape.hidden),
        ):
            yield f"blk.{layer}.{name}.weight", rows, columns


def random_blocks(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Q8_0: of each 32 weights a scale in 16 bits and 32 signed bytes; shape (rows, columns / 32 * 34), bytes."""
    blocks = rng.integers(0, 256, (rows, columns // _BLOCK, 2 + _BLOCK), np.uint8)
    blocks[:, :, :2] = np.frombuffer(_SCALE.tobytes(), np.uint8)
    return blocks.reshape(rows, -1)


def add_vocabulary(writer: gguf.GGUFWriter, size: int, rng: np.random.Generator) -> None:
    """Three markers, the 256 bytes, and words of two to five letters, with and without a blank before them."""
    kinds = gguf.TokenType
    words = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    words += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    letters = list("aeinorstdlgmkvbhpuwjzc")
    seen = {text for text, _ in words}
    plain = ["\u2581", *letters, *(f"\u2581{letter}" for letter in letters)]
    while len(words) < size:
        text = plain.pop(0) if plain else "".join(rng.choice(letters, rng.integers(2, 6)))
        text = f"\u2581{text}" if not plain and rng.random() < 0.5 else text
        if text not in seen:
            seen.add(text)
            words.append((text, kinds.NORMAL))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text for text, _ in words])
    writer.add_token_scores([0.0 if kind != kinds.NORMAL else -float(at) for at, (_, kind) in enumerate(words)])
    writer.add_token_types([int(kind) for _, kind in words])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def write_model(path: Path, shape: Shape, seed: int = 1) -> None:
    """Write the file; a 7B takes 7 GB."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama", use_temp_file=False)
    writer.add_name(f"random-{path.stem}")
    writer.add_context_length(32768)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    add_vocabulary(writer, shape.vocabulary, rng)
    matrices = list(tensors(shape))
    norms = ["output_norm.weight"]
    norms += [f"blk.{layer}.{name}.weight" for layer in range(shape.layers) for name in ("attn_norm", "ffn_norm")]
    kind = gguf.GGMLQuantizationType.Q8_0
    for name, rows, columns in matrices:
        length = rows * columns // _BLOCK * (2 + _BLOCK)
        writer.add_tensor_info(name, (rows, columns // _BLOCK * (2 + _BLOCK)), np.dtype(np.uint8), length, kind)
    for name in norms:
        writer.add_tensor_info(name, (shape.width,), np.dtype(np.float32), shape.width * 4)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for _, rows, columns in matrices:
        writer.write_tensor_data(random_blocks(rng, rows, columns))
    for _ in norms:
        writer.write_tensor_data(np.ones(shape.width, np.float32))
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=sorted(SHAPES))
    parser.add_argument("path", type=Path)
    options = parser.parse_args()
    write_model(options.path, SHAPES[options.shape])
    print(f"{options.path}: {options.path.stat().st_size / 2**30:.2f} GiB")


if __name__ == "__main__":
    main()
