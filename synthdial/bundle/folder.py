"""What lies in the folder of a bundle: all of it listed, no link followed, ordinary files alone read."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from synthdial.errors import SynthdialError

LONGEST = 4 << 20
"""Bytes of a manifest, or of another file about a bundle; the manifest of this program takes less than a megabyte."""

_BLOCK = 1 << 20
# what somebody put in a file's place while nobody looked is neither followed nor waited for
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def walk(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder, with its path from there; in no order.

    Raises
    ------
    SynthdialError
        When a folder cannot be listed: what it holds would go unseen.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as found:
                for one in found:
                    path = f"{below}/{one.name}" if below else one.name
                    if one.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    yield path, one.stat(follow_symlinks=False)
        except OSError as error:
            raise SynthdialError(
                f"{folder / below} cannot be listed: {error.strerror}.",
                "Nothing can be said of a bundle that cannot be read in full.",
            ) from error


def file_digest(path: Path, advance: Callable[[int], None] = lambda count: None) -> str:
    """The SHA-256 of a file, read a megabyte at a time.

    Parameters
    ----------
    path : Path
        The file.
    advance : callable
        Is given the bytes that were read since it was last called.

    Raises
    ------
    SynthdialError
        When it cannot be read; also when it is no ordinary file.
    """
    sha256 = hashlib.sha256()
    try:
        with os.fdopen(_opened(path), "rb", buffering=0) as file:
            while block := file.read(_BLOCK):
                sha256.update(block)
                advance(len(block))
    except OSError as error:
        raise SynthdialError(
            f"{path} cannot be read: {error.strerror}.", "Nothing can be said of a bundle that cannot be read in full."
        ) from error
    return sha256.hexdigest()


def read_small(path: Path) -> bytes:
    """The content of a small file of a bundle.

    Raises
    ------
    SynthdialError
        When it is missing, cannot be read, or is larger than `LONGEST`.
    """
    try:
        with os.fdopen(_opened(path), "rb") as file:
            content = file.read(LONGEST + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SynthdialError(
            f"There is no {path.name} in {path.parent}.", "Expected is the folder of a bundle."
        ) from error
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.", "Expected is an ordinary file.") from error
    if len(content) > LONGEST:
        raise SynthdialError(f"{path} is larger than any of a bundle.", "Get the bundle anew from who made it.")
    return content


def _opened(path: Path) -> int:
    handle = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(0, "it is not an ordinary file")
    return handle
