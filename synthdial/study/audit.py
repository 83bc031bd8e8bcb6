"""The log of a study: who did what to it, when, with which version; only ever added to, and chained by hash."""

import datetime
import getpass
import hashlib
import heapq
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synthdial.study.file import StudyFile
from synthdial.version import __version__

ACTIONS = (
    "created",
    "adopted",
    "imported",
    "generated",
    "kept",
    "checked",
    "quarantined",
    "rated",
    "merged",
    "released",
    "exported",
    "gate set",
    "reference checked",
    "identifier marked",
    "passphrase set",
)
"""What can stand in a log; docs/study.md says what each entry holds."""

HEAD = "log_head"
"""The fact that holds place and hash of the newest entry: the end of a log cannot be cut off without it."""

_FIELDS = "seq, at, actor, action, version, detail, previous, hash"


@dataclass(frozen=True)
class Entry:
    """An entry of a log.

    Attributes
    ----------
    seq : int
        Its place, from 1.
    at : str
        When, in UTC, ISO 8601 with microseconds.
    actor : str
        Who: a rater by name, else the user of the operating system.
    action : str
        One of `ACTIONS`.
    version : str
        Of the program.
    detail : str
        What else is said of it, JSON.
    previous, hash : str
        SHA-256 of the entry before, and of this one.
    """

    seq: int
    at: str
    actor: str
    action: str
    version: str
    detail: str
    previous: str
    hash: str

    @property
    def details(self) -> dict[str, Any]:
        """What else is said of it."""
        found = json.loads(self.detail)
        return found if isinstance(found, dict) else {}

    @property
    def reckoned(self) -> str:
        """The hash that it should have."""
        names = ("seq", "at", "actor", "action", "version", "detail", "previous")
        return digest_of({name: getattr(self, name) for name in names})

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain values."""
        return {**{name: getattr(self, name) for name in _FIELDS.split(", ")}, "detail": self.details}


def digest_of(value: Any) -> str:
    """SHA-256 of a value as canonical JSON: keys sorted, no blanks, ASCII alone; 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def system_user() -> str:
    """The user of the operating system; ``unknown`` where it names none."""
    if sys.platform != "win32":
        import os
        import pwd

        try:  # not the environment, which anyone sets as they like
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"uid {os.getuid()}"
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


class AuditLog:
    """The log of a study.

    Parameters
    ----------
    study : StudyFile
        The study, open. One of an older format that is open for reading has no log: it is empty then.
    """

    def __init__(self, study: StudyFile) -> None:
        self._study = study

    def append(self, action: str, detail: Mapping[str, Any], actor: str | None = None) -> None:
        """Add an entry; called within the transaction that it tells of, so that there is neither without the other.

        Parameters
        ----------
        action : str
            One of `ACTIONS`.
        detail : mapping
            What else is to be said: plain values, never what is spoken in a reference, nor the name of a file.
        actor : str, optional
            Who; by default the user of the operating system.
        """
        assert action in ACTIONS
        seq, previous = self.last()
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
        written = json.dumps(dict(detail), sort_keys=True, ensure_ascii=False)
        entry = Entry(seq + 1, now, actor or system_user(), action, __version__, written, previous, "")
        values = (*(getattr(entry, name) for name in _FIELDS.split(", ")[:-1]), entry.reckoned)
        self._study._db.execute(f"INSERT INTO log ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        self._study._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (HEAD, f"{seq + 1}:{values[-1]}"))

    def last(self) -> tuple[int, str]:
        """Place and hash of the newest entry; before the first, 0 and a hash of the study's id."""
        for seq, found in self._rows("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1"):
            return int(seq), str(found)
        return 0, self.beginning()

    def beginning(self) -> str:
        """What the first entry names as the hash before it, so that a log belongs to its study."""
        return digest_of(["log of", self._study._fact("id") or ""])

    def head(self) -> tuple[int, str] | None:
        """Place and hash of the newest entry as they were noted apart from it; None where they are not."""
        seq, _, found = (self._study._fact(HEAD) or "").partition(":")
        return (int(seq), found) if seq.isdecimal() else None

    def entries(self, *actions: str) -> Iterator[Entry]:
        """The entries in their order; those of some actions, if these are given."""
        if not actions:
            return (Entry(*row) for row in self._rows(f"SELECT {_FIELDS} FROM log ORDER BY seq"))
        # a query each: one query of several actions would sort all of their entries in memory
        query = f"SELECT {_FIELDS} FROM log WHERE action = ? ORDER BY seq"
        rows = heapq.merge(*(self._rows(query, action) for action in dict.fromkeys(actions)), key=lambda row: row[0])
        return (Entry(*row) for row in rows)

    def at(self, seq: int) -> Entry:
        """The entry at a place, which must be there."""
        return Entry(*next(self._rows(f"SELECT {_FIELDS} FROM log WHERE seq = ?", seq)))

    def newest(self, action: str) -> Entry | None:
        """The last entry of an action."""
        query = f"SELECT {_FIELDS} FROM log WHERE action = ? ORDER BY seq DESC LIMIT 1"
        return next((Entry(*row) for row in self._rows(query, action)), None)

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        return self._study._rows(query, *values) if self._study.has_log else iter(())
