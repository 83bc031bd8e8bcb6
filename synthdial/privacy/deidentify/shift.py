"""Dates and ages moved by one offset per conversation, in the form in which they were said."""

import random
import re
from datetime import date, timedelta

from synthdial.privacy.deidentify.dates import MONTHS, day_value
from synthdial.privacy.deidentify.numbers import (
    ordinal_value,
    spoken,
    spoken_ordinal,
    spoken_value,
    spoken_year,
    value_of,
)
from synthdial.privacy.deidentify.words import words_of

_SHORT = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_ABBREVIATED = {name: number for number, name in enumerate(_SHORT, 1)} | {"sept": 9}
_NO_YEAR = 2023
_FEWEST_DAYS, _MOST_DAYS = 190, 350
_Token = tuple[int, int, str]


class Shift:
    """One offset for the dates of a conversation, and one for its ages.

    The offset is between 190 and 350 days, so that a year that stands alone changes too; an age changes by one to
    three years.
    """

    def __init__(self, rng: random.Random) -> None:
        self.days = rng.choice((-1, 1)) * rng.randint(_FEWEST_DAYS, _MOST_DAYS)
        self.years = rng.choice((-3, -2, -1, 1, 2, 3))

    def date(self, text: str) -> str | None:
        """The date moved, in the same form; None where its form is not understood."""
        numbers = re.fullmatch(r"(\d{1,4})([-/. ]+)(\d{1,2})(?:([-/. ]+)(['’]?)(\d{1,4}))?", text)
        if numbers:
            return self._in_digits(numbers)
        tokens = [(word.start, word.end, word.low.strip("'’")) for word in words_of(text)]
        tokens = [token for token in tokens if token[2]]
        parsed = _parse(tokens)
        if parsed is None:
            return None
        day, month, year = parsed
        try:
            moved = _moved(_value(day, day_value), _value(month, _month), _year(year), self.days)
        except (ValueError, OverflowError):
            return None
        changes: list[tuple[int, int, str]] = []
        if day:
            changes.append((day[0][0], day[0][1], _day_like(day[0][2], moved.day)))
        if month:
            changes.append((month[0][0], month[0][1], _month_like(month[0][2], moved.month)))
        if year:
            start = year[0][0] + (text[year[0][0]] in "'’")
            changes.append((start, year[-1][1], _year_like([token[2] for token in year], moved.year)))
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _in_digits(self, match: re.Match[str]) -> str | None:
        first, gap, second, gap2, mark, third = match.groups()
        if len(first) == 4:
            day, year = third, first
        else:
            day, year = first, third
        if day is None:
            return None
        try:
            moved = _moved(int(day), int(second), _full(int(year)) if year else None, self.days)
        except ValueError:
            return None
        new_day = f"{moved.day:0{len(day) if day[0] == '0' or len(day) == 2 else 1}d}"
        new_month = f"{moved.month:0{len(second) if second[0] == '0' or len(second) == 2 else 1}d}"
        new_year = "" if not year else str(moved.year) if len(year) == 4 else f"{moved.year % 100:02d}"
        if len(first) == 4:
            return f"{new_year}{gap}{new_month}{gap2}{mark}{new_day}"
        return f"{new_day}{gap}{new_month}{gap2 or ''}{mark or ''}{new_year}"

    def age(self, text: str) -> str | None:
        """The age changed, in the same form; None where it is no number."""
        low = text.lower()
        ordinal = re.fullmatch(r"(\d+)(e|ste|de)", low)
        if ordinal:
            return f"{self._aged(int(ordinal[1]))}{ordinal[2]}"
        value = value_of(low)
        if value is not None:
            return str(self._aged(value)) if low.isdecimal() else spoken(self._aged(value))
        for ending in ("ste", "de"):
            value = spoken_value(low.removesuffix(ending))
            if low.endswith(ending) and value is not None:
                return spoken_ordinal(self._aged(value))
        return None

    def _aged(self, value: int) -> int:
        changed = value + (self.years if value > 20 else (1 if self.years > 0 else -1))
        return changed if changed > 0 else value + 1


def _moved(day: int | None, month: int | None, year: int | None, days: int) -> date:
    whole = date(year or _NO_YEAR, month or 7, min(day or (15 if month else 1), 29 if month == 2 else 31))
    return whole + timedelta(days)


def _parse(tokens: list[_Token]) -> tuple[list[_Token], list[_Token], list[_Token]] | None:
    """The tokens of day, month and year, each perhaps none."""
    content = [token for token in tokens if token[2] not in ("van", "de", "het", "in")]
    at = next((index for index, token in enumerate(content) if _named_month(token[2])), None)
    if at is not None:
        return content[:at][-1:], content[at : at + 1], content[at + 1 :]
    if content and (value_of(content[0][2]) or 0) > 31:  # tweeduizend en vier
        return [], [], content
    if len(content) >= 3 or (len(content) == 2 and ordinal_value(content[1][2])):
        return content[:1], content[1:2], content[2:]
    return ([], [], content) if content else None


def _named_month(word: str) -> int | None:
    if word in MONTHS:
        return MONTHS.index(word) + 1
    return _ABBREVIATED.get(word)


def _month(word: str) -> int | None:
    named = _named_month(word)
    if named is None:
        named = ordinal_value(word)
    return value_of(word) if named is None else named


def _value(tokens: list[_Token], read: object) -> int | None:
    if not tokens:
        return None
    value = read(tokens[0][2])  # type: ignore[operator]
    if not isinstance(value, int):
        raise ValueError(tokens[0][2])
    return value


def _full(year: int) -> int:
    if year >= 100:
        return year
    return year + (1900 if year > 30 else 2000)


def _year(tokens: list[_Token]) -> int | None:
    if not tokens:
        return None
    values = [value_of(token[2]) for token in tokens if token[2] != "en"]
    if any(value is None for value in values):
        raise ValueError("no year")
    numbers = [value for value in values if value is not None]
    if len(numbers) == 1:
        return _full(numbers[0])
    if numbers[0] in (19, 20):
        return numbers[0] * 100 + numbers[1]
    return numbers[0] + numbers[1]


def _day_like(original: str, day: int) -> str:
    if original.isdecimal():
        return f"{day:02d}" if original[0] == "0" else str(day)
    if original[0].isdecimal():
        return f"{day}e"
    return spoken_ordinal(day) if ordinal_value(original) is not None else spoken(day)


def _month_like(original: str, month: int) -> str:
    if original in MONTHS:
        return MONTHS[month - 1]
    if original in _ABBREVIATED:
        return _SHORT[month - 1]
    if original.isdecimal():
        return f"{month:02d}" if original[0] == "0" else str(month)
    return spoken_ordinal(month) if ordinal_value(original) is not None else spoken(month)


def _year_like(original: list[str], year: int) -> str:
    if original[0].isdecimal() and len(original) == 1:
        return str(year) if len(original[0]) == 4 else f"{year % 100:02d}"
    short = len(original) == 1 and (value_of(original[0]) or 0) < 100
    if short and year % 100 >= 10:
        return spoken(year % 100)
    if len(original) > 1 and value_of(original[0]) == 19 and 1910 <= year < 2000:
        return f"negentien {spoken(year % 100)}"
    if "en" in original and 2000 < year < 2013:
        return f"tweeduizend en {spoken(year - 2000)}"
    return spoken_year(year)
