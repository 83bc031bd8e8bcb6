"""Words as they are written, for what depends on it: capitals, titles before a name, signs between numbers."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from synthdial.privacy.leakage.words import word_spans

_SENTENCE_END = re.compile(r"[.?!…:;\"“”«»]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a turn.

    Attributes
    ----------
    text : str
        As it is written.
    turn, start, end : int
        Its turn, and its characters there.
    before : str
        What stands between the word before it and this one.
    folded : str
        In small letters, without diacritics.
    opens : bool
        Whether it begins a sentence, where a capital says nothing.
    """

    text: str
    turn: int
    start: int
    end: int
    before: str
    opens: bool
    folded: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", folded(self.text))

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital inside a sentence."""
        return self.text[:1].isupper() and not self.opens

    def follows(self, other: "Token") -> bool:
        """Whether nothing stands between the two."""
        return self.turn == other.turn and self.start == other.end


def folded(text: str) -> str:
    """Text in small letters without diacritics."""
    text = text.casefold()
    if text.isascii():
        return text
    kept = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return "".join(kept).translate({0x2019: "'", 0x2018: "'", 0x2BC: "'", 0x2010: "-", 0x2011: "-"})


def tokens_of(texts: Sequence[str]) -> list[list[Token]]:
    """The words of each turn."""
    return [_tokens(turn, text) for turn, text in enumerate(texts)]


def _tokens(turn: int, text: str) -> list[Token]:
    tokens = []
    end = 0
    for start, stop in word_spans(text):
        if start < end:  # a stretch that is not in NFC is taken once
            continue
        before = text[end:start]
        opens = end == 0 or _SENTENCE_END.search(before) is not None
        tokens.append(Token(unicodedata.normalize("NFC", text[start:stop]), turn, start, stop, before, opens))
        end = stop
    return tokens
