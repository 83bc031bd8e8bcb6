"""Places, also in small letters."""

import re
from functools import cache

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.lists import places_known
from synthdial.privacy.deidentify.names import TITLES, name_lists
from synthdial.privacy.deidentify.words import Word, lines_of, rule_words, word_list
from synthdial.privacy.deidentify.words import before as before_text

_AFTER_POSTCODE = re.compile(r"(?<!\d)[1-9]\d{3}\s?[A-Za-z]{2},?\s+$")
_SURE_CUE = rule_words("places", "sure_cue")
_PLACE_CUE = _SURE_CUE | rule_words("places", "place_cue")
_HOME_CUE = re.compile(
    r"\b(?:woon\w*|wonen\w*|gewoond|geboren|verhuis\w*|verhuisd|kom\w*|kwam\w*|opgegroeid|vandaan|winkel\w*|woonplaats|gemeente|dorp|stad|wijk)\b[^.?!]{0,28}$",
    re.I,
)


def find_places(text: str, words: list[Word]) -> list[Span]:
    """Places of a text that stand after a word of place, or are known as nothing else."""
    return [span for index in range(len(words)) for span in _place(text, words, index)]


def word_is_inside(text: str, word: Word) -> bool:
    """Whether a word stands within a sentence, so that its capital means something."""
    return before_text(text, word.start).rstrip()[-1:] not in ("", ".", "?", "!", "…", ":")


@cache
def place_names() -> tuple[frozenset[str], frozenset[str]]:
    """Places of one word, and of several, in small letters."""
    found = places_known() | frozenset(lines_of("places"))
    return frozenset(name for name in found if " " not in name), frozenset(name for name in found if " " in name)


def _place(text: str, words: list[Word], index: int) -> list[Span]:
    one, several = place_names()
    word = words[index]
    before = words[index - 1].low if index and not text[words[index - 1].end : word.start].strip() else ""
    said_before = before_text(text, word.start)
    cued = before in _PLACE_CUE
    sure = before in _SURE_CUE or bool(_AFTER_POSTCODE.search(said_before))
    if (
        before == "naar"
        and index > 1
        and re.match(r"(?:ge)?vra+g|vragen|maar|even|gerust|luister", words[index - 2].low)
    ):
        sure = False
    if word.low in word_list("countries"):
        return []
    for length in (4, 3, 2):
        group = words[index : index + length]
        if len(group) == length:
            joined = " ".join(part.low for part in group)
            if (
                joined in several
                and (sure or group[0].low not in ("de", "het", "op", "in"))
                and text[group[0].start : group[-1].end].lower() == joined
                and (cued or word.capital)
            ):
                named = any(part.low not in name_lists().everyday | word_list("function_words") for part in group)
                if named or (group[-1].capital and word.capital) or joined in lines_of("places"):
                    return [Span(word.start, group[-1].end, Kind.PLACE, 4 if sure else 2)]
    if word.low not in one or len(word.low) < 3:
        return []
    everyday = word.low in name_lists().everyday
    home = bool(_HOME_CUE.search(said_before))
    alone = index < 2 or (
        not (words[index - 2].capital and word_is_inside(text, words[index - 2])) and words[index - 2].low not in TITLES
    )
    if word.capital and cued and not sure and alone and not everyday and not name_lists().first_name(word.low):
        return [Span(word.start, word.end, Kind.PLACE, 4)]
    if word.capital and sure and word.low not in word_list("function_words"):
        return [Span(word.start, word.end, Kind.PLACE, 4)]
    if sure and (not everyday or word.low in lines_of("places")):
        return [Span(word.start, word.end, Kind.PLACE, 4)]
    if word.capital and not everyday and word_is_inside(text, word):
        return [Span(word.start, word.end, Kind.PLACE, 2)]
    if cued and (
        not everyday
        or (home and word.low not in word_list("function_words") and word.low not in word_list("common_words"))
    ):
        return [Span(word.start, word.end, Kind.PLACE, 2)]
    if word.low in lines_of("places") and not everyday and word.low not in ("mol", "boom", "geel", "halle", "lier"):
        return [Span(word.start, word.end, Kind.PLACE, 2)]
    return (
        [Span(word.start, word.end, Kind.PLACE, 2)]
        if home and not everyday and not name_lists().first_name(word.low)
        else []
    )
