"""The turn that is being written: its text so far, and which tokens may go on with it."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from synthdial._core.words import count_words, split_words
from synthdial.engine.phrases import Branch
from synthdial.structure.faults import NEVER_LAST, SENTENCE_END, WEAK_LAST
from synthdial.structure.plan import Kind, PlannedTurn

SAID_ONCE = 6
"""So many tokens in a row are said once in a dialogue."""

HEARD = 8
"""So many tokens in a row that stand in the prompt are not said at all."""

SHORT = 4
"""Turns of up to so many words are as long as planned, to the word."""

LATELY = 24
"""Words over which it is seen whether what is said varies just now."""

Runs = AbstractSet[tuple[int, ...]]

_ALLOWED = re.compile(r"[^\W\d_]|[\d\s.,?!;:'\"’‘“”%°/+&…–-]")
_LATIN = 0x24F
_LONG_TAIL = 220  # characters in which the last words are looked for
_TAIL = 40  # characters in which the last word and the end of a sentence are looked for
_ABBREVIATION = re.compile(r"\b(?:dr|mevr|mw|dhr|bijv|nr|ca|evt|o\.a|d\.w\.z|m\.n)\.$", re.IGNORECASE)


class OpenTurn:
    """A turn being written.

    Parameters
    ----------
    planned : PlannedTurn
        What it shall be.
    length : int
        Words it shall have: those planned, or a few more or fewer.
    branch : Branch, optional
        Where it is drawn from a tree of phrases: the tree.

    Attributes
    ----------
    text : str
        What was written.
    tokens : list of int
        In tokens.
    words : int
        Its words so far.
    last : str
        The last of them.
    lately : list of str
        Its last words, at most ``LATELY``.
    ended : bool
        Whether it stands at the end of a sentence.
    gaps : dict of int to float
        How much likelier than a full stop and than a question mark the model thought another token, in nats, where the
        next token was looked for.
    end_gap : float
        The same for the mark with which the last sentence ended; another mark counts as the likelier of those two.
    runs : set of tuple of int
        Its runs of ``SAID_ONCE`` tokens.
    """

    def __init__(self, planned: PlannedTurn, length: int, branch: Branch | None = None) -> None:
        self.planned, self.length, self.branch = planned, length, branch
        self.text = self.last = ""
        self.tokens: list[int] = []
        self.words = 0
        self.lately: list[str] = []
        self.ended = False
        self.gaps: dict[int, float] = {}
        self.end_gap = 0.0
        self.runs: set[tuple[int, ...]] = set()

    @property
    def is_question(self) -> bool:
        """Whether it shall ask and has not yet."""
        return self.planned.kind is Kind.QUESTION and "?" not in self.text

    def add(self, token: int, fresh: str) -> None:
        """Go on with a token and its text."""
        self.text += fresh
        self.tokens.append(token)
        if len(self.tokens) >= SAID_ONCE:
            self.runs.add(tuple(self.tokens[-SAID_ONCE:]))
        if self.branch is not None:
            self.branch = self.branch.after[token]
        self.words = count_words(self.text)
        tail = self.text[-_TAIL:].rstrip()
        words = split_words(tail)
        self.last = words[-1] if words else ""
        self.lately = split_words(self.text[-_LONG_TAIL:])[-LATELY:]
        ended = bool(SENTENCE_END.search(tail)) and not _ABBREVIATION.search(tail)
        if ended and not self.ended:
            self.end_gap = self.gaps.get(token, min(self.gaps.values(), default=0.0))
        self.ended = ended

    def fits(self, token: int, fresh: str, said: Runs, heard: Runs) -> bool:
        """Whether a token may go on with it; ``said`` are runs of the dialogue, ``heard`` those of the prompt."""
        if self.branch is not None:
            return token in self.branch.after
        return (
            self._is_spoken(fresh)
            and not self._breaks_off(fresh)
            and not self._is_too_long(fresh)
            and self._is_new(token, said, heard)
        )

    def _is_spoken(self, fresh: str) -> bool:
        """No markup, no other script, no label or narrator behind a colon; a capital or a digit at the beginning."""
        first = fresh.strip()[:1]
        if not self.tokens and not (first.isupper() or first.isdigit() or first in ("'", "‘", "’")):
            return False
        for at, char in enumerate(fresh):
            if not _ALLOWED.match(char) or (char.isalpha() and ord(char) > _LATIN):
                return False
            # times and ratios have a digit before the colon
            if char == ":" and not (self.text + fresh[:at]).rstrip()[-1:].isdigit():
                return False
        return True

    def _breaks_off(self, fresh: str) -> bool:
        """Whether it would end a sentence behind a word that cannot be its last, or put a mark behind its end."""
        mark = fresh.strip()[:1]
        if self.ended and mark in (".", "!", "?", ",", ";"):
            return True
        return fresh[:1] in (".", "!", "?") and (not self.last or self.last in NEVER_LAST)

    def _is_too_long(self, fresh: str) -> bool:
        """Whether it begins a word too many in a short turn, or a last word that no sentence ends with."""
        if self.length > SHORT or not fresh[:1].isspace() or not fresh.strip()[:1].isalnum():
            return False
        if self.last in NEVER_LAST:
            return False
        # a third or fourth word may be one more where a sentence needs it
        return self.words >= self.length + (self.length > 2) or (
            self.words >= self.length - 1 and fresh.strip().lower() in WEAK_LAST
        )

    def _is_new(self, token: int, said: Runs, heard: Runs) -> bool:
        run = (*self.tokens[1 - SAID_ONCE :], token)
        if run in self.runs or run in said:
            return False
        return (*self.tokens[1 - HEARD :], token) not in heard

    def may_end(self) -> bool:
        """Whether the model may end it here: near its length, at the end of a sentence, the question asked."""
        if self.branch is not None or not self.ended or self.is_question:
            return False
        share = 1.0 if self.length <= SHORT else 0.75 if self.length <= 16 else 0.9
        return self.words >= share * self.length

    def is_complete(self) -> bool:
        """Whether it ends here without asking the model."""
        if self.branch is not None:
            return self.branch.ends
        if not self.ended:
            return False
        if self.is_question and self.length > SHORT:
            return self.words >= self.length + 16
        share = 1.0 if self.length <= SHORT else 0.8 if self.length <= 16 else 0.97
        return self.words >= share * self.length

    @property
    def is_near_end(self) -> bool:
        """Whether the end of a sentence is looked for."""
        return self.words >= (self.length if self.length <= SHORT else 0.7 * self.length)

    @property
    def patience(self) -> float:
        """How much less likely than another token the end of the sentence may be, in nats, to be favoured still."""
        over = self.words - self.length
        if over >= (0 if self.length <= 2 else 1 if self.length <= SHORT else max(10, 0.8 * self.length)):
            return 99.0
        if self.length <= SHORT:
            return 4.0
        share = self.words / self.length
        question = 1.5 if self.is_question else 0.0
        soon = 1.0 if self.length <= 8 else 0.0  # a few words more count for much there
        grown = 1.0 if share < 0.9 else 2.5 if share < 1.1 else 3.5 if share < 1.5 and over < 8 else 4.5
        return min(4.5, grown + question + soon)


def heard_in(tokens: Sequence[int]) -> set[tuple[int, ...]]:
    """The runs of ``HEARD`` tokens in a prompt."""
    return {tuple(tokens[k : k + HEARD]) for k in range(len(tokens) - HEARD + 1)}
