"""Write files so that a reader sees the old one or the new one, never half of one, and nothing is left beside it."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from synthdial.errors import SynthdialError

_ENDING = ".synthdial.part"  # of temporary files, which no other program's have
_MOST_ATTEMPTS = 5


def replace_atomically(path: Path, blocks: Iterable[bytes], mode: int = 0o600) -> int:
    """Write a file beside its place and move it there when it is complete and on the disk.

    What a program that was killed left in its folder is removed first.

    Parameters
    ----------
    path : Path
        Where it goes; its folder is made if it is not there.
    blocks : iterable of bytes
        Its content.
    mode : int
        Who may read it.

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    SynthdialError
        When it cannot be written; what stood there before still does.
    """
    size = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(path) as folder:
            part = folder / path.name
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                for block in blocks:
                    size += file.write(block)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(mode)
            part.replace(path)
    except OSError as error:
        raise SynthdialError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error
    return size


class Staging:
    """Files that are written out of sight, and moved to their places together when all are complete.

    Parameters
    ----------
    folder : Path
        Where they are made; on the same disk as their places.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, tuple[Path, IO[bytes]]] = {}
        self._count = 0

    def open(self, path: Path) -> IO[bytes]:
        """A file to write, for the place that it will have."""
        part = self._folder / str(self._count)
        self._count += 1
        file = os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")
        self._files[path] = part, file
        return file

    def drop(self, file: IO[bytes]) -> None:
        """Give up a file: it goes nowhere."""
        file.close()
        self._files = {path: (part, other) for path, (part, other) in self._files.items() if other is not file}

    def publish(self) -> None:
        """Move all to their places, once each is on the disk; what stood there is replaced.

        Raises
        ------
        OSError
            When one cannot be; those before it are in their places then.
        """
        for _, file in self._files.values():
            file.flush()
            os.fsync(file.fileno())
            file.close()
        for path, (part, _) in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            part.replace(path)
        self._files.clear()

    def close(self) -> None:
        """Close what was not moved."""
        for _, file in self._files.values():
            with contextlib.suppress(OSError):
                file.close()


@contextlib.contextmanager
def staging(path: Path) -> Iterator[Staging]:
    """Files beside a path that are not seen until they are published; what was not is gone when this ends.

    Raises
    ------
    SynthdialError
        When there is no place for them, or the disk is full: what stood there before still does.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(path) as folder:
            staged = Staging(folder)
            try:
                yield staged
            finally:
                staged.close()
    except OSError as error:
        raise SynthdialError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error


@contextlib.contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """A folder beside a file, for its owner alone, to make the file in; it is gone when this ends.

    It is locked while it is used, so that `sweep` knows one that a killed program left behind.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    sweep(path.parent)
    folder, handle = _made(path)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _unlock(handle)


def _made(path: Path) -> tuple[Path, int | None]:
    for attempt in range(_MOST_ATTEMPTS):
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:60]}.", suffix=_ENDING))
        try:
            handle = _lock(folder)
        except OSError:  # another program sweeps it, before it was locked
            if attempt + 1 == _MOST_ATTEMPTS:
                raise
            continue
        if folder.is_dir():
            return folder, handle
        _unlock(handle)
    raise OSError(f"{path} could not be locked")


def sweep(folder: Path) -> int:
    """Remove the temporary folders and files in a folder that nobody works in any more; how many there were.

    Whatever cannot be removed stays: that is no reason not to go on.
    """
    swept = 0
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if entry.name.startswith(".") and entry.name.endswith(_ENDING) and not entry.is_symlink():
                swept += _remove_if_left(Path(entry.path))
    return swept


def _remove_if_left(part: Path) -> bool:
    try:
        handle = _lock(part)
    except OSError:
        return False  # somebody works in it, or it is gone
    try:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
    finally:
        _unlock(handle)
    return not part.exists()


def _lock(part: Path) -> int | None:
    """Lock a temporary folder until the program ends, however it ends."""
    if sys.platform == "win32":
        return None  # what is open there cannot be removed anyway
    import fcntl

    handle = os.open(part, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _unlock(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)
