"""The commands ``audit``, ``check``, ``encrypt``, ``gate`` and ``release``, and what ``export`` and ``list`` say."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import COPIED, PASSED, RECIPE, dialogue

from synthdial.cli.main import cli
from synthdial.errors import SynthdialError
from synthdial.export import Gate, Standing
from synthdial.passphrase import forget_keys
from synthdial.study import Study

pytestmark = pytest.mark.slow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "demo.study"
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE)
        for number, check in enumerate((PASSED, COPIED, None), 1):
            study.add_dialogue(RECIPE, number, dialogue(number), check)
    return path


@pytest.fixture(autouse=True)
def no_key_is_known() -> Iterator[None]:
    forget_keys()
    yield
    forget_keys()


def run(*arguments: str | Path, **options: str) -> Result:
    environment = {"SYNTHDIAL_PASSPHRASE_FILE": "", **options}
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], env=environment)
    if done.exception and not isinstance(done.exception, SystemExit | SynthdialError):
        raise done.exception
    return done


def refusal(*arguments: str | Path, **options: str) -> str:
    done = run(*arguments, **options)
    assert isinstance(done.exception, SynthdialError), done.output
    return str(done.exception)


class TestExport:
    def test_it_says_what_stayed_inside_and_what_helps(self, path: Path) -> None:
        done = run("export", path, "-o", path.with_name("uit.jsonl"), "--by", "Noor")
        assert "Exported 1 dialogues" in done.stderr
        assert "2 stayed inside: 1 quarantined, 1 never checked." in done.stderr
        assert f"synthdial-edge gate {path} ID" in done.stderr and f"synthdial-edge check {path}" in done.stderr
        log = json.loads(run("audit", path, "--format", "json").stdout)["log"]
        assert (log[-1]["action"], log[-1]["actor"]) == ("exported", "Noor")

    def test_there_is_no_way_around_the_gate(self, path: Path) -> None:
        for option in ("--include-quarantined", "--force", "--all", "--no-require-acceptance"):
            assert run("export", path, "-o", path.with_name("uit.jsonl"), option).exit_code == 2
        assert not path.with_name("uit.jsonl").exists()


class TestList:
    def test_a_batch_that_writes_meanwhile_does_no_harm(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        states = Gate.standings

        def written_into(gate: Gate) -> dict[str, Standing]:
            found = states(gate)
            with Study(path) as other:
                other.add_dialogue(RECIPE, 4, dialogue(4), PASSED)
            return found

        monkeypatch.setattr(Gate, "standings", written_into)
        assert "3 dialogues in" in run("list", path).stdout
        monkeypatch.undo()
        assert "4 dialogues in" in run("list", path).stdout

    def test_it_shows_how_each_stands(self, path: Path) -> None:
        run("release", path, "0003", "--reason", "gelezen")
        rows = [json.loads(line) for line in run("list", path, "--json").stdout.splitlines()]
        assert [row["state"] for row in rows] == ["passed", "quarantined", "released"]
        assert "quarantined" in run("list", path).stdout


class TestGate:
    def test_it_counts(self, path: Path) -> None:
        out = run("gate", path).stdout
        assert "1 of 3 dialogues may leave" in out and "need not be accepted" in out
        assert "1 stay inside: quarantined." in out
        assert json.loads(run("gate", path, "--json").stdout)["held"] == {"quarantined": 1, "never checked": 1}

    def test_it_is_set(self, path: Path) -> None:
        assert "must be accepted" in run("gate", path, "--require-acceptance").stdout
        assert "0 of 3" in run("gate", path).stdout
        assert "1 of 3" in run("gate", path, "--no-require-acceptance").stdout

    def test_it_shows_the_two_places_side_by_side(self, path: Path) -> None:
        out = run("gate", path, "0002").stdout
        assert "stays inside: quarantined" in out and "longest run: 9, at most 7 allowed" in out
        assert "dialogue, turn 1: van a tot z" in out and "reference 1: Van a tot z" in out
        assert json.loads(run("gate", path, "0002", "--json").stdout)["findings"][0]["measure"] == 9


class TestRelease:
    def test_a_reason_must_be_given(self, path: Path) -> None:
        assert run("release", path, "0002").exit_code == 2
        assert "needs a reason" in refusal("release", path, "0002", "--reason", " ")
        assert "Released" in run("release", path, "0002", "--reason", "gelezen", "--by", "Noor").stderr
        assert "Released by Noor" in run("gate", path, "0002").stdout


class TestAudit:
    def test_it_prints_the_log_and_says_that_it_holds(self, path: Path) -> None:
        done = run("audit", path)
        assert done.exit_code == 0 and "The log holds: 6 entries" in done.stderr
        lines = done.stdout.splitlines()
        assert lines[0].split() == ["entry", "when", "who", "what", "version", "hash", "detail"]
        assert [line.split()[4] for line in lines[1:]] == [
            "created", "generated", "checked", "generated", "quarantined", "generated",
        ]  # fmt: skip

    @pytest.mark.parametrize("form", ["table", "json"])
    def test_one_that_does_not_hold_ends_with_status_1_and_names_the_entry(self, path: Path, form: str) -> None:
        db = sqlite3.connect(path)
        db.execute("DROP TRIGGER log_stays_the_same")
        db.execute("UPDATE log SET actor = '\x1b[2Jiemand' WHERE seq = 3")
        db.commit()
        db.close()
        done = run("audit", path, "--format", form)
        assert isinstance(done.exception, SynthdialError)
        assert "does not hold. Entry 3 (checked): it was changed" in done.exception.message
        assert "\x1b" not in done.stdout
        if form == "json":
            shown = json.loads(done.stdout)
            assert shown["holds"] is False and shown["broken"][0]["seq"] == 3

    def test_a_hash_that_was_noted(self, path: Path) -> None:
        head = json.loads(run("audit", path, "--format", "json").stdout)["head"]
        run("gate", path, "--require-acceptance")
        assert run("audit", path, "--holds", head).exit_code == 0
        assert "not in the log any more" in refusal("audit", path, "--holds", "0" * 64)


class TestCheck:
    def test_what_cannot_be_checked_is_named(self, path: Path) -> None:
        out = run("check", path).stdout
        assert "Checked 0 dialogues" in out and "2 were checked before" in out
        assert f"1 of the recipe {RECIPE.id[:8]} could not be checked" in out


class TestEncrypt:
    @pytest.fixture
    def secret(self, tmp_path: Path) -> Path:
        secret = tmp_path / "geheim"
        secret.write_text("vier woorden zonder verband\n", encoding="utf-8")
        return secret

    def test_it_says_first_that_a_lost_one_cannot_be_undone(self, path: Path, secret: Path) -> None:
        content = path.read_bytes()
        done = run("--passphrase-file", secret, "encrypt", path)
        assert isinstance(done.exception, SynthdialError) and "--yes" in str(done.exception)
        assert "A lost passphrase cannot be undone" in done.stderr
        assert path.read_bytes() == content

    def test_with_a_file_no_one_is_asked(self, path: Path, secret: Path) -> None:
        done = run("--passphrase-file", secret, "encrypt", path, "--yes")
        assert done.exit_code == 0 and "is encrypted" in done.stderr
        assert b"gaat" not in path.read_bytes()
        forget_keys()
        assert "is encrypted" in refusal("list", path)
        assert "quarantined" in run("--passphrase-file", secret, "list", path).stdout
        forget_keys()
        assert "quarantined" in run("list", path, SYNTHDIAL_PASSPHRASE_FILE=str(secret)).stdout

    def test_a_wrong_one_says_so(self, path: Path, secret: Path) -> None:
        run("--passphrase-file", secret, "encrypt", path, "--yes")
        forget_keys()
        secret.write_text("iets heel anders\n", encoding="utf-8")
        assert "The passphrase does not open" in refusal("--passphrase-file", secret, "list", path)

    def test_a_person_types_it_twice_and_then_once(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("synthdial.cli.passphrase._terminal", lambda: True)

        def typed(*lines: str, command: tuple[str | Path, ...]) -> Result:
            return CliRunner().invoke(cli, [str(part) for part in command], input="\n".join(lines) + "\n")

        differing = typed("y", "vier woorden zonder verband", "vier woorden met verband", command=("encrypt", path))
        assert isinstance(differing.exception, SynthdialError) and "differ" in str(differing.exception)
        assert typed("n", command=("encrypt", path)).exit_code == 1
        assert Study(path, read_only=True).encrypted is False
        done = typed("y", *["vier woorden zonder verband"] * 2, command=("encrypt", path))
        assert done.exit_code == 0, done.output
        assert "vier woorden" not in done.output
        forget_keys()
        again = typed("fout antwoord", "vier woorden zonder verband", command=("list", path))
        assert "That passphrase does not open it." in again.stderr and "quarantined" in again.stdout

    def test_nobody_to_ask_is_a_message(self, path: Path) -> None:
        assert "nobody to ask for a passphrase" in refusal("encrypt", path)

    def test_what_is_no_study_is_said_before_a_passphrase_is_asked_for(self, tmp_path: Path) -> None:
        assert "There is no study" in refusal("encrypt", tmp_path / "nergens.study")

    def test_a_batch_encrypts_only_a_study_that_it_makes(self, path: Path, secret: Path, tmp_path: Path) -> None:
        batch = ("batch", path, "--count", "1", "--encrypt", "--yes")
        assert "is there, and not encrypted" in refusal("--passphrase-file", secret, *batch)
        new = ("batch", tmp_path / "nieuw.study", "--count", "1", "--encrypt")
        assert "--yes" in refusal("--passphrase-file", secret, *new)
        assert not (tmp_path / "nieuw.study").exists()
