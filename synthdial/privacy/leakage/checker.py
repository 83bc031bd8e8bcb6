"""Check dialogues for what they copied from references."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from synthdial._core.words import Vocabulary
from synthdial.dialogue import Dialogue
from synthdial.privacy.leakage.findings import Finding, Kind, LeakageReport, ReferenceFigures
from synthdial.privacy.leakage.identifiers import IdentifierFinder, Original
from synthdial.privacy.leakage.shared import FIVE, SHINGLE, CheckedDialogue, PreparedReference, Run, Shared
from synthdial.privacy.leakage.words import CommonPhrases, SpokenWords
from synthdial.settings import Thresholds

MOST_PLACES = 8
"""Places of a kind that are reported of one reference; the figures count all."""


@dataclass(frozen=True)
class ReferenceText:
    """A reference as dialogues are checked against it.

    Attributes
    ----------
    name : str
        What it is called in findings.
    dialogue : Dialogue
        Its words as they stood in the prompt: de-identified.
    identifiers : tuple of Original
        What pointed at a person in the original. Kept in memory alone: never written, not shown when this is printed.
    """

    name: str
    dialogue: Dialogue = field(repr=False)
    identifiers: tuple[Original, ...] = field(default=(), repr=False)


class LeakageChecker:
    """Finds copied text: runs of words, rare 5-grams, identifiers of the originals, near-duplicates.

    Takes time and memory linear in the words of the references to make. One serves any number of dialogues, in one
    thread at a time.

    Parameters
    ----------
    references : sequence of ReferenceText
        What stood in the prompt.
    thresholds : Thresholds, optional
        What is allowed.

    Examples
    --------
    >>> from synthdial import Dialogue, Speaker, Turn
    >>> def talk(*texts):
    ...     return Dialogue("a", tuple(Turn(Speaker.PATIENT, text) for text in texts))
    >>> said = "Toen stond de buurman met zijn kruiwagen vol pompoenen bij ons op de stoep."
    >>> checker = LeakageChecker([ReferenceText("bezoek", talk(said), (Original("Van Zanten"),))])
    >>> report = checker.check(talk("Hoe gaat het met u?", "De buurman met zijn kruiwagen vol pompoenen is er."))
    >>> report.passed, report.longest_run
    (True, 7)
    >>> [(found.kind, found.text) for found in checker.check(talk("Dag mevrouw van santen.")).findings]
    [('identifiers', 'santen')]
    """

    def __init__(self, references: Sequence[ReferenceText], thresholds: Thresholds | None = None) -> None:
        self.thresholds = thresholds or Thresholds()
        self._vocabulary = Vocabulary()
        self._phrases = CommonPhrases(self._vocabulary)
        self._references = [
            PreparedReference(reference.name, reference.dialogue, self._vocabulary, self._phrases)
            for reference in references
        ]
        self._identifiers = IdentifierFinder([(each.name, each.identifiers) for each in references])

    def check(self, dialogue: Dialogue) -> LeakageReport:
        """Compare a dialogue with every reference.

        Returns
        -------
        LeakageReport
            The figures, and every place over a limit.
        """
        checked = CheckedDialogue(dialogue, self._vocabulary, self._phrases)
        findings = list(self._identifier_findings(dialogue))
        places = len(findings)
        if places <= self.thresholds.identifiers:
            findings = []
        figures = []
        for reference in self._references:
            shared = reference.compare(checked)
            share = shared.five_grams / checked.rare_total if checked.rare_total else 0.0
            figures.append(
                ReferenceFigures(reference.name, shared.longest, shared.five_grams, share, shared.similarity)
            )
            findings += self._findings(checked.words, reference, shared)
        findings.sort(key=lambda finding: -finding.measure if finding.kind == "longest_run" else 0)
        findings.sort(key=lambda finding: _ORDER.index(finding.kind))
        return LeakageReport(tuple(findings), tuple(figures), places)

    def _identifier_findings(self, dialogue: Dialogue) -> Iterator[Finding]:
        texts = [turn.text for turn in dialogue.turns]
        found = self._identifiers.find(texts)
        for each in found:
            lines = texts[each.turn : each.last_turn + 1]
            lines[-1] = lines[-1][: each.end]
            lines[0] = lines[0][each.start :]
            yield Finding(
                kind="identifiers",
                measure=len(found),
                limit=self.thresholds.identifiers,
                turn=each.turn,
                start=each.start,
                last_turn=each.last_turn,
                end=each.end,
                text="\n".join(lines),
                reference=each.reference,
                identifier=each.kind,
            )

    def _findings(self, words: SpokenWords, reference: PreparedReference, shared: Shared) -> Iterator[Finding]:
        """The places over a limit that a dialogue shares with a reference."""
        limits = self.thresholds

        def places(kind: Kind, runs: Iterable[tuple[Run, float]], limit: float) -> Iterator[Finding]:
            for run, measure in runs:
                here = words.passage(run.first, run.stop)
                there = reference.words.passage(run.reference_stop - len(run), run.reference_stop)
                yield Finding(
                    kind=kind,
                    measure=measure,
                    limit=limit,
                    turn=here.turn,
                    start=here.start,
                    last_turn=here.last_turn,
                    end=here.end,
                    text=here.text,
                    reference=reference.name,
                    reference_turn=there.turn,
                    reference_text=there.text,
                )

        if shared.longest > limits.longest_run:
            runs = [run for run in shared.runs(limits.longest_run + 1) if run.counted > limits.longest_run]
            yield from places("longest_run", ((run, run.counted) for run in runs[:MOST_PLACES]), limits.longest_run)
        if shared.five_grams > limits.rare_five_grams:
            runs = shared.runs(FIVE, rare=True)[:MOST_PLACES]
            yield from places("rare_five_grams", ((run, shared.five_grams) for run in runs), limits.rare_five_grams)
        if shared.similarity > limits.similarity:
            runs = shared.runs(SHINGLE)[:1]
            yield from places("similarity", ((run, shared.similarity) for run in runs), limits.similarity)


_ORDER: tuple[Kind, ...] = ("identifiers", "longest_run", "rare_five_grams", "similarity")
