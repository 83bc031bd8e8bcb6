"""What points at a person: the kinds of identifiers, and where one stands."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from synthdial.dialogue import Dialogue


class Kind(StrEnum):
    """A kind of identifier."""

    NAME = "name"
    DATE = "date"
    AGE = "age"
    PLACE = "place"
    ADDRESS = "address"
    INSTITUTION = "institution"
    PHONE = "phone"
    BSN = "bsn"
    PATIENT_NUMBER = "patient number"
    EMAIL = "e-mail"
    URL = "url"
    NUMBER = "number"

    @property
    def dutch(self) -> str:
        """The word that a placeholder uses: ``[naam 1]``."""
        return _DUTCH[self]


_DUTCH = {
    Kind.NAME: "naam",
    Kind.DATE: "datum",
    Kind.AGE: "leeftijd",
    Kind.PLACE: "plaats",
    Kind.ADDRESS: "adres",
    Kind.INSTITUTION: "instelling",
    Kind.PHONE: "telefoonnummer",
    Kind.BSN: "bsn",
    Kind.PATIENT_NUMBER: "patiëntnummer",
    Kind.EMAIL: "e-mailadres",
    Kind.URL: "website",
    Kind.NUMBER: "nummer",
}


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A stretch of a dialogue that points at a person.

    Attributes
    ----------
    turn : int
        Index of the turn.
    start, end : int
        Characters within the turn's text; ``end`` is not part of it.
    kind : Kind
        What it is.
    """

    turn: int
    start: int
    end: int
    kind: Kind

    def text(self, dialogue: Dialogue) -> str:
        """The words themselves."""
        return dialogue.turns[self.turn].text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Span:
    """A finding within one text; where two overlap, the greater rank counts, then the longer one."""

    start: int
    end: int
    kind: Kind
    rank: int = 0


def without_overlap(spans: Iterable[Span]) -> list[Span]:
    """The spans that count, in the order of the text."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (-span.rank, span.start - span.end, span.start)):
        at = bisect_left(kept, span.start, key=lambda other: other.start)
        free = (not at or kept[at - 1].end <= span.start) and (at == len(kept) or span.end <= kept[at].start)
        if span.start < span.end and free:
            kept.insert(at, span)
    return kept
