"""``synthdial-edge reference check``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from synthdial.cli.main import cli

pytestmark = pytest.mark.slow

TEXT = (
    "Arts: dag mevrouw de jong, u bent van twaalf maart negentienvierenzestig?\n"
    "Patiënt: Ja. Bel mijn dochter Sanne maar, 06-12345678.\n"
)


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "gesprek.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_table_shows_before_after_and_counts(transcript: Path) -> None:
    done = CliRunner().invoke(cli, ["reference", "check", str(transcript), "--way", "placeholders"])
    assert done.exit_code == 0, done.output
    line = next(line for line in done.stdout.splitlines() if "[naam 1]" in line)
    assert "mevrouw de jong" in line and line.split()[:2] == ["1", "name"]
    counts = {tuple(line.split()) for line in done.stdout.splitlines()}
    assert ("name", "2") in counts and ("phone", "1") in counts and ("bsn", "0") in counts


def test_json_is_one_object_a_conversation(transcript: Path) -> None:
    done = CliRunner().invoke(cli, ["reference", "check", str(transcript), "--format", "json"])
    record = json.loads(done.stdout)
    assert record["counts"]["date"] == 1
    assert [found["kind"] for found in record["findings"]] == ["name", "date", "name", "phone"]
    assert len(record["digest"]) == 64


def test_nothing_is_written_without_a_folder(transcript: Path) -> None:
    CliRunner().invoke(cli, ["reference", "check", str(transcript)])
    assert [path.name for path in transcript.parent.iterdir()] == ["gesprek.txt"]
    assert transcript.read_text(encoding="utf-8") == TEXT


def test_written_transcripts_hold_nothing_that_was_found(transcript: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["reference", "check", str(transcript), "-o", str(tmp_path / "uit")])
    assert done.exit_code == 0, done.output
    (written,) = (tmp_path / "uit").iterdir()
    text = written.read_text(encoding="utf-8").lower()
    assert not any(word in text for word in ("jong", "sanne", "12345678", "vierenzestig?", "gesprek.txt"))


def test_terminal_escapes_do_not_reach_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "kwaad.txt"
    path.write_text("Arts: dag mevrouw de jong\x1b[2J, [red]hallo[/red]\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["reference", "check", str(path)])
    assert "\x1b[2J" not in done.output
    assert "[red]" in done.output


def test_a_missing_file_is_one_message(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["reference", "check", str(tmp_path / "weg.txt")])
    assert done.exit_code != 0
    assert "cannot be read" in str(done.exception)
