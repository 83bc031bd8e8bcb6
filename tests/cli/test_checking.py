"""``reference check --for STUDY``: a person looks, marks what was missed, and the study's batches take them in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from synthdial.cli.checking import check_for
from synthdial.dialogue import Dialogue, Turn
from synthdial.errors import SynthdialError
from synthdial.privacy.deidentify import Deidentified, Marks, reference_digest
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.references import ReferenceChecks
from synthdial.transcripts import read_transcript


@pytest.fixture
def original(tmp_path: Path) -> Dialogue:
    path = tmp_path / "kort.txt"
    path.write_text("Arts: Dag Kuipers.\nPatiënt: Dag, ik ben van de kaasboerderij.\n", encoding="utf-8")
    return read_transcript(path).dialogue


@pytest.fixture(autouse=True)
def no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """De-identification that knows one name, and what was marked."""

    def told(dialogue: Dialogue, *, known: Marks, **_: Any) -> Deidentified:
        turns = []
        for index, turn in enumerate(dialogue.turns):
            text = turn.text.replace("Kuipers", "Bakker")
            for mark in known.find(dialogue):
                if mark.turn == index:
                    text = text.replace(turn.text[mark.start : mark.end], "molen")
            turns.append(Turn(turn.speaker, text))
        new = Dialogue("reference-1", tuple(turns))
        return Deidentified(new, (), {}, reference_digest(new))

    monkeypatch.setattr("synthdial.privacy.deidentify.deidentify", told)
    monkeypatch.setattr("synthdial.cli.checking._terminal", lambda: True)


def run(study: Path, original: Dialogue, typed: Sequence[str]) -> tuple[Result, list[list[Deidentified]]]:
    shown: list[list[Deidentified]] = []

    @click.command()
    def command() -> None:
        check_for(study, [original], shown.append, "Els")

    return CliRunner().invoke(command, input="\n".join(typed) + "\n"), shown


def test_what_a_person_found_fit_is_noted(tmp_path: Path, original: Dialogue) -> None:
    done, shown = run(tmp_path / "a.study", original, ["", "y"])
    assert done.exit_code == 0 and "1 references are checked" in done.stderr
    assert "Dag Bakker." in done.stdout
    with Study(tmp_path / "a.study", read_only=True) as study:
        (checked,) = ReferenceChecks(study).checked().values()
    assert (checked.by, checked.digest) == ("Els", shown[0][0].digest)


def test_what_they_mark_is_replaced_and_shown_again(tmp_path: Path, original: Dialogue) -> None:
    done, shown = run(tmp_path / "a.study", original, ["kaasboerderij", "place", "", "y"])
    assert done.exit_code == 0, done.output
    assert len(shown) == 2 and "de molen" in shown[1][0].dialogue.as_text()
    with Study(tmp_path / "a.study", read_only=True) as study:
        assert set(ReferenceChecks(study).checked()) == {shown[1][0].digest}
        assert [entry.actor for entry in AuditLog(study).entries("identifier marked")] == ["Els"]
    assert b"kaasboer" not in (tmp_path / "a.study").read_bytes()


def test_who_does_not_say_so_has_checked_nothing(tmp_path: Path, original: Dialogue) -> None:
    done, _ = run(tmp_path / "a.study", original, ["", "n"])
    assert isinstance(done.exception, SynthdialError) and "count as not checked" in str(done.exception)
    with Study(tmp_path / "a.study", read_only=True) as study:
        assert ReferenceChecks(study).checked() == {}


def test_without_a_person_nothing_is_checked(
    tmp_path: Path, original: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthdial.cli.checking._terminal", lambda: False)
    done, _ = run(tmp_path / "a.study", original, ["", "y"])
    assert isinstance(done.exception, SynthdialError) and "nobody is here" in str(done.exception)
    assert not (tmp_path / "a.study").exists()
