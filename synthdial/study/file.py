"""The file of a study: opened, checked, brought to the newest version, and written in whole transactions."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import EmptyStudyError, SynthdialError
from synthdial.files import sweep
from synthdial.study.connect import Connection
from synthdial.study.explain import damaged, explained, not_a_study
from synthdial.study.schema import APPLICATION_ID, MIGRATIONS, VERSION, WITH_CANDIDATES, WITH_LOG, WITH_REVIEWS
from synthdial.study.soundness import fault_of

# what can come of rows that are wrong, in whatever reads them
_OF_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


class StudyFile:
    """A study's file, open; see `synthdial.study.Study` for its parameters and for what stands in it."""

    def __init__(
        self, path: Path, *, create: bool = False, read_only: bool = False, passphrase: str | None = None
    ) -> None:
        self.path = path
        exists = path.exists()
        if not exists and not create:
            raise SynthdialError(f"There is no study {path}.", f"Make one with: synthdial-edge batch {path} --count 4")
        if path.is_dir():
            raise SynthdialError(f"{path} is a folder, not a study.", "Give the name of a file, such as demo.study.")
        with explained(path):
            # never open and close an existing study by other means than SQLite: the system would then drop the locks of
            # every connection that this process has to it
            if not exists:
                _create_empty(path)
            elif 0 < path.stat().st_size < 512:  # no database is so small; SQLite takes one of a single byte for empty
                raise not_a_study(path)
            if not read_only:
                sweep(path.parent)
            new = passphrase if create and not path.stat().st_size else None
            self._connection = Connection(path, read_only=read_only, passphrase=new)
            self._db = self._connection.db
            try:
                self._prepare(read_only)
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fault = self._fault() if isinstance(error, _OF_DAMAGE) and not isinstance(error, SynthdialError) else None
        self.close()
        if fault is not None:
            raise damaged(self.path, fault) from error

    def _fault(self) -> str | None:
        """What is wrong with the rows of the study, when something that reads them failed."""
        with explained(self.path):
            return fault_of(self._db)

    def close(self) -> None:
        """Close the file; its companions ``-wal`` and ``-shm`` are folded into it."""
        self._connection.close()

    @property
    def encrypted(self) -> bool:
        """Whether a passphrase is needed to read it."""
        return self._connection.encrypted

    def _prepare(self, read_only: bool) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != APPLICATION_ID and tables:
            raise not_a_study(self.path)
        if version > VERSION:
            raise SynthdialError(
                f"The study {self.path} was made by a newer version of this program (format {version}; this one reads "
                f"up to {VERSION}).",
                "Use the newer program.",
            )
        self._has_candidates = not read_only or version >= WITH_CANDIDATES
        self.has_reviews = not read_only or version >= WITH_REVIEWS
        self.has_log = not read_only or version >= WITH_LOG
        if read_only:
            if not tables:
                raise EmptyStudyError(f"The study {self.path} is empty.", "Fill it with 'synthdial-edge batch'.")
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if version < VERSION:
            with self._writing():
                (version,) = self._db.execute("PRAGMA user_version").fetchone()  # another process may have been first
                for migration in MIGRATIONS[version:]:
                    for statement in migration:
                        self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {VERSION}")
                if version < WITH_LOG:
                    self._begin_log(version)

    def _begin_log(self, version: int) -> None:
        """What a study does when it comes to a format that has a log; within its migration."""

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read the study as it is now, whatever others write meanwhile; nothing can be written within."""
        with explained(self.path):
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                if self._db.in_transaction:
                    self._db.execute("COMMIT")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction that is on the disk when it ends."""
        with explained(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        with explained(self.path):
            # no 'yield from': it closes the cursor of a reader that stops half way, perhaps after the study was closed
            for row in self._db.execute(query, values):  # noqa: UP028
                yield row

    def _fact(self, name: str) -> str | None:
        for (value,) in self._rows("SELECT value FROM facts WHERE name = ?", name) if self.has_reviews else ():
            return str(value)
        return None

    def _read(self, table: str, key: str, provenance: Any) -> Dialogue:
        rows = self._rows(f"SELECT speaker, text FROM {table} WHERE dialogue = ? ORDER BY position", key)
        turns = tuple(self._turn(speaker, text) for speaker, text in rows)
        return Dialogue(key, turns, self._table(provenance))

    def _table(self, content: Any) -> dict[str, Any]:
        with explained(self.path):
            table = json.loads(content) if isinstance(content, str) else None
            if not isinstance(table, dict):
                raise ValueError("provenance is no table")
            return table

    def _turn(self, speaker: Any, text: Any) -> Turn:
        with explained(self.path):
            if not isinstance(text, str):
                raise ValueError("the text of a turn is no text")
            return Turn(Speaker(speaker), text)


def _create_empty(path: Path) -> None:
    if not path.parent.exists():
        raise SynthdialError(f"The folder {path.parent} does not exist.", "Make it, or choose another place.")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
