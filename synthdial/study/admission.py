"""Which references may stand in a prompt: those that come with the program, and those a person checked.

What is given is de-identified before anything else is done with it. Only that form goes into a prompt; of the original
the turn-taking is counted, and its identifiers are kept in memory to look for them in what is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.privacy.deidentify import Marks, reference_digest
from synthdial.privacy.leakage import LeakageChecker, Original, ReferenceText, names_left
from synthdial.settings import Thresholds, load_settings
from synthdial.study.audit import digest_of
from synthdial.study.checks import Check
from synthdial.transcripts import Transcript

Deidentifier = Callable[[Dialogue, Marks | None], tuple[Dialogue, tuple[Original, ...]]]
"""Gives a conversation with surrogates in the place of identifiers, and what these were."""


@dataclass(frozen=True)
class Known:
    """What a study knows of references.

    Attributes
    ----------
    checked : frozenset of str
        Digests of those that a person looked at after they were de-identified.
    marks : Marks, optional
        What was missed in them.
    """

    checked: frozenset[str] = frozenset()
    marks: Marks | None = field(default=None, repr=False)

    def found_fit(self, dialogue: Dialogue) -> bool:
        """Whether a person checked a conversation as it is, and nothing in it was marked since."""
        if reference_digest(dialogue) not in self.checked:
            return False
        return not (self.marks and self.marks.find(dialogue))


@dataclass(frozen=True)
class Admitted:
    """References as they may stand in a prompt.

    Attributes
    ----------
    are : {"none", "bundled", "checked", "unchecked"}
        What they are; ``unchecked`` where nobody looked at one of them.
    transcripts : tuple of Transcript
        De-identified, but for the bundled ones, which are about nobody.
    originals : tuple of Dialogue
        As they were read: for counts of turns alone.
    identifiers : tuple of tuple of Original
        What pointed at a person in each.
    """

    are: str
    transcripts: tuple[Transcript, ...] = field(default=(), repr=False)
    originals: tuple[Dialogue, ...] = field(default=(), repr=False)
    identifiers: tuple[tuple[Original, ...], ...] = field(default=(), repr=False)

    def texts(self) -> list[ReferenceText]:
        """What dialogues are checked against. Files are not named: their names may be those of patients."""
        return [
            ReferenceText(t.dialogue.id if self.are == "bundled" else f"reference {number}", t.dialogue, found)
            for number, (t, found) in enumerate(zip(self.transcripts, self.identifiers, strict=True), 1)
        ]


def admit_bundled(references: Sequence[Transcript]) -> Admitted:
    """Admit references that come with the program."""
    originals = tuple(transcript.dialogue for transcript in references)
    return Admitted("bundled", tuple(references), originals, ((),) * len(references))


def admit(
    references: Sequence[Transcript],
    known: Known,
    *,
    unchecked: bool = False,
    deidentifier: Deidentifier | None = None,
) -> Admitted:
    """De-identify references, and refuse them unless a person has checked each of them after that.

    Parameters
    ----------
    references : sequence of Transcript
        As they were read.
    known : Known
        What the study knows.
    unchecked : bool
        Take in those that nobody has checked, too; they are de-identified all the same.
    deidentifier : callable, optional
        What de-identifies; by default with surrogates, see `synthdial.privacy.deidentify`.

    Raises
    ------
    SynthdialError
        When one was not checked: says how many, and what to do.
    """
    # one that is as it was shown to somebody, since it was written to a file after that, needs nothing done to it
    as_shown = [known.found_fit(transcript.dialogue) for transcript in references]
    missing = len(references) - sum(as_shown)
    if missing and not unchecked and not known.checked:
        raise _refused(missing, len(references))
    transcripts, identifiers = [], []
    missing = 0
    for transcript, shown in zip(references, as_shown, strict=True):
        told, found = transcript.dialogue, tuple[Original, ...]()
        if not shown:
            told, found = (deidentifier or deidentified)(transcript.dialogue, known.marks)
            missing += reference_digest(told) not in known.checked
        transcripts.append(replace(transcript, dialogue=told, head={}))  # a title may name somebody
        identifiers.append(found)
    if missing and not unchecked:
        raise _refused(missing, len(references))
    return Admitted(
        "unchecked" if missing else "checked",
        tuple(transcripts),
        tuple(transcript.dialogue for transcript in references),
        tuple(identifiers),
    )


def _refused(missing: int, count: int) -> SynthdialError:
    return SynthdialError(
        f"{missing} of {count} references have not been checked: nobody has looked at them after they were "
        "de-identified.",
        "Look at them with 'synthdial-edge reference check PATH --for STUDY'. Conversations about nobody can be used "
        "without that: --unchecked-references, which the study remembers.",
    )


def deidentified(dialogue: Dialogue, marks: Marks | None) -> tuple[Dialogue, tuple[Original, ...]]:
    """A conversation with surrogates in the place of identifiers, the same each time, and what must not come out.

    That is what was replaced, and what looks like a name and was not.
    """
    from synthdial.privacy.deidentify import deidentify

    done = deidentify(dialogue, known=marks)
    found = [Original(one.original, str(one.kind)) for one in done.findings]
    left = names_left(done.dialogue, [one.replacement for one in done.findings])
    return done.dialogue, tuple(dict.fromkeys([*found, *left]))


class LeakageCheck:
    """Checks dialogues for what they copied; a `synthdial.study.checks.Checker`.

    Parameters
    ----------
    references : sequence of ReferenceText
        What stood in their prompt, or could have.
    thresholds : Thresholds, optional
        What is allowed; by default as the user's settings say.
    """

    def __init__(self, references: Sequence[ReferenceText], thresholds: Thresholds | None = None) -> None:
        self._checker = LeakageChecker(references, thresholds or load_settings().leakage)
        self._thresholds = vars(self._checker.thresholds)
        self._digest = digest_of([reference_digest(reference.dialogue) for reference in references])

    def __call__(self, dialogue: Dialogue) -> Check:
        """Check one."""
        report = self._checker.check(dialogue).as_dict()
        findings = report.pop("findings")
        passed = report.pop("passed")
        return Check(passed, report, tuple(findings), self._thresholds, self._digest)
