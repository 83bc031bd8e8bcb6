"""Dates, written and as they are spoken."""

import re

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.numbers import ordinal_value, spoken_value, value_of
from synthdial.privacy.deidentify.words import Word, before, rule_words

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | {
    "jan": 1, "feb": 2, "mrt": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
_WRITTEN = re.compile(
    r"(?<![\d,.])(?:[0-3]?\d(?P<sep>[-/.])[01]?\d(?P=sep)(?:\d{4}|['’]?\d{2})|(?:19|20)\d{2}[-/.][01]?\d[-/.][0-3]?\d)(?!\d|,\d)"
)
_SHORT = re.compile(r"(?<![\d,.])(?P<day>[0-3]?\d)[-/](?P<month>[01]?\d)(?![\d,/-])")
_SHORT_CUE = re.compile(r"\b(?:op|per|van|tot|sinds|datum|geboren|geboortedatum|afspraak|vanaf)\s*$", re.I)
_BORN = re.compile(r"\b(?:geboren|geboorte\w*|geb|jarig|verjaardag|datum|verjaar)\b", re.I)
_YEAR_CUE = rule_words("dates", "year_cue")
_UNIT_AFTER = rule_words("dates", "unit_after")


def find_dates(text: str, words: list[Word]) -> list[Span]:
    """Dates of a text: days with a month, months with a year, and years."""
    spans = [
        Span(match.start(), match.end(), Kind.DATE, 6) for match in _WRITTEN.finditer(text) if _real(match.group())
    ]
    for match in _SHORT.finditer(text):
        possible = 1 <= int(match["day"]) <= 31 and 1 <= int(match["month"]) <= 12
        if possible and _SHORT_CUE.search(before(text, match.start())):
            spans.append(Span(match.start(), match.end(), Kind.DATE, 3))
    for index in range(len(words)):
        end = (
            _day_and_month(text, words, index) or _month_and_year(text, words, index) or _bare_year(text, words, index)
        )
        read_out = 0 if end else _in_numbers(text, words, index) or _spoken_year(text, words, index)
        if end or read_out:
            spans.append(Span(words[index].start, words[(end or read_out) - 1].end, Kind.DATE, 6 if end else 4))
    return spans


def _real(written: str) -> bool:
    parts = [int(part) for part in re.split(r"[-/.'’]+", written) if part]
    day, month = (parts[0], parts[1]) if parts[0] < 1000 else (parts[2], parts[1])
    return 1 <= day <= 31 and 1 <= month <= 12


def _joined(text: str, left: Word, right: Word) -> bool:
    return not text[left.end : right.start].strip(" ,'’")


def day_value(word: str) -> int | None:
    """The day that a cardinal or an ordinal names."""
    value = ordinal_value(word)
    if value is None:
        value = value_of(word)
    return value if value is not None and 1 <= value <= 31 else None


def _year_from(text: str, words: list[Word], index: int) -> int:
    """The index after a year that begins at ``index``; 0 where none does."""
    if index >= len(words) or not _joined(text, words[index - 1], words[index]):
        return 0
    low = words[index].low.lstrip("'’")
    value = value_of(low)
    if value is None:
        return 0
    following = words[index + 1] if index + 1 < len(words) else None
    glued = following is not None and not text[words[index].end : following.start].strip(" '’")
    if value in (19, 20) and glued and following is not None:  # negentien vierenzestig
        rest = value_of(following.low)
        if rest is not None and rest <= (99 if value == 19 else 49) and len(following.low) > 1:
            return index + 2
    if value in (1900, 2000) and glued and following is not None:  # tweeduizend (en) vier
        ahead = index + 2 if following.low == "en" else index + 1
        if ahead < len(words) and value_of(words[ahead].low) in range(1, 100) and not words[ahead].low.isdecimal():
            return ahead + 1
    if 1880 <= value <= 2049:
        return index + 1
    unit = following is not None and following.low in _UNIT_AFTER
    if "," in text[words[index - 1].end : words[index].start]:
        return 0
    return index + 1 if 10 <= value <= 99 and not unit else 0


def _day_and_month(text: str, words: list[Word], index: int) -> int:
    """Twaalf maart [negentienvierenzestig]; de derde van mei; twaalf dertien maart counts from the second."""
    if day_value(words[index].low) is None:
        return 0
    at = index + 1
    if at < len(words) and words[at].low == "van":
        at += 1
    if at >= len(words) or words[at].low.rstrip(".") not in MONTH_NUMBERS:
        return _of_ordinals(text, words, index)
    if text[words[at - 1].end : words[at].start].strip(" .-/"):
        return 0
    if text[words[at].end : words[at].end + 1] in ("-", "/", "."):
        tail = re.match(r"[-/. ]+['’]?(\d{4}|\d{2})\b", text[words[at].end :])
        if tail and at + 1 < len(words):
            return at + 2
    return _year_from(text, words, at + 1) or at + 1


def _of_ordinals(text: str, words: list[Word], index: int) -> int:
    """De twaalfde van de derde [vierenzestig]."""
    tail = words[index + 1 : index + 4]
    if [word.low for word in tail[:2]] == ["van", "de"] and len(tail) == 3:
        month = ordinal_value(tail[2].low)
        if ordinal_value(words[index].low) and month is not None and month <= 12:
            return _year_from(text, words, index + 4) or (index + 4)
    return 0


def _month_and_year(text: str, words: list[Word], index: int) -> int:
    """Maart 2019; oktober [van] tweeduizendtwintig; not the modal verb of "mei"."""
    if words[index].low not in MONTH_NUMBERS:
        return 0
    at = index + 1
    if at < len(words) and words[at].low in ("van", "in"):
        at += 1
    end = _year_from(text, words, at)
    if not end:
        return 0
    value = value_of(words[at].low.lstrip("'’"))
    apostrophe = text[words[at].start - 1 : words[at].start] in ("'", "’") or words[at].low[0] in "'’"
    return end if end > at + 1 or (value is not None and value >= 1880) or apostrophe else 0


def _in_numbers(text: str, words: list[Word], index: int) -> int:
    """Twaalf drie vierenzestig; 12 3 1964: with a full year anywhere, else after a word of birth."""
    if index + 2 >= len(words) or not all(
        _joined(text, words[index + step], words[index + step + 1]) for step in (0, 1)
    ):
        return 0
    day = day_value(words[index].low)
    month = value_of(words[index + 1].low)
    month = ordinal_value(words[index + 1].low) if month is None else month
    end = _year_from(text, words, index + 2)
    if day is None or month is None or not 1 <= month <= 12 or not end:
        return 0
    full = end > index + 3 or (value_of(words[index + 2].low) or 0) >= 1880
    return end if full or _BORN.search(text[max(0, words[index].start - 60) : words[index].start]) else 0


def _bare_year(text: str, words: list[Word], index: int) -> int:
    """A year on its own after a word of time: in 1964, sinds tweeduizendtien, van '64."""
    if not index or words[index - 1].low not in _YEAR_CUE or not _joined(text, words[index - 1], words[index]):
        return 0
    end = _year_from(text, words, index)
    if not end:
        return 0
    if end < len(words) and words[end].low in _UNIT_AFTER:
        return 0
    low = words[index].low
    value = value_of(low.lstrip("'’"))
    apostrophe = low[0] in "'’" or text[words[index].start - 1] in "'’"
    if end > index + 1 or apostrophe or (value is not None and value >= 1880):
        return end
    return end if words[index - 1].low == "geboren" or _born_before(words, index) else 0


def _spoken_year(text: str, words: list[Word], index: int) -> int:
    """Negentienvierenzestig, negentien vierenzestig: a year wherever it is said."""
    low = words[index].low
    if low.startswith("negentien") and spoken_value(low) in range(1920, 2000) and "honderd" not in low:
        return index + 1
    if low == "negentien" and index + 1 < len(words) and text[words[index].end : words[index + 1].start] == " ":
        rest = spoken_value(words[index + 1].low)
        return index + 2 if rest is not None and 20 < rest < 100 else 0
    return 0


def _born_before(words: list[Word], index: int) -> bool:
    return any(word.low in ("geboren", "geboortejaar", "bouwjaar") for word in words[max(0, index - 3) : index])
