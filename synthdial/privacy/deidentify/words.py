"""Words of a text with their places, and which words are everyday Dutch rather than names."""

import re
from functools import cache
from typing import NamedTuple

from synthdial import locations
from synthdial.toml_file import read_toml

_WORD = re.compile(r"['’](?:t|s|n|m)\b|[^\W_]+(?:['’`-][^\W_]+)*", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w)['’`]s$")


class Word(NamedTuple):
    """A word, where it stands, and the same in small letters without a possessive ``'s``."""

    text: str
    start: int
    end: int
    low: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


def words_of(text: str) -> list[Word]:
    """The words of a text; hyphens and apostrophes inside a word are part of it."""
    return [
        Word(match.group(), match.start(), match.end(), _POSSESSIVE.sub("", match.group().lower()))
        for match in _WORD.finditer(text)
    ]


def before(text: str, start: int, length: int = 60) -> str:
    """The last characters before a place in a text, so that long texts take no longer a word."""
    return text[max(0, start - length) : start]


def unpossessed(word: Word) -> int:
    """Where a word ends without its possessive ``'s``."""
    return word.end - (2 if _POSSESSIVE.search(word.text) else 0)


@cache
def word_list(name: str) -> frozenset[str]:
    """A bundled list of ``data/privacy``: small letters, one entry a line, or several with spaces between."""
    return frozenset(" ".join(lines_of(name)).lower().split())


@cache
def lines_of(name: str) -> tuple[str, ...]:
    """The lines of a bundled list; those that begin with ``#`` are remarks."""
    text = locations.bundled("privacy", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def rule_words(rule: str, name: str) -> frozenset[str]:
    """A set of words that a rule goes by, from ``data/privacy/rules.toml``."""
    found = _rules()[rule][name]
    assert isinstance(found, str)
    return frozenset(found.split())


@cache
def _rules() -> dict[str, dict[str, object]]:
    return read_toml(locations.bundled("privacy", "rules.toml"))


@cache
def own_vocabulary() -> frozenset[str]:
    """Words in small letters of the bundled references and scenarios, in which there is nobody."""
    found: set[str] = set()
    for folder, ending in (("references", "*.txt"), ("scenarios", "*.toml")):
        for file in sorted(locations.bundled(folder).glob(ending)):
            text = file.read_text(encoding="utf-8")
            found.update(word.low for word in words_of(text) if word.text.islower() and len(word.text) > 1)
    return frozenset(found)
