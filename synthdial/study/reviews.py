"""The tables of a study that reviews stand in: raters, rubrics, the order of reading, events, and anchors.

What is read is known to raters by opaque keys alone: a keyed digest, whose secret stays in the study.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, NamedTuple

from synthdial.dialogue import Dialogue, Turn
from synthdial.study.audit import AuditLog
from synthdial.study.file import StudyFile
from synthdial.study.texts import anchor_digest, events_digest, last_event, text_digest


class EventRow(NamedTuple):
    """An event as it is stored; its content is JSON."""

    id: str
    at: str
    rater: str
    item: str
    kind: str
    content: str


class RaterRow(NamedTuple):
    """A rater: name, role, the digest of the rubric, the seed of the order, and since when."""

    name: str
    role: str
    rubric: str
    seed: int
    since: str


class Place(NamedTuple):
    """Where something that is read stands: the id of a dialogue, or of an anchor."""

    id: str
    is_anchor: bool = False


_EVENT = "id, at, rater, item, kind, content"


class Reviews:
    """What a study holds of reviews.

    Parameters
    ----------
    study : StudyFile
        The study, open. One of an older format that is open for reading has no reviews: everything is empty then.

    Notes
    -----
    Whatever writes must be called within `writing`.
    """

    def __init__(self, study: StudyFile) -> None:
        self.study = study

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        return self.study._rows(query, *values) if self.study.has_reviews else iter(())

    def _write(self, query: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self.study._db.executemany(query, rows)

    def writing(self) -> AbstractContextManager[None]:
        """A transaction that is on the disk when it ends, or did not happen."""
        return self.study._writing()

    # what the study is

    def fact(self, name: str) -> str | None:
        """A fact about the study, or None."""
        for (value,) in self._rows("SELECT value FROM facts WHERE name = ?", name):
            return str(value)
        return None

    def note(self, name: str, value: str) -> None:
        """Set a fact."""
        self._write("INSERT OR REPLACE INTO facts VALUES (?, ?)", [(name, value)])

    @cached_property
    def id(self) -> str:
        """The id of the study; a task has that of the study it was made from."""
        return self.fact("task_of") or self.fact("id") or ""

    @cached_property
    def is_task(self) -> bool:
        """Whether it is a task, which holds nothing but what one reads, and goes back to its study."""
        return self.fact("task_of") is not None

    # what is read

    @cached_property
    def _secret(self) -> bytes:
        return bytes.fromhex(self.fact("secret") or "")

    def key(self, place: Place) -> str:
        """The opaque key of a dialogue or an anchor: 16 hexadecimal digits; in a task, the id itself."""
        if self.is_task:
            return place.id
        kind = b"anchor" if place.is_anchor else b"dialogue"
        # an id that is no sound text can stand in a damaged file
        name = place.id.encode(errors="surrogatepass")
        return hashlib.blake2b(name, digest_size=8, key=self._secret, person=kind).hexdigest()

    def dialogues(self) -> dict[str, Place]:
        """All dialogues of the study by their keys, without their texts, in the order they came."""
        places = [Place(id_) for (id_,) in self.study._rows("SELECT id FROM dialogues ORDER BY rowid")]
        return {self.key(place): place for place in places}

    def anchors(self, source: str | None = None) -> dict[str, Place]:
        """All anchors by their keys; those of one source, if it is given."""
        query = "SELECT id FROM anchors WHERE ?1 IS NULL OR source = ?1 ORDER BY rowid"
        places = [Place(id_, True) for (id_,) in self._rows(query, source)]
        return {self.key(place): place for place in places}

    def size(self) -> tuple[int, int]:
        """How many dialogues and how many anchors there are."""
        ((dialogues,),) = self.study._rows("SELECT count(*) FROM dialogues")
        counted = next(self._rows("SELECT count(*) FROM anchors"), (0,))
        return int(dialogues), int(counted[0])

    def turns(self, place: Place) -> tuple[Turn, ...]:
        """What is said in a dialogue or an anchor."""
        table, name = ("anchor_turns", "anchor") if place.is_anchor else ("turns", "dialogue")
        query = f"SELECT speaker, text FROM {table} WHERE {name} = ? ORDER BY position"
        return tuple(self.study._turn(speaker, text) for speaker, text in self.study._rows(query, place.id))

    def makings(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """How each dialogue was made: its id, its recipe's id, and its provenance."""
        for id_, recipe, provenance in self.study._rows("SELECT id, recipe, provenance FROM dialogues ORDER BY rowid"):
            yield id_, recipe, self.study._table(provenance)

    def turn_counts(self) -> dict[Place, int]:
        """How many turns each dialogue and each anchor has."""
        counts = {
            Place(id_): int(count)
            for id_, count in self.study._rows("SELECT dialogue, count(*) FROM turns GROUP BY dialogue")
        }
        anchors = self._rows("SELECT anchor, count(*) FROM anchor_turns GROUP BY anchor")
        return counts | {Place(id_, True): int(count) for id_, count in anchors}

    def find(self, text: str) -> dict[Place, list[int]]:
        """The turns in which a text stands, capitals or not, by dialogue and anchor."""
        if text.isascii():
            wanted = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            where, value = "text LIKE '%' || ? || '%' ESCAPE '\\'", wanted
        else:  # SQLite knows the capitals of ASCII only
            self.study._db.create_function("folded", 1, lambda said: str(said).casefold(), deterministic=True)
            where, value = "instr(folded(text), ?)", text.casefold()
        found: dict[Place, list[int]] = {}
        for table, name, is_anchor in (("turns", "dialogue", False), ("anchor_turns", "anchor", True)):
            query = f"SELECT {name}, position FROM {table} WHERE {where} ORDER BY {name}, position"
            for id_, position in (self._rows if is_anchor else self.study._rows)(query, value):
                found.setdefault(Place(id_, is_anchor), []).append(int(position))
        return found

    def add_anchor(self, id_: str, source: str, turns: Iterable[Turn]) -> bool:
        """Take in a conversation as an anchor, ``bundled`` or ``de-identified``; False where it is there already."""
        if any(self._rows("SELECT 1 FROM anchors WHERE id = ?", id_)):
            return False
        self._write("INSERT INTO anchors VALUES (?, ?)", [(id_, source)])
        self._write("INSERT INTO anchor_turns VALUES (?, ?, ?, ?)", _as_rows(id_, turns))
        detail = {"anchor": id_, "source": source, "sha256": anchor_digest(self.study, id_, source)}
        AuditLog(self.study).append("imported", detail)
        return True

    def add_dialogues(self, conversations: Iterable[tuple[str, Iterable[Turn]]]) -> None:
        """Fill a task with dialogues under their keys, of which nothing is known but what is said."""
        self._write("INSERT INTO recipes VALUES (?, '{}')", [("task",)])
        for number, (key, turns) in enumerate(conversations, 1):
            dialogue = Dialogue(key, tuple(turns))
            self._write(
                "INSERT INTO dialogues (id, recipe, number, words, provenance) VALUES (?, 'task', ?, ?, '{}')",
                [(key, number, dialogue.words)],
            )
            self._write("INSERT INTO turns VALUES (?, ?, ?, ?)", _as_rows(key, dialogue.turns))
            digest = text_digest(key, "task", number, 1, "{}", dialogue.turns)
            AuditLog(self.study).append("adopted", {"dialogue": key, "sha256": digest})

    # who reads, by which rubric, in which order

    def raters(self) -> list[RaterRow]:
        """All raters, in the order they came."""
        return [
            RaterRow(*row) for row in self._rows("SELECT name, role, rubric, seed, since FROM raters ORDER BY rowid")
        ]

    def add_rater(self, rater: RaterRow) -> None:
        """Take in a rater who is not there; their rubric must be."""
        self._write("INSERT INTO raters VALUES (?, ?, ?, ?, ?)", [tuple(rater)])

    def rubrics(self) -> dict[str, str]:
        """The texts of all rubrics by their digests, in the order they came."""
        return dict(self._rows("SELECT digest, content FROM rubrics ORDER BY rowid"))

    def add_rubric(self, digest: str, content: str) -> None:
        """Take in a rubric, if it is not there."""
        self._write("INSERT OR IGNORE INTO rubrics VALUES (?, ?)", [(digest, content)])

    def order(self, rater: str) -> list[str]:
        """The keys of what a rater reads, in their order; empty before they have begun."""
        query = "SELECT item FROM review_order WHERE rater = ? ORDER BY position"
        return [item for (item,) in self._rows(query, rater)]

    def set_order(self, rater: str, keys: list[str], first: int = 0) -> None:
        """Set the order of a rater from a position on."""
        self._write("DELETE FROM review_order WHERE rater = ? AND position >= ?", [(rater, first)])
        rows = ((rater, position, key) for position, key in enumerate(keys[first:], first))
        self._write("INSERT INTO review_order VALUES (?, ?, ?)", rows)

    # what they say

    def events(self, rater: str | None = None, item: str | None = None, *kinds: str) -> Iterator[EventRow]:
        """Events in the order they came; of one rater, of one item, of some kinds, if these are given."""
        wanted: Mapping[str, Any] = {"rater = ?": rater, "item = ?": item}
        where = [term for term, value in wanted.items() if value is not None]
        values = [value for value in wanted.values() if value is not None]
        if kinds:
            where.append(f"kind IN ({', '.join('?' * len(kinds))})")
        conditions = f"WHERE {' AND '.join(where)}" if where else ""
        query = f"SELECT {_EVENT} FROM review_events {conditions} ORDER BY sequence"
        return (EventRow(*row) for row in self._rows(query, *values, *kinds))

    def events_after(self, sequence: int, rater: str) -> Iterator[tuple[int, EventRow]]:
        """The events of a rater that came after one, each with its place in the sequence."""
        query = f"SELECT sequence, {_EVENT} FROM review_events WHERE sequence > ? AND rater = ? ORDER BY sequence"
        return ((sequence, EventRow(*row)) for sequence, *row in self._rows(query, sequence, rater))

    def last_event(self, rater: str) -> tuple[int, str]:
        """The place of the newest event in the sequence, and the time of a rater's latest; 0 and empty without one."""
        for sequence, at in self._rows(
            "SELECT (SELECT max(sequence) FROM review_events), max(at) FROM review_events WHERE rater = ?", rater
        ):
            return int(sequence or 0), str(at or "")
        return 0, ""

    def begun(self, rater: str | None = None) -> set[str]:
        """The keys of what a rater, or anyone, has done anything with."""
        query = "SELECT DISTINCT item FROM review_events WHERE ?1 IS NULL OR rater = ?1"
        return {item for (item,) in self._rows(query, rater)}

    def add_events(self, events: Iterable[EventRow], *, merged: bool = False) -> None:
        """Add events that are not there, and log them; their raters must be.

        Parameters
        ----------
        events : iterable of EventRow
            What was done, by one rater or, where they come from another file, by any.
        merged : bool
            Whether they come from another file.
        """
        query = f"INSERT INTO review_events ({_EVENT}) VALUES (?, ?, ?, ?, ?, ?)"
        added = [tuple(event) for event in events]
        if not added:
            return
        first = last_event(self.study) + 1
        self._write(query, added)
        last = last_event(self.study)
        detail: dict[str, Any] = {"first": first, "last": last, "sha256": events_digest(self.study, first, last)}
        if merged:
            raters = sorted({row[2] for row in added})
            AuditLog(self.study).append("merged", detail | {"events": len(added), "raters": raters})
        else:
            AuditLog(self.study).append("rated", detail, actor=added[0][2])


def _as_rows(id_: str, turns: Iterable[Turn]) -> list[tuple[str, int, str, str]]:
    return [(id_, position, str(turn.speaker), turn.text) for position, turn in enumerate(turns)]
