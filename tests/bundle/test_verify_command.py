"""``verify`` on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from signed import make_bundle, public_line

from synthdial.cli.main import cli
from synthdial.errors import SynthdialError


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_bundle(tmp_path / "synthdial-edge")


def run(home: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["verify", *map(str, arguments)], env={"SYNTHDIAL_HOME": str(home)})


def test_a_whole_one_is_said_to_be_whole_and_by_whom(bundle: Path, tmp_path: Path) -> None:
    done = run(tmp_path, bundle)
    assert done.exit_code == 0
    assert "All 6 files" in done.stdout and "version 1.2.3" in done.stdout and "glibc 2.34" in done.stdout
    assert "not who made it" in done.stdout and str(tmp_path / "trusted-keys") in done.stdout
    (tmp_path / "trusted-keys").mkdir()
    (tmp_path / "trusted-keys" / "els.pub").write_text(public_line())
    assert "(els@ziekenhuis), a key that you trust" in run(tmp_path, bundle).stdout
    key = tmp_path / "trusted-keys" / "els.pub"
    assert "a key that you named" in run(tmp_path, bundle, "--key", key).stdout


def test_what_was_tampered_with_is_named_and_ends_with_status_1(bundle: Path, tmp_path: Path) -> None:
    (bundle / "synthdial-edge").write_bytes(b"\x7fELF anders.")
    (bundle / "_internal" / "leeg.txt").unlink()
    (bundle / "kwaad\x1b[31m.so").write_bytes(b"")
    done = run(tmp_path, bundle)
    assert done.exit_code == 1
    assert "changed: synthdial-edge" in done.stdout and "missing: _internal/leeg.txt" in done.stdout
    assert "added: kwaad" in done.stdout and "\x1b" not in done.stdout
    assert "3 files are not as they were made" in done.stdout
    found = json.loads(run(tmp_path, bundle, "--json").stdout)
    assert found["whole"] is False and found["changed"] == ["synthdial-edge"] and len(found["added"]) == 1


def test_a_checkout_has_nothing_to_be_held_against(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert isinstance(done.exception, SynthdialError) and "no standalone program" in str(done.exception)
