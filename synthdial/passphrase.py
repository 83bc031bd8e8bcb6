"""Passphrases of encrypted studies: who is asked for them, and the keys that come of them."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from synthdial.errors import SynthdialError

SHORTEST = 12
"""Characters that a new passphrase has at least."""

SALT = 16
"""Bytes that an encrypted study begins with; they are no secret."""

_ROUNDS = 256_000  # of PBKDF2-HMAC-SHA512: what SQLCipher 4 does with a passphrase
_KEY = 32


class Source(Protocol):
    """Something that knows the passphrase of a study, or asks a person for it."""

    def __call__(self, study: Path, attempt: int) -> str | None:
        """The passphrase.

        Parameters
        ----------
        study : Path
            The study that shall be opened.
        attempt : int
            1 for the first; 2 where the first did not open it, and so on.

        Returns
        -------
        str or None
            None to give up.
        """


_sources: list[Source] = []
_keys: dict[bytes, bytes] = {}  # by salt: a screen opens its study many times, and a key takes a fifth of a second
_guard = threading.Lock()


@contextmanager
def asking(source: Source) -> Iterator[None]:
    """Ask a source for the passphrases of encrypted studies that are opened meanwhile, in whatever thread."""
    _sources.append(source)
    try:
        yield
    finally:
        _sources.remove(source)


def key_of(passphrase: str, salt: bytes) -> bytes:
    """The key of 32 bytes that SQLCipher 4 derives from a passphrase: PBKDF2-HMAC-SHA512, 256,000 rounds."""
    return hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, _ROUNDS, _KEY)


def known_key(salt: bytes) -> bytes | None:
    """The key of a study that was opened before."""
    return _keys.get(salt)


def remember_key(salt: bytes, key: bytes) -> None:
    """Keep the key of a study until the program ends."""
    with _guard:
        _keys[salt] = key


def forget_keys() -> None:
    """Forget all keys: whoever opens a study next is asked again."""
    with _guard:
        _keys.clear()


def passphrase_for(study: Path, attempt: int) -> str:
    """What the source of now says.

    Raises
    ------
    SynthdialError
        When there is none, or it gives up.
    """
    if not _sources:
        raise SynthdialError(
            f"The study {study} is encrypted.", "Give its passphrase: with --passphrase-file FILE, or on a terminal."
        )
    found = _sources[-1](study, attempt)
    if found is None:
        wrong = f"The passphrase does not open {study}." if attempt > 1 else f"The study {study} is encrypted."
        hint = (
            "It is another one, or the file is damaged or no study. Without it nobody can read the study."
            if attempt > 1
            else "Give its passphrase: with --passphrase-file FILE, or on a terminal."
        )
        raise SynthdialError(wrong, hint)
    return found


def checked_new(passphrase: str) -> str:
    """A passphrase for a study that is to be encrypted, if it is fit for that.

    Raises
    ------
    SynthdialError
        When it is too short.
    """
    if len(passphrase) < SHORTEST:
        raise SynthdialError(
            f"The passphrase has {len(passphrase)} characters; {SHORTEST} or more are needed.",
            "A few words that do not belong together are easy to keep and hard to guess.",
        )
    return passphrase


def read_passphrase(path: Path) -> str:
    """The passphrase in a file: its first line.

    Raises
    ------
    SynthdialError
        When it cannot be read, or is empty.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SynthdialError(f"The passphrase file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SynthdialError(f"The passphrase file {path} is no text in UTF-8.") from error
    if not lines or not lines[0]:
        raise SynthdialError(f"The passphrase file {path} is empty.", "Its first line is the passphrase.")
    return lines[0]
