"""Verify the log of a study: that its chain holds, and that what the study holds is what the log tells of."""

from collections.abc import Iterator
from dataclasses import dataclass

from synthdial.study.audit import AuditLog, Entry
from synthdial.study.checks import Checks
from synthdial.study.file import StudyFile
from synthdial.study.texts import anchor_digests, dialogue_digests, events_digest, last_event

_TEXTS = ("generated", "kept", "adopted")


@dataclass(frozen=True)
class Broken:
    """Something that does not hold.

    Attributes
    ----------
    seq : int or None
        The entry where it shows; None where the log holds no entry for it.
    action : str
        What the entry tells of; empty without one.
    why : str
        What is wrong, a sentence.
    """

    seq: int | None
    action: str
    why: str

    def __str__(self) -> str:
        return self.why if self.seq is None else f"Entry {self.seq} ({self.action}): {self.why}"


@dataclass(frozen=True)
class Verified:
    """What a verification found.

    Attributes
    ----------
    entries : int
        Entries of the log.
    head : str
        The hash of the newest; noted elsewhere, it shows later that nothing was changed up to it.
    broken : tuple of Broken
        What does not hold, the first entry first; empty where all does.
    """

    entries: int
    head: str
    broken: tuple[Broken, ...]

    @property
    def holds(self) -> bool:
        """Whether all does."""
        return not self.broken


def verify(study: StudyFile, *, holds: str | None = None) -> Verified:
    """Verify a study's log.

    Found is every change of an entry, of a dialogue, a check, an anchor or what raters did, after it was logged; an
    entry that was deleted, put in between or moved; and an end that was cut off, as long as the newest hash that is
    noted apart from the log was left as it was. Whoever may write the file, knows this program, and writes the whole
    log anew is found by a hash that was noted elsewhere alone: that is what `holds` is for.

    Parameters
    ----------
    study : StudyFile
        Open, for reading suffices; one of an older format has no log, which holds.
    holds : str, optional
        A hash, or its beginning, that was noted before and must be in the log still.
    """
    if not study.has_log:
        return Verified(0, "", ())
    entries = list(AuditLog(study).entries())
    broken = list(_chain(study, entries))
    if not broken:
        broken = [*_texts(study, entries), *_checks(study, entries), *_events(study, entries)]
        broken.sort(key=lambda one: len(entries) + 1 if one.seq is None else one.seq)
    head = entries[-1].hash if entries else AuditLog(study).beginning()
    if holds and not any(entry.hash.startswith(holds.casefold()) for entry in entries):
        broken.append(Broken(None, "", f"The hash {holds} that was noted before is not in the log any more."))
    return Verified(len(entries), head, tuple(broken))


def _chain(study: StudyFile, entries: list[Entry]) -> Iterator[Broken]:
    """The first entry that does not follow from the one before, or is not what its hash says."""
    log = AuditLog(study)
    seq, previous = 0, log.beginning()
    for entry in entries:
        if entry.seq != seq + 1:
            yield Broken(entry.seq, entry.action, f"entry {seq + 1} before it is missing.")
            return
        if entry.previous != previous:
            yield Broken(entry.seq, entry.action, "it does not follow from the entry before it.")
            return
        if not isinstance(entry.detail, str) or entry.hash != entry.reckoned:
            yield Broken(entry.seq, entry.action, "it was changed after it was written.")
            return
        seq, previous = entry.seq, entry.hash
    head = log.head()
    if not entries or entries[0].action != "created":
        yield Broken(None, "", "The log does not begin with the making of the study.")
    elif head is None:
        yield Broken(None, "", "The place and hash of the newest entry are not noted.")
    elif head[0] > seq:
        yield Broken(seq + 1, "cut off", f"the log ends at entry {seq}, and had {head[0]}.")
    elif head != (seq, previous):
        yield Broken(seq, entries[-1].action, "the newest entry is not the one that was noted.")


def _texts(study: StudyFile, entries: list[Entry]) -> Iterator[Broken]:
    """Dialogues, candidates and anchors against what was logged when they came."""
    logged: dict[tuple[str, str], Entry] = {}
    moved: set[str] = set()
    for entry in entries:
        details = entry.details
        if entry.action in _TEXTS and "dialogue" in details:
            logged["dialogue", details["dialogue"]] = entry
            moved.add(details.get("was", ""))
        elif "anchor" in details:
            logged["anchor", details["anchor"]] = entry
    there = {("dialogue", key): digest for key, digest in dialogue_digests(study)}
    there |= {("anchor", key): digest for key, digest in anchor_digests(study)}
    for (what, key), entry in logged.items():
        digest = there.pop((what, key), None)
        name = "dialogue" if what == "dialogue" else "conversation"
        if digest is None and key not in moved:
            yield Broken(entry.seq, entry.action, f"the {name} {key} is not in the study any more.")
        elif digest is not None and digest != entry.details["sha256"]:
            yield Broken(entry.seq, entry.action, f"the {name} {key} was changed after it was logged.")
    for what, key in there:
        name = "dialogue" if what == "dialogue" else "conversation"
        yield Broken(None, "", f"The {name} {key} is in the study, and no entry tells of it.")


def _checks(study: StudyFile, entries: list[Entry]) -> Iterator[Broken]:
    logged = {e.details.get("check"): e for e in entries if e.action in ("checked", "quarantined")}
    for row in Checks(study).every():
        entry = logged.pop(row.seq, None)
        if entry is None:
            yield Broken(None, "", f"A check of {row.dialogue} is in the study, and no entry tells of it.")
        elif entry.details["sha256"] != row.sha256 or (entry.action == "checked") is not bool(row.passed):
            yield Broken(entry.seq, entry.action, f"the check of {row.dialogue} was changed after it was logged.")
    for entry in logged.values():
        yield Broken(entry.seq, entry.action, f"the check of {entry.details['dialogue']} is not in the study any more.")


def _events(study: StudyFile, entries: list[Entry]) -> Iterator[Broken]:
    """What raters did: the log tells of each act once, in their order."""
    done = 0
    for entry in entries:
        details = entry.details
        if "first" not in details:
            continue
        if details["first"] != done + 1:
            yield Broken(entry.seq, entry.action, "what raters did before it is not logged.")
        done = details["last"]
        if events_digest(study, details["first"], done) != details["sha256"]:
            yield Broken(entry.seq, entry.action, "what raters did was changed after it was logged.")
    if last_event(study) > done:
        yield Broken(None, "", f"Raters did {last_event(study) - done} things that no entry tells of.")
