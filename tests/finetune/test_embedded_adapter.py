"""The adapter that comes with the embedded model: it fits, and what is written with it says so."""

from pathlib import Path

import pytest

from synthdial.engine.adapters import check_adapter_fits, find_adapter
from synthdial.engine.gguf import read_header
from synthdial.engine.models import compute_digest, find_model
from synthdial.study import Study
from synthdial.study.batch import run_batch
from synthdial.study.request import BatchRequest

pytestmark = pytest.mark.model
NAME = "synthdial-nl-270m"


def test_it_is_used_by_default_is_small_fits_and_names_the_model_and_terms_that_it_belongs_to() -> None:
    model = find_model("gemma-3-270m")
    adapter = find_adapter(model)
    assert adapter is not None and adapter.name == NAME and adapter.path.stat().st_size < 16e6
    header = check_adapter_fits(adapter, model, read_header(model.path))
    assert header.fields["synthdial.base_sha256"] == compute_digest(model.path)
    assert header.fields["general.license"] == "Gemma terms of use"


def test_a_dialogue_written_with_it_says_so(tmp_path: Path) -> None:
    request = BatchRequest(count=1, model="gemma-3-270m", max_words=120)
    run_batch(tmp_path / "een.study", request)
    with Study(tmp_path / "een.study", read_only=True) as study:
        (dialogue,) = study.dialogues()
    assert dialogue.provenance["adapter"] == NAME and len(dialogue.provenance["adapter_sha256"]) == 64
    assert dialogue.turns
