"""Encrypt a study that is there: a new file takes the place of the old one, of which nothing is left."""

import os
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.files import temporary_folder
from synthdial.passphrase import SALT, checked_new, key_of, remember_key
from synthdial.study.audit import AuditLog
from synthdial.study.connect import cipher, keyed
from synthdial.study.explain import explained
from synthdial.study.lock import run_lock
from synthdial.study.schema import APPLICATION_ID, VERSION
from synthdial.study.study import Study

_BLOCK = 1 << 20


def encrypt_study(path: Path, passphrase: str) -> None:
    """Encrypt a study with a passphrase, in its place.

    The encrypted copy is made beside it, verified, and moved to its name; only then is the old file overwritten with
    zeros and given up. Ended at any moment there is either the old study or the encrypted one. A disk that keeps what
    is overwritten, as flash memory and snapshots do, may hold the old text still: a study that shall never be there in
    the clear is encrypted when it is made.

    Parameters
    ----------
    path : Path
        The study. Nobody else may have it open.
    passphrase : str
        12 characters or more. There is no way to read the study without it.

    Raises
    ------
    SynthdialError
        When the study is encrypted already or in use, or there is no room for the copy; it is as it was then.
    """
    checked_new(passphrase)
    path = path.resolve()
    library = cipher()
    with run_lock(path):
        with Study(path) as study:
            if study.encrypted:
                raise SynthdialError(f"The study {path} is encrypted already.", "Nothing was changed.")
            before = _contents(study)
        with explained(path), temporary_folder(path) as folder:
            copy = folder / path.name
            os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            salt = os.urandom(SALT)
            key = key_of(passphrase, salt)
            plain = library.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=5)
            try:
                plain.execute("PRAGMA locking_mode = EXCLUSIVE")
                plain.execute("PRAGMA temp_store = MEMORY")
                plain.execute("PRAGMA journal_mode = DELETE")  # folds the write-ahead log in; refused while others read
                plain.execute("BEGIN EXCLUSIVE")
                plain.execute("COMMIT")
                plain.execute(f"ATTACH DATABASE ? AS sealed KEY \"x'{key.hex()}{salt.hex()}'\"", (str(copy),))
                plain.execute("SELECT sqlcipher_export('sealed')")
                plain.execute(f"PRAGMA sealed.application_id = {APPLICATION_ID}")
                plain.execute(f"PRAGMA sealed.user_version = {VERSION}")
                plain.execute("DETACH DATABASE sealed")
                remember_key(salt, key)
                _finish(copy, key, salt, before)
                _take_place(copy, path)
            finally:
                plain.close()


def _contents(study: Study) -> tuple[list[tuple[str, int]], tuple[int, str]]:
    """How many rows each table has, and the newest entry of the log."""
    tables = [name for (name,) in study._rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    counted = [(name, int(next(study._rows(f'SELECT count(*) FROM "{name}"'))[0])) for name in tables]
    return counted, AuditLog(study).last()


def _finish(copy: Path, key: bytes, salt: bytes, before: tuple[list[tuple[str, int]], tuple[int, str]]) -> None:
    """Verify the copy, page by page and row by row, and log that it has a passphrase."""
    db = cipher().connect(str(copy), isolation_level=None)
    try:
        keyed(db, key, salt)
        damaged = db.execute("PRAGMA cipher_integrity_check").fetchall()
        sound = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        db.close()
    with Study(copy) as study:
        if damaged or not sound or _contents(study) != before:
            raise SynthdialError(f"The encrypted copy of {copy.name} is not sound.", "The study is as it was.")
        with study._writing():
            AuditLog(study).append("passphrase set", {})


def _take_place(copy: Path, path: Path) -> None:
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    with path.open("r+b") as old:
        size = path.stat().st_size
        copy.replace(path)
        _sync_folder(path.parent)
        while size > 0:
            size -= old.write(bytes(min(_BLOCK, size)))
        old.flush()
        os.fsync(old.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
