"""One run at a time writes into a study; the lock ends with the program, however that ends."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthdial.errors import SynthdialError
from synthdial.study.lock import run_lock

HOLD = """
import pathlib, sys
from synthdial.study.lock import run_lock
with run_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / "demo.study"


@pytest.fixture
def holder(study: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(study)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_lock_leaves_nothing_behind(study: Path) -> None:
    for _ in range(2):
        with run_lock(study):
            assert [file.name for file in study.parent.iterdir()] == ["demo.study-lock"]
        assert list(study.parent.iterdir()) == []


def test_nor_does_it_when_the_run_fails(study: Path) -> None:
    with pytest.raises(KeyboardInterrupt), run_lock(study):
        raise KeyboardInterrupt
    assert list(study.parent.iterdir()) == []


def test_a_second_run_in_this_process_is_refused(study: Path) -> None:
    with run_lock(study):
        with pytest.raises(SynthdialError, match="Another run is writing into the study"), run_lock(study):
            pass
        assert (study.parent / "demo.study-lock").exists()


def test_a_second_run_in_another_process_is_refused(study: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(SynthdialError, match="Another run is writing into the study"), run_lock(study):
        pass
    with run_lock(study.with_name("other.study")):
        pass  # another study is free


def test_the_lock_is_free_when_its_process_ends(study: Path, holder: subprocess.Popen[str]) -> None:
    holder.communicate()
    with run_lock(study):
        pass


def test_the_lock_is_free_when_its_process_is_killed(study: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()  # SIGKILL: nothing of it gets to run any more
    holder.wait()
    assert (study.parent / "demo.study-lock").exists()
    with run_lock(study):
        pass
    assert list(study.parent.iterdir()) == []


def test_a_place_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(SynthdialError, match="cannot be written"), run_lock(tmp_path / "absent" / "demo.study"):
        pass
