"""Check dialogues that were never checked: those of older studies, or all once more."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.privacy.leakage import Original, ReferenceText
from synthdial.prompt import bundled_references
from synthdial.prompt.build import references_digest
from synthdial.study.admission import LeakageCheck, deidentified
from synthdial.study.checks import Check, Checker, Checks, turns_digest
from synthdial.study.references import ReferenceChecks
from synthdial.study.reviews import Reviews
from synthdial.study.study import Study
from synthdial.transcripts import Transcript, read_transcripts

_MOST_TRIES = 200_000  # orders of references that are tried until one has the digest of the prompt's


@dataclass(frozen=True)
class Rechecked:
    """What came of it.

    Attributes
    ----------
    passed, quarantined : int
        Dialogues that were checked.
    known : int
        Those that were checked before, and were left alone.
    unknown : dict of str to int
        Dialogues that could not be checked, by recipe: the references of their prompt were not found.
    """

    passed: int
    quarantined: int
    known: int
    unknown: dict[str, int]


def check_study(
    study: Study,
    references: Sequence[Path] = (),
    *,
    again: bool = False,
    remark: Callable[[str], None] = lambda text: None,
) -> Rechecked:
    """Check the dialogues of a study for what they copied from the references in their prompts.

    The references of each recipe are known by their digest: the bundled ones, and those given, as they are or
    de-identified. None of their text is stored where they stood in the prompt as they are.

    Parameters
    ----------
    study : Study
        Open for writing.
    references : sequence of Path
        Transcripts, and folders of them, that were given to the batch.
    again : bool
        Check those, too, that were checked before.
    remark : callable
        Told in sentences what a person may want to know.

    Raises
    ------
    SynthdialError
        When the study is a task, or references cannot be read.
    """
    if Reviews(study).is_task:
        raise SynthdialError(f"{study.path} is a task for a rater, not a study.", "Check the study it was made from.")
    found = _Found(study, references, remark)
    checks = Checks(study).newest()
    passed = quarantined = known = 0
    unknown: dict[str, int] = {}
    for dialogue in list(study.dialogues()):
        row = checks.get(dialogue.id)
        if not again and row is not None and row.digest == turns_digest(dialogue.turns):
            known += 1
            continue
        checker = found.checker(dialogue)
        if checker is None:
            recipe = str(dialogue.provenance.get("recipe", ""))[:8]
            unknown[recipe] = unknown.get(recipe, 0) + 1
            continue
        check = checker(dialogue)
        study.add_check(dialogue, check)
        passed += check.passed
        quarantined += not check.passed
    return Rechecked(passed, quarantined, known, unknown)


class _Found:
    """What checks the dialogues of each recipe."""

    def __init__(self, study: Study, paths: Sequence[Path], remark: Callable[[str], None]) -> None:
        self._checkers: dict[tuple[str, int], Checker | None] = {}
        self._given: list[Transcript] = []
        if paths:
            self._given, warnings = read_transcripts(list(paths))
            for warning in warnings:
                remark(warning)
        self._marks = ReferenceChecks(study).marks()
        self._told: list[tuple[Dialogue, tuple[Original, ...]]] | None = None

    def checker(self, dialogue: Dialogue) -> Checker | None:
        """What checks a dialogue; None where the references of its prompt are not there."""
        made = dialogue.provenance
        digest, count = made.get("references_sha256"), made.get("references")
        if not isinstance(digest, str) or not isinstance(count, int) or made.get("exemplars"):
            return None
        if (digest, count) not in self._checkers:
            self._checkers[digest, count] = self._find(digest, count)
        return self._checkers[digest, count]

    def _find(self, digest: str, count: int) -> Checker | None:
        if count == 0 and digest == references_digest([]):
            return LeakageCheck([])
        bundled = [transcript.dialogue for transcript in bundled_references()]
        if _among(bundled, count, digest):
            return LeakageCheck([ReferenceText(one.id, one) for one in bundled])
        if not self._given:
            return None
        if self._told is None:
            self._told = [deidentified(one.dialogue, self._marks) for one in self._given]
        if _among([told for told, _ in self._told], count, digest):
            return LeakageCheck(_named(self._told))
        if _among([one.dialogue for one in self._given], count, digest):
            originals = [(one.dialogue, found) for one, (_, found) in zip(self._given, self._told, strict=True)]
            return _Silent(LeakageCheck(_named(originals)))
        return None


class _Silent:
    """A check against originals, of which nothing may be stored."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    def __call__(self, dialogue: Dialogue) -> Check:
        check = self._checker(dialogue)
        return replace(check, findings=tuple({**finding, "reference_text": ""} for finding in check.findings))


def _named(references: Sequence[tuple[Dialogue, tuple[Original, ...]]]) -> list[ReferenceText]:
    return [ReferenceText(f"reference {n}", told, found) for n, (told, found) in enumerate(references, 1)]


def _among(references: Sequence[Dialogue], count: int, digest: str) -> bool:
    """Whether so many of the references, in some order, have a digest."""
    texts = [reference.as_text() for reference in references]
    orders: Iterator[Any] = itertools.permutations(texts, count) if count <= len(texts) else iter(())
    return any(references_digest(order) == digest for order in itertools.islice(orders, _MOST_TRIES))
