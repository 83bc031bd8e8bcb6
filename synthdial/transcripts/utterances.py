"""Who says what: the one rule for labels and words in every format.

Words without a label go on with the utterance before them. Nothing is lost silently: what nobody says who is known is a
problem with its place.
"""

import re
from dataclasses import dataclass

from synthdial.dialogue import Speaker, Turn
from synthdial.toml_file import nearest
from synthdial.transcripts.labels import Labels

# letters may be followed by combining marks, as macOS writes ë; square brackets stand around a label or not at all
_LABELLED = re.compile(
    r"\s*(\[\s*)?([^\W\d_][\w\u0300-\u036f\- ./()']{0,29}?)(?(1)\s*\])\s*:(?=\s|$)\s*(.*)", re.DOTALL
)
_NOBODY = "nobody is named who says this"


@dataclass(frozen=True)
class Problem:
    """A line that could not be read.

    Attributes
    ----------
    line : int
        Its number, from 1: of a line, cue, row or interval, as the format has them.
    text : str
        What stands there.
    reason : str
        Why it could not be read, without a full stop.
    """

    line: int
    text: str
    reason: str


def unknown(label: str) -> str:
    """Why what somebody says is left out whose role is not known, and what to do."""
    if not label:
        return _NOBODY
    hint = nearest(label, Speaker)
    then = f". {hint} If not, name" if hint else "; name"
    return f"the speaker '{label}' is not known{then} the role with --label or under [labels] in the settings"


class Utterances:
    """Gathers utterances from labels and words, in the order in which they stand in a file.

    Parameters
    ----------
    labels : Labels
        Which label stands for which role.
    """

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._turns: list[tuple[Speaker, list[str]]] = []
        self._problems: list[Problem] = []
        self._words: list[str] | None = None  # of who speaks now; None while that is nobody who is known
        self._bare: Problem | None = None  # a label that stands alone, until its words come

    def line(self, place: int, text: str) -> None:
        """Take a line that may begin with a label: ``Arts: Dag.``, ``[Arts]: Dag.``, or ``Arts:`` before its words."""
        match = _LABELLED.fullmatch(text)
        if match and ((speaker := self._labels.role(match[2])) or _looks_like_label(match[2])):
            self._begin(speaker, match[2], place, text, " ".join(match[3].split()))
        elif words := " ".join(text.split()):
            if self._words is None:
                self._problems.append(Problem(place, text, _NOBODY))
            else:
                self._words.append(words)
                self._bare = None

    def spoken(self, place: int, label: str, text: str) -> None:
        """Take words whose speaker has a place of its own, such as a column; an empty one there says nothing."""
        if words := " ".join(text.split()):
            self._begin(self._labels.role(label), label, place, words, words)

    def done(self) -> tuple[tuple[Turn, ...], tuple[Problem, ...]]:
        """All utterances, and what could not be read; nothing can be taken after it."""
        self._end()
        # put together once, so that a turn of a million lines is no trouble
        return tuple(Turn(speaker, " ".join(words)) for speaker, words in self._turns), tuple(self._problems)

    def _begin(self, speaker: Speaker | None, label: str, place: int, text: str, words: str) -> None:
        self._end()
        if speaker is None:
            self._words = None
            self._problems.append(Problem(place, text, unknown(label)))
            return
        self._words = [words] if words else []
        self._turns.append((speaker, self._words))
        if not words:
            self._bare = Problem(place, text, "there is nothing after the label")

    def _end(self) -> None:
        if self._bare is not None:
            self._turns.pop()
            self._problems.append(self._bare)
            self._bare = None


def _looks_like_label(text: str) -> bool:
    return text[0].isupper() and len(text.split()) <= 3
