"""E-mail addresses and web addresses, written and as they are spoken."""

import re

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.names import name_lists
from synthdial.privacy.deidentify.numbers import value_of
from synthdial.privacy.deidentify.words import Word, rule_words

_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ENDINGS = r"(?:com|net|org|nl|be|eu|info|frl|amsterdam|de|gov|nu|co|zorg|care|app)"
_URL = re.compile(
    rf"(?:https?://|www\.)[^\s,;]+[^\s,;.?!)]|(?<![\w@.])[\w-]{{2,}}(?:\.[\w-]+)*\.{_ENDINGS}(?:/[\w/.#?=&-]*)?(?![\w@])",
    re.I,
)
_AT = rule_words("web", "at")
_JOINTS = rule_words("web", "joints")
_TOP = rule_words("web", "top")
_WWW = ("www", "w", "wee", "http", "https")


def find_web(text: str, words: list[Word]) -> list[Span]:
    """E-mail and web addresses of a text."""
    spans = [Span(match.start(), match.end(), Kind.EMAIL, 8) for match in _EMAIL.finditer(text)]
    for match in _URL.finditer(text):
        spans.append(Span(match.start(), match.end(), Kind.URL, 7))
    for index, word in enumerate(words):
        if word.low in _AT:
            end = _domain(words, index + 1)
            if end:
                spans.append(Span(words[_local(text, words, index)].start, words[end - 1].end, Kind.EMAIL, 8))
        elif word.low in _TOP and index and words[index - 1].low in ("punt", "dot"):
            start = _site(words, index - 1)
            if start < index - 1:
                spans.append(Span(words[start].start, words[_path(words, index)].end, Kind.URL, 7))
    return spans


def _domain(words: list[Word], index: int) -> int:
    """The index after a spoken domain: gmail punt com; 0 where none is."""
    for at in range(index, min(index + 8, len(words) - 1)):
        if words[at].low in ("punt", "dot") and words[at + 1].low in _TOP and at > index:
            follows = words[at + 2 : at + 4]
            if [word.low for word in follows[:1]] == ["punt"] and len(follows) > 1 and follows[1].low in _TOP:
                return at + 4
            return at + 2
        written = re.fullmatch(r"[\w-]+\.(?:nl|com|be|net|org)", words[at].text, re.I)
        if written:
            return at + 1
    if index < len(words) and words[index].low in (
        "gmail",
        "hotmail",
        "outlook",
        "ziggo",
        "kpnmail",
        "live",
        "icloud",
        "xs4all",
        "planet",
        "telenet",
    ):
        return index + 1
    return 0


def _local(text: str, words: list[Word], at: int) -> int:
    """The index of the first word before the spoken at-sign that belongs to the address."""
    start = at
    lists = name_lists()
    while start and not text[words[start - 1].end : words[start].start].strip(" ."):
        before = words[start - 1].low
        joined = start < at and words[start].low in _JOINTS
        number = value_of(before) is not None or before.isdecimal()
        spelled = len(before) == 1 and before.isalpha() and before != "u"
        named = before in lists.first or before in lists.last
        if start == at or joined or before in _JOINTS or number or spelled:
            if before in ("is", "was", "naar", "van", "dus") and not joined:
                break
            start -= 1
        elif (named and before not in lists.everyday and value_of(words[start].low) is None) or (
            value_of(words[start].low) is not None and before not in ("is", "naar", "dus", "mail")
        ):
            start -= 1
        else:
            break
    return start


def _site(words: list[Word], punt: int) -> int:
    """The index of the first word of a spoken web address whose last ``punt`` stands at ``punt``."""
    start = punt - 1
    if start < 0 or words[start].low in _AT:
        return punt
    while start > 0:
        before = words[start - 1].low
        if before in ("punt", "streepje", "dot") and start > 1:
            if words[start - 2].low in _WWW:
                first = start - 2
                while first and words[first - 1].low in _WWW:
                    first -= 1
                return first
            start -= 2
        elif before in _WWW:
            start -= 1
        else:
            break
    if any(word.low in _AT for word in words[max(0, start - 1) : punt]):
        return punt
    return start


def _path(words: list[Word], index: int) -> int:
    """The index of the last word of a spoken path: slash afspraken."""
    while index + 2 < len(words) and words[index + 1].low in ("slash", "schuine-streep"):
        index += 2
    return index
