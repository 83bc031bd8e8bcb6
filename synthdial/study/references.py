"""What a study knows of references: which a person checked, and what was missed in them; never a word of theirs."""

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from synthdial.errors import EmptyStudyError
from synthdial.privacy.deidentify import CheckedReference, Marks
from synthdial.study.admission import Known
from synthdial.study.audit import AuditLog
from synthdial.study.file import StudyFile
from synthdial.study.study import Study

_PURPOSE = b"marks of missed identifiers"


class ReferenceChecks:
    """The checked references of a study, and the marks of what was missed.

    Parameters
    ----------
    study : StudyFile
        The study, open; for writing where anything is noted.
    """

    def __init__(self, study: StudyFile) -> None:
        self._study = study

    def checked(self) -> dict[str, CheckedReference]:
        """The references that a person looked at after they were de-identified, by their digests."""
        found = {}
        for entry in AuditLog(self._study).entries("reference checked"):
            digest = str(entry.details["sha256"])
            found[digest] = CheckedReference(digest, entry.actor, entry.at)
        return found

    def note_checked(self, digests: Iterable[str], by: str | None = None) -> int:
        """Note that a person looked at de-identified references and found them fit; how many are new.

        Parameters
        ----------
        digests : iterable of str
            `synthdial.privacy.deidentify.reference_digest` of each, as it was shown.
        by : str, optional
            Who looked; by default the user of the operating system.
        """
        known = self.checked()
        new = [digest for digest in dict.fromkeys(digests) if digest not in known]
        with self._study._writing():
            for digest in new:
                AuditLog(self._study).append("reference checked", {"sha256": digest}, by)
        return len(new)

    def marks(self) -> Marks:
        """What persons marked as missed: keyed hashes, whose key is the study's."""
        rows = self._study._rows("SELECT mark, words, kind FROM missed") if self._study.has_log else ()
        key = bytes.fromhex(self._study._fact("secret") or "")
        secret = hmac.new(key, _PURPOSE, hashlib.sha256).digest()
        return Marks.from_rows(secret, [(str(mark), int(words), str(kind)) for mark, words, kind in rows])

    def note_marks(self, marks: Marks, by: str | None = None) -> int:
        """Store marks, and log how many of each kind are new; returns how many."""
        known = set(self.marks().as_rows())
        new = [row for row in marks.as_rows() if row not in known]
        if new:
            with self._study._writing():
                self._study._db.executemany("INSERT INTO missed VALUES (?, ?, ?)", new)
                kinds = [kind for _, _, kind in new]
                counted = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
                AuditLog(self._study).append("identifier marked", {"kinds": counted}, by)
        return len(new)

    def unchecked(self) -> bool:
        """Whether a dialogue was ever made with references that nobody had checked."""
        entries = AuditLog(self._study).entries("imported")
        return any(entry.details.get("references_are") == "unchecked" for entry in entries)


def known_to(path: Path) -> Known:
    """What a study knows of references; nothing where it is not there yet, or was made before studies knew."""
    if not path.exists() or not path.stat().st_size:
        return Known()
    try:
        with Study(path, read_only=True) as study:
            known = ReferenceChecks(study)
            return Known(frozenset(known.checked()), known.marks()) if study.has_log else Known()
    except EmptyStudyError:
        return Known()
