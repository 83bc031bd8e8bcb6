"""What SQLite and the system say about a study's file, as one clear message."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from synthdial.errors import SynthdialError


def not_a_study(path: Path) -> SynthdialError:
    """That a file is something else."""
    return SynthdialError(f"{path} is not a study of this program.", "Give another name; nothing was changed in it.")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into one clear message."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise SynthdialError(f"The study {path} cannot hold that text: {error.reason}.") from error
    except ValueError as error:  # text that is not UTF-8, provenance that is no JSON
        raise _EXPLANATIONS["CORRUPT"](path, error) from error
    except sqlite3.IntegrityError as error:
        raise SynthdialError(f"The study {path} already holds that dialogue ({error}).") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        raise _EXPLANATIONS.get(code.removeprefix("SQLITE_").split("_")[0], _other)(path, error) from error
    except PermissionError as error:
        raise SynthdialError(f"{path} may not be opened: {error.strerror}.", "Choose another place.") from error
    except OSError as error:
        raise SynthdialError(f"{path} cannot be opened: {error.strerror}.", "Choose another place.") from error


def _other(path: Path, error: Exception) -> SynthdialError:
    return SynthdialError(f"The study {path} cannot be used: {error}.", "All dialogues stored before are kept.")


_EXPLANATIONS: dict[str, Callable[[Path, Exception], SynthdialError]] = {
    "FULL": lambda path, _: SynthdialError(
        f"The disk that holds {path} is full.", "All dialogues stored so far are kept: make room and run it again."
    ),
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
    "CORRUPT": lambda path, error: SynthdialError(
        f"The study {path} is damaged: {error}.", "Keep the file; 'sqlite3 FILE .recover' saves what can be read."
    ),
}
