"""Dutch numbers as they are spoken: words to values and to digits, and back."""

from functools import lru_cache

_UNITS = {
    "nul": 0, "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8,
    "negen": 9, "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16,
    "zeventien": 17, "achttien": 18, "negentien": 19,
}  # fmt: skip
_TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80,
    "negentig": 90,
}  # fmt: skip
_ORDINALS = {"eerste": 1, "derde": 3, "achtste": 8}
_WORD = {value: word for word, value in reversed([*_UNITS.items(), *_TENS.items()]) if word != "één"}
_WORD[1] = "een"


@lru_cache(maxsize=4096)
def spoken_value(word: str) -> int | None:
    """The value of a number word in small letters: ``vierendertig``, ``negentienvierenzestig``; None for another."""
    word = word.replace("-", "")
    small = _below_hundred(word)
    if small is not None:
        return small
    for size, name in ((1000, "duizend"), (100, "honderd")):
        if name in word:
            before, _, after = word.partition(name)
            factor = 1 if not before else spoken_value(before)
            rest = 0 if not after else spoken_value(after.removeprefix("en") or "x")
            if factor is None or rest is None or rest >= size or factor >= (1000 if size == 1000 else 100):
                return None
            return factor * size + rest
    return _year(word)


def _below_hundred(word: str) -> int | None:
    if word in _UNITS:
        return _UNITS[word]
    if word in _TENS:
        return _TENS[word]
    for name, value in _TENS.items():
        if word.endswith(name):
            unit = word.removesuffix(name)
            for joint in ("ën", "en"):
                if unit.endswith(joint) and 0 < _UNITS.get(unit.removesuffix(joint), 0) < 10:
                    return value + _UNITS[unit.removesuffix(joint)]
    return None


def _year(word: str) -> int | None:
    """A year in one word: ``negentienvierenzestig``, ``twintigtwintig``."""
    for century, value in (("achttien", 18), ("negentien", 19), ("twintig", 20)):
        if word.startswith(century):
            rest = _below_hundred(word.removeprefix(century))
            if rest is not None and rest >= 10:
                return value * 100 + rest
    return None


@lru_cache(maxsize=4096)
def value_of(word: str) -> int | None:
    """The value of a word in small letters, spoken or in digits; None for another."""
    if word.isdecimal() and len(word) < 6:
        return int(word)
    return spoken_value(word)


@lru_cache(maxsize=4096)
def ordinal_value(word: str) -> int | None:
    """The value of an ordinal up to 31: ``twaalfde``, ``12e``, ``3de``; None for another word."""
    if word in _ORDINALS:
        return _ORDINALS[word]
    for ending in ("ste", "de", "e"):
        stem = word.removesuffix(ending)
        if stem != word:
            value = int(stem) if stem.isdecimal() and len(stem) < 3 else spoken_value(stem) if ending != "e" else None
            if value is not None and 1 <= value <= 31:
                return value
    return None


def digits_of(word: str) -> str | None:
    """The digits that a word adds to a number that is read out: ``vierendertig`` adds 34; None for another word."""
    if word.isdecimal():
        return word
    value = spoken_value(word)
    return None if value is None or value > 9999 else str(value)


def spoken(value: int) -> str:
    """The word of a value from 0 to 9999, as one word."""
    if value in _WORD:
        return _WORD[value]
    if value < 100:
        unit = _WORD[value % 10]
        return f"{unit}{'ën' if unit.endswith('e') else 'en'}{_WORD[value - value % 10]}"
    if value < 1000:
        hundreds = "" if value < 200 else _WORD[value // 100]
        return f"{hundreds}honderd{spoken(value % 100) if value % 100 else ''}"
    thousands = "" if value < 2000 else spoken(value // 1000)
    return f"{thousands}duizend{spoken(value % 1000) if value % 1000 else ''}"


def spoken_year(value: int) -> str:
    """A year as it is said: ``negentienvierenzestig``, ``tweeduizendvier``."""
    century, rest = divmod(value, 100)
    if century == 19 and rest >= 10:
        return f"negentien{spoken(rest)}"
    if century == 19:
        return f"negentienhonderd{spoken(rest) if rest else ''}"
    return spoken(value)


def spoken_ordinal(value: int) -> str:
    """The ordinal of 1 to 99: ``twaalfde``, ``eenendertigste``."""
    word = spoken(value)
    if value in (1, 3, 8):
        return {1: "eerste", 3: "derde", 8: "achtste"}[value]
    return f"{word}{'de' if value < 20 else 'ste'}"
