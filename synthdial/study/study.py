"""The study: one SQLite file that holds everything about one corpus.

It survives a crash at any moment: a dialogue is on the disk before it is reported. Only its owner may read it.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.study.recipe import Recipe
from synthdial.study.schema import APPLICATION_ID, MIGRATIONS, VERSION


class Study:
    """A study file, open; a context manager.

    Parameters
    ----------
    path : Path
        The file.
    create : bool
        Make it where it is not there.
    read_only : bool
        Write nothing; works on a medium that cannot be written.

    Raises
    ------
    SynthdialError
        When it is no study, is newer than this program, or cannot be opened.
    """

    def __init__(self, path: Path, *, create: bool = False, read_only: bool = False) -> None:
        self.path = path
        exists = path.exists()
        if not exists and not create:
            raise SynthdialError(f"There is no study {path}.", f"Make one with: synthdial-edge batch {path} --count 4")
        if path.is_dir():
            raise SynthdialError(f"{path} is a folder, not a study.", "Give the name of a file, such as demo.study.")
        with _explained(path):
            # never open and close an existing study by other means than SQLite: the system would then drop the locks of
            # every connection that this process has to it
            if not exists:
                _create_empty(path)
            elif 0 < path.stat().st_size < 512:  # no database is so small; SQLite takes one of a single byte for empty
                raise _not_a_study(path)
            self._db = _connect(path, read_only)
            try:
                self._prepare(read_only)
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> "Study":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; its companions ``-wal`` and ``-shm`` are folded into it."""
        self._db.close()

    def _prepare(self, read_only: bool) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != APPLICATION_ID and tables:
            raise _not_a_study(self.path)
        if version > VERSION:
            raise SynthdialError(
                f"The study {self.path} was made by a newer version of this program (format {version}; this one reads "
                f"up to {VERSION}).",
                "Use the newer program.",
            )
        if read_only:
            if not tables:
                raise SynthdialError(f"The study {self.path} is empty.", "Fill it with 'synthdial-edge batch'.")
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if version < VERSION:
            with self._writing():
                for migration in MIGRATIONS[version:]:
                    for statement in migration:
                        self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction that is on the disk when it ends."""
        with _explained(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        with _explained(self.path):
            # no 'yield from': it closes the cursor of a reader that stops half way, perhaps after the study was closed
            for row in self._db.execute(query, values):  # noqa: UP028
                yield row

    def add_recipe(self, recipe: Recipe) -> None:
        """Note a recipe, if it is not there."""
        with self._writing():
            self._db.execute(
                "INSERT OR IGNORE INTO recipes (id, content) VALUES (?, ?)",
                (recipe.id, json.dumps(recipe.as_dict(), ensure_ascii=False)),
            )

    def recipes(self) -> dict[str, dict[str, Any]]:
        """All recipes by id, as plain values, in the order they were first used."""
        rows = self._rows("SELECT id, content FROM recipes ORDER BY rowid")
        return {key: self._table(content) for key, content in rows}

    def add_dialogue(self, recipe: Recipe, number: int, dialogue: Dialogue) -> None:
        """Store a dialogue; it is on the disk when this returns.

        Raises
        ------
        SynthdialError
            When the disk is full, the study is locked, or the dialogue is there already.
        """
        provenance = json.dumps(dict(dialogue.provenance), ensure_ascii=False)
        with self._writing():
            self._db.execute(
                "INSERT INTO dialogues (id, recipe, number, words, provenance) VALUES (?, ?, ?, ?, ?)",
                (dialogue.id, recipe.id, number, dialogue.words, provenance),
            )
            self._db.executemany(
                "INSERT INTO turns (dialogue, position, speaker, text) VALUES (?, ?, ?, ?)",
                [(dialogue.id, i, str(turn.speaker), turn.text) for i, turn in enumerate(dialogue.turns)],
            )

    def numbers(self, recipe: Recipe) -> set[int]:
        """Numbers of the dialogues of a recipe that are stored."""
        return {number for (number,) in self._rows("SELECT number FROM dialogues WHERE recipe = ?", recipe.id)}

    def __len__(self) -> int:
        return int(next(self._rows("SELECT count(*) FROM dialogues"))[0])

    def dialogues(self) -> Iterator[Dialogue]:
        """All dialogues, in the order of their recipes and numbers, read as they are asked for."""
        query = (
            "SELECT d.id, d.provenance, t.speaker, t.text FROM dialogues d JOIN recipes r ON r.id = d.recipe "
            "LEFT JOIN turns t ON t.dialogue = d.id ORDER BY r.rowid, d.number, t.position"
        )
        current: tuple[str, str] | None = None
        turns: list[Turn] = []
        for key, provenance, speaker, text in self._rows(query):
            if current is not None and current[0] != key:
                yield Dialogue(current[0], tuple(turns), self._table(current[1]))
                turns = []
            current = key, provenance
            if speaker is not None:
                turns.append(self._turn(speaker, text))
        if current is not None:
            yield Dialogue(current[0], tuple(turns), self._table(current[1]))

    def summaries(self) -> Iterator[dict[str, Any]]:
        """One line about each dialogue, without its text: id, turns, words, and what matters of its provenance."""
        query = (
            "SELECT d.id, (SELECT count(*) FROM turns t WHERE t.dialogue = d.id), d.words, d.provenance "
            "FROM dialogues d JOIN recipes r ON r.id = d.recipe ORDER BY r.rowid, d.number"
        )
        kept = ("scenario", "preset", "model", "seed", "ended_by", "mean_log_probability", "date")
        for key, turns, words, provenance in self._rows(query):
            values = self._table(provenance)
            yield {"id": key, "turns": turns, "words": words, **{name: values.get(name) for name in kept}}

    def find(self, wanted: str) -> Dialogue:
        """The dialogue with an id, or whose id begins or ends with what is wanted.

        Raises
        ------
        SynthdialError
            When there is none, or more than one.
        """
        query = (
            "SELECT id, provenance FROM dialogues WHERE instr(id, ?1) = 1 OR substr(id, -length(?1)) = ?1 "
            "ORDER BY id = ?1 DESC, id LIMIT 6"
        )
        found = list(self._rows(query, wanted))
        if not found:
            raise SynthdialError(
                f"The study {self.path} holds no dialogue '{wanted}'.", f"See: synthdial-edge list {self.path}"
            )
        if len(found) > 1 and found[0][0] != wanted:
            names = ", ".join(key for key, _ in found[:5])
            raise SynthdialError(f"'{wanted}' fits more than one dialogue: {names}.", "Give more of the id.")
        key, provenance = found[0]
        rows = self._rows("SELECT speaker, text FROM turns WHERE dialogue = ? ORDER BY position", key)
        turns = tuple(self._turn(speaker, text) for speaker, text in rows)
        return Dialogue(key, turns, self._table(provenance))

    def _table(self, content: Any) -> dict[str, Any]:
        with _explained(self.path):
            table = json.loads(content) if isinstance(content, str) else None
            if not isinstance(table, dict):
                raise ValueError("provenance is no table")
            return table

    def _turn(self, speaker: Any, text: Any) -> Turn:
        with _explained(self.path):
            if not isinstance(text, str):
                raise ValueError("the text of a turn is no text")
            return Turn(Speaker(speaker), text)


def _create_empty(path: Path) -> None:
    if not path.parent.exists():
        raise SynthdialError(f"The folder {path.parent} does not exist.", "Make it, or choose another place.")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    # where it may be written a reader opens it so, too: its companions are then folded away when it is closed
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    mode = "rw" if writable or not read_only else "ro"
    if not writable and read_only and not Path(f"{path}-wal").exists():
        mode = "ro&immutable=1"  # a medium that cannot be written: SQLite could not make its shared memory there
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=5)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA trusted_schema = OFF")
    if read_only:
        db.execute("PRAGMA query_only = ON")
    return db


def _not_a_study(path: Path) -> SynthdialError:
    return SynthdialError(f"{path} is not a study of this program.", "Give another name; nothing was changed in it.")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
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
    "NOTADB": lambda path, _: _not_a_study(path),
    "CORRUPT": lambda path, error: SynthdialError(
        f"The study {path} is damaged: {error}.", "Keep the file; 'sqlite3 FILE .recover' saves what can be read."
    ),
}
