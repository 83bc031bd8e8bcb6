"""``verify`` on the command line."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from manifest import write_manifest
from signed_bundles import OTHER_SEED, make_bundle, public_line

from synthdial.bundle.manifest import MANIFEST
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
    assert f"Looked at 6 files, 40 bytes, in {bundle}: glibc 2.34, version 1.2.3." in done.stdout
    assert "there is no other" in done.stdout
    assert "not who made it" in done.stdout and str(tmp_path / "trusted-keys") in done.stdout
    (tmp_path / "trusted-keys").mkdir()
    key = tmp_path / "trusted-keys" / "els.pub"
    key.write_text(public_line())
    assert "(els@ziekenhuis), a key that you trust" in run(tmp_path, bundle).stdout
    assert "a key that you named" in run(tmp_path, bundle, "--key", key).stdout
    key.write_text(public_line(OTHER_SEED))
    assert isinstance(run(tmp_path, bundle).exception, SynthdialError)


def test_one_that_nobody_signed_says_what_that_shows(bundle: Path, tmp_path: Path) -> None:
    write_manifest(bundle, {})
    done = run(tmp_path, bundle)
    assert done.exit_code == 0 and "The manifest is not signed" in done.stdout
    assert json.loads(run(tmp_path, bundle, "--json").stdout)["key"] is None


def test_what_was_tampered_with_is_named_and_ends_with_status_1(bundle: Path, tmp_path: Path) -> None:
    (bundle / "synthdial-edge").write_bytes(b"\x7fELF anders.")
    (bundle / "_internal" / "leeg.txt").unlink()
    (bundle / "kwaad\x1b[31m.so").write_bytes(b"")
    (bundle / "a\nEach is as it was").write_bytes(b"")
    done = run(tmp_path, bundle)
    assert done.exit_code == 1
    assert "changed: synthdial-edge" in done.stdout and "missing: _internal/leeg.txt" in done.stdout
    assert "added: kwaad" in done.stdout and "\x1b" not in done.stdout
    assert "\nEach is as it was" not in done.stdout, "a name says nothing in the program's place"
    assert "4 are not as when the manifest was made" in done.stdout
    found = json.loads(run(tmp_path, bundle, "--json").stdout)
    assert found["whole"] is False and found["changed"] == ["synthdial-edge"] and len(found["added"]) == 2
    assert found["key"].startswith("SHA256:") and found["key_from"] == "bundle" and found["about"]["glibc"] == "2.34"


def test_of_very_many_some_are_named_and_the_others_counted(bundle: Path, tmp_path: Path) -> None:
    for number in range(30):
        (bundle / f"{number:02}.so").write_bytes(b"")
    done = run(tmp_path, bundle)
    assert done.stdout.count("added: ") == 21 and "added: 10 more" in done.stdout
    assert len(json.loads(run(tmp_path, bundle, "--json").stdout)["added"]) == 30


def test_remarks_are_no_faults_and_no_part_of_the_answer(bundle: Path, tmp_path: Path) -> None:
    (bundle / "synthdial-edge").chmod(0o757)
    done = run(tmp_path, bundle)
    assert done.exit_code == 0 and "Anyone on this machine" in done.stderr and "Anyone" not in done.stdout


def test_a_checkout_has_nothing_to_be_held_against(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert isinstance(done.exception, SynthdialError) and "no standalone program" in str(done.exception)


class TestStandalone:
    """The program that was frozen knows its own folder."""

    @pytest.fixture
    def frozen(self, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(sys, "executable", str(bundle / "synthdial-edge"))
        monkeypatch.setattr(sys, "_MEIPASS", str(bundle / "_internal"), raising=False)
        return bundle

    def test_it_verifies_itself(self, frozen: Path, tmp_path: Path) -> None:
        assert f"in {frozen}:" in run(tmp_path).stdout
        (frozen / "_internal" / "evil.so").write_bytes(b"")
        assert "added: _internal/evil.so" in run(tmp_path).stdout

    def test_also_by_way_of_a_link(self, frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "synthdial-edge").symlink_to(frozen / "synthdial-edge")
        monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "synthdial-edge"))
        assert f"in {frozen}:" in run(tmp_path).stdout

    def test_a_single_file_says_that_it_has_no_manifest(
        self, frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "_MEI123"))
        done = run(tmp_path)
        assert isinstance(done.exception, SynthdialError) and "a single file" in str(done.exception)


def test_on_a_terminal_it_shows_how_far_it_is_and_answers_on_standard_output(bundle: Path, tmp_path: Path) -> None:
    (bundle / "models").mkdir()
    (bundle / "models" / "groot.gguf").write_bytes(b"")
    os.truncate(bundle / "models" / "groot.gguf", 40_000_000)
    write_manifest(bundle, {})
    here, there = os.openpty()
    command = [sys.executable, "-P", "-m", "synthdial", "verify", str(bundle), "--json"]
    environment = os.environ | {"SYNTHDIAL_HOME": str(tmp_path), "TERM": "xterm"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=there, env=environment, check=True)
    os.close(there)
    assert b"100%" in os.read(here, 1 << 16)
    os.close(here)
    assert json.loads(done.stdout)["whole"]


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="another user is needed, and root to become one")
def test_any_user_who_may_read_can_verify(bundle: Path, tmp_path: Path) -> None:
    place = Path("/tmp") / f"verify-{os.getpid()}"
    shutil.copytree(bundle, place, symlinks=True)
    try:
        place.chmod(0o755)
        script = (
            "import os, sys; import nacl.signing; from pathlib import Path; from synthdial.bundle import check_bundle\n"
            "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            "print(check_bundle(Path(sys.argv[1])).whole)\n"
        )
        command = [sys.executable, "-P", "-c", script, str(place)]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"
        (place / MANIFEST).chmod(0o600)
        done = subprocess.run(command, capture_output=True, text=True)
        assert "cannot be read: Permission denied" in done.stderr
    finally:
        shutil.rmtree(place)
