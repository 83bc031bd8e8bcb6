"""The command ``review``: opens a study for a rater, makes tasks, merges them, and says how far raters are."""

import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from review_studies import answer, ids_by_key, study_of

from synthdial.cli.commands.review import command
from synthdial.errors import SynthdialError
from synthdial.review.session import ReviewRequest, ReviewSession
from synthdial.study import Study


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_of(tmp_path / "demo.study", 8)


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the screens were opened with, in their place."""
    opened: list[dict[str, Any]] = []
    app = types.ModuleType("synthdial.tui.app")
    app.run = lambda study, **options: opened.append({"study": study, **options})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "synthdial.tui.app", app)
    return opened


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(command, [str(argument) for argument in arguments], prog_name="synthdial-edge review")
    if done.exception and not isinstance(done.exception, SystemExit | SynthdialError):
        raise done.exception
    return done


def refusal(*arguments: str | Path) -> str:
    done = run(*arguments)
    assert isinstance(done.exception, SynthdialError), done.output
    return str(done.exception)


def rate(path: Path, rater: str, role: str | None = None, *, score: int = 4, upto: int = 4) -> None:
    with Study(path) as study:
        session = ReviewSession(study, rater, role)
        for item in session.items[:upto]:
            answer(session, item, score)


class TestOpening:
    def test_a_study_is_opened_with_what_was_given(self, path: Path, screens: list[dict[str, Any]]) -> None:
        for arguments in (
            [path, "--rater", "Els", "--role", "native", "--seed", "3", "--lang", "nl"],
            ["open", path, "--rater", "Els", "--role", "native", "--seed", "3", "--lang", "nl"],
            ["--rater", "Els", "--lang", "nl", "--role", "native", "--seed", "3", path],
        ):
            assert run(*arguments).exit_code == 0
            request = ReviewRequest(path, "Els", "native", None, 3)
            assert screens.pop() == {"study": path, "lang": "nl", "review": request}

    def test_who_rates_may_be_asked_for_later(self, path: Path, screens: list[dict[str, Any]]) -> None:
        assert run(path).exit_code == 0
        assert screens == [{"study": path, "lang": None, "review": ReviewRequest(path)}]

    def test_nobody_is_taken_in_before_the_screens_are_there(self, path: Path, screens: list[dict[str, Any]]) -> None:
        run(path, "--rater", "Els", "--role", "native")
        assert "Nobody has reviewed" in run("status", path).output

    def test_a_task_for_one_rater_needs_no_name(
        self, path: Path, tmp_path: Path, screens: list[dict[str, Any]]
    ) -> None:
        task = tmp_path / "bram.synthdial"
        run("export-task", path, "-o", task, "--rater", "Bram", "--role", "clinician")
        run(task)
        run(task, "--rater", "Cor")
        assert [opened["review"].rater for opened in screens] == ["Bram", "Cor"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["{}", "--rater", "Els"], "Say as what the rater judges"),
            (["{}", "--rater", " ", "--role", "native"], "The name of the rater is empty"),
            (["{}", "--rater", "Els", "--role", "clinican"], "Did you mean 'clinician'?"),
            (["{}", "--rubric", "absent.toml"], "The rubric absent.toml cannot be read"),
            (["{}", "--anchors", "somewhere"], "must be de-identified"),
            (["merg"], "There is no study merg. Did you mean 'merge'?"),
            (["absent.study"], "There is no study absent.study."),
        ],
    )
    def test_what_is_wrong_is_said_before_any_screen(self, path, screens, arguments: list[str], message: str) -> None:
        assert message in refusal(*(argument.format(path) for argument in arguments))
        assert screens == []

    def test_a_study_named_like_a_command(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screens: list[dict[str, Any]]
    ) -> None:
        study_of(tmp_path / "merge", 2)
        monkeypatch.chdir(tmp_path)
        assert run("merge").exit_code == 2  # the command, which lacks its arguments
        run("./merge")
        run("open", "merge")
        assert [opened["study"] for opened in screens] == [Path("merge"), Path("merge")]

    def test_anchors_are_mixed_in_before_it_opens(self, path: Path, screens: list[dict[str, Any]]) -> None:
        assert "Took in 12 conversations of people" in run(path, "--anchors", "bundled").stderr
        assert run(path, "--anchors", "bundled").stderr == ""
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native")
            assert sum(id_.startswith("anchor-") for id_ in map(ids_by_key(study).get, keys(session)) if id_) == 1

    def test_labels_of_ones_own_can_be_named(self, path: Path, tmp_path: Path, screens: list[dict[str, Any]]) -> None:
        own = tmp_path / "own.txt"
        own.write_text("S1: Dag mevrouw.\nS2: Dag dokter.\n", encoding="utf-8")
        labels = ["--label", "S1=Arts", "--label", "S2=Patiënt"]
        done = run(path, "--anchors", own, "--anchors-are-deidentified", *labels)
        assert "Took in 1 conversations" in done.stderr

    def test_help_tells_of_both_ways(self) -> None:
        said = run("--help").output
        for part in ("synthdial-edge review [STUDY | COMMAND]", "export-task", "merge", "status", "./merge"):
            assert part in said
        assert "--anchors-are-deidentified" in run("open", "--help").output
        assert "Usage" in run().output


def keys(session: ReviewSession) -> list[str]:
    return [item.key for item in session.items]


class TestThereAndBack:
    def test_a_task_goes_out_and_its_ratings_come_back(self, path: Path, tmp_path: Path) -> None:
        task = tmp_path / "bram.synthdial"
        done = run("export-task", path, "-o", task, "--rater", "Bram", "--role", "native", "--count", "2")
        assert done.stdout == ""
        assert "5 dialogues, 3 of them in the calibration round, to be rated as native." in done.stderr
        assert f"review merge {path} bram.synthdial" in done.stderr
        rate(task, "Bram")
        done = run("merge", path, task)
        assert (done.exit_code, done.stdout) == (0, "")
        assert "28 new acts of Bram." in done.stderr
        assert "already there; nothing new" in run("merge", path, task).stderr

    def test_conflicts_are_printed_with_both_values(self, path: Path, tmp_path: Path) -> None:
        task = tmp_path / "bram.synthdial"
        run("export-task", path, "-o", task, "--rater", "Bram", "--role", "native")
        rate(path, "Bram", "native", score=4, upto=1)
        rate(task, "Bram", score=2, upto=1)
        with Study(path, read_only=True) as study:
            first = ids_by_key(study)[keys_of(task)[0]]
        line = f"Bram said two things of {first}, fluency: 2 counts, it was said later; 4 is kept beside it."
        assert line in run("merge", path, task).stderr

    def test_what_is_refused_is_a_problem_and_the_rest_is_merged(self, path: Path, tmp_path: Path) -> None:
        task = tmp_path / "bram.synthdial"
        run("export-task", path, "-o", task, "--rater", "Bram", "--role", "native")
        rate(task, "Bram")
        done = run("merge", path, tmp_path / "absent", task, path)
        assert "There is no file" in done.stderr and "28 new acts of Bram" in done.stderr
        assert isinstance(done.exception, SynthdialError) and "is the study itself" in str(done.exception)

    def test_nothing_is_written_over(self, path: Path, tmp_path: Path) -> None:
        run("export-task", path, "-o", tmp_path / "task", "--role", "native")
        assert "is there already" in refusal("export-task", path, "-o", tmp_path / "task", "--role", "native")

    def test_a_files_name_cannot_command_the_terminal(self, path: Path, tmp_path: Path) -> None:
        done = run("export-task", path, "-o", tmp_path / "a\x1b[2J.synthdial", "--role", "native")
        assert "\x1b" not in done.stderr and "\\x1b[2J" in done.stderr


def keys_of(task: Path) -> list[str]:
    with Study(task) as opened:
        return keys(ReviewSession(opened, "Bram"))


class TestStatus:
    def test_it_says_how_far_raters_are(self, path: Path) -> None:
        rate(path, "Els", "native", upto=2)
        rate(path, "Bram", "clinician", upto=0)
        found = [json.loads(line) for line in run("status", path, "--json").stdout.splitlines()]
        assert [(one["rater"], one["role"], one["done"], one["begun"], one["total"]) for one in found] == [
            ("Els", "native", 2, 2, 8), ("Bram", "clinician", 0, 0, 8),
        ]  # fmt: skip
        table = run("status", path).stdout
        assert "Els" in table and "clinician" in table

    def test_it_writes_nothing(self, path: Path) -> None:
        before = path.read_bytes()
        run("status", path)
        assert path.read_bytes() == before
