"""Exports: the contract of the JSON lines, and that an older file is never half replaced."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samples import PASSED, RECIPE, dialogue

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.export import export_study
from synthdial.study import Study
from synthdial.transcripts import known_labels, read_transcript

HOSTILE = 'Ja "zo" \\ [red]x[/red] \x1b[2J \u2028 \0 😀'


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study(tmp_path / "demo.study", create=True) as opened:
        opened.add_recipe(RECIPE)
        opened.add_dialogue(RECIPE, 1, dialogue(1), PASSED)
        opened.add_dialogue(RECIPE, 2, dialogue(2, "Zo.", HOSTILE, "Ja."), PASSED)
        yield opened


def lines_of(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes().decode("utf-8")
    assert content.endswith("\n")
    return [json.loads(line) for line in content.removesuffix("\n").split("\n")]


class TestJsonLines:
    def test_one_object_a_line_with_these_keys(self, study: Study, tmp_path: Path) -> None:
        assert export_study(study, tmp_path / "demo.jsonl").written == 2
        records = lines_of(tmp_path / "demo.jsonl")
        for record in records:
            assert set(record) == {"id", "turns", "scenario", "preset", "model", "seed", "provenance"}
        first = records[0]
        assert first["id"] == RECIPE.dialogue_id(1)
        assert first["turns"] == [
            {"speaker": "Arts", "text": "Hoe gaat het?"},
            {"speaker": "Patiënt", "text": "’t Gaat wel."},
        ]
        assert (first["scenario"], first["preset"], first["model"]) == ("nefrologie-uitslagen", "plain", "gemma")
        assert first["seed"] == RECIPE.dialogue_seed(1)
        assert first["provenance"]["sampling"] == RECIPE.sampling.as_dict()
        assert first["provenance"]["recipe"] == RECIPE.id

    def test_any_text_survives(self, study: Study, tmp_path: Path) -> None:
        export_study(study, tmp_path / "demo.jsonl")
        assert lines_of(tmp_path / "demo.jsonl")[1]["turns"][1] == {"speaker": "Patiënt", "text": HOSTILE}

    def test_an_empty_study_gives_an_empty_file(self, tmp_path: Path) -> None:
        with Study(tmp_path / "leeg.study", create=True) as empty:
            assert export_study(empty, tmp_path / "leeg.jsonl").written == 0
        assert (tmp_path / "leeg.jsonl").read_bytes() == b""


class TestText:
    def test_the_programs_own_reader_reads_it(self, tmp_path: Path) -> None:
        known_labels.cache_clear()
        with Study(tmp_path / "een.study", create=True) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, dialogue(1, "Hoe gaat het?", "Om 10:30 ging het: goed.", "# Mooi."), PASSED)
            export_study(study, tmp_path / "een.txt")
        read = read_transcript(tmp_path / "een.txt")
        assert read.dialogue.turns == dialogue(1, "Hoe gaat het?", "Om 10:30 ging het: goed.", "# Mooi.").turns
        assert read.head == {"gesprek": RECIPE.dialogue_id(1), "scenario": "nefrologie-uitslagen"}
        assert read.problems == ()

    def test_dialogues_follow_each_other(self, study: Study, tmp_path: Path) -> None:
        assert export_study(study, tmp_path / "demo.txt").written == 2
        text = (tmp_path / "demo.txt").read_text("utf-8")
        assert text.count("# Gesprek: ") == 2
        assert text.index("Arts: Hoe gaat het?\nPatiënt: ’t Gaat wel.\n\n") < text.index("Arts: Zo.\n")


class TestPlaces:
    def test_the_ending_decides_whatever_its_capitals(self, study: Study, tmp_path: Path) -> None:
        export_study(study, tmp_path / "DEMO.JSONL")
        assert len(lines_of(tmp_path / "DEMO.JSONL")) == 2

    @pytest.mark.parametrize("name", ["demo.docx", "demo.json", "demo.jsonl.gz", ".txt"])
    def test_another_ending_is_refused(self, study: Study, tmp_path: Path, name: str) -> None:
        with pytest.raises(SynthdialError, match=r"cannot be written as.*\.jsonl, .*\.xml, or name a folder"):
            export_study(study, tmp_path / name)
        assert not (tmp_path / name).exists()

    def test_the_ending_must_be_that_of_the_format(self, study: Study, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"format parquet cannot be written as 'demo.txt'. End .* in .parquet"):
            export_study(study, tmp_path / "demo.txt", format_name="parquet")
        with pytest.raises(SynthdialError, match=r"no export format 'parket'. Did you mean"):
            export_study(study, tmp_path / "demo.txt", format_name="parket")

    def test_a_folder_is_a_dataset(self, study: Study, tmp_path: Path) -> None:
        done = export_study(study, tmp_path / "corpus", format_name="csv")
        assert [file.path for file in done.files] == [tmp_path / "corpus" / "data" / "dialogues.csv"]
        assert done.decisions == tmp_path / "corpus" / "decisions.jsonl"
        assert done.files[0].path.exists() and done.decisions.exists()

    def test_an_older_file_is_replaced(self, study: Study, tmp_path: Path) -> None:
        (tmp_path / "demo.txt").write_text("old " * 9999)
        export_study(study, tmp_path / "demo.txt")
        assert "old" not in (tmp_path / "demo.txt").read_text("utf-8")

    def test_a_study_that_fails_half_way_leaves_the_older_file(
        self, study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def half() -> Iterator[Dialogue]:
            yield dialogue(1)
            raise SynthdialError("The study is damaged.")

        target = tmp_path / "demo.jsonl"
        target.write_text("old")
        monkeypatch.setattr(study, "dialogues", half)
        with pytest.raises(SynthdialError, match="damaged"):
            export_study(study, target)
        assert target.read_text() == "old"
        assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part"))

    def test_a_place_that_cannot_be_written_is_a_message(self, study: Study, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(SynthdialError, match="cannot be written"):
            export_study(study, tmp_path / "file" / "demo.txt")
