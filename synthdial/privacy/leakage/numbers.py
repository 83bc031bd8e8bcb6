"""Find numbers, dates and other fixed strings of the originals in a dialogue, however they are written or spoken."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from synthdial.metrics.lexicons import bundled_lexicon
from synthdial.privacy.leakage.numerals import SEPARATORS, Date, dates_in, digits_of, same_date
from synthdial.privacy.leakage.tokens import Token, folded

LEAST_DIGITS = 4
"""A shorter number alone says nothing: doses, ages and times are as short."""

LONG_DIGITS = 6
"""A number of so many digits is found inside a longer one too, and where listeners' words stand between its parts."""


MOST_DIGITS = 40
MOST_WORDS = 12
"""Of a longer number or sequence of words so much is looked for, from its beginning."""


@dataclass(frozen=True)
class Place:
    """Words of a dialogue from ``first`` to ``last``, and the identifier that was found there."""

    first: Token
    last: Token
    source: int


@cache
def _between() -> frozenset[str]:
    """Words that may stand between the parts of a long number."""
    listening = (bundled_lexicon(name) for name in ("hesitations", "backchannels"))
    more = frozenset({"en", "dan", "daarna", "streepje", "punt", "plus"})
    return more | {folded(form[0]) for lexicon in listening for form, _ in lexicon.forms if len(form) == 1}


def spoken_digits(tokens: Sequence[Token]) -> str | None:
    """The digits of a number that is given alone; None where other words stand in it."""
    parts = [digits_of(token) for token in tokens]
    if not parts or any(part is None for part in parts):
        return None
    return "".join(part or "" for part in parts)


def core_of(digits: str, text: str) -> str:
    """A telephone number without the zero or the code of the country before it; any other number as it is."""
    if text.lstrip().startswith(("+", "00")) and len(digits) >= 10:
        return digits.removeprefix("00").removeprefix("31").removeprefix("0")
    return digits[1:] if len(digits) == 10 and digits[0] == "0" else digits


class NumberIndex:
    """Numbers by their digits.

    Parameters
    ----------
    numbers : iterable of (str, int)
        The digits of each, ``LEAST_DIGITS`` or more, and which identifier it is of.
    """

    def __init__(self, numbers: Iterable[tuple[str, int]]) -> None:
        self._sources: dict[str, int] = {}
        for digits, source in numbers:
            self._sources.setdefault(digits[:MOST_DIGITS], source)
        self._long = sorted({len(digits) for digits in self._sources if len(digits) >= LONG_DIGITS})
        self._short = sorted({len(digits) for digits in self._sources if len(digits) < LONG_DIGITS})

    def find(self, turns: list[list[Token]]) -> Iterator[Place]:
        """Every number that is met."""
        if self._long:
            for parts in _stretches((token for tokens in turns for token in tokens), strict=False):
                yield from self._inside(parts, self._long, anywhere=True)
        if self._short:
            for tokens in turns:
                for parts in _stretches(tokens, strict=True):
                    yield from self._inside(parts, self._short, anywhere=False)

    def _inside(self, parts: list[tuple[str, Token]], sizes: list[int], *, anywhere: bool) -> Iterator[Place]:
        digits = "".join(part for part, _ in parts)
        begins = [0]
        for part, _ in parts:
            begins.append(begins[-1] + len(part))
        for at in range(len(digits)) if anywhere else begins[:-1]:
            for size in sizes:
                source = self._sources.get(digits[at : at + size])
                if source is None or at + size > len(digits) or not (anywhere or at + size in begins):
                    continue
                yield Place(
                    parts[bisect_right(begins, at) - 1][1], parts[bisect_left(begins, at + size) - 1][1], source
                )


def _stretches(tokens: Iterable[Token], *, strict: bool) -> Iterator[list[tuple[str, Token]]]:
    """Numbers that follow one another, with separators between, or where not strict with listeners' words too."""
    parts: list[tuple[str, Token]] = []
    for token in tokens:
        digits = digits_of(token)
        if digits is not None and (not strict or not parts or SEPARATORS.match(token.before)):
            parts.append((digits, token))
        elif strict or token.folded not in _between():
            if parts:
                yield parts
            parts = [] if digits is None else [(digits, token)]
    if parts:
        yield parts


class DateIndex:
    """Dates by day and month; a year is compared where both have one.

    Parameters
    ----------
    dates : iterable of (Date, int)
        Each with the identifier it is of.
    """

    def __init__(self, dates: Iterable[tuple[Date, int]]) -> None:
        self._sought: dict[tuple[int, int], list[tuple[Date, int]]] = {}
        for date, source in dates:
            self._sought.setdefault(date[:2], []).append((date, source))

    def find(self, turns: list[list[Token]]) -> Iterator[Place]:
        """Every date that is met."""
        if self._sought:
            for tokens in turns:
                for met, first, stop in dates_in(tokens):
                    for date, source in self._sought.get(met[:2], ()):
                        if same_date(date, met):
                            yield Place(tokens[first], tokens[stop - 1], source)
                            break


class SequenceIndex:
    """Words in a fixed order: addresses, numbers with letters, whole names.

    Numerals are compared by value, words in small letters without diacritics.

    Parameters
    ----------
    sequences : iterable of (sequence of Token, int)
        Each with the identifier it is of.
    """

    def __init__(self, sequences: Iterable[tuple[Sequence[Token], int]]) -> None:
        self._sources: dict[tuple[str, ...], int] = {}
        for tokens, source in sequences:
            self._sources.setdefault(tuple(_plain(token) for token in tokens[:MOST_WORDS]), source)
        self._sizes = sorted({len(words) for words in self._sources}, reverse=True)

    def find(self, turns: list[list[Token]]) -> Iterator[Place]:
        """Every place where one stands; at one word the longest."""
        if not self._sizes:
            return
        for tokens in turns:
            words = [_plain(token) for token in tokens]
            for at in range(len(words)):
                for size in self._sizes:
                    source = self._sources.get(tuple(words[at : at + size]))
                    if source is not None and at + size <= len(words):
                        yield Place(tokens[at], tokens[at + size - 1], source)
                        break


def _plain(token: Token) -> str:
    return digits_of(token) or token.folded
