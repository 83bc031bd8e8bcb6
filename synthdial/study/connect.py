"""The one place that opens a study's file: with SQLite, or with SQLCipher where it is encrypted."""

import os
import sqlite3
import threading
from pathlib import Path
from types import ModuleType
from typing import cast

from synthdial.errors import SynthdialError
from synthdial.passphrase import SALT, key_of, known_key, passphrase_for, remember_key
from synthdial.study.explain import not_a_study

_PAGE = 4096  # SQLCipher's, of which an encrypted study is a multiple
_LEAST_VALUES = 200  # different bytes in a page that was encrypted: 256 are expected

_Inode = tuple[int, int]
_encrypted: dict[_Inode, int] = {}  # studies that this process has open with SQLCipher, and how often
_guard = threading.Lock()


class Connection:
    """A connection to a study's file, and whether it is encrypted."""

    def __init__(self, path: Path, *, read_only: bool = False, passphrase: str | None = None) -> None:
        """Open a file that is there; with a passphrase, encrypt one that is empty."""
        place = path.stat()
        self._inode: _Inode = (place.st_dev, place.st_ino)
        # two copies of SQLite in one process would drop each other's locks: where SQLCipher has it open, the other one
        # must not so much as look at it
        with _guard:
            known = _encrypted.get(self._inode, 0) > 0
            db = None if known or passphrase is not None else _plain(path, read_only)
            self.encrypted = self._held = db is None
            if db is None:
                _encrypted[self._inode] = _encrypted.get(self._inode, 0) + 1
        try:
            self.db = db or (_unlocked(path, read_only) if passphrase is None else _new(path, passphrase))
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            with _guard:
                _encrypted[self._inode] -= 1
                if not _encrypted[self._inode]:
                    del _encrypted[self._inode]

    def close(self) -> None:
        """Close it; twice does no harm."""
        self.db.close()
        self._let_go()


def cipher() -> ModuleType:
    """SQLCipher's library, which is needed for encrypted studies alone.

    Raises
    ------
    SynthdialError
        When it is not installed.
    """
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise SynthdialError(
            "Encrypted studies need the package sqlcipher3, which is not installed.",
            "Install it: pip install sqlcipher3",
        ) from error
    return cast(ModuleType, dbapi2)


def keyed(db: sqlite3.Connection, key: bytes, salt: bytes, schema: str = "") -> None:
    """Give a connection, or one of its attached files, the key that opens it."""
    db.execute(f"PRAGMA {schema}key = \"x'{key.hex()}{salt.hex()}'\"")


def _address(path: Path, read_only: bool) -> str:
    # where it may be written a reader opens it so, too: its companions are then folded away when it is closed
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    mode = "rw" if writable or not read_only else "ro"
    if not writable and read_only and not Path(f"{path}-wal").exists():
        mode = "ro&immutable=1"  # a medium that cannot be written: SQLite could not make its shared memory there
    return f"{path.resolve().as_uri()}?mode={mode}"


def _open(path: Path, read_only: bool, library: ModuleType = sqlite3) -> sqlite3.Connection:
    db = library.connect(_address(path, read_only), uri=True, isolation_level=None, timeout=5)
    if library is not sqlite3:
        db.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error what messages say
    return cast(sqlite3.Connection, db)


def _settle(db: sqlite3.Connection, read_only: bool) -> sqlite3.Connection:
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA temp_store = MEMORY")  # what is sorted would else be written to the system's folder
    if read_only:
        db.execute("PRAGMA query_only = ON")
    return db


def _plain(path: Path, read_only: bool) -> sqlite3.Connection | None:
    """A connection to a study that is not encrypted; None where it may be."""
    db = _open(path, read_only)
    try:
        _settle(db, read_only)
        db.execute("PRAGMA user_version")
    except sqlite3.DatabaseError as error:
        db.close()
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB" and _looks_encrypted(path):
            return None
        raise
    except BaseException:
        db.close()
        raise
    return db


def _looks_encrypted(path: Path) -> bool:
    """Whether a file that is no plain database consists of whole pages, the first of which looks like noise."""
    size = path.stat().st_size
    if not size or size % _PAGE:
        return False
    with path.open("rb") as file:
        return len(set(file.read(_PAGE))) >= _LEAST_VALUES


def _salt(path: Path, read_only: bool) -> bytes:
    # SQLCipher reads it: another handle on the file would drop the locks of this process when it is closed
    db = _open(path, read_only, cipher())
    try:
        db.execute("PRAGMA key = 'none'")
        ((found,),) = db.execute("PRAGMA cipher_salt").fetchall()
        return bytes.fromhex(found)
    finally:
        db.close()


def _unlocked(path: Path, read_only: bool) -> sqlite3.Connection:
    salt = _salt(path, read_only)
    key = known_key(salt)
    if key is not None and (db := _try(path, read_only, key, salt)) is not None:
        return db
    attempt = 0
    while True:
        attempt += 1
        key = key_of(passphrase_for(path, attempt), salt)
        if (db := _try(path, read_only, key, salt)) is not None:
            remember_key(salt, key)
            return db


def _try(path: Path, read_only: bool, key: bytes, salt: bytes) -> sqlite3.Connection | None:
    """A connection that the key opens; None where it does not."""
    library = cipher()
    db = _open(path, read_only, library)
    try:
        keyed(db, key, salt)
        _settle(db, read_only)
        db.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except library.DatabaseError as error:
        db.close()
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            return None
        raise
    except BaseException:
        db.close()
        raise
    return db


def _new(path: Path, passphrase: str) -> sqlite3.Connection:
    if path.stat().st_size:
        raise not_a_study(path)
    salt = os.urandom(SALT)
    key = key_of(passphrase, salt)
    db = _open(path, False, cipher())
    keyed(db, key, salt)
    remember_key(salt, key)
    return _settle(db, False)
