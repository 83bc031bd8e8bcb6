"""A conversation as one row of words without hesitations, and where in its turns each stands."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from synthdial._core.leakage import Phrases, look_up
from synthdial._core.words import Vocabulary
from synthdial.dialogue import Dialogue
from synthdial.metrics.lexicons import bundled_lexicon

_WORD = re.compile(r"\[[A-Z]+[-‐‑]\d+\]|[^\W\d_ʼ]+(?:['’‘ʼ\-‐‑][^\W\d_ʼ]+)*|\d+")
_CHUNK = re.compile(r"\S+")

Ids = npt.NDArray[np.int32]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where each word of a text begins and ends, by the word rule; characters of the text as it stands.

    In a text that is not in NFC all words of a stretch without spaces get the place of that stretch.
    """
    if unicodedata.is_normalized("NFC", text):
        return [match.span() for match in _WORD.finditer(text)]
    spans = []
    for chunk in _CHUNK.finditer(text):
        part = chunk.group()
        if unicodedata.is_normalized("NFC", part):
            spans += [(chunk.start() + a, chunk.start() + b) for a, b in (m.span() for m in _WORD.finditer(part))]
        else:
            spans += [chunk.span()] * len(_WORD.findall(unicodedata.normalize("NFC", part)))
    return spans


@dataclass(frozen=True)
class Passage:
    """A stretch of a conversation: from a character of one turn up to a character of the same or a later one."""

    turn: int
    start: int
    last_turn: int
    end: int
    text: str


class CommonPhrases:
    """What everybody says, over the words of a vocabulary.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words of the phrases are added to it.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        def numbered(name: str) -> Iterable[list[int]]:
            return ([vocabulary.intern_word(word) for word in words] for words, _ in bundled_lexicon(name).forms)

        self._spoken = Phrases(numbered("spoken_phrases"))
        self._backchannels = Phrases(numbered("backchannels"))

    def cover(self, ids: Ids, begins: Ids) -> npt.NDArray[np.bool_]:
        """Which words stand inside a phrase, or in a turn that is made of backchannels alone."""
        common = self._spoken.cover(ids, begins)
        listening = self._backchannels.cover(ids, begins)
        own = np.concatenate(([0], np.cumsum(~listening)))
        only: npt.NDArray[np.bool_] = np.repeat(own[begins[1:]] == own[begins[:-1]], np.diff(begins))
        return common | only


@cache
def _hesitations() -> frozenset[str]:
    return frozenset(words[0] for words, _ in bundled_lexicon("hesitations").forms if len(words) == 1)


@cache
def function_words() -> frozenset[str]:
    """The words of that lexicon."""
    return frozenset(words[0] for words, _ in bundled_lexicon("function_words").forms if len(words) == 1)


class SpokenWords:
    """The words of a dialogue in one row, hesitations left out.

    Parameters
    ----------
    dialogue : Dialogue
        The conversation, as it stands.

    Attributes
    ----------
    vocabulary : Vocabulary
        Its words.
    ids : array of int32, shape (words,)
        Their numbers in the vocabulary.
    begins : array of int32, shape (turns + 1,)
        Where each turn begins, and at the end the number of words.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        self._texts = [turn.text for turn in dialogue.turns]
        self.vocabulary = Vocabulary()
        turns = [self.vocabulary.intern_text(text) for text in self._texts]
        every = np.concatenate(turns) if turns else np.zeros(0, np.int32)
        self._words = self.vocabulary.words()
        spoken = ~np.array([word in _hesitations() for word in self._words], np.bool_)[every]
        self.ids: Ids = every[spoken]
        ends = np.cumsum([0] + [len(turn) for turn in turns])
        self.begins: Ids = np.concatenate(([0], np.cumsum(spoken)))[ends].astype(np.int32)
        self._kept = np.flatnonzero(spoken) - np.repeat(ends[:-1], np.diff(self.begins))
        self._spans: dict[int, list[tuple[int, int]]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def known(self, vocabulary: Vocabulary) -> Ids:
        """The numbers of the words in another vocabulary, -1 where it lacks one."""
        return look_up(vocabulary, self.vocabulary)[self.ids]

    def interned(self, vocabulary: Vocabulary) -> Ids:
        """The same where the words are added to the other vocabulary."""
        numbers = np.array([vocabulary.intern_word(word) for word in self._words], np.int32)
        return numbers[self.ids]

    def content(self) -> npt.NDArray[np.bool_]:
        """Which words are content words: not in the lexicon of function words."""
        return ~np.array([word in function_words() for word in self._words], np.bool_)[self.ids]

    def passage(self, first: int, stop: int) -> Passage:
        """Where the words from ``first`` up to ``stop`` stand; at least one word."""
        turn, start, _ = self._place(first)
        last_turn, _, end = self._place(stop - 1)
        if turn == last_turn:
            return Passage(turn, start, turn, end, self._texts[turn][start:end])
        lines = [self._texts[turn][start:], *self._texts[turn + 1 : last_turn], self._texts[last_turn][:end]]
        return Passage(turn, start, last_turn, end, "\n".join(lines))

    def _place(self, word: int) -> tuple[int, int, int]:
        """Turn, and begin and end in its characters."""
        turn = int(np.searchsorted(self.begins, word, side="right")) - 1
        if turn not in self._spans:
            self._spans[turn] = word_spans(self._texts[turn])
        return turn, *self._spans[turn][self._kept[word]]
