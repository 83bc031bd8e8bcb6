"""A file is replaced whole, or not at all."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically


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
