"""What SQLite and the system say about a study's file, as one clear message."""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from synthdial.errors import SynthdialError

_LEAST_FREE = 1 << 16  # bytes: SQLite's companion -shm takes half of that


def not_a_study(path: Path) -> SynthdialError:
    """That a file is something else."""
    return SynthdialError(f"{path} is not a study of this program.", "Give another name; nothing was changed in it.")


def damaged(path: Path, what: object) -> SynthdialError:
    """That a study is damaged, and what is wrong."""
    return SynthdialError(
        f"The study {path} is damaged: {what}.", "Keep the file; 'sqlite3 FILE .recover' saves what can be read."
    )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into one clear message."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise SynthdialError(f"The study {path} cannot hold that text: {error.reason}.") from error
    except ValueError as error:  # text that is not UTF-8, provenance that is no JSON
        raise _EXPLANATIONS["CORRUPT"](path, error) from error
    except database_errors("IntegrityError") as error:
        if "only" in str(error):  # what a trigger says of logs, checks and events
            raise SynthdialError(f"The study {path} was not changed: {error}.") from error
        raise SynthdialError(f"The study {path} already holds that dialogue ({error}).") from error
    except database_errors() as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        raise _EXPLANATIONS.get(code.removeprefix("SQLITE_").split("_")[0], _other)(path, error) from error
    except PermissionError as error:
        raise SynthdialError(f"{path} may not be opened: {error.strerror}.", "Choose another place.") from error
    except OSError as error:
        raise SynthdialError(f"{path} cannot be opened: {error.strerror}.", "Choose another place.") from error


def database_errors(name: str = "Error") -> tuple[type[Exception], ...]:
    """A class of errors of SQLite and, where an encrypted study was opened, of SQLCipher, whose classes are its own."""
    libraries = (sqlite3, sys.modules.get("sqlcipher3.dbapi2"))
    return tuple(getattr(library, name) for library in libraries if library is not None)


def _other(path: Path, error: Exception) -> SynthdialError:
    return SynthdialError(f"The study {path} cannot be used: {error}.", "All dialogues stored before are kept.")


def _failing_disk(path: Path, error: Exception) -> SynthdialError:
    """SQLite calls it a fault of the disk when there is no room for its companion ``-shm``."""
    with suppress(OSError):
        if shutil.disk_usage(path.parent).free < _LEAST_FREE:
            return _EXPLANATIONS["FULL"](path, error)
    return SynthdialError(
        f"The disk that holds {path} fails: {error}.", "All dialogues stored so far are kept: copy it to another disk."
    )


_EXPLANATIONS: dict[str, Callable[[Path, Exception], SynthdialError]] = {
    "FULL": lambda path, _: SynthdialError(
        f"The disk that holds {path} is full.", "All dialogues stored so far are kept: make room and run it again."
    ),
    "IOERR": _failing_disk,
    "BUSY": lambda path, _: SynthdialError(
        f"The study {path} is locked by another program.", "Wait until it is done, or close it."
    ),
    "READONLY": lambda path, _: SynthdialError(
        f"The study {path} cannot be written: the file or its disk is read-only.", "Copy it to a place you may write."
    ),
    "CANTOPEN": lambda path, _: SynthdialError(
        f"The study {path} cannot be opened: its folder may not be written.", "Copy it to a place you may write."
    ),
    "NOTADB": lambda path, _: not_a_study(path),
    "CORRUPT": damaged,
}
