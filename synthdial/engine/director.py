"""A director leads one dialogue, token by token; the decoder does what it says.

A director is asked `next` before each step. It answers with tokens to feed, with a wish to sample, or that the dialogue
is done. What was sampled is shown to it by `take`, and it may refuse it. The simplest one is `PlainDirector`: the
model decides how long turns are and when the dialogue ends; speakers alternate. Others plan the turns.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from synthdial._core.words import count_words
from synthdial.dialogue import Speaker, Turn
from synthdial.structure.plan import PlannedTurn

Row = npt.NDArray[np.float32]


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
    only : sequence of int
        Where it is not empty, no other token may be drawn.
    look : callable, optional
        Is shown the logits, a view of shape (n_vocab,), and gives the bias.
    """

    bias: Mapping[int, float] = field(default_factory=dict)
    only: Sequence[int] = ()
    look: Callable[[Row], Mapping[int, float]] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The dialogue is over.

    Attributes
    ----------
    reason : str
        ``model`` (it ended the dialogue), ``plan`` (it is played to its end), ``max_words``, ``context`` (the slot's
        share of the cache is used up) or ``stuck`` (nothing that the model wrote could be used).
    """

    reason: str


Step = Feed | Sample | Done


class Director(Protocol):
    """What the decoder asks of a director.

    Attributes
    ----------
    turns : list of Turn
        Those that are complete.
    planned : list of PlannedTurn
        What was planned for each of them; empty without a plan.
    taken_back : int
        Turns that came out wrong and were written anew.
    forced : int
        Turns that end where the model thought it unlikely.
    """

    turns: list[Turn]
    planned: list[PlannedTurn]
    taken_back: int
    forced: int

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
    open_with : callable
        Tokens of a text that begins the dialogue.
    labels : mapping of Speaker to tokens
        A line break and the label of a turn.
    continue_with : callable
        Tokens of a text that goes on after another.
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
    open_with: Callable[[str], Sequence[int]]
    labels: Mapping[Speaker, Sequence[int]]
    continue_with: Callable[[str], Sequence[int]]
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
        self.planned: list[PlannedTurn] = []
        self.taken_back = self.forced = 0
        self._script = script
        self._min_turns, self._max_words, self._max_tokens = min_turns, max_words, max_tokens
        self._speaker = first
        self._words = 0  # of the turns that are complete
        self._tokens = 0  # in the context
        self._queue: list[Step] = [Feed(script.opening[first])]
        self._text = ""  # of the open turn
        self._lengths = [0]  # of the open turn's text before its first token and after each
        self._looking_on = False
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
        taken = self._look_past_turn(token) if self._looking_on else self._consider(token)
        self._tokens += taken
        return taken

    def _consider(self, token: int) -> bool:
        if self._script.is_end(token):
            return self._end_turn(self._text, ends_dialogue=True)
        state = self._decoder.getstate()
        before, newline, after = self._script.piece(token).partition(b"\n")
        text = self._text + self._decoder.decode(before)
        label = self._script.foreign_label.search(text, max(0, len(text) - LONGEST_LABEL))
        if label or newline:
            # a label that the model wrote inside the turn ends the turn before it
            end, blank = (label.start(), False) if label else (len(text), b"\n" in after)
            ended = self._end_turn(text[:end], ends_dialogue=blank, may_look_on=not label)
            if not ended:
                self._decoder.setstate(state)
            return ended
        self._text = text
        self._lengths.append(len(text))
        if self._words + count_words(text) > self._max_words:
            self._queue.append(self._stop("max_words"))
        return True

    def _begin_turn(self) -> None:
        self._text, self._lengths = "", [0]
        self._looking_on = False
        self._decoder.reset()

    def _end_turn(self, text: str, *, ends_dialogue: bool, may_look_on: bool = False) -> bool:
        """Close the turn with this text and put the context in order; refuse where it would hold no word.

        The token that ended the turn, and those before it that the text does not need, are taken back. What they held
        of the text is fed again, with the next label.
        """
        text = text.rstrip()
        if not count_words(text):
            return False
        if self._words + count_words(text) > self._max_words:
            self._text = text
            self._queue.append(self._stop("max_words"))
            return True
        kept = bisect_right(self._lengths, len(text)) - 1
        kept = self._lengths.index(self._lengths[kept])  # without the beginning of a character that has no end
        rest = text[self._lengths[kept] :]
        rewind = len(self._lengths) - kept  # the tokens after the kept ones, and the one that ended the turn
        self._close_turn(text)
        enough = len(self.turns) >= self._min_turns
        if enough and ends_dialogue:
            self._queue.append(Done("model"))
        elif enough and may_look_on and rewind == 1 and not rest and not self._script.blank_line_tokens:
            # an empty line is two tokens here: keep the line break and see what the model would write next
            self._looking_on = True
        else:
            self._feed_label(rewind, rest)
        return True

    def _feed_label(self, rewind: int, rest: str = "") -> None:
        """Take tokens back; feed what they held of the turn before, and the label of the next."""
        tokens = self._script.labels[self._speaker]
        if rest:
            tokens = self._script.continue_with(f"{rest}\n{self._speaker}:")
        self._queue.append(Feed(tokens, rewind))

    def _look_past_turn(self, token: int) -> bool:
        self._looking_on = False
        if self._script.is_end(token) or self._script.piece(token).lstrip(b" ").startswith(b"\n"):
            self._queue.append(Done("model"))
        else:
            self._feed_label(rewind=2)
        return True

    def _close_turn(self, text: str) -> None:
        turn = Turn(self._speaker, " ".join(text.split()))
        self.turns.append(turn)
        self._words += turn.words
        self._speaker = self._speaker.other
        self._begin_turn()

    def _stop(self, reason: str) -> Done:
        """End here, with the open turn cut back to its last whole sentence."""
        room = self._max_words - self._words
        ends = [m.end() for m in _SENTENCE_END.finditer(self._text) if count_words(self._text[: m.end()]) <= room]
        if ends and count_words(self._text[: ends[-1]]):
            self._close_turn(self._text[: ends[-1]])
        return Done(reason)
