"""What people said of a study's dialogues, in the form that results and reports are counted from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """A dialogue that was rated.

    Attributes
    ----------
    id : str
        Of the dialogue.
    recipe, scenario, model, preset : str
        How it was made; empty for a conversation of people.
    by_person : bool
        Whether it is a real conversation that was mixed in; it never leaves the study.
    """

    id: str
    recipe: str = ""
    scenario: str = ""
    model: str = ""
    preset: str = ""
    by_person: bool = False


@dataclass(frozen=True)
class Judgement:
    """What a rater gave a dialogue on one criterion.

    Attributes
    ----------
    rater, role : str
        Who, and as what: ``native`` or ``clinician``, or what the rubric says.
    dialogue : str
        Id of the subject.
    criterion : str
        Key of the criterion.
    score : int or None
        1 to 5; None where it could not be judged.
    """

    rater: str
    role: str
    dialogue: str
    criterion: str
    score: int | None


@dataclass(frozen=True)
class Guess:
    """Whether a rater took a dialogue for a person's; ``person`` or ``machine``."""

    rater: str
    role: str
    dialogue: str
    said: str


@dataclass(frozen=True)
class Flagged:
    """A turn that a rater flagged.

    Attributes
    ----------
    rater, role, dialogue : str
        Who, as what, and where.
    turn : int
        Position of the turn, from 0.
    kind : str
        ``wrong fact``, ``unnatural``, ``not Dutch``, ``privacy`` or ``other``.
    severity : str
        ``minor`` or ``critical``.
    note : str
        What the rater wrote beside it.
    """

    rater: str
    role: str
    dialogue: str
    turn: int
    kind: str
    severity: str
    note: str = ""


@dataclass(frozen=True)
class Edited:
    """A turn that a rater wrote anew: its original, the new text, their distance in characters, and seconds spent."""

    rater: str
    dialogue: str
    turn: int
    original: str
    text: str
    distance: int
    seconds: float


@dataclass(frozen=True)
class Verdict:
    """Whether a rater accepts a dialogue for the corpus."""

    rater: str
    role: str
    dialogue: str
    accepted: bool


@dataclass(frozen=True)
class ReviewData:
    """All that was said; the calibration round is left out.

    Attributes
    ----------
    subjects : mapping of str to Subject
        Every dialogue that at least one rater has finished, by id.
    judgements, guesses, flags, edits, verdicts : tuple
        What was said of them, in the order it was said.
    criteria : mapping of str to mapping of str to str
        Names of the criteria by key, then by language (``nl``, ``en``), in the order of the rubrics.
    """

    subjects: Mapping[str, Subject]
    judgements: tuple[Judgement, ...] = ()
    guesses: tuple[Guess, ...] = ()
    flags: tuple[Flagged, ...] = ()
    edits: tuple[Edited, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    criteria: Mapping[str, Mapping[str, str]] | None = None
