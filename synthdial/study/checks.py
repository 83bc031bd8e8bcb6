"""Checks of dialogues for what they copied, as they stand in a study: only ever added to, the newest counts."""

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from synthdial.dialogue import Dialogue, Turn
from synthdial.study.audit import AuditLog, digest_of
from synthdial.study.file import StudyFile
from synthdial.version import __version__


@dataclass(frozen=True)
class Check:
    """What a check of a dialogue found.

    Attributes
    ----------
    passed : bool
        Whether nothing was over the thresholds; a dialogue that did not pass is quarantined.
    figures : mapping
        What was measured.
    findings : tuple of mapping
        Why it did not pass: each with the two places side by side.
    thresholds : mapping
        What is allowed.
    references : str
        Digest of the references that it was checked against.
    """

    passed: bool
    figures: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    thresholds: Mapping[str, Any]
    references: str

    @property
    def reasons(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        return dict(sorted(Counter(str(finding.get("kind", "other")) for finding in self.findings).items()))


class Checker(Protocol):
    """Something that checks dialogues."""

    def __call__(self, dialogue: Dialogue) -> Check:
        """Check one."""


class CheckRow(NamedTuple):
    """A check as it is stored: figures, findings and thresholds are JSON."""

    seq: int
    dialogue: str
    digest: str
    passed: int
    figures: str
    findings: str
    thresholds: str
    refs: str
    version: str
    at: str

    def check(self) -> Check:
        """What it found."""
        figures, findings, thresholds = (json.loads(text) for text in (self.figures, self.findings, self.thresholds))
        return Check(bool(self.passed), figures, tuple(findings), thresholds, self.refs)

    @property
    def sha256(self) -> str:
        """The digest of the whole row, as the log holds it."""
        return digest_of(list(self))


def turns_digest(turns: Iterable[Turn]) -> str:
    """SHA-256 of what is said: a check and a release are of a text, not of an id."""
    return digest_of([[str(turn.speaker), turn.text] for turn in turns])


_COLUMNS = ", ".join(CheckRow._fields)


class Checks:
    """The checks of a study.

    Parameters
    ----------
    study : StudyFile
        The study, open. One of an older format that is open for reading has no checks.
    """

    def __init__(self, study: StudyFile) -> None:
        self._study = study

    def _rows(self, query: str, *values: Any) -> Iterator[CheckRow]:
        return (CheckRow(*row) for row in (self._study._rows(query, *values) if self._study.has_log else ()))

    def add(self, dialogue: str, turns: Sequence[Turn], check: Check) -> None:
        """Store a check, and log it; called within a transaction."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        ((last,),) = self._study._db.execute("SELECT coalesce(max(seq), 0) FROM checks")
        figures, findings, thresholds = (
            json.dumps(value, ensure_ascii=False, sort_keys=True)
            for value in (dict(check.figures), list(check.findings), dict(check.thresholds))
        )
        row = CheckRow(
            last + 1,
            dialogue,
            turns_digest(turns),
            int(check.passed),
            figures,
            findings,
            thresholds,
            check.references,
            __version__,
            now,
        )
        self.store(row)

    def store(self, row: CheckRow) -> None:
        """Store a check as it was made, here or in another study, and log it; called within a transaction."""
        self._study._db.execute(f"INSERT INTO checks ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        detail: dict[str, Any] = {"dialogue": row.dialogue, "check": row.seq, "sha256": row.sha256}
        if row.passed:
            AuditLog(self._study).append("checked", detail)
        else:
            AuditLog(self._study).append("quarantined", detail | {"reasons": row.check().reasons})

    def every(self) -> Iterator[CheckRow]:
        """All checks in the order they were made."""
        return self._rows(f"SELECT {_COLUMNS} FROM checks ORDER BY seq")

    def every_of(self, dialogue: str) -> Iterator[CheckRow]:
        """All checks of a dialogue or a candidate in the order they were made."""
        return self._rows(f"SELECT {_COLUMNS} FROM checks WHERE dialogue = ? ORDER BY seq", dialogue)

    def newest(self) -> dict[str, CheckRow]:
        """The last check of each dialogue and candidate, by id, without what was found."""
        query = (
            "SELECT c.seq, c.dialogue, c.digest, c.passed, c.figures, '[]', c.thresholds, c.refs, c.version, c.at "
            "FROM checks c JOIN (SELECT max(seq) AS last FROM checks GROUP BY dialogue) n ON n.last = c.seq"
        )
        return {row.dialogue: row for row in self._rows(query)}

    def newest_of(self, dialogue: str) -> CheckRow | None:
        """The last check of a dialogue, without what was found; None where there was none."""
        query = (
            "SELECT seq, dialogue, digest, passed, figures, '[]', thresholds, refs, version, at "
            "FROM checks WHERE dialogue = ? ORDER BY seq DESC LIMIT 1"
        )
        return next(self._rows(query, dialogue), None)

    def outcomes(self) -> dict[str, bool]:
        """Of each dialogue and candidate that was checked, whether it passed, or was released by hand as it stands."""
        released = self.released()
        return {
            key: bool(row.passed) or released.get(key, {}).get("digest") == row.digest
            for key, row in self.newest().items()
        }

    def released(self) -> dict[str, dict[str, Any]]:
        """Of each dialogue that was released by hand, by whom, when, why, and the digest of the text: the last time."""
        entries = AuditLog(self._study).entries("released")
        return {e.details["dialogue"]: {**e.details, "by": e.actor, "at": e.at} for e in entries}

    def of(self, dialogue: str) -> Check | None:
        """The last check of a dialogue, with what was found; None where there was none."""
        query = f"SELECT {_COLUMNS} FROM checks WHERE dialogue = ? ORDER BY seq DESC LIMIT 1"
        return next((row.check() for row in self._rows(query, dialogue)), None)
