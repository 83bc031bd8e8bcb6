"""Institutions: hospitals by their own names, others by what they are."""

import re

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.names import Lists, name_lists
from synthdial.privacy.deidentify.words import lines_of, rule_words, word_list

_KEYWORD = (
    r"(?:ziekenhuis|zkh|gasthuis|hospitaal|kliniek|polikliniek|poli|huisartsenpraktijk|huisartsenpost|praktijk|dokterspraktijk|groepspraktijk"
    r"|apotheek|verpleeghuis|verzorgingshuis|verzorgingstehuis|bejaardentehuis|zorgcentrum|woonzorgcentrum|hospice|revalidatiecentrum"
    r"|gezondheidscentrum|dialysecentrum|thuiszorg|thuiszorgorganisatie|umc|mc|medisch centrum|az|uz|revalidatiekliniek"
    r"|basisschool|school|woonzorg|rusthuis"
    r"|fysiotherapie|fysiotherapiepraktijk|tandartspraktijk|ggz|behandelcentrum|zorggroep|stichting|dagopvang|dagbesteding|expertisecentrum"
    r"|kraamzorg|wijkcentrum|zorginstelling|instelling|zorghotel|psychiatrisch centrum|medisch diagnostisch centrum)"
)
_AFTER = re.compile(
    rf"\b{_KEYWORD}\s+(?P<name>(?:(?:de|het|'t|sint|sint-|st\.?|den|in de|ter|van der|van|op de)\s+)?[\w'’-]+"
    rf"(?:\s+(?:de|den|en|van|der|'t|aan|op)\s+[\w'’-]+)?(?-i:(?:\s+[A-Z][\w'’-]+){{0,2}}))",
    re.I,
)
_BEFORE = re.compile(
    rf"\b(?P<name>(?:(?:sint|st\.?|de|prinses|prins|koningin)\s+)?[\w'’-]{{1,40}})[\s-]{_KEYWORD}\b", re.I
)
_COMPOUND = re.compile(r"\b(?P<name>[\w'’-]{3,40})-?(?:ziekenhuis|gasthuis|kliniek|hospice|umc|apotheek|zorg)\b", re.I)
_PLAIN_COMPOUND = rule_words("institutions", "plain_compound")


def find_institutions(text: str) -> list[Span]:
    """Institutions by their own names, and by what they are called after or before what they are."""
    return _joined([*_by_name(text), *_by_kind(text)])


def _joined(spans: list[Span]) -> list[Span]:
    """Overlapping spans as one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Span(last.start, max(last.end, span.end), last.kind, max(last.rank, span.rank))
        else:
            joined.append(span)
    return joined


def _by_name(text: str) -> list[Span]:
    spans: list[Span] = []
    low = text.lower()
    for name in lines_of("hospitals"):
        at = low.find(name)
        if at < 0 or len(low) != len(text):
            continue
        for match in re.finditer(
            rf"(?<![\w-]){re.escape(name)}(?:[ -]?ziekenhuis|[ -]?gasthuis)?(?![\w-])", text, re.I
        ):
            before = low[: match.start()].rstrip()
            ambiguous = name in word_list("hospital_words")
            wanted = (
                r"(?:\bhet|'t|\bin het|ziekenhuis|\bsint|\bst\.?)$"
                if ambiguous
                else (
                    r"(?:\bhet|'t|\bin|\bnaar|\bvan|\buit|\bbij|\bde|\bdat|ziekenhuis|\bsint|\bst\.?|\bvanuit|\bmet)$"
                )
            )
            whole = match.group().lower() != name
            if " " in name or whole or re.search(wanted, before) or (match.group()[0].isupper() and not ambiguous):
                start = match.start()
                titled = re.search(r"(?:ziekenhuis|sint|st\.?)\s+$", low[:start])
                spans.append(Span(titled.start() if titled else start, match.end(), Kind.INSTITUTION, 5))
    return spans


def _by_kind(text: str) -> list[Span]:
    lists = name_lists()
    spans: list[Span] = []
    for match in _AFTER.finditer(text):
        end = _name_after(match, lists)
        if end:
            spans.append(Span(match.start(), end, Kind.INSTITUTION, 4))
    for match in _BEFORE.finditer(text):
        name = match["name"].split()[-1]
        plain = name.lower() in _PLAIN_COMPOUND or name.lower() in lists.everyday | word_list("function_words")
        if plain or name[0].isdecimal() or (name.islower() and (_verbish(name) or name.endswith(("e", "isch", "s")))):
            continue
        spans.append(Span(match.start("name"), match.end(), Kind.INSTITUTION, 4))
    for match in _COMPOUND.finditer(text):
        name = match["name"].lower().strip("-")
        if match.group().lower() not in lists.everyday and name not in _PLAIN_COMPOUND and name not in lists.everyday:
            spans.append(Span(match.start(), match.end(), Kind.INSTITUTION, 4))
    return spans


_ARTICLES = rule_words("institutions", "articles")


def _name_after(match: re.Match[str], lists: Lists) -> int:
    """Where the name ends that follows the word for an institution; 0 where none does."""
    words = match["name"].split()
    proper: list[str] = []
    for word in words:
        low = word.lower().strip("-")
        if low in _ARTICLES or low in ("en", "aan"):
            proper.append(word)
            continue
        everyday = low in lists.everyday or low in word_list("function_words")
        article = bool(proper) and proper[0].lower() in _ARTICLES - {"in", "op", "van"}
        good = word[0].isupper() and low not in word_list("function_words")
        good = good or (not everyday and not _verbish(low) and not low[0].isdecimal())
        good = good or ([part.lower() for part in proper[:1]] == ["van"] and len(proper) > 1 and lists.surname(low))
        good = good or (article and _named_after_article(match.group(), low))
        if not good or (word.islower() and any(part.lower() in ("in", "op", "van") for part in proper[:1])):
            break
        proper.append(word)
    while proper and proper[-1].lower().strip("-") in _ARTICLES | {"en", "aan"}:
        proper.pop()
    if not proper or not any(word.lower() not in _ARTICLES for word in proper):
        return 0
    taken = re.match(r"\s+".join(map(re.escape, proper)), match["name"])
    return match.start("name") + taken.end() if taken else 0


def _named_after_article(found: str, last: str) -> bool:
    """Praktijk de linde, apotheek het anker: an everyday noun in small letters is a name after these."""
    named = re.match(
        r"(?:huisartsenpraktijk|apotheek|verpleeghuis|verzorgingshuis|zorgcentrum|hospice|gezondheidscentrum|basisschool|woonzorgcentrum|rusthuis)\b",
        found,
        re.I,
    )
    return bool(named) and last not in word_list("function_words") and last not in _NOT_NAMED


_NOT_NAMED = rule_words("institutions", "not_named")


def _verbish(low: str) -> bool:
    return bool(re.search(r"(?:[^aeiou]de|[^aeiou]te|[^aeiours]t|dde|tte|elijk|ige)$", low))
