"""Splits: no scenario crosses them, and they are as large as whole scenarios allow."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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
