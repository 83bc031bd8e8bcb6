"""De-identify a dialogue: surrogates or placeholders in the place of what points at a person."""

import hashlib
import random
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from synthdial.dialogue import Dialogue, Turn
from synthdial.privacy.deidentify.find import find_identifiers
from synthdial.privacy.deidentify.kinds import Identifier, Kind
from synthdial.privacy.deidentify.marks import Marks, reference_digest
from synthdial.privacy.deidentify.names import INTERFIXES, name_lists
from synthdial.privacy.deidentify.numbers import digits_of
from synthdial.privacy.deidentify.people import People
from synthdial.privacy.deidentify.shapes import (
    address_like,
    email_like,
    institution_like,
    number_like,
    place_like,
    url_like,
)
from synthdial.privacy.deidentify.shift import Shift
from synthdial.privacy.deidentify.words import words_of

_NUMBERS = (Kind.PHONE, Kind.BSN, Kind.PATIENT_NUMBER, Kind.NUMBER)
_CONTEXT = 40


class Way(StrEnum):
    """What stands in the place of an identifier."""

    SURROGATES = "surrogates"
    PLACEHOLDERS = "placeholders"


@dataclass(frozen=True, slots=True)
class Finding:
    """One identifier, what replaced it, and where both stand.

    Attributes
    ----------
    identifier : Identifier
        Where it stood in the original.
    original, replacement : str
        The words, and what stands there now.
    start : int
        Where the replacement begins in the new text of the turn, in characters.
    before, after : str
        Up to 40 characters of the original on either side.
    """

    identifier: Identifier
    original: str = field(repr=False)
    replacement: str
    start: int
    before: str = field(repr=False)
    after: str = field(repr=False)

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.identifier.kind


@dataclass(frozen=True)
class Deidentified:
    """A de-identified dialogue and what was found; only ``dialogue`` may be stored.

    Attributes
    ----------
    dialogue : Dialogue
        The new text. Its id is drawn from it, since the name of a file can be the name of a patient.
    findings : tuple of Finding
        In the order of the text, which is read with accented letters as one character (NFC). They hold the
        original words: for the screen, never for a file.
    originals : mapping of Kind to frozenset of str
        What was found, in small letters with single spaces, for the check for copied text; names also by their
        parts, numbers also as plain digits. For memory only.
    digest : str
        ``reference_digest`` of the new text: what a check of it is known by.
    """

    dialogue: Dialogue
    findings: tuple[Finding, ...] = field(repr=False)
    originals: Mapping[Kind, frozenset[str]] = field(repr=False)
    digest: str

    @property
    def counts(self) -> dict[Kind, int]:
        """How many were found, by kind; all kinds are there."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind: found[kind] for kind in Kind}


def deidentify(
    dialogue: Dialogue, *, way: Way | str = Way.SURROGATES, seed: int = 0, known: Marks | None = None
) -> Deidentified:
    """Replace what points at a person.

    Parameters
    ----------
    dialogue : Dialogue
        The original, which is not changed and need not be kept.
    way : {"surrogates", "placeholders"}
        Invented names, places and numbers of the same form and dates moved by one offset per conversation, so that
        the text stays natural; or ``[naam 1]``, which is plain to see.
    seed : int
        What draws the surrogates, together with the text itself: the same text and seed give the same result, and the
        seed alone tells nothing of the offset.
    known : Marks, optional
        What a person marked before as missed.

    Returns
    -------
    Deidentified
        The new dialogue, what was found, and its digest.

    Raises
    ------
    ValueError
        When the way is another.
    """
    turns_read = tuple(Turn(turn.speaker, unicodedata.normalize("NFC", turn.text)) for turn in dialogue.turns)
    dialogue = Dialogue(dialogue.id, turns_read, dialogue.provenance)
    found = find_identifiers(dialogue, known)
    replace = _placeholders(dialogue, found) if Way(way) is Way.PLACEHOLDERS else _surrogates(dialogue, found, seed)
    turns: list[Turn] = []
    findings: list[Finding] = []
    for index, turn in enumerate(dialogue.turns):
        text = ""
        last = 0
        for item in (item for item in found if item.turn == index):
            text += turn.text[last : item.start]
            findings.append(
                Finding(
                    item,
                    item.text(dialogue),
                    replace[item],
                    len(text),
                    turn.text[max(0, item.start - _CONTEXT) : item.start],
                    turn.text[item.end : item.end + _CONTEXT],
                )
            )
            text += replace[item]
            last = item.end
        turns.append(Turn(turn.speaker, text + turn.text[last:]))
    digest = reference_digest(Dialogue("", tuple(turns)))
    new = Dialogue(f"reference-{digest[:12]}", tuple(turns), {"deidentified": Way(way).value})
    return Deidentified(new, tuple(findings), _originals(dialogue, found), digest)


def _placeholders(dialogue: Dialogue, found: list[Identifier]) -> dict[Identifier, str]:
    numbers: dict[tuple[Kind, str], int] = {}
    highest: Counter[Kind] = Counter()
    result: dict[Identifier, str] = {}
    for item in found:
        keys = [(item.kind, key) for key in _keys(item.text(dialogue), item.kind)]
        number = next((numbers[key] for key in keys if key in numbers), 0)
        if not number:
            highest[item.kind] += 1
            number = highest[item.kind]
        for key in keys:
            numbers.setdefault(key, number)
        result[item] = f"[{item.kind.dutch} {number}]"
    return result


def _keys(text: str, kind: Kind) -> list[str]:
    """What makes two findings one: the words, for a name any of its parts."""
    words = [word.low for word in words_of(text)]
    if kind is Kind.NAME:
        return [word for word in words if word not in INTERFIXES] or [" ".join(words)]
    return [" ".join(words)]


def _surrogates(dialogue: Dialogue, found: list[Identifier], seed: int) -> dict[Identifier, str]:
    drawn = hashlib.sha256(f"{seed}\n{dialogue.as_text()}".encode("utf-8", "surrogatepass")).digest()
    rng = random.Random(drawn)
    shift = Shift(rng)
    people = People(dialogue, [item for item in found if item.kind is Kind.NAME], rng)
    said = {item.text(dialogue).lower() for item in found}
    same: dict[tuple[Kind, str], str] = {}
    result: dict[Identifier, str] = {}
    for item in found:
        text = item.text(dialogue)
        if item.kind is Kind.NAME:
            result[item] = people.surrogate(dialogue, item)
            continue
        key = (item.kind, " ".join(word.low for word in words_of(text)))
        if key not in same:
            same[key] = _surrogate(text, item.kind, shift, rng, said)
        result[item] = same[key].lower() if text.islower() else same[key]
    return result


def _surrogate(text: str, kind: Kind, shift: Shift, rng: random.Random, said: set[str]) -> str:
    if kind in _NUMBERS:
        return number_like(text, kind, rng)
    if kind is Kind.DATE:
        return shift.date(text) or f"[{kind.dutch}]"
    if kind is Kind.AGE:
        return shift.age(text) or f"[{kind.dutch}]"
    if kind is Kind.PLACE:
        return place_like(rng, said)
    if kind is Kind.INSTITUTION:
        return institution_like(text, rng)
    if kind is Kind.ADDRESS:
        return address_like(text, rng)
    return email_like(text, rng) if kind is Kind.EMAIL else url_like(text, rng)


def _originals(dialogue: Dialogue, found: list[Identifier]) -> dict[Kind, frozenset[str]]:
    originals: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    everyday = name_lists().everyday
    for item in found:
        words = [word.low for word in words_of(item.text(dialogue))]
        originals[item.kind].add(" ".join(words))
        if item.kind is Kind.NAME:
            parts = {word for word in words if len(word) > 2 and word not in INTERFIXES and word not in everyday}
            originals[item.kind] |= parts
        elif item.kind in _NUMBERS:
            digits = "".join(digits_of(word.replace("-", "")) or "" for word in words)
            originals[item.kind] |= {digits} if len(digits) > 3 else set()
    return {kind: frozenset(texts) for kind, texts in originals.items()}
