"""What an undo took back, in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthdial.language import Say, mark
from synthdial.tui.widgets.questions import ORIGIN, Question, answers_of

if TYPE_CHECKING:
    from synthdial.review.state import Review

_KINDS = {
    "flag": mark("the flag"),
    "unflag": mark("taking the flag away"),
    "comment": mark("the comment"),
    "edit": mark("the edit"),
    "verdict": mark("accepting or rejecting"),
    "done": mark("finishing"),
    "reopen": mark("opening it again"),
    "origin": mark("the origin"),
    "score": mark("the score"),
}


@dataclass(frozen=True)
class Undone:
    """What was undone, in words, and the position of the question that it answered, if it did."""

    words: str
    question: int | None = None


def undone(kind: str | None, before: "Review", after: "Review", questions: tuple[Question, ...], say: Say) -> Undone:
    """What was undone.

    Parameters
    ----------
    kind : str or None
        The kind of the event that was undone; None where there was none.
    before, after : Review
        What stood before the undo and after it.
    """
    if kind is None:
        return Undone(say("There is nothing to undo in this conversation."))
    words, number = say(_KINDS.get(kind, kind)), None
    if kind in ("score", "origin"):
        was, now = answers_of(before, questions), answers_of(after, questions)
        for place, question in enumerate(questions):
            if (question.key == ORIGIN) == (kind == "origin") and was.get(question.key) != now.get(question.key):
                number = place
                words = f"{question.title} {was.get(question.key, '')}".strip()
    return Undone(say("Undone: {what}.").format(what=words), number)
