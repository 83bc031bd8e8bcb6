"""Names that spoken transcripts have and lists of clinical text miss: in small letters, after what announces them."""

import re
from dataclasses import dataclass
from functools import cache

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.lists import names_known, whitelist
from synthdial.privacy.deidentify.words import Word, before, own_vocabulary, rule_words, unpossessed, word_list

MALE_TITLES = rule_words("names", "male_titles")
FEMALE_TITLES = rule_words("names", "female_titles")
_OTHER_TITLES = rule_words("names", "other_titles")
TITLES = MALE_TITLES | FEMALE_TITLES | _OTHER_TITLES
_WORKERS = rule_words("names", "workers")
MALE_FAMILY = rule_words("names", "male_family")
FEMALE_FAMILY = rule_words("names", "female_family")
_OTHER_FAMILY = rule_words("names", "other_family")
_FAMILY = MALE_FAMILY | FEMALE_FAMILY | _OTHER_FAMILY
_OWNERS = rule_words("names", "owners")
INTERFIXES = rule_words("names", "interfixes")
_OPENERS = rule_words("names", "openers")

# cues that announce a name, how sure they are, and of whom they speak
_CUE = re.compile(
    r"\b(?:(?P<sure>(?:achter|voor|meisjes|roep)?naam"
    r"(?: van (?:mijn|m'n|uw|de|die|haar|zijn) [\w-]+)?(?: die)? (?:is|was|luidt)(?: dus)?"
    r"|(?:ik|hij|zij|ze|die|u|je|die [\w-]+|(?:mijn|m'n|onze|uw|haar|zijn) [\w-]+) (?:heet|heette|heten)"
    r"(?: dus| gewoon| nu| eigenlijk| van zichzelf)?"
    r"|heet (?:ik|hij|zij|ze|die|u|je)(?: dus| nu| van zichzelf)?|heten (?:ze|wij)|genaamd|alias|ene"
    r"|(?:ingeschreven|bekend|aangemeld|geregistreerd) als"
    r"|(?:noemen|noemt|noem|noemden) (?:me|mij|hem|haar|ze|m'n [\w-]+|iedereen me)(?: gewoon| altijd| maar| allemaal)*"
    r"|(?:zeg|zegt u|zeg je|noem me|noem mij) (?:maar|gewoon)(?: maar| gewoon)?"
    r"|(?:vraag|vraagt u|vragen|vraag je|gevraagd)(?: u)?(?: dan| maar| gewoon| even| eerst)* naar"
    r"|(?:u|je) spreekt met|spreek ik met|spreekt u met|(?:een|die) zekere)"
    r"|(?P<likely>ik ben|ben ik|dit is|dat is|met|door|bij|van|voor|aan|tegen|volgens|naast"
    r"|hallo|hoi|dag|goedemorgen|goedemiddag|nee|ja|en|naar|of|was|is|samen met|toch|hè|he|zeg))\s+$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"^(?:[A-Za-z]|[A-Z]{2,4})$")
_VERB = re.compile(r"(?:den|ten|de|te|en|t)$")


@dataclass(frozen=True)
class Lists:
    """What is known of words: names, and everyday words."""

    first: frozenset[str]
    last: frozenset[str]
    everyday: frozenset[str]

    def first_name(self, low: str) -> bool:
        """Whether a word is a first name and no everyday word."""
        return low in self.first and low not in self.everyday

    def surname(self, low: str) -> bool:
        """Whether a word is a surname, everyday word or not."""
        return low in self.last

    def unknown(self, low: str) -> bool:
        """Whether a word is neither everyday nor the form of a verb."""
        return low not in self.everyday and len(low) > 2 and not low[0].isdecimal()


@cache
def name_lists() -> Lists:
    """The lists inside ``deduce``, with what is bundled beside them."""
    first, last = names_known()
    everyday = word_list("common_words") | own_vocabulary() | (whitelist() - word_list("known_first_names"))
    singles = frozenset(last | word_list("known_surnames") | {word for name in last for word in name.split()})
    return Lists(first | word_list("known_first_names"), singles - INTERFIXES, everyday)


@cache
def _never() -> frozenset[str]:
    """Words that are no name even after a title."""
    return (word_list("function_words") | INTERFIXES | TITLES | _WORKERS) - {"ali", "said"}


def find_names(text: str, words: list[Word]) -> list[Span]:
    """Names of a text after titles, family, and what people say before a name; and known names in small letters."""
    lists = name_lists()
    spans: list[Span] = []
    reach = 0
    for index, word in enumerate(words):
        if index < reach:
            continue
        strength = _announced(text, words, index)
        end = _phrase(text, words, index, strength, lists)
        if end > index:
            spans.append(Span(word.start, unpossessed(words[end - 1]), Kind.NAME, 3 + (strength > 1)))
            reach = end
    return spans


def _announced(text: str, words: list[Word], index: int) -> int:
    """How surely a name begins here: 3 after a title, 2 after a sure cue, 1 after a likely one, 0 for nothing."""
    if not index:
        return 0
    before = words[index - 1]
    gap = text[before.end : words[index].start]
    if before.low in TITLES and gap.strip() in ("", "."):
        return 3
    if gap.strip(" ,:"):
        return 0
    loose = bool(gap.strip())
    if before.low in _FAMILY or before.low in _WORKERS:
        owned = index > 1 and (words[index - 2].low in _OWNERS or words[index - 2].low in ("de", "een", "die"))
        owned = owned or (index > 2 and words[index - 3].low in _OWNERS) or before.low in _WORKERS
        return 2 if owned and not loose else 1
    cue = _CUE.search(text[max(0, before.start - 60) : words[index].start].replace(":", " ").replace(",", " ") + " ")
    cue = cue or _CUE.search(text[max(0, before.start - 60) : words[index].start])
    if cue:
        return 2 if cue["sure"] else 1
    return 0


def _phrase(text: str, words: list[Word], index: int, strength: int, lists: Lists) -> int:
    """The index after a name that begins at ``index``; ``index`` itself where none does."""
    at = index
    initials = 0
    while strength >= 2 and at < len(words) and _INITIAL.match(words[at].text) and words[at].low not in ("u", "t"):
        if at > index and text[words[at - 1].end : words[at].start].strip(". "):
            break
        at += 1
        initials += 1
    parts = 0
    after_first = False
    end = index
    while at < len(words) and parts < 4:
        if at > index:
            gap = text[words[at - 1].end : words[at].start].strip()
            if gap and not (gap in (".", "-") and initials and not parts):
                break
        word = words[at]
        ahead = _after_interfix(text, words, at)
        if ahead > at and ahead < len(words) and _is_surname(text, words, at, ahead, strength, parts + initials, lists):
            at = end = ahead + 1
            parts += 1
            after_first = False
            if strength < 2 and parts == 1 and not words[ahead].capital and word.low not in _OPENERS:
                return index
            break
        if not _is_name(text, words, at, strength, parts, after_first, lists):
            break
        first = lists.first_name(word.low)
        after_first = first or (strength == 2 and not parts)
        parts += 1
        at = end = at + 1
        if word.text != word.text[: len(word.low)]:  # a possessive ends the name
            break
    if parts == 0:
        return index
    return end


def _after_interfix(text: str, words: list[Word], at: int) -> int:
    ahead = at
    while ahead < len(words) and words[ahead].low in INTERFIXES and ahead - at < 3:
        if text[words[ahead].end : words[ahead].end + 1] not in (" ", "-", "'"):
            return at
        ahead += 1
    return ahead


def _is_surname(text: str, words: list[Word], start: int, at: int, strength: int, parts: int, lists: Lists) -> bool:
    """Whether the word after ``van der`` is a surname."""
    word = words[at]
    opener = words[start].low in _OPENERS or (strength == 3 and words[start].low in ("in", "op", "aan"))
    if word.low in _never() or word.low[0].isdecimal() or not opener:
        return False
    joined = " ".join(part.low for part in words[start : at + 1])
    whole = joined in lists.last
    if word.capital:
        return (
            bool(parts) or strength >= 2 or (strength == 1 and words[start].capital) or (whole and words[start].capital)
        )
    known = lists.surname(word.low) or whole
    if strength == 3:
        return known or lists.unknown(word.low)
    if parts:
        return (known and word.low not in word_list("function_words") and not word.low.endswith("ste")) or (
            lists.unknown(word.low) and words[start].low not in ("de", "het", "van", "op", "in", "aan", "te")
        )
    if strength == 2:
        return known and (words[start].low != "de" or word.low not in lists.everyday) and words[start].low != "in"
    return whole and at - start > 1 and word.low not in lists.everyday


def _is_name(text: str, words: list[Word], at: int, strength: int, parts: int, after_first: bool, lists: Lists) -> bool:
    word = words[at]
    low = word.low
    if low in _never() or low[0].isdecimal() or len(low) < 2:
        return False
    everyday = low in lists.everyday
    known = low in lists.first or lists.surname(low)
    halves = low.split("-")
    if len(halves) > 1 and all(half in lists.first or lists.surname(half) for half in halves):
        known, everyday = True, False
    if word.capital:
        sentence = not at or before(text, word.start).rstrip()[-1:] in ".?!:…"
        if strength == 3:
            return not everyday or known
        if parts:
            return not everyday or known
        if strength == 2:
            return (not everyday or (known and not _VERB.search(low))) and not sentence
        if low in word_list("countries"):
            return False
        if sentence:
            return known and not everyday
        return lists.first_name(low) or (lists.surname(low) and not everyday)
    if strength == 3 and not parts:
        return (known and not _verb_like(low, lists)) or (lists.unknown(low) and not _verb_like(low, lists))
    if parts:
        if lists.surname(low) and not everyday:
            return True
        if (
            low in lists.last
            and after_first
            and words[at - 1].low not in lists.everyday
            and low not in _hard_everyday()
        ):
            return True
        return after_first and lists.unknown(low) and not _verb_like(low, lists) and not low.endswith("en")
    if strength == 2:
        sure = known and not everyday
        cue = bool(_CUE.search(text[max(0, word.start - 60) : word.start]))
        return sure or (cue and lists.unknown(low) and not _verb_like(low, lists))
    if strength == 1:
        return lists.first_name(low) and len(low) > 2
    return lists.first_name(low) and (len(low) > 3 or low in word_list("known_first_names") or low in _short_names())


@cache
def _short_names() -> frozenset[str]:
    return word_list("first_names_female") | word_list("first_names_male")


@cache
def _hard_everyday() -> frozenset[str]:
    """Everyday words that follow a first name more often than they are its surname."""
    return word_list("common_words") - word_list("surnames")


def _verb_like(low: str, lists: Lists) -> bool:
    """Whether an unlisted word looks like the form of a verb: belde, zeurt, gestopt."""
    if low in lists.everyday and low not in word_list("surnames"):
        return low in word_list("common_words") and low not in lists.last
    return (
        low not in lists.first
        and low not in lists.last
        and bool(re.search(r"(?:[^aeiou]de|[^aeiou]te|[a-z]{2}t|dde|tte)$", low))
    )
