"""Find what pointed at a person in the originals: names, dates, numbers, addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from synthdial.privacy.leakage.names import Name, NameIndex, name_parts, ordinary_words
from synthdial.privacy.leakage.numbers import (
    LEAST_DIGITS,
    DateIndex,
    NumberIndex,
    Place,
    SequenceIndex,
    core_of,
    spoken_digits,
)
from synthdial.privacy.leakage.numerals import Date, dates_in, digits_of
from synthdial.privacy.leakage.tokens import Token, tokens_of
from synthdial.privacy.leakage.words import function_words

_TIMES = frozenset({"date", "age"})
_WORDS = frozenset({"name", "place", "institution"})
_LINKS = frozenset({"e-mail", "url"})


@dataclass(frozen=True)
class Original:
    """An identifier as it stood in an original. It is kept in memory alone, and is not shown when this is printed.

    Attributes
    ----------
    text : str
        As it was written or spoken.
    kind : str
        ``name``, ``place``, ``institution``, ``address``, ``date``, ``age``, ``phone``, ``bsn``, ``patient number``,
        ``e-mail``, ``url`` or ``number``; any other is taken as it comes.
    """

    text: str = field(repr=False)
    kind: str = "name"


@dataclass(frozen=True)
class FoundIdentifier:
    """A place of a dialogue that holds an identifier.

    Attributes
    ----------
    turn, start, last_turn, end : int
        From character ``start`` of a turn up to character ``end`` of the same or a later one.
    kind : str
        Of the identifier, as it was given.
    reference : str
        The reference in whose original it stands; the first of several.
    """

    turn: int
    start: int
    last_turn: int
    end: int
    kind: str
    reference: str

    @property
    def begin(self) -> tuple[int, int]:
        """Turn and character."""
        return self.turn, self.start

    @property
    def end_of(self) -> tuple[int, int]:
        """Turn and character behind it."""
        return self.last_turn, self.end


class IdentifierFinder:
    """The identifiers of all references, made ready to be found.

    Parameters
    ----------
    references : sequence of (str, sequence of Original)
        The name of each reference and the identifiers of its original.
    """

    def __init__(self, references: Sequence[tuple[str, Sequence[Original]]]) -> None:
        self._sources = [(reference, original.kind) for reference, originals in references for original in originals]
        self._seeking = _Seeking()
        for source, original in enumerate(original for _, originals in references for original in originals):
            self._seeking.add(original, source)
        self._names = NameIndex(self._seeking.names)
        self._others = (
            SequenceIndex(self._seeking.sequences),
            NumberIndex(self._seeking.numbers),
            DateIndex(self._seeking.dates),
        )

    def find(self, texts: Sequence[str]) -> list[FoundIdentifier]:
        """Places in the turns of a dialogue, in their order, none overlapping another."""
        if not self._sources:
            return []
        turns = tokens_of(texts)
        places = [place for index in self._others for place in index.find(turns)]
        if self._names:
            places += [Place(token, token, name.source) for token, name in self._names.find(turns)]
        # of two that overlap the longer one is meant
        places.sort(key=lambda place: (place.first.turn - place.last.turn, place.first.start - place.last.end))
        found: list[FoundIdentifier] = []
        for place in places:
            reference, kind = self._sources[place.source]
            first, last = place.first, place.last
            each = FoundIdentifier(first.turn, first.start, last.turn, last.end, kind, reference)
            if all(other.end_of <= each.begin or each.end_of <= other.begin for other in found):
                found.append(each)
        found.sort(key=lambda each: each.begin)
        return found


class _Seeking:
    """What identifiers are looked for by."""

    def __init__(self) -> None:
        self.names: list[Name] = []
        self.numbers: list[tuple[str, int]] = []
        self.dates: list[tuple[Date, int]] = []
        self.sequences: list[tuple[Sequence[Token], int]] = []

    def add(self, original: Original, source: int) -> None:
        """Take an identifier apart."""
        tokens = [token for turn in tokens_of([" ".join(original.text.split())]) for token in turn]
        if not tokens:
            return
        dates = dates_in(tokens) if original.kind not in _WORDS else []
        self.dates += [(date, source) for date, _, _ in dates]
        if original.kind in _TIMES:
            # "maart 1958" is sought, "drie weken geleden" is not
            if not dates and len(tokens) > 1 and any(len(digits_of(token) or "") > 2 for token in tokens):
                self.sequences.append((tokens, source))
            return
        digits = spoken_digits(tokens)
        if digits is not None and not (original.kind in _WORDS and not any(token.text.isdecimal() for token in tokens)):
            self._number(core_of(digits, original.text), source)
            return
        for digits in _numbers_in(tokens):
            self._number(digits, source)
        self._words(tokens, original.kind, source)

    def _number(self, digits: str, source: int) -> None:
        # a year alone points at nobody
        if len(digits) >= LEAST_DIGITS and not (len(digits) == 4 and digits[:2] in ("19", "20")):
            self.numbers.append((digits, source))

    def _words(self, tokens: list[Token], kind: str, source: int) -> None:
        link = kind in _LINKS and len(tokens) > 1
        if link or any(token.text.isdecimal() for token in tokens):
            if len(tokens) > 1 and any(_tells(token) for token in tokens):
                self.sequences.append((tokens, source))
            tokens = [token for token in tokens if token.text[:1].isupper() and not link]
            self.names += [Name(part, source) for part in name_parts(tokens) if len(part) > 2]
            return
        parts = name_parts(tokens)
        if any(part not in ordinary_words() for part in parts):  # "mijn man Piet" is found by Piet
            parts = [part for part in parts if part not in function_words()]
        self.names += [Name(part, source) for part in parts]
        if len({part for part in parts if "-" not in part}) > 1:
            self.sequences.append((tokens, source))


def _tells(token: Token) -> bool:
    """Whether a word stands in few conversations: no everyday word, or a number of three digits and more."""
    digits = digits_of(token)
    return len(digits) > 2 if digits is not None else token.folded not in ordinary_words()


def _numbers_in(tokens: Sequence[Token]) -> Iterator[str]:
    """The written numbers among words."""
    return (digits_of(token) or "" for token in tokens if token.text.isdecimal())
