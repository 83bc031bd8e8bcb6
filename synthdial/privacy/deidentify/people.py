"""Invented names for the people of a conversation: the same person keeps the same one."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synthdial.dialogue import Dialogue
from synthdial.privacy.deidentify.kinds import Identifier
from synthdial.privacy.deidentify.names import (
    FEMALE_FAMILY,
    FEMALE_TITLES,
    INTERFIXES,
    MALE_FAMILY,
    MALE_TITLES,
    TITLES,
    name_lists,
)
from synthdial.privacy.deidentify.words import Word, before, lines_of, rule_words, words_of

_BY_FIRST_NAME = rule_words("people", "by_first_name")


@dataclass(frozen=True)
class NameParts:
    """A name as it stands: first names, and the surname with what stands before it."""

    first: tuple[str, ...]
    interfix: tuple[str, ...]
    last: tuple[str, ...]


def name_parts(text: str, title: str) -> NameParts:
    """The parts of a name; ``title`` is the word before it, which may tell what a single name is."""
    words = [word.text for word in words_of(text)]
    joint = next((at for at, word in enumerate(words) if word.lower() in INTERFIXES), None)
    if joint is not None and joint < len(words) - 1:
        end = joint
        while end < len(words) - 1 and words[end].lower() in INTERFIXES:
            end += 1
        return NameParts(tuple(words[:joint]), tuple(words[joint:end]), tuple(words[end:]))
    if len(words) > 1:
        return NameParts(tuple(words[:-1]), (), tuple(words[-1:]))
    lists = name_lists()
    low = words[0].lower() if words else ""
    first = low in lists.first
    if title in TITLES:
        first = first and title in _BY_FIRST_NAME
    elif not first:
        first = low not in lists.last
    return NameParts(tuple(words), (), ()) if first else NameParts((), (), tuple(words))


class People:
    """Draws names for a conversation.

    Parameters
    ----------
    dialogue : Dialogue
        The conversation; no name that is drawn occurs in it.
    names : sequence of Identifier
        Where names stand in it.
    rng : random.Random
        What draws.
    """

    def __init__(self, dialogue: Dialogue, names: Sequence[Identifier], rng: random.Random) -> None:
        self._taken = {word.low for turn in dialogue.turns for word in words_of(turn.text)}
        self._rng = rng
        self._given: dict[str, str] = {}
        self._family: dict[str, tuple[str, ...]] = {}
        self._gender: dict[str, str] = {}
        for name in names:
            before = _words_before(dialogue, name)
            gender = _gender(before)
            for part in name_parts(name.text(dialogue), _title(before)).first:
                if gender:
                    self._gender.setdefault(part.lower(), gender)

    def surrogate(self, dialogue: Dialogue, name: Identifier) -> str:
        """The invented name for one place where a name stands, in the same casing."""
        text = name.text(dialogue)
        parts = name_parts(text, _title(_words_before(dialogue, name)))
        new: list[str] = []
        for word in parts.first:
            new.append(self._first(word))
        if parts.last:
            family = self._last(parts)
            new.append(" ".join(family) if parts.interfix or len(family) == 1 else family[-1])
        return in_casing_of(text, " ".join(new))

    def _first(self, word: str) -> str:
        low = word.lower()
        if low in self._family:  # a surname that stands alone here
            return self._family[low][-1]
        if low not in self._given:
            if len(word) == 1:
                self._given[low] = self._rng.choice("ABCDEFGHJKLMNPRSTVW".replace(word.upper(), ""))
            else:
                female = self._gender.get(low) == "f" if low in self._gender else _sounds_female(low)
                self._given[low] = self._draw(lines_of("first_names_female" if female else "first_names_male"))
        return self._given[low]

    def _last(self, parts: NameParts) -> tuple[str, ...]:
        head = parts.last[-1].lower()
        if head in self._given and not parts.interfix:
            return (self._given[head],)
        if head not in self._family:
            wanted = [name for name in lines_of("surnames") if (" " in name) == bool(parts.interfix)]
            self._family[head] = tuple(self._draw(wanted).split())
        return self._family[head]

    def _draw(self, names: Iterable[str]) -> str:
        """A name of which no word was said, and that nobody here has yet."""
        used = {*self._given.values(), *(" ".join(name) for name in self._family.values())}
        free = [name for name in names if name not in used and not self._taken & _said(name)]
        return self._rng.choice(free or [name for name in names if not self._taken & _said(name)] or ["Naamloos"])


def _said(name: str) -> set[str]:
    return {word.low for word in words_of(name)} - INTERFIXES


def in_casing_of(original: str, text: str) -> str:
    """A text in small letters or capitals when the original is; otherwise as it is."""
    if original.islower():
        return text.lower()
    if original.isupper() and len(original) > 1:
        return text.upper()
    if text and original[:1].isupper() and not text[0].isupper():
        return text[0].upper() + text[1:]
    return text


def _words_before(dialogue: Dialogue, name: Identifier) -> list[Word]:
    return words_of(before(dialogue.turns[name.turn].text, name.start))[-3:]


def _title(before: list[Word]) -> str:
    return before[-1].low if before else ""


def _gender(before: list[Word]) -> str:
    near = [word.low for word in before[-2:]]
    if any(word in MALE_TITLES or word in MALE_FAMILY for word in near):
        return "m"
    return "f" if any(word in FEMALE_TITLES or word in FEMALE_FAMILY for word in near) else ""


def _sounds_female(low: str) -> bool:
    known = {name.lower() for name in lines_of("first_names_female")}
    male = {name.lower() for name in lines_of("first_names_male")}
    return low in known or (low not in male and low.endswith(("a", "je", "ine", "ke", "een", "ie", "elle", "lien")))
