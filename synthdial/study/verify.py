"""Verify the log of a study: that its chain holds, and that what the study holds is what the log tells of."""

from collections.abc import Iterator
from dataclasses import dataclass

from synthdial.study.audit import AuditLog, Entry, digest_of
from synthdial.study.checks import Checks
from synthdial.study.file import StudyFile
from synthdial.study.ledger import Ledger, key_of
from synthdial.study.texts import anchor_digests, dialogue_digests, events_digest, last_event

_TEXTS = ("generated", "kept", "adopted")
_NAMES = {"dialogue": "dialogue", "anchor": "conversation"}


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
    chain = _Chain(study, holds)
    broken = list(chain.broken())
    if not broken:
        broken = [*_texts(study), *_checks(study), *_events(study)]
        broken.sort(key=lambda one: chain.entries + 1 if one.seq is None else one.seq)
    if holds and not chain.held:
        broken.append(Broken(None, "", f"The hash {holds} that was noted before is not in the log any more."))
    return Verified(chain.entries, chain.newest, tuple(broken))


class _Chain:
    """The entries, one after another: how many, the hash of the newest, and whether one has the hash asked for."""

    def __init__(self, study: StudyFile, holds: str | None) -> None:
        self._study, self._log, self._holds = study, AuditLog(study), (holds or "").casefold()
        self.entries, self.newest, self.held = 0, self._log.beginning(), False

    def broken(self) -> Iterator[Broken]:
        """The first entry that does not follow from the one before, or is not what its hash says."""
        seq, previous, fault, first, last = 0, self.newest, None, "", ""
        for entry in self._log.entries():
            self.entries, self.newest = self.entries + 1, entry.hash
            self.held = self.held or entry.hash.startswith(self._holds)
            first, last = first or entry.action, entry.action
            if fault is None:
                fault = _fault(entry, seq, previous)
                seq, previous = entry.seq, entry.hash
        if fault is not None:
            yield fault
            return
        head = self._log.head()
        if first != "created":
            yield Broken(None, "", "The log does not begin with the making of the study.")
        elif head is None:
            yield Broken(None, "", "The place and hash of the newest entry are not noted.")
        elif head[0] > seq:
            yield Broken(seq + 1, "cut off", f"the log ends at entry {seq}, and had {head[0]}.")
        elif head != (seq, previous):
            yield Broken(seq, last, "the newest entry is not the one that was noted.")


def _fault(entry: Entry, seq: int, previous: str) -> Broken | None:
    """What is wrong with an entry, after the one at the place `seq` with the hash `previous`."""
    if entry.seq != seq + 1:
        return Broken(entry.seq, entry.action, f"entry {seq + 1} before it is missing.")
    if entry.previous != previous:
        return Broken(entry.seq, entry.action, "it does not follow from the entry before it.")
    if not isinstance(entry.detail, str) or entry.hash != entry.reckoned:
        return Broken(entry.seq, entry.action, "it was changed after it was written.")
    return None


def _texts(study: StudyFile) -> Iterator[Broken]:
    """Dialogues, candidates and anchors against what was logged when they came."""
    ledger = Ledger()
    for entry in AuditLog(study).entries():
        details = entry.details
        if entry.action in _TEXTS and "dialogue" in details:
            ledger.enter(key_of("dialogue", details["dialogue"]), details["sha256"], entry.seq)
            if "was" in details:
                ledger.excuse(key_of("dialogue", details["was"]))
        elif "anchor" in details:
            ledger.enter(key_of("anchor", details["anchor"]), details["sha256"], entry.seq)
    for what, name, digest in _digests(study):
        ledger.hold(key_of(what, name), digest)
    found = ledger.differences()
    for seq, why in (
        *((seq, "is not in the study any more") for seq in found.missing),
        *((seq, "was changed after it was logged") for seq in found.changed),
    ):
        entry = AuditLog(study).at(seq)
        what = "dialogue" if "dialogue" in entry.details else "anchor"
        yield Broken(seq, entry.action, f"the {_NAMES[what]} {entry.details[what]} {why}.")
    for what, name, _ in _digests(study) if found.unknown else ():
        if key_of(what, name) in found.unknown:
            yield Broken(None, "", f"The {_NAMES[what]} {name} is in the study, and no entry tells of it.")


def _digests(study: StudyFile) -> Iterator[tuple[str, str, str]]:
    """Kind, name and digest of all that is there."""
    for name, digest in dialogue_digests(study):
        yield "dialogue", name, digest
    for name, digest in anchor_digests(study):
        yield "anchor", name, digest


def _checks(study: StudyFile) -> Iterator[Broken]:
    ledger = Ledger()
    for entry in AuditLog(study).entries("checked", "quarantined"):
        passed = entry.action == "checked"
        ledger.enter(int(entry.details["check"]), digest_of([entry.details["sha256"], passed]), entry.seq)
    for row in Checks(study).every():
        ledger.hold(row.seq, digest_of([row.sha256, bool(row.passed)]))
    found = ledger.differences()
    for seq, why in (
        *((seq, "is not in the study any more") for seq in found.missing),
        *((seq, "was changed after it was logged") for seq in found.changed),
    ):
        entry = AuditLog(study).at(seq)
        yield Broken(seq, entry.action, f"the check of {entry.details['dialogue']} {why}.")
    for row in Checks(study).every() if found.unknown else ():
        if row.seq in found.unknown:
            yield Broken(None, "", f"A check of {row.dialogue} is in the study, and no entry tells of it.")


def _events(study: StudyFile) -> Iterator[Broken]:
    """What raters did: the log tells of each act once, in their order."""
    done = 0
    for entry in AuditLog(study).entries():
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
