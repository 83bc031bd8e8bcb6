"""Write an adapter as GGUF, as llama.cpp reads it."""

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""Layers in transformers and in llama.cpp. Where GGUF permutes queries, as of llama, names are not enough."""
ARCHITECTURES = ("gemma3", "gemma2", "qwen2", "qwen3", "phi3")


def tensor_name(name: str) -> str:
    """llama.cpp's name of a matrix: ``model.layers.3.mlp.up_proj.A`` is ``blk.3.ffn_up.weight.lora_a``."""
    layer, _, matrix = name.rpartition(".")
    number, _, part = layer.partition("layers.")[2].partition(".")
    return f"blk.{int(number)}.{NAMES[part]}.weight.lora_{matrix.lower()}"


def write_adapter(
    path: Path,
    matrices: Mapping[str, NDArray[np.float32]],
    *,
    architecture: str,
    alpha: float,
    name: str,
    licence: str,
    base_sha256: str,
    description: str,
) -> None:
    """Write an adapter at 16 bits a weight.

    Parameters
    ----------
    path : Path
        The file; what is there is replaced.
    matrices : mapping of str to ndarray
        As `network.Network.adapter` names them: ``A`` of shape (rank, inputs), ``B`` of shape (outputs, rank).
    architecture : str
        The model's, as its GGUF names it.
    alpha : float
        The adapter is multiplied by alpha / rank.
    name, licence, description : str
        For people.
    base_sha256 : str
        Digest of the model file that it was trained on.
    """
    if architecture not in ARCHITECTURES:
        raise SystemExit(
            f"An adapter for the architecture '{architecture}' cannot be written here; these can: "
            f"{', '.join(ARCHITECTURES)}. Save it with peft, and use llama.cpp's convert_lora_to_gguf.py."
        )
    part = path.with_suffix(".part")
    writer = gguf.GGUFWriter(part, architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_name(name)
    writer.add_description(description)
    writer.add_license(licence)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    writer.add_string("synthdial.base_sha256", base_sha256)
    for key in sorted(matrices):
        writer.add_tensor(tensor_name(key), np.ascontiguousarray(matrices[key], np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(path)
