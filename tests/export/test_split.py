"""Splits: no scenario crosses them, and they are as large as whole scenarios allow."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import COPIED, PASSED, RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.export import ExportOptions, export_study
from synthdial.export.split import read_splits, split_scenarios
from synthdial.study import Study
from synthdial.study.audit import AuditLog

THREE = {"train": 0.8, "validation": 0.1, "test": 0.1}


class TestShares:
    def test_names_and_shares_are_read(self) -> None:
        assert read_splits("train=0.8, validation=.1,test=0.1") == THREE

    @pytest.mark.parametrize(
        "text",
        [
            *("", "train", "train=1", "train=x,test=0.2", "train=0.5,test=0.4", "a=0.5,a=0.5"),
            *("../x=0.5,b=0.5", "a=nan,b=1", "a=-0.5,b=1.5", "tráin=0.5,test=0.5"),
        ],
    )
    def test_what_is_none_says_how_to_write_them(self, text: str) -> None:
        with pytest.raises(SynthdialError, match=r"train=0\.8,validation=0\.1,test=0\.1"):
            read_splits(text)


class TestScenarios:
    @given(
        st.dictionaries(st.text(max_size=5), st.integers(1, 50), min_size=3, max_size=30),
        st.integers(0, 9),
    )
    def test_each_goes_to_one_and_none_stays_empty(self, counts: dict[str, int], seed: int) -> None:
        chosen = split_scenarios(counts, THREE, seed)
        assert set(chosen) == set(counts)
        assert set(chosen.values()) == set(THREE)
        assert chosen == split_scenarios(dict(reversed(counts.items())), THREE, seed), "whatever their order"

    def test_shares_are_met_where_scenarios_are_many(self) -> None:
        counts = {f"s{n}": 10 for n in range(40)}
        chosen = split_scenarios(counts, THREE, 0)
        sizes = {split: sum(counts[name] for name, to in chosen.items() if to == split) for split in THREE}
        assert sizes == {"train": 320, "validation": 40, "test": 40}

    @pytest.mark.parametrize(
        ("sizes", "shares", "reached"),
        [
            ((3, 3, 2, 2, 2), (0.5, 0.5), (6, 6)),
            ((8, 7, 6, 5, 4), (0.5, 0.5), (15, 15)),
            ((10, 9, 8, 7, 6, 5, 4, 3, 2, 1), (0.6, 0.2, 0.2), (33, 11, 11)),
        ],
    )
    def test_scenarios_are_exchanged_until_shares_are_met(
        self, sizes: tuple[int, ...], shares: tuple[float, ...], reached: tuple[int, ...]
    ) -> None:
        counts = {f"s{n}": size for n, size in enumerate(sizes)}
        for seed in range(5):
            chosen = split_scenarios(counts, dict(zip("abc", shares, strict=False)), seed)
            held = [sum(counts[name] for name, to in chosen.items() if to == split) for split in "abc"[: len(shares)]]
            assert held == list(reached)

    @given(st.lists(st.integers(1, 40), min_size=3, max_size=25))
    def test_no_exchange_of_two_scenarios_would_come_nearer(self, sizes: list[int]) -> None:
        counts = {f"s{n}": size for n, size in enumerate(sizes)}
        chosen = split_scenarios(counts, THREE, 0)

        def off(to: dict[str, str]) -> float:
            held = {split: sum(counts[name] for name in to if to[name] == split) for split in THREE}
            return sum((held[split] - share * sum(sizes)) ** 2 for split, share in THREE.items())

        for one, other in itertools.combinations(counts, 2):
            assert off(chosen | {one: chosen[other], other: chosen[one]}) > off(chosen) - 1e-3

    def test_another_seed_draws_others(self) -> None:
        counts = {f"s{n}": 10 for n in range(40)}
        assert len({tuple(sorted(split_scenarios(counts, THREE, seed).items())) for seed in range(5)}) == 5

    def test_the_largest_does_not_go_to_the_smallest_share(self) -> None:
        chosen = split_scenarios({"groot": 90, "klein": 5, "anders": 5}, THREE, 3)
        assert chosen["groot"] == "train"

    def test_too_few_scenarios_say_what_is_possible(self) -> None:
        with pytest.raises(SynthdialError, match=r"3 splits, and dialogues of 2 scenarios.*No scenario goes to two"):
            split_scenarios({"a": 1, "b": 1}, THREE, 0)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study(tmp_path / "demo.study", create=True) as opened:
        for scenario in ("a", "b", "c", "d"):
            recipe = replace(RECIPE, scenario=scenario)
            opened.add_recipe(recipe)
            for number in range(1, 4):
                opened.add_dialogue(
                    recipe, number, dialogue(number, recipe=recipe), COPIED if scenario == "d" else PASSED
                )
        yield opened


class TestFiles:
    def test_each_split_is_a_file_and_the_log_names_them_all(self, study: Study, tmp_path: Path) -> None:
        options = ExportOptions(splits={"train": 0.6, "test": 0.4}, documents=False)
        done = export_study(study, tmp_path / "corpus", options=options)
        assert done.written == 9 and done.held == {"quarantined": 3}
        seen: dict[str, set[str]] = {}
        for file in done.files:
            records = [json.loads(line) for line in file.path.open(encoding="utf-8")]
            assert len(records) == file.dialogues and file.path.stat().st_size == file.size
            assert file.turns == 2 * file.dialogues
            seen[file.split] = {record["scenario"] for record in records}
        assert {file.split: file.dialogues for file in done.files} == {"train": 6, "test": 3}
        assert not seen["train"] & seen["test"] and "d" not in seen["train"] | seen["test"]
        entry = AuditLog(study).newest("exported")
        assert entry is not None
        assert entry.details["splits"] == {
            file.split: {"dialogues": file.dialogues, "sha256": file.sha256} for file in done.files
        }
        decisions = [json.loads(line) for line in done.decisions.open(encoding="utf-8")]
        assert decisions[0]["splits"] == entry.details["splits"]
        assert {decision["split"] for decision in decisions[1:]} == {"train", "test"}

    def test_a_file_cannot_hold_splits(self, study: Study, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"Splits are files of one folder.*Name a folder"):
            export_study(study, tmp_path / "a.jsonl", options=ExportOptions(splits={"train": 0.5, "test": 0.5}))

    def test_scenarios_that_stay_inside_do_not_count(self, study: Study, tmp_path: Path) -> None:
        options = ExportOptions(splits=dict.fromkeys(("a", "b", "c", "d"), 0.25), documents=False)
        with pytest.raises(SynthdialError, match="4 splits, and dialogues of 3 scenarios that may leave"):
            export_study(study, tmp_path / "corpus", options=options)
        assert not (tmp_path / "corpus" / "data").exists()


class TestFolders:
    def test_the_same_splits_again_replace_them(self, study: Study, tmp_path: Path) -> None:
        options = ExportOptions(splits={"train": 0.6, "test": 0.4})
        for _ in range(2):
            assert export_study(study, tmp_path / "corpus", options=options).written == 9

    @pytest.mark.parametrize("change", [{"splits": {}}, {"splits": {"train": 0.5, "dev": 0.5}}])
    def test_another_export_beside_it_is_refused(self, study: Study, tmp_path: Path, change: Any) -> None:
        options = ExportOptions(splits={"train": 0.6, "test": 0.4})
        export_study(study, tmp_path / "corpus", options=options)
        before = {path: path.read_bytes() for path in (tmp_path / "corpus").rglob("*") if path.is_file()}
        with pytest.raises(SynthdialError, match=r"holds data of something else: test\.jsonl"):
            export_study(study, tmp_path / "corpus", options=replace(options, **change))
        with pytest.raises(SynthdialError, match="holds data of something else"):
            export_study(study, tmp_path / "corpus", format_name="csv", options=options)
        assert {path: path.read_bytes() for path in (tmp_path / "corpus").rglob("*") if path.is_file()} == before

    def test_a_readme_of_something_else_is_not_replaced(self, study: Study, tmp_path: Path) -> None:
        (tmp_path / "project").mkdir()
        (tmp_path / "project" / "README.md").write_text("Mijn project")
        with pytest.raises(SynthdialError, match=r"holds a file README\.md that no export wrote"):
            export_study(study, tmp_path / "project")
        assert [path.name for path in (tmp_path / "project").iterdir()] == ["README.md"]
        assert not export_study(study, tmp_path / "project", options=ExportOptions(documents=False)).outdated
        assert (tmp_path / "project" / "README.md").read_text() == "Mijn project"

    def test_documents_that_are_not_written_anew_are_named(self, study: Study, tmp_path: Path) -> None:
        export_study(study, tmp_path / "a.jsonl")
        done = export_study(study, tmp_path / "a.jsonl", options=ExportOptions(documents=False))
        named = {path.name for path in done.outdated}
        assert named == {"a.card.md", "a.croissant.json", "a.recipe.json", "a.sha256"}
        assert not export_study(study, tmp_path / "a.jsonl").outdated

    def test_a_name_with_an_ending_can_be_a_folder(self, study: Study, tmp_path: Path) -> None:
        done = export_study(study, tmp_path / "corpus.v1", options=ExportOptions(folder=True, documents=False))
        assert done.files[0].path == tmp_path / "corpus.v1" / "data" / "dialogues.jsonl"
