"""``batch --exemplars`` and ``--learn-from``: what reviewers said goes into the prompt, after it was shown."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from review_studies import answer, ids_by_key, study_of
from scripted import ScriptedEngine, scripted_engine

from synthdial.cli.commands import batch
from synthdial.cli.learning import learned_instructions
from synthdial.errors import SynthdialError
from synthdial.review.session import ReviewSession
from synthdial.study import Study
from synthdial.study import request as requests

SECRET = "Dit is mevrouw Jansen uit Assen"
UNNATURAL = "vallen niet in herhaling"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    made = scripted_engine(monkeypatch, tmp_path)
    monkeypatch.setattr(requests, "Engine", made)
    return made


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A study of five dialogues, of which all are rated 5 and accepted; two have a flag each, with a note."""
    path = study_of(tmp_path / "old.study", 5)
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native")
        for place, item in enumerate(session.items):
            if place < 2:
                session.flag(item, 1, "unnatural", "minor", SECRET)
            session.comment(item, None, SECRET)
            session.accept(item, True)
            answer(session, item, 5)
    return path


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(
        batch.command, [str(argument) for argument in arguments], prog_name="synthdial-edge batch"
    )
    if done.exception and not isinstance(done.exception, SystemExit | SynthdialError):
        raise done.exception
    return done


def refusal(*arguments: str | Path) -> str:
    done = run(*arguments)
    assert isinstance(done.exception, SynthdialError), done.output
    return str(done.exception)


def provenance(path: Path) -> list[dict[str, Any]]:
    with Study(path, read_only=True) as study:
        return [dict(dialogue.provenance) for dialogue in study.dialogues()]


class Terminal(io.StringIO):
    """A terminal at which somebody answers."""

    def isatty(self) -> bool:
        return True


def at_terminal(monkeypatch: pytest.MonkeyPatch, answered: str) -> Terminal:
    """Let somebody at a terminal give an answer; what they see on standard error."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(answered))
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


class TestExemplars:
    def test_an_accepted_dialogue_stands_in_the_prompt(
        self, engine: type[ScriptedEngine], old: Path, tmp_path: Path
    ) -> None:
        done = run(tmp_path / "new.study", "--count", "2", "--exemplars", f"{old}:accepted")
        assert done.exit_code == 0, done.output
        with Study(old, read_only=True) as study:
            first = min(ids_by_key(study).values())
        assert [made["exemplars"] for made in provenance(tmp_path / "new.study")] == [[first]] * 2
        assert [made["exemplar_scores"] for made in provenance(tmp_path / "new.study")] == [[5.0]] * 2
        assert "Exemplars in the prompt, in place of references" in done.stderr and first in done.stderr
        (order,) = engine.orders
        assert "Patiënt: ’t Gaat wel." in "".join(text for text, _ in order.segments)

    def test_the_study_may_be_the_one_that_is_written(self, engine: type[ScriptedEngine], old: Path) -> None:
        assert run(old, "--count", "2", "--exemplars", f"{old}:accepted").exit_code == 0
        assert len(provenance(old)) == 7
        assert run(old, "--count", "2", "--exemplars", f"{old}:accepted").exit_code == 0
        assert len(provenance(old)) == 7, "the same recipe again adds nothing"

    def test_what_is_written_otherwise_is_a_message(self, old: Path, tmp_path: Path) -> None:
        for wanted in (str(old), f"{old}:rejected", ":accepted", "accepted"):
            told = refusal(tmp_path / "new.study", "--count", "1", "--exemplars", wanted)
            assert f"--exemplars is '{wanted}'" in told and "STUDY:accepted" in told
        assert "There is no study" in refusal("new.study", "--count", "1", "--exemplars", "weg.study:accepted")

    def test_none_that_is_good_enough_is_a_message(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "old.study", 5)
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native")
            session.accept(session.items[0], True)
            answer(session, session.items[0], 3)
        asked = (tmp_path / "new.study", "--count", "1", "--exemplars", f"{path}:accepted")
        assert "reach 3.00, not 4" in refusal(*asked)
        assert "reach 3.00, not 3.5" in refusal(*asked, "--exemplar-score", "3.5")
        assert not (tmp_path / "new.study").exists()


class TestLessons:
    @pytest.mark.parametrize("answered", ["y\n", "Ja\n"])
    def test_they_are_shown_and_asked_and_used(self, old: Path, monkeypatch: pytest.MonkeyPatch, answered: str) -> None:
        screen = at_terminal(monkeypatch, answered)
        (sentence,) = learned_instructions(old, show=True, ask=True)
        monkeypatch.undo()
        shown = screen.getvalue()
        assert UNNATURAL in sentence and sentence in shown
        assert "5 rated dialogues" in shown and "unnatural: 2 flags; 100% of what was flagged" in shown
        assert shown.endswith("Put this sentence into the prompt? [y/N] ")

    @pytest.mark.parametrize("answered", ["n\n", "\n", ""])
    def test_whoever_does_not_agree_gets_nothing(
        self, old: Path, monkeypatch: pytest.MonkeyPatch, answered: str
    ) -> None:
        at_terminal(monkeypatch, answered)
        with pytest.raises(SynthdialError, match="Nothing was written"):
            learned_instructions(old, show=True, ask=True)

    def test_in_a_pipe_it_is_refused_and_yes_is_named(self, old: Path, tmp_path: Path) -> None:
        told = refusal(tmp_path / "new.study", "--count", "1", "--learn-from", old)
        assert "nobody is here to answer" in told and "--yes" in told
        assert not (tmp_path / "new.study").exists()

    def test_with_yes_they_are_shown_and_used(self, engine: type[ScriptedEngine], old: Path, tmp_path: Path) -> None:
        done = run(tmp_path / "new.study", "--count", "1", "--learn-from", old, "--yes")
        assert done.exit_code == 0, done.output
        (made,) = provenance(tmp_path / "new.study")
        (sentence,) = made["instructions"]
        assert UNNATURAL in sentence and sentence in done.stderr and "unnatural: 2 flags" in done.stderr
        (order,) = engine.orders
        assert sentence in "".join(text for text, _ in order.segments)

    def test_a_dry_run_shows_them_and_the_prompt_and_asks_nothing(
        self, engine: type[ScriptedEngine], old: Path, tmp_path: Path
    ) -> None:
        done = run(tmp_path / "new.study", "--count", "1", "--learn-from", old, "--dry-run")
        assert done.exit_code == 0, done.output
        assert UNNATURAL in done.stdout and "unnatural: 2 flags" in done.stderr
        assert not (tmp_path / "new.study").exists()

    def test_what_raters_wrote_goes_nowhere(self, engine: type[ScriptedEngine], old: Path, tmp_path: Path) -> None:
        new = tmp_path / "new.study"
        done = run(new, "--count", "1", "--learn-from", old, "--exemplars", f"{old}:accepted", "--yes")
        (order,) = engine.orders
        assert "Jansen" not in done.output
        assert "Jansen" not in repr(order)
        assert "Jansen" not in repr(provenance(new))
        assert "never goes into a prompt" in done.stderr

    def test_nothing_flagged_is_a_message(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "old.study", 5)
        asked = (tmp_path / "new.study", "--count", "1", "--learn-from", path, "--yes")
        assert f"There is nothing to learn from {path}: 0 rated dialogues with no flag." in refusal(*asked)
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native")
            session.flag(session.items[0], 0, "other", "critical", SECRET)
            answer(session, session.items[0])
        told = refusal(*asked)
        assert "1 rated dialogue with 1 flag of the kind 'other'" in told and "Jansen" not in told
