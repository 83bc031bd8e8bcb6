"""Take the dialogues of one study over into another, with all that is known of each, and log it there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from synthdial.errors import SynthdialError
from synthdial.study.audit import AuditLog, digest_of
from synthdial.study.checks import CheckRow, Checks
from synthdial.study.study import Study
from synthdial.study.verify import Verified

_LOGGED = 20  # conflicts that the log names
_TURNS = {"dialogues": "turns", "candidates": "candidate_turns"}


class Unreadable(Exception):  # noqa: N818
    """A study cannot be read any further.

    Parameters
    ----------
    problem : SynthdialError
        Why.
    """

    def __init__(self, problem: SynthdialError) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class Taken:
    """What of a study went over into another.

    Attributes
    ----------
    dialogues, candidates : int
        That are new there; a candidate is one that was not kept, or not yet.
    known : int
        Dialogues and candidates whose text was there already.
    quarantined : int
        New dialogues that are quarantined.
    released : list of str
        Ids of those that were released by hand in their own study, which does not count in the other one.
    conflicts : list of str
        Ids of dialogues and candidates of which the other study holds another text: that one stays.
    recipes, checks : int
        Recipes that are new there, and checks of what was there already.
    """

    dialogues: int = 0
    candidates: int = 0
    known: int = 0
    quarantined: int = 0
    released: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    recipes: int = 0
    checks: int = 0

    @property
    def is_new(self) -> bool:
        """Whether anything went over."""
        return bool(self.dialogues or self.candidates or self.recipes or self.checks)


@dataclass(frozen=True)
class _Stored:
    """A dialogue or candidate as it is stored; of each turn speaker and text."""

    id: str
    recipe: str
    number: int
    candidate: int
    words: int
    provenance: str
    turns: list[tuple[str, str]]

    @property
    def digest(self) -> str:
        """As `synthdial.study.texts.text_digest` has it."""
        return digest_of([self.id, self.recipe, self.number, self.candidate, self.provenance, self.turns])


def take(home: Study, theirs: Study, verified: Verified) -> Taken:
    """Take over what a study holds of dialogues, in one transaction; what is there already stays as it is.

    Parameters
    ----------
    home : Study
        Open for writing.
    theirs : Study
        Open for reading, and known to be sound.
    verified : Verified
        What the verification of its log found.

    Raises
    ------
    Unreadable
        When the other study cannot be read to its end; nothing was taken over then.
    SynthdialError
        When this one cannot be written; nothing was taken over then.
    """
    with home._writing():
        taking = _Taking(home, theirs)
        taken = taking.all()
        if taken.is_new:
            detail = {
                "study": theirs._fact("id") or "",
                "head": verified.head,
                "entries": verified.entries,
                "dialogues": taken.dialogues,
                "candidates": taken.candidates,
                "conflicts": len(taken.conflicts),
                "conflicting": taken.conflicts[:_LOGGED],
            }
            AuditLog(home).append("merged", detail)
    return taken


class _Taking:
    def __init__(self, home: Study, theirs: Study) -> None:
        self._home, self._theirs = home, theirs
        self._log, self._taken = AuditLog(home), Taken()
        self._checks, self._their_checks = Checks(home), Checks(theirs)
        self._released = Checks(theirs).released()

    def all(self) -> Taken:
        self._recipes()
        for row in self._stored("dialogues"):
            self._dialogue(row)
        for row in self._stored("candidates") if self._theirs._has_candidates else ():
            self._candidate(row)
        return self._taken

    # what the other study holds

    def _stored(self, table: str) -> Iterator[_Stored]:
        which = "candidate" if self._theirs._has_candidates else "1"  # a study of an older format is not migrated
        rows = _stored(self._theirs, table, f"SELECT id, recipe, number, {which}, words, provenance FROM {table}")
        while True:
            try:
                row = next(rows, None)
            except SynthdialError as error:
                raise Unreadable(error) from error
            if row is None:
                return
            yield row

    # what becomes of it here

    def _recipes(self) -> None:
        for recipe in self._theirs._rows("SELECT id, content FROM recipes ORDER BY rowid"):
            added = self._home._db.execute("INSERT OR IGNORE INTO recipes (id, content) VALUES (?, ?)", recipe)
            self._taken.recipes += max(added.rowcount, 0)
        known = [entry.details for entry in self._log.entries("imported")]
        for entry in AuditLog(self._theirs).entries("imported"):
            details = entry.details  # that references were unchecked must be known wherever dialogues go
            if "recipe" in details and details not in known:
                known.append(details)
                self._log.append("imported", details)
        gate = AuditLog(self._theirs).newest("gate set")
        if gate and gate.details.get("require_acceptance") and self._log.newest("gate set") is None:
            self._log.append("gate set", {"require_acceptance": True})

    def _dialogue(self, row: _Stored) -> None:
        there = self._find("dialogues", "id = ? OR (recipe = ? AND number = ?)", row.id, row.recipe, row.number)
        if there is not None:
            self._compare(row, there, same_place=(there.id, there.recipe) == (row.id, row.recipe))
            return
        waiting = self._find("candidates", "recipe = ? AND number = ? AND candidate = ?", *_place(row))
        if waiting is not None and waiting.turns != row.turns:
            self._taken.conflicts.append(row.id)
            return
        self._insert("dialogues", row)
        if waiting is None:
            self._log.append("adopted", {"dialogue": row.id, "sha256": row.digest, "recipe": row.recipe})
        else:  # it was chosen since the study was merged before
            self._home._db.execute("DELETE FROM candidate_turns WHERE dialogue = ?", (waiting.id,))
            self._home._db.execute("DELETE FROM candidates WHERE id = ?", (waiting.id,))
            self._log.append("kept", {"dialogue": row.id, "sha256": row.digest, "was": waiting.id})
        self._taken.dialogues += 1
        passed = self._all_checks(row.id)
        self._taken.quarantined += passed is False
        if passed is False and row.id in self._released:
            self._taken.released.append(row.id)

    def _candidate(self, row: _Stored) -> None:
        query = "recipe = ? AND number = ? AND candidate = ?"
        for table, where in (("candidates", f"id = ? OR ({query})"), ("dialogues", f"id = ? OR ({query})")):
            there = self._find(table, where, row.id, *_place(row))
            if there is not None:
                self._compare(row, there, same_place=_place(there) == _place(row))
                return
        self._insert("candidates", row)
        detail = {"dialogue": row.id, "sha256": row.digest, "recipe": row.recipe, "candidate": row.candidate}
        self._log.append("adopted", detail)
        self._taken.candidates += 1
        self._all_checks(row.id)

    def _find(self, table: str, where: str, *values: Any) -> _Stored | None:
        query = f"SELECT id, recipe, number, candidate, words, provenance FROM {table} WHERE {where}"
        return next(iter(list(_stored(self._home, table, query, *values))), None)

    def _insert(self, table: str, row: _Stored) -> None:
        self._home._db.execute(
            f"INSERT INTO {table} (id, recipe, number, candidate, words, provenance) VALUES (?, ?, ?, ?, ?, ?)",
            (row.id, row.recipe, row.number, row.candidate, row.words, row.provenance),
        )
        self._home._db.executemany(
            f"INSERT INTO {_TURNS[table]} (dialogue, position, speaker, text) VALUES (?, ?, ?, ?)",
            [(row.id, position, speaker, text) for position, (speaker, text) in enumerate(row.turns)],
        )

    def _compare(self, row: _Stored, there: _Stored, *, same_place: bool) -> None:
        if not same_place or row.turns != there.turns:
            self._taken.conflicts.append(row.id)
            return
        self._taken.known += 1
        if row.id == there.id:
            self._new_checks(row.id)

    def _all_checks(self, key: str) -> bool | None:
        """Take over all checks of a text that is new; whether the last was passed, None where there was none."""
        passed = None
        for check in self._their_checks.every_of(key):
            self._add_check(check)
            passed = bool(check.passed)
        return passed

    def _new_checks(self, key: str) -> None:
        """Of a text that was here, take over what was found in it: what is quarantined in one study is so in both."""
        here = [check[1:] for check in self._checks.every_of(key)]
        for check in self._their_checks.every_of(key):
            if check[1:] not in here and not (check.passed and here):
                self._add_check(check)
                here.append(check[1:])
                self._taken.checks += 1

    def _add_check(self, check: CheckRow) -> None:
        ((last,),) = self._home._db.execute("SELECT coalesce(max(seq), 0) FROM checks")
        self._checks.store(check._replace(seq=last + 1))


def _stored(study: Study, table: str, query: str, *values: Any) -> Iterator[_Stored]:
    """Dialogues or candidates in the order they came, read as they are asked for."""
    said = f"SELECT speaker, text FROM {_TURNS[table]} WHERE dialogue = ? ORDER BY position"
    for key, recipe, number, candidate, words, provenance in study._rows(f"{query} ORDER BY rowid", *values):
        yield _Stored(key, recipe, number, candidate, words, provenance, list(study._rows(said, key)))


def _place(row: _Stored) -> tuple[str, int, int]:
    return row.recipe, row.number, row.candidate
