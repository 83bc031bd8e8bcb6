"""The files beside an export: checksums that sha256sum accepts, the recipe file, and memory that stays flat."""

import json
import subprocess
import tracemalloc
from pathlib import Path

import pytest
from card_studies import SPLITS, exported, fill, recipe, talk, two_scenarios

from synthdial.dialogue import Dialogue
from synthdial.export.composition import Composition
from synthdial.export.documents import checksums, places
from synthdial.export.figures import MOST_COMPARED
from synthdial.export.gate import Gate
from synthdial.export.markdown import escaped, number, yaml_text
from synthdial.measure.sample import Sample
from synthdial.prompt import load_scenario
from synthdial.study import Study


def checked(folder: Path, sums: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sha256sum", "-c", "--strict", sums], cwd=folder, capture_output=True, text=True, check=False
    )


class TestChecksums:
    def test_of_a_folder(self, tmp_path: Path) -> None:
        corpus = exported(two_scenarios(tmp_path / "een.study"), splits=SPLITS)
        done = checked(corpus, "SHA256SUMS")
        assert done.returncode == 0, done.stderr
        named = {line.split(": ")[0] for line in done.stdout.splitlines()}
        there = {file.relative_to(corpus).as_posix() for file in corpus.rglob("*") if file.is_file()}
        assert named == there - {"SHA256SUMS"}

    def test_of_a_file(self, tmp_path: Path) -> None:
        exported(two_scenarios(tmp_path / "een.study"), "uit.csv")
        done = checked(tmp_path, "uit.sha256")
        assert done.returncode == 0, done.stderr
        assert {line.split(": ")[0] for line in done.stdout.splitlines()} == {
            "uit.csv",
            "uit.card.md",
            "uit.croissant.json",
            "uit.recipe.json",
            "uit.decisions.jsonl",
        }

    def test_a_changed_file_is_found(self, tmp_path: Path) -> None:
        corpus = exported(two_scenarios(tmp_path / "een.study"))
        with (corpus / "data" / "dialogues.jsonl").open("a") as file:
            file.write("\n")
        assert "data/dialogues.jsonl: FAILED" in checked(corpus, "SHA256SUMS").stdout

    def test_names_with_signs_that_mean_something(self, tmp_path: Path) -> None:
        names = ["een\\twee.txt", "twee\nregels.txt", "met spatie.txt", "*ster.txt"]
        for name in names:
            (tmp_path / name).write_text("x")
        digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
        (tmp_path / "sums").write_bytes(checksums(dict.fromkeys(names, digest)))
        assert checked(tmp_path, "sums").returncode == 0

    def test_they_are_their_owners_alone(self, tmp_path: Path) -> None:
        corpus = exported(two_scenarios(tmp_path / "een.study"))
        for name in ("README.md", "croissant.json", "recipe.json", "SHA256SUMS"):
            assert (corpus / name).stat().st_mode & 0o777 == 0o600


class TestNames:
    def test_beside_a_file_they_are_named_after_it(self) -> None:
        found = places(Path("map/demo.jsonl"))
        assert found.folder == Path("map") and found.names.card == "demo.card.md"
        assert found.names.recipe == "demo.recipe.json" and found.names.checksums == "demo.sha256"

    def test_in_a_folder_they_are_what_programs_look_for(self) -> None:
        found = places(Path("map/corpus"))
        assert found.folder == Path("map/corpus") and found.names.card == "README.md"


class TestRecipeFile:
    @pytest.fixture(scope="class")
    def content(self, tmp_path_factory: pytest.TempPathFactory) -> dict:
        path = tmp_path_factory.mktemp("recipe") / "een.study"
        two_scenarios(path)
        with Study(path) as study:
            fill(study, recipe("van-onszelf", seed=9), 1)
        found: dict = json.loads((exported(path) / "recipe.json").read_text("utf-8"))
        return found

    def test_every_recipe_is_whole_and_counts_what_stayed_inside_too(self, content: dict) -> None:
        first, second, third = content["recipes"]
        assert first["recipe"] == recipe().as_dict() | {"sampling": recipe().sampling.as_dict()}
        assert (first["id"], first["count"], first["dialogues"]) == (recipe().id, 8, 6)
        assert (second["count"], third["count"]) == (4, 1)
        assert first["references"] == {"are": "bundled", "given": 12, "in_prompt": 1, "sha256": "c" * 64}
        assert first["run"] == {"slots": 8, "threads": 2, "gpu_layers": 0} and first["prompt_style"] == "base"

    def test_it_holds_the_bundled_scenarios_and_says_which_it_lacks(self, content: dict) -> None:
        card = content["scenarios"]["nefrologie-dialysekeuze"]
        assert card["sha256"] == load_scenario("nefrologie-dialysekeuze").digest and "[[phases]]" in card["toml"]
        assert content["scenarios"]["van-onszelf"] is None

    def test_it_counts_what_left_and_what_did_not(self, content: dict) -> None:
        assert content["dialogues"] == 11 and content["held"] == {"quarantined": 1, "never checked": 1}
        assert content["models"][0]["licence"] == "Gemma terms of use"


class TestMemory:
    @pytest.mark.slow
    def test_counts_and_sample_do_not_grow_with_the_dialogues(self, tmp_path: Path) -> None:
        """The distributions are `CorpusAccumulator`'s, whose own tests say so of them."""
        with Study(tmp_path / "een.study", create=True) as study:
            fill(study, recipe(), 1)
            one = talk(1, recipe())
            composition, sample = Composition(study, Gate(study)), Sample(MOST_COMPARED)
            tracemalloc.start()
            try:
                sizes = []
                for place in range(1, 6001):
                    left = Dialogue(f"{one.id[:8]}-{place:04d}", one.turns[:3], {**one.provenance, "number": place})
                    composition.add(left, "train")
                    sample.add(left)
                    if place % 2000 == 0:
                        sizes.append(tracemalloc.get_traced_memory()[0])
            finally:
                tracemalloc.stop()
        assert composition.total.dialogues == 6000
        assert sizes[2] - sizes[0] < 100_000  # 25 bytes a dialogue; one of these takes 2,000

    def test_a_sample_is_bounded_and_the_same_in_any_order(self) -> None:
        every = [Dialogue(f"d{place}", (), {"a": place, "b": 1}) for place in range(500)]
        forth, back = Sample(20, 3, ("a",)), Sample(20, 3, ("a",))
        for one in every:
            forth.add(one)
        for one in reversed(every):
            back.add(one)
        assert len(forth.drawn()) == 20 and {one.id for one in forth.drawn()} == {one.id for one in back.drawn()}
        assert [one.provenance["a"] for one in forth.drawn()] == sorted(one.provenance["a"] for one in forth.drawn())
        assert all(set(one.provenance) == {"a"} for one in forth.drawn())
        other = Sample(20, 4)
        for one in every:
            other.add(one)
        assert {one.id for one in other.drawn()} != {one.id for one in forth.drawn()}

    def test_a_sample_of_fewer_holds_all(self) -> None:
        sample = Sample(20)
        for place in range(7):
            sample.add(Dialogue(f"d{place}", ()))
        assert [one.id for one in sample.drawn()] == [f"d{place}" for place in range(7)]


class TestMarkdown:
    @pytest.mark.parametrize(
        "text", ["nefrologie-uitslagen", "gemma-3-270m", "qwen2.5-7b", "0.1.0", "é ß 漢 (a), b_c", "50%"]
    )
    def test_ordinary_names_stay_readable(self, text: str) -> None:
        assert escaped(text) == text

    @pytest.mark.parametrize(
        ("text", "shown"),
        [("- a", "&#45; a"), ("1. a", "1&#46; a"), ("# a", "&#35; a"), ("a|b", "a&#124;b"), ("_a_", "&#95;a&#95;"),
         ("a\nb", "a b"), ("a@b", "a&#64;b"), ("\x1b", "&#92;x1b")],
    )  # fmt: skip
    def test_signs_stand_as_references(self, text: str, shown: str) -> None:
        assert escaped(text) == shown

    def test_numbers_in_both_languages(self) -> None:
        assert (number(1234.5, 1), number(1234.5, 1, "nl"), number(-0.001, 1)) == ("1,234.5", "1.234,5", "0.0")

    def test_yaml_of_lists_and_tables(self) -> None:
        import yaml

        value = {"a": ["x: y", "# z"], "b": [{"c": "true", "d": [{"e": 1}, {"e": "2"}]}], "f": "-", "g": True, "h": []}
        assert yaml.safe_load(yaml_text(value)) == value
