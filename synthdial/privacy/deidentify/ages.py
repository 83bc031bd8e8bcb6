"""Ages of people: what somebody is or became, not how long something lasts."""

import re

from synthdial.privacy.deidentify.dates import MONTH_NUMBERS
from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.names import name_lists
from synthdial.privacy.deidentify.numbers import spoken_value, value_of
from synthdial.privacy.deidentify.words import Word, rule_words

_PERSON = rule_words("ages", "person")
_BEFORE_ORDINAL = rule_words("ages", "before_ordinal")
_OWNERS = rule_words("ages", "owners")
_PRONOUNS = rule_words("ages", "pronouns")
_ADVERBS = rule_words("ages", "adverbs")
_TO_BE = rule_words("ages", "to_be")
_NOT_AGE = rule_words("ages", "not_age")
_JARIGE = re.compile(r"^(\w+?)[- ]?jarige?$")


def find_ages(text: str, words: list[Word]) -> list[Span]:
    """Ages of people: what somebody is or became, not how long something lasts."""
    spans: list[Span] = []
    for index, word in enumerate(words):
        joined = _JARIGE.match(word.low)
        if joined and value_of(joined[1]) is not None:
            spans.append(Span(word.start, word.start + len(joined[1]), Kind.AGE, 5))
            continue
        end = _age(text, words, index)
        if end:
            spans.append(Span(word.start, words[end - 1].end, Kind.AGE, 5))
    return spans


def _age(text: str, words: list[Word], index: int) -> int:
    """The index after the number of an age that begins at ``index``."""
    value = value_of(words[index].low)
    ordinal = None if value is not None else _any_ordinal(words[index].low)
    before = [word.low for word in words[max(0, index - 6) : index]]
    after = [word.low for word in words[index + 1 : index + 4]]
    if ordinal is not None:  # op mijn zestigste
        own = before[-1:] and before[-1] in _OWNERS and before[-2:-1] and before[-2] in _BEFORE_ORDINAL
        return index + 1 if own else 0
    if value is None or not 0 <= value <= 119 or re.match(r"[,.]\d", text[words[index].end :]):
        return 0
    if index and re.search(r"\d[,.]$", text[max(0, words[index].start - 4) : words[index].start]):
        return 0
    if after[:2] in (["jaar", "oud"], ["jaar", "jong"], ["maanden", "oud"], ["weken", "oud"]) or after[:1] == [
        "jarige"
    ]:
        return index + 1
    if before and before[-1] in ("leeftijd", "lft"):
        return index + 1
    if before[-2:] in (["leeftijd", "is"], ["leeftijd", "van"], ["leeftijd", "was"]):
        return index + 1
    if words[index].low in ("een", "één", "twee") and after[:1] != ["jaar"]:
        return 0
    if (
        before[-1:] == ["van"]
        and len(before) > 1
        and before[-2] in _PERSON
        and before[-2] not in _PRONOUNS
        and value > 2
    ):
        return index + 1 if after[:1] not in (["kilo"], ["meter"], ["uur"]) else 0
    if before[-2:] == ["eruit", "als"]:
        return index + 1
    if (
        before[-1:] == ["met"]
        and after[:1] == ["jaar"]
        and after[1:2]
        and after[1] in _TO_BE | {"ging", "kreeg", "had", "heb"}
    ):
        return index + 1
    if before[-1:] == ["toen"] and after[:1] not in (["uur"], ["keer"]):
        return 0
    return _said(text, words, index, value)


def _said(text: str, words: list[Word], index: int, value: int) -> int:
    """Ik ben net 64 [jaar]; ze wordt tachtig; toen hij twaalf was; mijn zoon is vier."""
    at = index - 1
    while at >= 0 and words[at].low in _ADVERBS:
        at -= 1
    verb_at = at
    while verb_at > max(0, index - 5) and words[verb_at].low in _PERSON | _OWNERS | _ADVERBS:
        verb_at -= 1
    if verb_at >= 0 and words[verb_at].low in _TO_BE:
        at = verb_at
    following = words[index + 1] if index + 1 < len(words) else None
    after = following.low if following else ""
    touching = following is not None and not text[words[index].end : following.start].strip()
    if at >= 0 and words[at].low in _TO_BE:
        people = {word.low for word in words[max(0, at - 4) : at]} | {word.low for word in words[at + 1 : index]}
        who = bool(people & _PERSON) or any(name_lists().first_name(word.low) for word in words[max(0, at - 2) : at])
        if words[at - 1].low == "die":
            who = any(word.low in _PERSON - _PRONOUNS for word in words[max(0, at - 12) : at])
        if re.match(r"[^\w]*\s(?:of|à|a)?\s*\d", text[words[index].end :]):
            return 0
        if following is not None and "," in text[words[index].end : following.start] and value_of(after) is not None:
            return 0
        if after == "jaar" and touching:
            later = words[index + 2].low if index + 2 < len(words) else ""
            return index + 1 if who and (later not in _NOT_AGE or later in ("en", "hier")) else 0
        ends = not touching or after in (
            "geworden",
            "nu",
            "dus",
            "al",
            "hè",
            "he",
            "hoor",
            "maar",
            "toen",
            "en",
            "inmiddels",
            "dit",
            "deze",
            "volgend",
        )
        ends = ends or (
            after in ("in", "op", "over")
            and index + 2 < len(words)
            and (words[index + 2].low in MONTH_NUMBERS or words[index + 2].low.endswith("dag"))
        )
        return (
            index + 1
            if who
            and value >= 3
            and ends
            and (after not in _NOT_AGE or not touching or after in ("en", "in", "op", "over"))
            else 0
        )
    verb = after in ("was", "werd", "ben", "is", "wordt", "waren") and touching
    if verb and at >= 0 and words[at].low in _PERSON and value >= 3:
        return index + 1
    return 0


def _any_ordinal(word: str) -> int | None:
    for ending in ("ste", "de"):
        stem = word.removesuffix(ending)
        value = spoken_value(stem) if stem != word else None
        if value is not None and 10 <= value <= 110:
            return value
    match = re.fullmatch(r"(\d{2})(?:e|ste|de)", word)
    return int(match[1]) if match else None
