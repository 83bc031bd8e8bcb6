"""Adapters: which one goes with a model, whether it fits, and what it does to what the model writes."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from gguf_files import STRING, gguf, text
from tiny_model import ADAPTER_FIELDS, WIDTH, model_file, tiny_model
from tiny_model import tiny_adapter as adapter

from synthdial.cli.main import cli
from synthdial.engine.adapters import (
    check_adapter_fits,
    choose_adapter,
    find_adapter,
    installed_adapters,
    name_with_adapter,
)
from synthdial.engine.client import Engine
from synthdial.engine.gguf import read_adapter_header, read_header
from synthdial.engine.models import FoundModel, add_model, find_model, installed_models, verify_model
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.study.batch import run_batch
from synthdial.study.request import BatchRequest

CATALOGUE = """
[klein]
file = "klein.gguf"
bytes = 5
licence = "MIT"
prompt_style = "base"
about = "Klein."

[bij-klein]
file = "bij-klein.gguf"
bytes = 5
licence = "MIT"
prompt_style = "base"
adapter_of = "klein"
by_default = true
about = "Dat erbij hoort."
"""


def loud_adapter() -> bytes:
    """One that makes the first layer add to what goes through: tokens become more alike in likelihood."""
    one = [1.0] + [0.0] * (WIDTH - 1)
    matrices = {}
    for part in ("attn_v", "attn_output"):
        matrices[f"blk.0.{part}.weight.lora_a"] = ((WIDTH, 1), one)
        matrices[f"blk.0.{part}.weight.lora_b"] = ((1, WIDTH), [-2.0] + [0.0] * (WIDTH - 1))
    return model_file(ADAPTER_FIELDS, matrices)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's models folder with one model; nothing beside the program; a catalogue of a model and its adapter."""
    folder = tmp_path / "home" / "models"
    folder.mkdir(parents=True)
    (folder / "klein.gguf").write_bytes(tiny_model())
    (tmp_path / "program").mkdir()
    (tmp_path / "catalogue.toml").write_text(CATALOGUE, "utf-8")
    monkeypatch.setenv("SYNTHDIAL_HOME", str(folder.parent))
    monkeypatch.delenv("SYNTHDIAL_MODEL", raising=False)
    monkeypatch.setattr("synthdial.locations.program_models", lambda: tmp_path / "program")
    monkeypatch.setattr("synthdial.locations.catalogue", lambda: tmp_path / "catalogue.toml")
    monkeypatch.setattr("synthdial.engine.models._DEMO_PACKAGE", "no_such_package")
    return folder


@pytest.fixture
def model(home: Path) -> FoundModel:
    """The model."""
    return find_model("klein")


class TestFinding:
    def test_the_adapter_that_the_catalogue_names_is_used_where_it_is(self, home: Path, model: FoundModel) -> None:
        assert find_adapter(model) is None
        (home / "bij-klein.gguf").write_bytes(adapter())
        found = find_adapter(model)
        assert found is not None and found.name == "bij-klein"

    def test_the_screens_name_it_beside_the_model(self, home: Path, model: FoundModel) -> None:
        assert name_with_adapter(model) == "klein"
        (home / "bij-klein.gguf").write_bytes(adapter())
        assert name_with_adapter(model) == "klein + bij-klein"

    def test_one_that_the_catalogue_does_not_make_usual_is_used_when_it_is_asked_for(
        self, home: Path, tmp_path: Path, model: FoundModel
    ) -> None:
        (home / "bij-klein.gguf").write_bytes(adapter())
        (tmp_path / "catalogue.toml").write_text(CATALOGUE.replace("by_default = true\n", ""), "utf-8")
        assert find_adapter(model) is None
        assert find_adapter(model, "bij-klein") is not None

    def test_none_is_asked_for(self, home: Path, model: FoundModel) -> None:
        (home / "bij-klein.gguf").write_bytes(adapter())
        assert find_adapter(model, "none") is None

    def test_it_goes_with_no_other_model(self, home: Path) -> None:
        (home / "bij-klein.gguf").write_bytes(adapter())
        (home / "ander.gguf").write_bytes(tiny_model())
        assert find_adapter(find_model("ander")) is None

    def test_one_is_found_by_name_file_and_path(self, home: Path, tmp_path: Path, model: FoundModel) -> None:
        (home / "eigen.gguf").write_bytes(adapter())
        (tmp_path / "elders.gguf").write_bytes(adapter())
        for wanted in ("eigen", "eigen.gguf", str(tmp_path / "elders.gguf")):
            found = find_adapter(model, wanted)
            assert found is not None and found.path.stem in ("eigen", "elders")

    def test_an_unknown_one_names_those_there_are(self, home: Path, model: FoundModel) -> None:
        (home / "eigen.gguf").write_bytes(adapter())
        with pytest.raises(SynthdialError, match="There is no adapter 'eign'") as caught:
            find_adapter(model, "eign")
        assert "eigen" in caught.value.hint and "none" in caught.value.hint

    def test_an_adapter_is_no_model(self, home: Path) -> None:
        (home / "eigen.gguf").write_bytes(adapter())
        assert [one.name for one in installed_models()] == ["klein"]
        assert [one.name for one in installed_adapters()] == ["eigen"]
        with pytest.raises(SynthdialError, match="is an adapter, not a model"):
            read_header(home / "eigen.gguf")

    def test_one_is_taken_in_and_verified_as_a_model_is(self, home: Path, tmp_path: Path) -> None:
        (tmp_path / "eigen.gguf").write_bytes(adapter())
        _, header = add_model(tmp_path / "eigen.gguf")
        assert header.is_adapter and (home / "eigen.gguf").read_bytes() == adapter()
        assert verify_model(installed_adapters()[0].as_file).matches is None

    def test_a_damaged_one_is_named_and_the_others_are_listed(self, home: Path) -> None:
        (home / "afgekapt.gguf").write_bytes(adapter()[:-40])
        (home / "eigen.gguf").write_bytes(adapter())
        result = CliRunner().invoke(cli, ["models", "list"])
        assert result.exit_code == 0, result.output
        damaged, sound = (
            next(line for line in result.output.splitlines() if name in line) for name in ("afgekapt", "eigen")
        )
        assert "DAMAGED: " in damaged and "DAMAGED" not in sound and "klein" in result.output


class TestFitting:
    def fits(self, home: Path, model: FoundModel, content: bytes) -> None:
        (home / "eigen.gguf").write_bytes(content)
        found = find_adapter(model, "eigen")
        assert found is not None
        check_adapter_fits(found, model, read_header(model.path))

    def test_one_that_fits(self, home: Path, model: FoundModel) -> None:
        self.fits(home, model, adapter())

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (
                adapter(**{"general.architecture": (STRING, "gemma3")}),
                "architecture 'gemma3', and the model is 'llama'",
            ),
            (adapter("blk.7.attn_v"), "no layer 'blk.7.attn_v.weight'"),
            (adapter(inputs=64), "takes 64 numbers, and the model's 32"),
            (adapter(outputs=16), "gives 16 numbers, and the model's 32"),
            (
                model_file(ADAPTER_FIELDS, {"blk.0.attn_v.weight.lora_a": ((WIDTH, 1), [0.0] * WIDTH)}),
                "is not two matrices",
            ),
            (
                model_file(ADAPTER_FIELDS, {"blk.0.attn_v.bias": ((WIDTH,), [0.0] * WIDTH)}),
                "no layer 'blk.0.attn_v.bias'",
            ),
        ],
        ids=["architecture", "layer", "inputs", "outputs", "one matrix", "no matrix"],
    )
    def test_one_that_does_not_is_refused_with_the_reason(
        self, home: Path, model: FoundModel, content: bytes, says: str
    ) -> None:
        with pytest.raises(SynthdialError, match="does not fit the model 'klein'") as caught:
            self.fits(home, model, content)
        assert says in caught.value.message and "--adapter none" in caught.value.hint

    def test_matrices_of_different_ranks_are_refused(self, home: Path, model: FoundModel) -> None:
        matrices = {
            "blk.0.attn_v.weight.lora_a": ((WIDTH, 2), [0.0] * 2 * WIDTH),
            "blk.0.attn_v.weight.lora_b": ((1, WIDTH), [0.0] * WIDTH),
        }
        with pytest.raises(SynthdialError, match="do not fit each other"):
            self.fits(home, model, model_file(ADAPTER_FIELDS, matrices))

    def test_a_model_in_its_place_is_refused(self, home: Path, model: FoundModel) -> None:
        found = find_adapter(model, str(model.path))
        assert found is not None
        with pytest.raises(SynthdialError, match="is a model, not an adapter"):
            check_adapter_fits(found, model, read_header(model.path))

    def test_another_kind_of_adapter_is_refused(self, home: Path, model: FoundModel) -> None:
        with pytest.raises(SynthdialError, match="LoRA adapters alone"):
            self.fits(home, model, adapter(**{"adapter.type": (STRING, "ia3")}))

    @pytest.mark.parametrize("length", [10, 100, 250, 400])
    def test_a_truncated_one_is_a_message(self, home: Path, length: int) -> None:
        (home / "eigen.gguf").write_bytes(adapter()[:length])
        with pytest.raises(SynthdialError, match=r"truncated|is a model"):
            read_adapter_header(home / "eigen.gguf")


class TestChoosing:
    def test_one_that_nobody_asked_for_is_left_out_where_it_does_not_fit(self, home: Path, model: FoundModel) -> None:
        (home / "bij-klein.gguf").write_bytes(adapter(inputs=64))
        found, remark = choose_adapter(model, read_header(model.path))
        assert found is None and "does not fit" in remark and remark.endswith("It is left out.")

    def test_one_that_was_asked_for_is_refused(self, home: Path, model: FoundModel) -> None:
        (home / "bij-klein.gguf").write_bytes(adapter(inputs=64))
        with pytest.raises(SynthdialError, match="does not fit"):
            choose_adapter(model, read_header(model.path), "bij-klein")


class TestWriting:
    def written(self, folder: Path, name: str, wanted: str | None) -> tuple[list[str], dict[str, object]]:
        request = BatchRequest(count=2, model="klein", adapter=wanted, max_words=120, max_references=0, threads=1)
        run_batch(folder / f"{name}.study", request)
        with Study(folder / f"{name}.study") as study:
            dialogues = list(study.dialogues())
        return [dialogue.as_text() for dialogue in dialogues], dict(dialogues[0].provenance)

    @pytest.mark.slow
    def test_one_that_does_nothing_changes_nothing_but_the_recipe(self, home: Path, tmp_path: Path) -> None:
        (home / "stil.gguf").write_bytes(adapter())
        without, plain = self.written(tmp_path, "zonder", "none")
        with_it, made = self.written(tmp_path, "met", "stil")
        assert with_it == without
        assert made["adapter"] == "stil" and len(str(made["adapter_sha256"])) == 64
        assert "adapter" not in plain and made["recipe"] != plain["recipe"]

    @pytest.mark.slow
    def test_one_that_does_something_changes_what_is_written(self, home: Path, tmp_path: Path) -> None:
        (home / "luid.gguf").write_bytes(loud_adapter())
        assert self.written(tmp_path, "met", "luid")[0] != self.written(tmp_path, "zonder", "none")[0]

    def test_one_that_does_not_fit_is_refused_before_anything_is_written(self, home: Path, tmp_path: Path) -> None:
        (home / "fout.gguf").write_bytes(adapter(inputs=64))
        with pytest.raises(SynthdialError, match="does not fit"):
            self.written(tmp_path, "x", "fout")
        assert not (tmp_path / "x.study").exists()


class TestEngine:
    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        """A worker process."""
        with Engine() as running:
            yield running

    def test_a_file_that_llama_cpp_refuses_is_one_sentence(self, engine: Engine, home: Path) -> None:
        """The header alone was not checked before."""
        (home / "stuk.gguf").write_bytes(gguf(tensors=[]) + text("x") + struct.pack("<I", 1))
        with pytest.raises(SynthdialError, match=r"llama\.cpp cannot load the adapter") as caught:
            engine.open(home / "klein.gguf", adapter=home / "stuk.gguf")
        assert "--adapter none" in caught.value.hint
