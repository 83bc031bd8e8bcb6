"""Postcodes and streets with house numbers, written and spoken."""

import re

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.lists import street_length, streets_known
from synthdial.privacy.deidentify.names import name_lists
from synthdial.privacy.deidentify.numbers import value_of
from synthdial.privacy.deidentify.places import place_names, word_is_inside
from synthdial.privacy.deidentify.words import Word, rule_words, word_list

_STREET = re.compile(
    r"^[\w'’-]{2,}(?:straat|straatje|laan|weg|plein|gracht|kade|singel|dijk|dreef|steeg|plantsoen|straatweg|strjitte|dyk|markt)$"
)
_WEAK_STREET = re.compile(
    r"^[\w'’-]{2,}(?:hof|pad|baan|wal|park|hoek|burg|lei|vest|haven|erf|akker|veld|wei|kamp|es|brink|berg|donk|oord|rode)$"
)
_SURE_STREET = re.compile(
    r"^[\w'’-]{3,}(?:straat|straatje|laan|gracht|kade|singel|steeg|plantsoen|plein|dreef|straatweg|strjitte|dijk|weg|lei)$"
)
_NO_STREET = rule_words("addresses", "no_street")
_NUMBER_LETTER = re.compile(r"^\d{1,4}[a-z]?$")
_POSTCODE = re.compile(r"(?<![\d.,])[1-9]\d{3}\s?[A-Za-z]{2}(?![A-Za-z\d])")
_NO_POSTCODE = re.compile(
    r"\d{4}\s?(?:mg|ml|gr|kg|km|cc|in|en|is|of|op|te|de|we|je|ik|ie|mi|ze|was|nu|al|na|hè|he|ja|uh|om|zo|er|dus|ug|eh|bp|cm)$",
    re.I,
)
_NO_LETTERS = rule_words("addresses", "no_letters")
_SPOKEN_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def find_addresses(text: str, words: list[Word]) -> list[Span]:
    """Postcodes and streets of a text."""
    spans = [
        Span(match.start(), match.end(), Kind.ADDRESS, 5)
        for match in _POSTCODE.finditer(text)
        if not _NO_POSTCODE.search(match.group())
    ]
    for index in range(len(words)):
        spans += _spoken_postcode(text, words, index)
        spans += _address(text, words, index)
        spans += _known_street(text, words, index)
    return spans


def _spoken_postcode(text: str, words: list[Word], index: int) -> list[Span]:
    """Vijfendertig elf a b; drie vijf een een ab; 3511 a b."""
    digits = ""
    at = index
    while at < len(words) and len(digits) < 4:
        value = value_of(words[at].low)
        if value is None or value > 9999 or (at > index and text[words[at - 1].end : words[at].start].strip(" ,")):
            return []
        digits += str(value)
        at += 1
    if len(digits) != 4 or digits[0] == "0" or at >= len(words):
        return []
    letters = [word.low for word in words[at : at + 2]]
    gaps = [text[words[at - 1].end : words[at].start].strip(" ,")]
    if len(letters) == 2 and all(letter in _SPOKEN_LETTERS for letter in letters) and not gaps[0]:
        if letters[1] == "u" and at + 2 < len(words) and "postcode" not in text.lower():
            return []
        return [Span(words[index].start, words[at + 1].end, Kind.ADDRESS, 6)]
    cue = "postcode" in text[max(0, words[index].start - 40) : words[index].start].lower()
    pair = letters[0]
    if not gaps[0] and len(pair) == 2 and pair.isalpha() and (cue or at - index > 1) and pair not in _NO_LETTERS:
        return [Span(words[index].start, words[at].end, Kind.ADDRESS, 6)]
    return [Span(words[index].start, words[at - 1].end, Kind.ADDRESS, 6)] if cue else []


def _address(text: str, words: list[Word], index: int) -> list[Span]:
    word = words[index]
    weak = bool(_WEAK_STREET.match(word.low)) and word.low in streets_known() and not _STREET.match(word.low)
    if word.low in _NO_STREET or word.low.endswith(("slaan", "gelaan")) or not (_STREET.match(word.low) or weak):
        return []
    at = index + 1
    if at < len(words) and words[at].low in ("nummer", "huisnummer", "op"):
        at += 1
        if at < len(words) and words[at].low == "nummer":
            at += 1
    numbered = (
        at < len(words)
        and not text[word.end : words[at].start]
        .replace("nummer", "")
        .replace("huisnummer", "")
        .replace("op", "")
        .strip(" ,")
        and (bool(_NUMBER_LETTER.match(words[at].low)) or _house_number(words[at].low))
    )
    start = _street_start(text, words, index)
    if numbered and (word.low not in name_lists().everyday or start < index):
        end = at
        if (
            at + 1 < len(words)
            and len(words[at + 1].low) == 1
            and words[at + 1].low in "abcdef"
            and text[words[at].end : words[at + 1].start] in (" ", "-")
        ):
            end = at + 1
        return [Span(words[start].start, words[end].end, Kind.ADDRESS, 6)]
    before = words[index - 1].low if index else ""
    sure = _SURE_STREET.match(word.low) and word.low not in name_lists().everyday
    if sure and (
        (word.capital and index)
        or start < index
        or before in ("de", "het", "in", "op", "aan", "van", "naar", "bij", "straat", "'t", "adres", "is")
    ):
        return [Span(words[start].start, word.end, Kind.ADDRESS, 4)]
    return []


_SMALL_IN_STREETS = rule_words("addresses", "small_in_streets")
_STREET_CUE = rule_words("addresses", "street_cue")


def _known_street(text: str, words: list[Word], index: int) -> list[Span]:
    """A street of the lists inside deduce, in any casing, with a house number."""
    group: list[str] = []
    for word in words[index : index + 5]:
        if group and text[words[index + len(group) - 1].end : word.start] != " ":
            break
        group.append(word.low if group and word.low in _SMALL_IN_STREETS else word.low[0].upper() + word.low[1:])
    at = index + street_length(tuple(group))
    if at == index or at >= len(words) or text[words[at - 1].end : words[at].start] != " ":
        return []
    if not (_NUMBER_LETTER.match(words[at].low) or _house_number(words[at].low)):
        return []
    everyday = name_lists().everyday
    cued = index > 0 and words[index - 1].low in _STREET_CUE
    if all(word.low in everyday | word_list("function_words") for word in words[index:at]):
        return []
    if at - index == 1 and (not cued or (words[index].low in place_names()[0] and words[index - 1].low == "in")):
        return []
    return [Span(words[index].start, words[at].end, Kind.ADDRESS, 4)]


def _house_number(low: str) -> bool:
    value = value_of(low)
    return value is not None and 0 < value < 3000


def _street_start(text: str, words: list[Word], index: int) -> int:
    """Where a street begins that has more than one word: Burgemeester van der Poelweg, Jan van Galenstraat."""
    start = index
    while start and index - start < 4 and text[words[start - 1].end : words[start].start] == " ":
        before = words[start - 1]
        titled = before.low in (
            "burgemeester",
            "dokter",
            "dr",
            "pastoor",
            "professor",
            "prof",
            "generaal",
            "koningin",
            "prins",
            "prinses",
            "koning",
            "sint",
            "oude",
            "nieuwe",
            "lange",
            "korte",
            "grote",
            "kleine",
            "eerste",
            "tweede",
            "derde",
            "laan",
            "weg",
        )
        name = before.capital and start - 1 and before.low not in ("de", "het", "in")
        joint = (
            before.low in ("van", "der", "den", "de", "ter")
            and start > 1
            and (words[start - 2].capital or words[start - 2].low in ("van", "burgemeester", "jan", "laan"))
        )
        first = name_lists().first_name(before.low) and words[start].low == "van"
        joint = joint or (before.low == "van" and start > 1 and name_lists().first_name(words[start - 2].low))
        if not (titled or first or (name and word_is_inside(text, before)) or joint):
            break
        start -= 1
    return start
