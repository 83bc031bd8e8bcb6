"""Making a shared corpus again: from its recipe file alone, the same dialogues, or a word about what differs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted import ScriptedEngine, scripted_engine

from synthdial.engine.sampling import Sampling
from synthdial.errors import SynthdialError
from synthdial.export import export_study
from synthdial.study import Study, request
from synthdial.study.again import Given, check_recipes, read_recipes
from synthdial.study.batch import run_batch
from synthdial.study.request import BatchRequest


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    scripted = scripted_engine(monkeypatch, tmp_path)
    monkeypatch.setattr(request, "Engine", scripted)
    return scripted


def shared(path: Path, *requests: BatchRequest) -> Path:
    """The recipe file of a corpus that some batches made, the gate opened for all of it."""
    for one in requests:
        run_batch(path, one)
    with Study(path) as study:
        export_study(study, path.with_name("corpus"))
    return path.with_name("corpus") / "recipe.json"


def changed(file: Path, **values: Any) -> Path:
    """The same recipe file, with other values in its first recipe."""
    content = json.loads(file.read_text("utf-8"))
    content["recipes"][0] |= values
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def made(path: Path) -> dict[str, tuple[Any, ...]]:
    with Study(path, read_only=True) as study:
        return {one.id: (one.turns, one.provenance["seed"], one.provenance["recipe"]) for one in study.dialogues()}


PLAIN = BatchRequest(count=3, preset="plain", seed=5, max_words=100, min_turns=4, parallel=2, threads=1)


class TestTheSame:
    def test_every_recipe_with_its_sampling_and_its_count(self, tmp_path: Path) -> None:
        other = replace(
            PLAIN,
            count=2,
            scenario="nefrologie-dialysekeuze",
            sampling=Sampling(temperature=0.3, top_k=7),
            instructions=("Laat de arts korter praten.",),
            max_references=2,
        )
        planned = BatchRequest(count=1, preset="natural", candidates=2, max_words=200)
        file = shared(tmp_path / "een.study", PLAIN, other, planned)
        recipes = read_recipes(file)
        check_recipes(recipes, tmp_path / "twee.study")
        for one in recipes:
            run_batch(tmp_path / "twee.study", one.request)
        assert made(tmp_path / "twee.study") == made(tmp_path / "een.study")
        assert len(made(tmp_path / "twee.study")) == 6

    def test_it_is_fitted_as_it_was(self, tmp_path: Path, engine: type[ScriptedEngine]) -> None:
        (one,) = read_recipes(shared(tmp_path / "een.study", PLAIN))
        run_batch(tmp_path / "twee.study", one.request)
        first, *_, last = engine.orders
        assert (last.slots, last.threads) == (first.slots, first.threads) == (2, 1)
        assert last == first

    def test_references_of_an_institution_are_given_again(
        self, tmp_path: Path, small_reference: Path, tables: None
    ) -> None:
        own = replace(PLAIN, references=(small_reference,), unchecked_references=True)
        file = shared(tmp_path / "een.study", own)
        with pytest.raises(SynthdialError, match="references of an institution"):
            read_recipes(file)
        recipes = read_recipes(file, Given((small_reference,), unchecked_references=True))
        check_recipes(recipes, tmp_path / "twee.study")
        assert small_reference.name not in file.read_text("utf-8")

    def test_a_scenario_of_ones_own_is_given_again(self, tmp_path: Path) -> None:
        from synthdial import locations

        card = tmp_path / "eigen.toml"
        card.write_bytes(locations.bundled("scenarios", "huisarts-hoesten.toml").read_bytes())
        file = shared(tmp_path / "een.study", replace(PLAIN, scenario=str(card)))
        with pytest.raises(SynthdialError, match="the scenario 'eigen', which does not come with"):
            read_recipes(file)
        check_recipes(read_recipes(file, Given(scenarios=(card,))), tmp_path / "twee.study")


class TestWhatDiffers:
    def test_the_model(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = shared(tmp_path / "een.study", PLAIN)
        monkeypatch.setattr(request, "model_digest", lambda path: "1" * 64)
        with pytest.raises(SynthdialError, match=r"not the same are the model file\."):
            check_recipes(read_recipes(file), tmp_path / "twee.study")
        assert not (tmp_path / "twee.study").exists()

    def test_the_prompt_and_its_references(self, tmp_path: Path, small_reference: Path, tables: None) -> None:
        own = replace(PLAIN, references=(small_reference,), unchecked_references=True)
        file = shared(tmp_path / "een.study", own)
        other = tmp_path / "anders.txt"
        other.write_text("Arts: Dag.\nPatiënt: Dag dokter.\nArts: Wat kan ik doen?\nPatiënt: Ik ben moe.\n", "utf-8")
        with pytest.raises(SynthdialError, match="the references in the prompt; the prompt"):
            check_recipes(read_recipes(file, Given((other,), unchecked_references=True)), tmp_path / "twee.study")

    def test_a_file_that_was_changed(self, tmp_path: Path) -> None:
        file = shared(tmp_path / "een.study", PLAIN)
        content = json.loads(file.read_text("utf-8"))
        content["recipes"][0]["recipe"]["seed"] = 6
        file.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(SynthdialError, match="not the same are the digest of the recipe"):
            check_recipes(read_recipes(file), tmp_path / "twee.study")


class TestWrongFiles:
    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", "[" * 100_000, "\x00", '"recipes"'])
    def test_no_recipe_file(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "recipe.json").write_text(content, encoding="utf-8")
        with pytest.raises(SynthdialError, match="is no recipe file"):
            read_recipes(tmp_path / "recipe.json")

    def test_none_at_all(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="cannot be read"):
            read_recipes(tmp_path / "weg.json")

    def test_a_newer_format(self, tmp_path: Path) -> None:
        (tmp_path / "recipe.json").write_text('{"recipes": [], "format": 2}')
        with pytest.raises(SynthdialError, match="has the format 2"):
            read_recipes(tmp_path / "recipe.json")

    @pytest.mark.parametrize(
        "values",
        [
            {"recipe": 1},
            {"recipe": {}},
            {"count": "3"},
            {"count": True},
            {"count": 0},
            {"references": []},
            {"run": "x"},
        ],
    )
    def test_values_that_are_none(self, tmp_path: Path, values: dict[str, Any]) -> None:
        file = changed(shared(tmp_path / "een.study", PLAIN), **values)
        with pytest.raises(SynthdialError):
            read_recipes(file)

    @pytest.mark.parametrize("model", ["", "/etc/passwd", "../model.gguf", "a\\b", 5])
    def test_it_names_no_file_of_this_machine(self, tmp_path: Path, model: object) -> None:
        file = shared(tmp_path / "een.study", PLAIN)
        recipe = json.loads(file.read_text("utf-8"))["recipes"][0]["recipe"]
        with pytest.raises(SynthdialError, match=r"names no model|must be a text"):
            read_recipes(changed(file, recipe=recipe | {"model": model}))

    def test_a_scenario_is_a_name_too(self, tmp_path: Path) -> None:
        file = shared(tmp_path / "een.study", PLAIN)
        recipe = json.loads(file.read_text("utf-8"))["recipes"][0]["recipe"]
        with pytest.raises(SynthdialError, match="does not come with this program"):
            read_recipes(changed(file, recipe=recipe | {"scenario": str(tmp_path / "x.toml")}))
