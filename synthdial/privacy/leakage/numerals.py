"""Numbers and dates as they are written and as they are spoken in Dutch."""

import re
from functools import cache

from synthdial.privacy.leakage.tokens import Token

_UNITS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = ("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")
_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_MONTHS = {
    "januari": 1, "februari": 2, "maart": 3, "april": 4, "mei": 5, "juni": 6,
    "juli": 7, "augustus": 8, "september": 9, "oktober": 10, "november": 11, "december": 12,
    "jan": 1, "feb": 2, "mrt": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "okt": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
_ORDINALS = {"eerste": 1, "derde": 3, "achtste": 8}
_NUMBERED_ORDINAL = re.compile(r"(\d{1,2})(?:e|ste|de)$")

_CALENDAR = (
    *("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "dag", "week", "maand", "jaar"),
    *("pasen", "pinksteren", "kerst", "kerstmis", "sinterklaas", "hemelvaart", "koningsdag", "nieuwjaar", "carnaval"),
    *("lente", "zomer", "herfst", "winter", "voorjaar", "najaar", "uur"),
)

SEPARATORS = re.compile(r"[\s\-–./:,()+]*$")
"""What may stand between the parts of one number."""

Date = tuple[int, int, int | None]
"""Day, month, and the last two digits of the year or None."""


@cache
def number_words() -> dict[str, int]:
    """Dutch numerals up to 1999, written as one word, without diacritics."""
    words = dict(zip((*_UNITS, *_TEENS), range(20), strict=True))
    for ten, name in enumerate(_TENS, 2):
        words[name] = 10 * ten
        words |= {f"{unit}en{name}": 10 * ten + k for k, unit in enumerate(_UNITS) if k}
    below_hundred = dict(words)
    for hundreds in range(1, 20):
        name = f"{'' if hundreds == 1 else (*_UNITS, *_TEENS)[hundreds]}honderd"
        words[name] = 100 * hundreds
        for word, value in below_hundred.items():
            if value:
                words[name + word] = words[f"{name}en{word}"] = 100 * hundreds + value
    words["duizend"] = 1000
    words |= {f"{unit}duizend": 1000 * k for k, unit in enumerate(_UNITS) if k > 1}
    return words


def digits_of(token: Token) -> str | None:
    """The digits that a word stands for, or None: ``"34"`` for ``vierendertig``."""
    if token.text.isdecimal():
        return "".join(str(int(digit)) for digit in token.text)
    value = number_words().get(token.folded)
    return None if value is None else str(value)


def month_of(token: Token) -> int | None:
    """The month that a word names."""
    return _MONTHS.get(token.folded)


@cache
def _day_words() -> dict[str, int]:
    """Days of the month as ordinals: ``twaalfde``."""
    words = {word: value for word, value in number_words().items() if 1 <= value <= 31}
    return {f"{word}{'ste' if value >= 20 else 'de'}": value for word, value in words.items()} | _ORDINALS


def day_of(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """The day of a month that a row of words begins with at a place, and how many words it takes."""
    token = tokens[at]
    value = _day_words().get(token.folded)
    if value is not None:
        return value, 1
    digits = digits_of(token)
    if digits is None or len(digits) > 2 or not 1 <= int(digits) <= 31:
        return None
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    # "12e" is a number and a word to the word rule
    if following and following.follows(token) and _NUMBERED_ORDINAL.match(token.text + following.text):
        return int(digits), 2
    return int(digits), 1


def dates_in(tokens: list[Token]) -> list[tuple[Date, int, int]]:
    """The dates in the words of one turn, each with its first word and the word after its last.

    ``12 maart``, ``de twaalfde van maart 1958``, ``12-03-1958``, ``1958-03-12``, ``twaalf drie achtenvijftig``.
    """
    found = []
    for at in range(len(tokens)):
        day = day_of(tokens, at)
        if day is None:
            reverse = _numeric(tokens, at, (2, 1, 0))
            if reverse:
                found.append((reverse, at, at + 3))
            continue
        after = at + day[1]
        if after < len(tokens) and tokens[after].folded in ("van", "de"):
            after += 1
        month = month_of(tokens[after]) if after < len(tokens) else None
        if month is not None:
            year, stop = _year(tokens, after + 1)
            found.append(((day[0], month, year), at, stop))
            continue
        numeric = _numeric(tokens, at, (0, 1, 2))
        if numeric:
            found.append((numeric, at, at + 3))
    return found


def _year(tokens: list[Token], at: int) -> tuple[int | None, int]:
    """The year that begins at a word, and the word after it."""
    digits = digits_of(tokens[at]) if at < len(tokens) else None
    if digits is None or len(digits) not in (2, 4):
        return None, at
    following = digits_of(tokens[at + 1]) if at + 1 < len(tokens) else None
    if digits in ("1900", "2000") and following and len(following) <= 2:  # negentienhonderd achtenvijftig
        return int(following), at + 2
    if digits in ("19", "20") and following and len(following) == 2:
        return int(following), at + 2
    if len(digits) == 2 and at + 1 < len(tokens) and not tokens[at + 1].before.strip():
        return None, at  # "12 maart 14 uur"
    return int(digits) % 100, at + 1


def _numeric(tokens: list[Token], at: int, order: tuple[int, int, int]) -> Date | None:
    """A date of three numbers that nothing but separators parts."""
    parts = tokens[at : at + 3]
    digits = [digits_of(token) for token in parts]
    if len(parts) < 3 or None in digits or any(not SEPARATORS.match(token.before) for token in parts[1:]):
        return None
    day, month, year = (digits[k] or "" for k in order)
    if len(day) > 2 or len(month) > 2 or len(year) not in (2, 4):
        return None
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return None
    return int(day), int(month), int(year) % 100


def same_date(sought: Date, met: Date) -> bool:
    """Whether two dates can be the same: equal where both say something."""
    return sought[:2] == met[:2] and (sought[2] is None or met[2] is None or sought[2] == met[2])


def calendar_words() -> frozenset[str]:
    """Words of dates and numbers that stand in every conversation."""
    # "jan" is a name first
    months = (name for name in _MONTHS if len(name) > 4 or name in ("mei", "juni", "juli"))
    return frozenset({*months, *number_words(), *_day_words(), *_CALENDAR})
