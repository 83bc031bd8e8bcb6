"""The adapter as a file: names and matrices as llama.cpp wants them, and terms that travel with it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from adapter_file import tensor_name, write_adapter
from numpy.typing import NDArray

from synthdial.engine.adapters import FoundAdapter, check_adapter_fits
from synthdial.engine.gguf import read_adapter_header, read_header
from synthdial.engine.models import find_model

WHAT = {"alpha": 4.0, "name": "proef", "licence": "MIT", "base_sha256": "a" * 64, "description": "Een proef."}


def matrices(width: int = 640, hidden: int = 2048, rank: int = 2) -> Mapping[str, NDArray[np.float32]]:
    layers = {"mlp.up_proj": (width, hidden), "mlp.down_proj": (hidden, width)}
    found = {}
    for name, (inputs, outputs) in layers.items():
        found[f"model.layers.3.{name}.A"] = np.zeros((rank, inputs), np.float32)
        found[f"model.layers.3.{name}.B"] = np.zeros((outputs, rank), np.float32)
    return found


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("model.layers.0.self_attn.q_proj.A", "blk.0.attn_q.weight.lora_a"),
        ("model.layers.17.self_attn.o_proj.B", "blk.17.attn_output.weight.lora_b"),
        ("model.layers.3.mlp.down_proj.B", "blk.3.ffn_down.weight.lora_b"),
    ],
)
def test_layers_have_llama_cpps_names(ours: str, theirs: str) -> None:
    assert tensor_name(ours) == theirs


def test_the_file_says_what_it_is_and_which_terms_it_has(tmp_path: Path) -> None:
    write_adapter(tmp_path / "proef.gguf", matrices(), architecture="gemma3", **WHAT)  # type: ignore[arg-type]
    header = read_adapter_header(tmp_path / "proef.gguf")
    assert header.fields["general.license"] == "MIT" and header.fields["adapter.lora.alpha"] == 4.0
    assert header.fields["synthdial.base_sha256"] == "a" * 64
    assert header.shapes["blk.3.ffn_up.weight.lora_a"] == (640, 2)
    assert header.shapes["blk.3.ffn_up.weight.lora_b"] == (2, 2048)


def test_an_architecture_whose_matrices_differ_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="architecture 'llama'"):
        write_adapter(tmp_path / "x.gguf", matrices(), architecture="llama", **WHAT)  # type: ignore[arg-type]
    assert not (tmp_path / "x.gguf").exists()


@pytest.mark.model
def test_one_fits_the_embedded_model(tmp_path: Path) -> None:
    write_adapter(tmp_path / "proef.gguf", matrices(), architecture="gemma3", **WHAT)  # type: ignore[arg-type]
    found = find_model("gemma-3-270m")
    adapter = FoundAdapter("proef", tmp_path / "proef.gguf")
    assert check_adapter_fits(adapter, found, read_header(found.path)).is_adapter
    write_adapter(tmp_path / "proef.gguf", matrices(512), architecture="gemma3", **WHAT)  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"gives 512 numbers, and the model's 640"):
        check_adapter_fits(adapter, found, read_header(found.path))
