"""A director leads one dialogue, token by token; the decoder does what it says.

A director is asked `next` before each step. It answers with tokens to feed, with a wish to sample, or that the dialogue
is done. What was sampled is shown to it by `take`, and it may refuse it. The simplest one is `PlainDirector`: the
model decides how long turns are and when the dialogue ends; speakers alternate. Others plan the turns.
"""

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from synthdial._core.words import count_words
from synthdial.dialogue import Speaker, Turn


@dataclass(frozen=True, slots=True)
class Feed:
    """Put tokens into the dialogue's context that the model did not write.

    Attributes
    ----------
    tokens : sequence of int
        The tokens.
    rewind : int
        First take back so many of the dialogue's last tokens.
    """

    tokens: Sequence[int]
    rewind: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """Let the model write the next token.

    Attributes
    ----------
    bias : mapping of int to float
        Added to the logits of these tokens; ``-inf`` forbids one.
    """

    bias: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The dialogue is over.

    Attributes
    ----------
    reason : str
        ``model`` (it ended the dialogue), ``max_words``, ``context`` (the slot's share of the cache is used up) or
        ``stuck`` (nothing that the model wrote could be used).
    """

    reason: str


Step = Feed | Sample | Done


class Director(Protocol):
    """What the decoder asks of a director."""

    turns: list[Turn]

    def next(self) -> Step:
        """Say what happens next."""

    def take(self, token: int) -> bool:
        """Look at a sampled token; False refuses it, and another is sampled in its place."""


@dataclass(frozen=True)
class Script:
    """What a director must know about the model's tokens.

    Attributes
    ----------
    opening : mapping of Speaker to tokens
        The label that opens the first turn.
    labels : mapping of Speaker to tokens
        A line break and the label of a turn.
    piece : callable
        Bytes of a token.
    is_end : callable
        Whether a token ends a generation.
    blank_line_tokens : bool
        Whether the tokenizer has a token for an empty line, by which a model ends a conversation.
    foreign_label : pattern
        Finds a speaker label inside a turn's text.
    """

    opening: Mapping[Speaker, Sequence[int]]
    labels: Mapping[Speaker, Sequence[int]]
    piece: Callable[[int], bytes]
    is_end: Callable[[int], bool]
    blank_line_tokens: bool
    foreign_label: re.Pattern[str]


LONGEST_LABEL = 40  # characters: how far back a label is looked for
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")


class PlainDirector:
    """The model decides turn lengths and the end; speakers alternate, their labels are fed.

    Parameters
    ----------
    script : Script
        The model's tokens.
    min_turns : int
        The model cannot end the dialogue before so many turns.
    max_words : int
        The dialogue ends before it has more words; its last turn is cut back to a whole sentence.
    max_tokens : int
        The slot's share of the cache.
    first : Speaker
        Who begins.
    """

    def __init__(
        self, script: Script, *, min_turns: int, max_words: int, max_tokens: int, first: Speaker = Speaker.DOCTOR
    ) -> None:
        self.turns: list[Turn] = []
        self._script = script
        self._min_turns, self._max_words, self._max_tokens = min_turns, max_words, max_tokens
        self._speaker = first
        self._words = 0  # of the turns that are complete
        self._tokens = 0  # in the context
        self._queue: list[Step] = [Feed(script.opening[first])]
        self._text = ""  # of the open turn
        self._texts: list[str] = []  # the same before each of its tokens
        self._peeking = False
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")

    def next(self) -> Step:
        """Say what happens next."""
        step = self._queue.pop(0) if self._queue else Sample()
        if isinstance(step, Feed):
            self._tokens += len(step.tokens) - step.rewind
        elif self._tokens >= self._max_tokens and isinstance(step, Sample):
            return self._stop("context")
        return step

    def take(self, token: int) -> bool:
        """Look at a sampled token; False refuses it."""
        taken = self._look_past_turn(token) if self._peeking else self._consider(token)
        self._tokens += taken
        return taken

    def _consider(self, token: int) -> bool:
        if self._script.is_end(token):
            return self._end_turn(self._text, ends_dialogue=True)
        before, newline, after = self._script.piece(token).partition(b"\n")
        text = self._text + self._decoder.decode(before)
        label = self._script.foreign_label.search(text, max(0, len(text) - LONGEST_LABEL))
        if label:
            return self._cut_at_label(text[: label.start()])
        if newline:
            return self._end_turn(text, ends_dialogue=b"\n" in after)
        self._texts.append(self._text)
        self._text = text
        if self._words + count_words(text) > self._max_words:
            self._queue.append(self._stop("max_words"))
        return True

    def _begin_turn(self) -> None:
        self._text, self._texts = "", []
        self._peeking = False
        self._decoder.reset()

    def _end_turn(self, text: str, *, ends_dialogue: bool, rewind: int = 1) -> bool:
        """Close the turn with this text, taking the last tokens back; refuse where it would hold no word."""
        if not count_words(text):
            return False
        self._close_turn(text)
        enough = len(self.turns) >= self._min_turns
        if enough and ends_dialogue:
            self._queue.append(Done("model"))
        elif enough and rewind == 1 and not self._script.blank_line_tokens:
            # an empty line is two tokens here: keep the line break and see what the model would write next
            self._peeking = True
        else:
            self._queue.append(Feed(self._script.labels[self._speaker], rewind))
        return True

    def _look_past_turn(self, token: int) -> bool:
        self._peeking = False
        if self._script.is_end(token) or self._script.piece(token).lstrip(b" ").startswith(b"\n"):
            self._queue.append(Done("model"))
        else:
            self._queue.append(Feed(self._script.labels[self._speaker], rewind=2))
        return True

    def _close_turn(self, text: str) -> None:
        turn = Turn(self._speaker, " ".join(text.split()))
        self.turns.append(turn)
        self._words += turn.words
        self._speaker = self._speaker.other
        self._begin_turn()

    def _cut_at_label(self, text: str) -> bool:
        """The model wrote a label inside the turn: end the turn before it and take the label back."""
        length = len(text.rstrip())
        kept = sum(len(before) < length for before in self._texts)
        return self._end_turn(text, ends_dialogue=False, rewind=len(self._texts) - kept + 1)

    def _stop(self, reason: str) -> Done:
        """End here, with the open turn cut back to its last whole sentence."""
        room = self._max_words - self._words
        ends = [m.end() for m in _SENTENCE_END.finditer(self._text) if count_words(self._text[: m.end()]) <= room]
        if ends and count_words(self._text[: ends[-1]]):
            self._close_turn(self._text[: ends[-1]])
        return Done(reason)
