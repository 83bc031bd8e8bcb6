"""What a rater is asked about a dialogue, one question at a time, each answered with a digit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from synthdial.language import Say

if TYPE_CHECKING:
    from synthdial.review.rubric import Rubric
    from synthdial.review.state import Review

_Text = TypeVar("_Text")

ORIGIN = "origin"
"""Key of the question whether a person or a machine wrote it."""

_ORIGINS = {1: "person", 2: "machine", 0: None}


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    key : str
        Key of the criterion, or `ORIGIN`.
    title, text : str
        What it is about, and the question.
    choices : mapping of int to str
        Digit and words of each answer, in the order they are shown.
    """

    key: str
    title: str
    text: str
    choices: Mapping[int, str]


def questions_of(rubric: "Rubric", language: str, say: Say) -> tuple[Question, ...]:
    """The questions of a rubric, in a reader's language or, where it lacks that, in the other."""
    asked = []
    for criterion in rubric.criteria:
        anchors = _in(language, criterion.anchors)
        choices = {score: anchors[score - 1] for score in range(1, 6)} | {0: say("cannot judge")}
        asked.append(
            Question(criterion.key, _in(language, criterion.names), _in(language, criterion.questions), choices)
        )
    if rubric.asks_origin:
        choices = {1: say("a person"), 2: say("a machine"), 0: say("cannot say")}
        asked.append(Question(ORIGIN, say("Origin"), say("Written by a person or a machine?"), choices))
    return tuple(asked)


def _in(language: str, texts: Mapping[str, _Text]) -> _Text:
    return texts[language] if language in texts else next(iter(texts.values()))


def answers_of(review: "Review", questions: tuple[Question, ...]) -> dict[str, int]:
    """The digit that answers each question that is answered."""
    origins = {said: digit for digit, said in _ORIGINS.items()}
    answers = {}
    for question in questions:
        if question.key == ORIGIN and review.origin_answered:
            answers[question.key] = origins[review.origin]
        elif question.key in review.scores:
            answers[question.key] = review.scores[question.key] or 0
    return answers


def origin_said(digit: int) -> str | None:
    """What a digit says of the origin: ``person``, ``machine``, or None where it cannot be said."""
    return _ORIGINS[digit]
