"""References of a batch while a person looks at them: as they were, and as they would stand in the prompt.

The originals are in memory alone. What is marked as missed is stored as keyed hashes, and what was checked by digests.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from synthdial.dialogue import Dialogue, Turn
from synthdial.privacy.deidentify import Finding, Kind, Marks, new_secret, reference_digest
from synthdial.privacy.deidentify.words import words_of
from synthdial.study.admission import Known
from synthdial.study.references import ReferenceChecks, known_to
from synthdial.study.study import Study
from synthdial.transcripts import Transcript, read_transcripts


@dataclass(frozen=True)
class LookedAt:
    """A reference that a person looks at.

    Attributes
    ----------
    path : Path
        Where it was read; its name may be that of a patient.
    original : Dialogue
        As it was, with accented letters as one character (NFC).
    told : Dialogue
        As it would stand in the prompt.
    findings : tuple of Finding
        What was replaced, in the order of the text.
    digest : str
        By which a check of it is known.
    checked : bool
        Whether a person said of this text that nothing is left in it.
    settled : bool
        Whether it was read as somebody found it fit before, and nothing that was marked stands in it: it stands in
        the prompt as it is.
    """

    path: Path
    original: Dialogue = field(repr=False)
    told: Dialogue = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)
    digest: str
    checked: bool
    settled: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many were found of each kind of which there are any."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind.value: found[kind] for kind in Kind if found[kind]}


class ReferenceLook:
    """References as a batch of a study would use them, until a person has said of each that nothing is left in it.

    Parameters
    ----------
    study : Path
        The study; made when something is stored, if it is not there.
    transcripts : sequence of Transcript
        As they were read.
    known : Known
        What the study knows of references.
    warnings : sequence of str
        What could not be read.
    progress : callable, optional
        Told how many are done, after each.

    Attributes
    ----------
    references : tuple of LookedAt
        In the order that they were read.
    """

    def __init__(
        self,
        study: Path,
        transcripts: Sequence[Transcript],
        known: Known,
        warnings: Sequence[str] = (),
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        self._study, self.warnings = study, tuple(warnings)
        self._checked = set(known.checked)
        self._known = known.marks
        self._scratch = Marks(new_secret())  # until something is stored, and to find where a single mark stands
        self._pending: list[tuple[str, Kind]] = []
        found = []
        for done, transcript in enumerate(transcripts, 1):
            found.append(self._look(transcript.path, transcript.dialogue))
            progress(done)
        self.references: tuple[LookedAt, ...] = tuple(found)

    @property
    def all_checked(self) -> bool:
        """Whether nothing is left to look at."""
        return all(reference.checked for reference in self.references)

    @property
    def pending(self) -> tuple[str, ...]:
        """What was marked and can still be taken back."""
        return tuple(text for text, _ in self._pending)

    def can_unmark(self, text: str) -> bool:
        """Whether words were marked, and that is not stored yet."""
        return any(_same(marked, text) for marked, _ in self._pending)

    def mark(self, text: str, kind: str) -> None:
        """Mark words as missed: they are replaced wherever they stand, in all of the references.

        Parameters
        ----------
        text : str
            The words.
        kind : str
            What they are, a value of `synthdial.privacy.deidentify.Kind`.

        Raises
        ------
        SynthdialError
            When there is no word in them.
        """
        one = self._scratch.with_mark(text, Kind(kind))
        self._pending = [pair for pair in self._pending if not _same(pair[0], text)]
        self._pending.append((text, Kind(kind)))
        self._look_again(one)

    def unmark(self, text: str) -> bool:
        """Take back a mark that is not stored yet; whether there was one."""
        taken = [pair for pair in self._pending if _same(pair[0], text)]
        self._pending = [pair for pair in self._pending if pair not in taken]
        for marked, kind in taken:
            self._look_again(self._scratch.with_mark(marked, kind))
        return bool(taken)

    def note_checked(self, places: Iterable[int], by: str | None = None) -> None:
        """Store that a person looked at some of them and found nothing left, and what they marked before.

        Parameters
        ----------
        places : iterable of int
            Which, from 0.
        by : str, optional
            Who looked; by default the user of the operating system.
        """
        digests = {self.references[place].digest for place in places}
        with Study(self._study, create=True) as study:
            checks = ReferenceChecks(study)
            self._store_marks(checks, by)
            checks.note_checked(sorted(digests), by)
        self._checked |= digests
        self.references = tuple(replace(one, checked=one.digest in self._checked) for one in self.references)

    def keep_marks(self, by: str | None = None) -> int:
        """Store what was marked, though not all is checked; how many marks are new. Nothing is made where none are."""
        if not self._pending:
            return 0
        with Study(self._study, create=True) as study:
            return self._store_marks(ReferenceChecks(study), by)

    def _store_marks(self, checks: ReferenceChecks, by: str | None) -> int:
        marks = checks.marks()
        for text, kind in self._pending:
            marks = marks.with_mark(text, kind)
        new = checks.note_marks(marks, by)
        self._known, self._pending = marks, []
        return new

    def _look_again(self, mark: Marks) -> None:
        """Look again at those in which a mark stands."""
        self.references = tuple(
            self._look(one.path, one.original) if mark.find(one.original) else one for one in self.references
        )

    def _look(self, path: Path, original: Dialogue) -> LookedAt:
        from synthdial.privacy.deidentify import deidentify

        marks = self._known or self._scratch
        for text, kind in self._pending:
            marks = marks.with_mark(text, kind)
        if Known(frozenset(self._checked), marks).found_fit(original):
            return LookedAt(path, original, original, (), reference_digest(original), True, settled=True)
        turns = tuple(Turn(turn.speaker, unicodedata.normalize("NFC", turn.text)) for turn in original.turns)
        original = Dialogue(original.id, turns, original.provenance)
        done = deidentify(original, known=marks)
        return LookedAt(path, original, done.dialogue, done.findings, done.digest, done.digest in self._checked)


def look_at(
    study: Path,
    references: Sequence[Path],
    *,
    remark: Callable[[str], None] = lambda text: None,
    progress: Callable[[int, int], None] = lambda done, count: None,
) -> ReferenceLook:
    """Read references and de-identify them as a batch of a study would; nothing is stored.

    Parameters
    ----------
    study : Path
        The study; it need not be there.
    references : sequence of Path
        Transcripts and folders of transcripts.
    remark : callable, optional
        Told when the lookup tables are built, which takes a minute at first use.
    progress : callable, optional
        Told how many are done, and of how many.

    Raises
    ------
    SynthdialError
        When they cannot be read.
    """
    from synthdial.privacy.deidentify import prepare

    transcripts, warnings = read_transcripts(list(references))
    progress(0, len(transcripts))
    prepare(remark)
    return ReferenceLook(study, transcripts, known_to(study), warnings, lambda done: progress(done, len(transcripts)))


def _same(text: str, other: str) -> bool:
    return [word.low for word in words_of(text)] == [word.low for word in words_of(other)]
