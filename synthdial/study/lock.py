"""One run at a time writes into a study: a lock that the system takes back when the program ends, however it ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthdial.errors import SynthdialError


@contextmanager
def run_lock(study: Path) -> Iterator[None]:
    """Hold the lock of a study's runs; it is a file beside the study, empty, removed at the end.

    Raises
    ------
    SynthdialError
        When another run holds it, or it cannot be made.
    """
    path = study.with_name(f"{study.name}-lock")
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        raise SynthdialError(
            f"The study {study} cannot be written: {error.strerror}.", "Copy it to a place you may write."
        ) from error
    try:
        if not (_take(handle) and _is_there(handle, path)):
            raise SynthdialError(
                f"Another run is writing into the study {study}.", "Wait until it is done, or give another study."
            )
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _is_there(handle: int, path: Path) -> bool:
    """Whether the file that is locked still has its name: the run before removes it when it ends."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
