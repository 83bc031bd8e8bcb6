"""Digests of the texts in a study, which its log holds: a text that was changed afterwards is found."""

from collections.abc import Iterable, Iterator

from synthdial.dialogue import Turn
from synthdial.study.audit import AuditLog, digest_of
from synthdial.study.file import StudyFile

_EVENTS = "sequence, id, at, rater, item, kind, content"


def text_digest(key: str, recipe: str, number: int, candidate: int, provenance: str, turns: Iterable[Turn]) -> str:
    """SHA-256 of a dialogue, all that is stored of it; its provenance as the JSON text that stands in the study."""
    said = [[str(turn.speaker), turn.text] for turn in turns]
    return digest_of([key, recipe, number, candidate, provenance, said])


def dialogue_digests(study: StudyFile) -> Iterator[tuple[str, str]]:
    """Id and digest of every dialogue, then of every candidate that is not kept, as they stand in the study."""
    for table, turns in (("dialogues", "turns"), ("candidates", "candidate_turns")):
        if table == "candidates" and not study._has_candidates:
            continue
        candidate = "d.candidate" if study._has_candidates else "1"
        query = (
            f"SELECT d.id, d.recipe, d.number, {candidate}, d.provenance, t.speaker, t.text FROM {table} d "
            f"LEFT JOIN {turns} t ON t.dialogue = d.id ORDER BY d.rowid, t.position"
        )
        head: tuple[str, str, int, int, str] | None = None
        said: list[list[str]] = []
        for *values, speaker, text in study._rows(query):
            row = (values[0], values[1], values[2], values[3], values[4])
            if head is not None and row != head:
                yield head[0], digest_of([*head, said])
                said = []
            head = row
            if speaker is not None:
                said.append([speaker, text])
        if head is not None:
            yield head[0], digest_of([*head, said])


def turn_digests(study: StudyFile) -> dict[str, str]:
    """The digest of what is said in each dialogue, by id, in the study's order; see `synthdial.study.checks`."""
    said: dict[str, list[list[str]]] = {
        key: []
        for (key,) in study._rows(
            "SELECT d.id FROM dialogues d JOIN recipes r ON r.id = d.recipe ORDER BY r.rowid, d.number"
        )
    }
    for key, speaker, text in study._rows("SELECT dialogue, speaker, text FROM turns ORDER BY dialogue, position"):
        said[key].append([speaker, text])
    return {key: digest_of(turns) for key, turns in said.items()}


def anchor_digests(study: StudyFile) -> Iterator[tuple[str, str]]:
    """Id and digest of every anchor."""
    if study.has_reviews:
        for key, source in list(study._rows("SELECT id, source FROM anchors ORDER BY rowid")):
            yield key, anchor_digest(study, key, source)


def anchor_digest(study: StudyFile, key: str, source: str) -> str:
    """SHA-256 of an anchor, as it stands in the study."""
    query = "SELECT speaker, text FROM anchor_turns WHERE anchor = ? ORDER BY position"
    return digest_of([key, source, [list(row) for row in study._rows(query, key)]])


def events_digest(study: StudyFile, first: int, last: int) -> str:
    """SHA-256 of what raters did, from one place of the sequence to another."""
    query = f"SELECT {_EVENTS} FROM review_events WHERE sequence BETWEEN ? AND ? ORDER BY sequence"
    return digest_of([list(row) for row in study._rows(query, first, last)])


def last_event(study: StudyFile) -> int:
    """The place of the newest event; 0 without one."""
    ((last,),) = study._rows("SELECT coalesce(max(sequence), 0) FROM review_events")
    return int(last)


def adopt(study: StudyFile, log: AuditLog) -> None:
    """Enter what a study held before it had a log; within the transaction that begins it."""
    for key, digest in list(dialogue_digests(study)):
        log.append("adopted", {"dialogue": key, "sha256": digest})
    for key, digest in list(anchor_digests(study)):
        log.append("adopted", {"anchor": key, "sha256": digest})
    if last := last_event(study):
        log.append("adopted", {"first": 1, "last": last, "sha256": events_digest(study, 1, last)})
