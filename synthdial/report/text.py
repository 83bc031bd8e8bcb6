"""Texts and numbers as a page shows them, in the language of its reader."""

import math
import re
from collections.abc import Iterable
from typing import Any

from synthdial.language import mark, translator

# what no XML may hold, and marks that turn the direction of what follows: such a text would show other than it says
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)
_MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)
_SPAN, _AND = mark("{low} to {high}"), mark("{first} and {last}")
UNKNOWN = "–"
"""Stands where there is no value."""


def clean(text: str) -> str:
    """A text with everything that a page cannot show, or would obey, made visible as U+FFFD."""
    return _UNSEEN.sub("\ufffd", text)


def capital(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]


class Wording:
    """Says messages and writes numbers in a language.

    Parameters
    ----------
    language : str
        ``nl`` or ``en``.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._say = translator(language, "report")
        self._written = str.maketrans(",.-", ".,−" if language == "nl" else ",.−")

    def __call__(self, message: str, **values: Any) -> str:
        """A message, with values put in where it names them; numbers are written as ``number`` writes whole ones."""
        said = self._say(message)
        if not values:
            return said
        return said.format(
            **{key: self.number(value) if isinstance(value, int) else value for key, value in values.items()}
        )

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many decimals; a dash where it is not known."""
        if not math.isfinite(value):
            return UNKNOWN
        text = f"{value:,.{digits}f}"
        if not float(text.replace(",", "")):
            text = text.lstrip("-")
        return text.translate(self._written)

    def signed(self, value: float, digits: int = 2) -> str:
        """A number that always has its sign, but for nought."""
        text = self.number(value, digits)
        return f"+{text}" if value > 0 and text.strip("0.,") else text

    def share(self, value: float, digits: int = 0) -> str:
        """A share, 0 to 1, in hundredths."""
        return f"{self.number(100 * value, digits)}%" if math.isfinite(value) else UNKNOWN

    def between(self, low: float, high: float, digits: int = 0) -> str:
        """A range of numbers; a dash where it is not known."""
        return self.span(self.number(low, digits), self.number(high, digits))

    def signed_between(self, low: float, high: float) -> str:
        """A range of numbers with their signs."""
        return self.span(self.signed(low), self.signed(high))

    def shares_between(self, low: float, high: float, digits: int = 0) -> str:
        """A range of shares, in hundredths."""
        return self.span(self.share(low, digits), self.share(high, digits))

    def span(self, low: str, high: str) -> str:
        """A range of what is written already; a dash where an end is one."""
        return UNKNOWN if UNKNOWN in (low, high) else self(_SPAN, low=low, high=high)

    def probability(self, value: float) -> str:
        """A probability of a test, to three decimals."""
        if not math.isfinite(value):
            return UNKNOWN
        return f"< {self.number(0.001, 3)}" if value < 0.001 else self.number(value, 3)

    def date(self, iso: str) -> str:
        """A day, from a date or time of ISO 8601; as it is where it is something else."""
        found = re.match(r"(\d{4})-(\d\d)-(\d\d)", iso)
        if not found or not 1 <= int(found[2]) <= 12:
            return iso or UNKNOWN
        return f"{int(found[3])} {self._say(_MONTHS[int(found[2]) - 1])} {found[1]}"

    def listing(self, items: Iterable[str]) -> str:
        """Things one after the other: ``a, b and c``."""
        *first, last = list(items) or [""]
        return self(_AND, first=", ".join(first), last=last) if first else last
