"""What is wrong with a study that SQLite opens: pages that do not fit, or rows that this program does not write."""

import sqlite3
from typing import Any

from synthdial.study.schema import MIGRATIONS, WITH_REVIEWS

_DIGITS = {"id": 32, "secret": 64}
_KINDS = {"TEXT": "text", "INTEGER": "integer"}


def fault_of(db: Any) -> str | None:
    """The first thing that is wrong: a table or column is missing, a value of another kind, or a row refers to nothing.

    Parameters
    ----------
    db : connection
        Of sqlite3, or one that is used in the same way.

    Returns
    -------
    str or None
        In words; None where the study is as this program leaves it.
    """
    (said,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        return str(said).replace("\n", " ")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if not 0 < version <= len(MIGRATIONS):
        return f"it is of format {version}, which there is not"
    for table, columns in _expected(version).items():
        there = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        if not there:
            return f"the table {table} is missing"
        for column, (kind, required) in columns.items():
            if column not in there:
                return f"the column {column} of {table} is missing"
            allowed = f"'{kind}'" if required else f"'{kind}', 'null'"
            query = f"SELECT count(*) FROM {table} WHERE typeof({column}) NOT IN ({allowed})"
            if (count := db.execute(query).fetchone()[0]) > 0:
                return f"{count} values of {column} in {table} are no {kind}"
    if version >= WITH_REVIEWS:
        for name, digits in _DIGITS.items():
            query = "SELECT value FROM facts WHERE name = ? AND length(value) = ? AND value NOT GLOB '*[^0-9a-f]*'"
            if db.execute(query, (name, digits)).fetchone() is None:
                return f"its {name} is not {digits} hexadecimal digits"
    stray = db.execute("PRAGMA foreign_key_check").fetchone()
    return f"a row of {stray[0]} belongs to none of {stray[2]}" if stray else None


def _expected(version: int) -> dict[str, dict[str, tuple[str, bool]]]:
    """Tables of a version; of each column, of which kind its values are and whether there must be one."""
    db = sqlite3.connect(":memory:")
    try:
        for migration in MIGRATIONS[:version]:
            for statement in migration:
                db.execute(statement)
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: {
                name: (_KINDS[kind], bool(required))
                for _, name, kind, required, _, key in db.execute(f"PRAGMA table_info({table})")
                if kind in _KINDS and not key
            }
            for table in tables
        }
    finally:
        db.close()
