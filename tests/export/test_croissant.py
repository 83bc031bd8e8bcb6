"""The Croissant description: valid by the reference validator without a warning, and the records load through it."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from card_studies import SPLITS, exported, fill, recipe, talk, two_scenarios

from synthdial.study import Study

mlcroissant = pytest.importorskip("mlcroissant")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_scenarios(tmp_path_factory.mktemp("croissant") / "een.study")


def valid(path: Path, caplog: pytest.LogCaptureFixture) -> Any:
    """The dataset that a description describes; it has neither an error nor a warning."""
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=str(path))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors and not issues.warnings
    assert not [record for record in caplog.records if record.name in ("absl", "root")], caplog.text
    return dataset


def text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


class TestRecords:
    @pytest.mark.parametrize("name", ["jsonl", "parquet"])
    def test_dialogues_with_their_turns_and_splits(
        self, study: Path, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        folder = exported(study, f"laden-{name}", format_name=name, splits=SPLITS)
        records = {
            text(record[f"{name}/id"]): record for record in valid(folder / "croissant.json", caplog).records(name)
        }
        assert len(records) == 10
        one = talk(3, recipe())
        turns = records[one.id][f"{name}/turns"]
        assert [text(turn[f"{name}/turns/text"]) for turn in turns] == [turn.text for turn in one.turns]
        assert [text(turn[f"{name}/turns/speaker"]) for turn in turns] == [str(turn.speaker) for turn in one.turns]
        assert records[one.id][f"{name}/seed"] == recipe().dialogue_seed(3)
        split = text(records[one.id][f"{name}/split"])
        assert sum(text(record[f"{name}/split"]) == split for record in records.values()) == 6
        assert not caplog.records

    def test_rows_of_a_table(self, study: Path, caplog: pytest.LogCaptureFixture) -> None:
        folder = exported(study, "laden-csv", format_name="csv", splits=SPLITS)
        records = list(valid(folder / "croissant.json", caplog).records("csv"))
        one = talk(1, recipe())
        said = [text(record["csv/text"]) for record in records if text(record["csv/id"]) == one.id]
        assert said == [turn.text for turn in one.turns] and records[0]["csv/turn"] == 1

    def test_the_splits_are_those_of_the_standard(self, study: Path, caplog: pytest.LogCaptureFixture) -> None:
        folder = exported(study, "laden-splits", splits=SPLITS)
        found = {
            text(record["splits/name"]): text(record["splits/url"])
            for record in valid(folder / "croissant.json", caplog).records("splits")
        }
        assert found == {
            "train": "https://mlcommons.org/definitions/training_split",
            "test": "https://mlcommons.org/definitions/test_split",
        }

    @pytest.mark.parametrize("name", ["uit.jsonl", "uit.csv", "uit.parquet"])
    def test_one_file_without_splits(self, study: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
        exported(study, name)
        dataset = valid(study.with_name("uit.croissant.json"), caplog)
        form = name.partition(".")[2]
        assert len(list(dataset.records(form))) == (200 if form == "csv" else 10)

    def test_chat_messages(self, study: Path, caplog: pytest.LogCaptureFixture) -> None:
        exported(study, "chat.jsonl", format_name="chat")
        (first, *_) = valid(study.with_name("chat.croissant.json"), caplog).records("chat")
        assert {text(message["chat/messages/role"]) for message in first["chat/messages"]} >= {"user", "assistant"}


class TestDescription:
    @pytest.mark.parametrize("name", ["text", "tei", "sdialog"])
    def test_formats_without_records_are_described_too(
        self, study: Path, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        folder = exported(study, f"ook-{name}", format_name=name)
        metadata = valid(folder / "croissant.json", caplog).metadata
        assert any(one.uuid.startswith("data/dialogues.") for one in metadata.distribution)

    def test_every_file_has_its_digest(self, study: Path) -> None:
        folder = exported(study, "sommen", splits=SPLITS)
        content = json.loads((folder / "croissant.json").read_text("utf-8"))
        files = [one for one in content["distribution"] if one["@type"] == "cr:FileObject"]
        assert {one["@id"] for one in files} == {"data/train.jsonl", "data/test.jsonl", "README.md", "recipe.json"}
        for one in files:
            found = (folder / one["contentUrl"]).read_bytes()
            assert one["sha256"] == hashlib.sha256(found).hexdigest() and one["contentSize"] == f"{len(found)} B"

    def test_what_responsible_use_needs_is_filled(self, study: Path) -> None:
        content = json.loads((exported(study, "rai") / "croissant.json").read_text("utf-8"))
        assert content["conformsTo"] == "http://mlcommons.org/croissant/1.0" and content["inLanguage"] == "nl"
        assert content["license"] == "https://ai.google.dev/gemma/terms"
        assert "gemma-3-270m" in content["rai:dataCollection"]
        assert "1 quarantined, 1 never checked" in " ".join(content["rai:dataPreprocessingProtocol"])
        assert content["rai:dataCollectionTimeFrame"] == ["2026-01-02"]
        for key in ("dataBiases", "dataLimitations", "dataUseCases", "personalSensitiveInformation"):
            assert content[f"rai:{key}"][0]

    def test_a_dataset_without_dialogues(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        with Study(tmp_path / "leeg.study", create=True) as study:
            fill(study, recipe(), 1, check=None)
        for name in ("uit.jsonl", "uit.csv", "uit.parquet"):
            exported(tmp_path / "leeg.study", name)
            assert not valid(tmp_path / "uit.croissant.json", caplog).metadata.record_sets

    def test_texts_that_mean_harm(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        nasty = 'x" \\ <b> \u2028 \x1b[31m @id {"@id": "y"}'
        with Study(tmp_path / "een.study", create=True) as study:
            fill(study, recipe(nasty, nasty), 2)
        folder = exported(tmp_path / "een.study", title=nasty)
        (one, two) = valid(folder / "croissant.json", caplog).records("jsonl")
        assert text(one["jsonl/scenario"]) == text(two["jsonl/scenario"]) == nasty
        content = json.loads((folder / "croissant.json").read_text("utf-8"))
        assert content["name"] == "x-b-x1b-31m-id-id-y"
