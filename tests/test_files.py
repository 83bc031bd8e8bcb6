"""A file is replaced whole, or not at all."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically, sweep, temporary_folder


def test_writes_the_blocks_and_says_how_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.bin"
    assert replace_atomically(path, [b"een", b"", b"twee"]) == 7
    assert path.read_bytes() == b"eentwee"


def test_only_the_owner_may_read_it_unless_asked(tmp_path: Path) -> None:
    replace_atomically(tmp_path / "own", [b"x"])
    replace_atomically(tmp_path / "all", [b"x"], mode=0o644)
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "all").stat().st_mode) == 0o644


def test_replaces_an_older_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old and longer")
    replace_atomically(path, [b"new"])
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [SynthdialError("broken"), KeyboardInterrupt(), MemoryError(), RuntimeError()])
def test_when_the_content_fails_the_old_file_stays(tmp_path: Path, failure: BaseException) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"half"
        raise failure

    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(type(failure)):
        replace_atomically(path, blocks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failing_disk_is_one_message_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr("synthdial.files.os.fsync", full)
    with pytest.raises(SynthdialError, match="No space left"):
        replace_atomically(path, [b"new"])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(SynthdialError, match="cannot be written"):
        replace_atomically(folder, [b"x"])
    assert list(tmp_path.iterdir()) == [folder]


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SynthdialError, match="cannot be written"):
        replace_atomically(tmp_path / "file" / "a", [b"x"])


HALF = """
import os, signal, sys
from pathlib import Path
from synthdial.files import replace_atomically
def blocks():
    yield b"half of a dialogue"
    os.kill(os.getpid(), signal.SIGKILL)
replace_atomically(Path(sys.argv[1]), blocks())
"""


def killed_while_writing(path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", HALF, str(path)], check=False).returncode == -signal.SIGKILL


class TestLeftBehind:
    def test_what_a_killed_program_left_goes_at_the_next_start(self, tmp_path: Path) -> None:
        killed_while_writing(tmp_path / "a.jsonl")
        (left,) = tmp_path.iterdir()
        assert left.name.startswith(".a.jsonl.") and stat.S_IMODE(left.stat().st_mode) == 0o700
        replace_atomically(tmp_path / "b.jsonl", [b"whole"])
        assert [file.name for file in tmp_path.iterdir()] == ["b.jsonl"]

    def test_a_study_that_is_opened_sweeps_its_folder(self, tmp_path: Path) -> None:
        from synthdial.study import Study

        killed_while_writing(tmp_path / "a.jsonl")
        Study(tmp_path / "a.study", create=True).close()
        assert [file.name for file in tmp_path.iterdir()] == ["a.study"]

    def test_what_another_program_writes_now_stays(self, tmp_path: Path) -> None:
        code = HALF.replace("os.kill(os.getpid(), signal.SIGKILL)", "print('ready', flush=True); sys.stdin.read()")
        command = [sys.executable, "-c", code, str(tmp_path / "a")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None and other.stdout.readline() == "ready\n"
            assert sweep(tmp_path) == 0
            replace_atomically(tmp_path / "b", [b"x"])
            other.communicate("")
        assert (tmp_path / "a").read_bytes() == b"half of a dialogue"
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]

    def test_what_this_program_writes_now_stays(self, tmp_path: Path) -> None:
        with temporary_folder(tmp_path / "a") as folder:
            (folder / "a").write_bytes(b"x")
            assert sweep(tmp_path) == 0 and (folder / "a").exists()
        assert list(tmp_path.iterdir()) == []

    def test_files_of_others_stay(self, tmp_path: Path) -> None:
        names = [".a.part", "a.synthdial.part", ".synthdial", ".a.synthdial.part.txt"]
        for name in names:
            (tmp_path / name).write_bytes(b"x")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / ".link.synthdial.part").symlink_to(tmp_path / "elsewhere")
        assert sweep(tmp_path) == 0
        assert len(list(tmp_path.iterdir())) == len(names) + 2

    def test_a_folder_that_cannot_be_looked_into_is_no_problem(self, tmp_path: Path) -> None:
        assert sweep(tmp_path / "nowhere") == 0

    def test_the_folder_is_not_made_more_open(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o750)
        replace_atomically(tmp_path / "a", [b"x"])
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750

    def test_a_long_name_is_written_too(self, tmp_path: Path) -> None:
        name = "n" * (os.pathconf(tmp_path, "PC_NAME_MAX") - 6) + ".jsonl"
        replace_atomically(tmp_path / name, [b"x"])
        assert [file.name for file in tmp_path.iterdir()] == [name]
