"""Numbers, addresses and codes of the same shape as the original, that belong to nobody."""

import random
import re

from synthdial.privacy.deidentify.kinds import Kind
from synthdial.privacy.deidentify.numbers import digits_of, spoken, spoken_value
from synthdial.privacy.deidentify.people import in_casing_of
from synthdial.privacy.deidentify.runs import is_bsn
from synthdial.privacy.deidentify.words import lines_of, rule_words, words_of

_LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"
_KEEP = rule_words("shapes", "keep")
_INSTITUTION = re.compile(
    r"^(huisartsenpraktijk|huisartsenpost|praktijk|groepspraktijk|dokterspraktijk|apotheek|verpleeghuis|verzorgingshuis|verzorgingstehuis"
    r"|zorgcentrum|woonzorgcentrum|hospice|revalidatiecentrum|gezondheidscentrum|dialysecentrum|thuiszorg|fysiotherapie|fysiotherapiepraktijk"
    r"|kliniek|poli|polikliniek|tandartspraktijk|ggz|basisschool|school|rusthuis|kraamzorg|stichting)\b",
    re.IGNORECASE,
)


def number_like(text: str, kind: Kind, rng: random.Random) -> str:
    """A number of the same shape, written or read out.

    The zero, six or country code that a telephone number begins with stays. A BSN fails its 11-check and an IBAN has
    the check digits 00, which no account has: what is invented can be nobody's, and a program that looks for real
    ones passes over it.
    """
    for _ in range(100):
        new = _number_like(text, kind, rng)
        digits = "".join(digits_of(word.low.replace("-", "")) or "" for word in words_of(new))
        if new != text and not (kind is Kind.BSN and is_bsn(digits)):
            return new
    return "".join("0" if ch.isdecimal() else ch for ch in text)


def _number_like(text: str, kind: Kind, rng: random.Random) -> str:
    iban = re.match(r"([A-Za-z]{2})\d{2}(?=[\sA-Za-z\d])", text) if kind is Kind.NUMBER else None
    kept = _prefix(text) if kind is Kind.PHONE else 0
    if iban:
        return text[:2] + "00" + _scrambled(text[4:], rng, letters=False)
    pieces = [text[:kept]]
    last = kept
    for word in words_of(text[kept:]):
        start, end = word.start + kept, word.end + kept
        pieces.append(text[last:start])
        value = spoken_value(word.low)
        if value is not None:
            pieces.append(in_casing_of(word.text, spoken(_same_size(value, rng))))
        elif word.low in _KEEP:
            pieces.append(word.text)
        else:
            pieces.append(_scrambled(word.text, rng, letters=any(ch.isdecimal() for ch in word.text)))
        last = end
    return "".join(pieces) + text[last:]


def _prefix(text: str) -> int:
    match = re.match(
        r"(?:(?:\+|00)3[12][\s-]?(?:\(0\)\s?)?|\(?0)6?|nul(?: zes\b)?|plus \w+(?: zes\b)?", text, re.IGNORECASE
    )
    return match.end() if match else 0


def _same_size(value: int, rng: random.Random) -> int:
    for low, high in ((0, 9), (10, 99), (100, 999), (1000, 9999)):
        if low <= value <= high:
            return rng.randint(low, high)
    return value


def _scrambled(text: str, rng: random.Random, *, letters: bool) -> str:
    drawn = []
    for ch in text:
        if ch.isdecimal():
            drawn.append(str(rng.randrange(10)))
        elif letters and ch.isalpha():
            drawn.append(in_casing_of(ch, rng.choice(_LETTERS)))
        else:
            drawn.append(ch)
    return "".join(drawn)


def address_like(text: str, rng: random.Random) -> str:
    """A postcode of the same shape, or an invented street with a house number in the same form."""
    words = words_of(text)
    if re.fullmatch(r"\d{4}\s?[A-Za-z]{2}", text):
        return str(rng.randint(1, 9)) + _scrambled(text[1:], rng, letters=True)
    if all(spoken_value(word.low) is not None or word.text.isdecimal() or len(word.low) < 3 for word in words):
        return _spoken_postcode(text, rng)
    number = re.search(
        r"(?:\s+(?:op )?(?:huis)?nummer)?\s+(?P<value>\d{1,4}(?P<letter>\s?-?[a-z])?|[\w-]+)$", text, re.IGNORECASE
    )
    numbered = number is not None and (
        number["value"][0].isdecimal() or spoken_value(number["value"].lower()) is not None
    )
    street = in_casing_of(text, rng.choice(lines_of("surrogate_streets")))
    if number is None or not numbered:
        return street
    value = number["value"]
    new = rng.randint(1, 150)
    written = f"{new}{number['letter'] or ''}" if value[0].isdecimal() else spoken(new)
    return street + text[number.start() : number.start("value")] + written


def _spoken_postcode(text: str, rng: random.Random) -> str:
    pieces: list[str] = []
    last = 0
    for word in words_of(text):
        pieces.append(text[last : word.start])
        value = spoken_value(word.low)
        if value is not None:
            pieces.append(in_casing_of(word.text, spoken(_same_size(value, rng))))
        else:
            pieces.append(_scrambled(word.text, rng, letters=True))
        last = word.end
    return "".join(pieces) + text[last:]


def place_like(rng: random.Random, said: set[str]) -> str:
    """A place that was not named."""
    return rng.choice([name for name in lines_of("surrogate_places") if name.lower() not in said])


def institution_like(text: str, rng: random.Random) -> str:
    """An invented institution of the same sort: the word for what it is stays."""
    sort = _INSTITUTION.match(text)
    if sort:
        name = in_casing_of(text[sort.end() :].strip() or text, rng.choice(lines_of("surrogate_houses")))
        return f"{sort.group()} {name}"
    new = f"{rng.choice(lines_of('surrogate_hospitals'))} ziekenhuis"
    return new.lower() if text.islower() else new


def email_like(text: str, rng: random.Random) -> str:
    """An address at example.com, which is reserved for examples, written or spoken as the original."""
    first = rng.choice(lines_of("first_names_female") + lines_of("first_names_male")).lower()
    last = rng.choice([name for name in lines_of("surnames") if " " not in name]).lower()
    if "@" in text:
        return f"{first}.{last}@example.com"
    at = re.search(r"\b(apenstaartje|apestaartje|apenstaart|at)\b", text, re.IGNORECASE)
    return f"{first} punt {last} {at.group() if at else 'apenstaartje'} example punt com"


def url_like(text: str, rng: random.Random) -> str:
    """An address below example.com, written or spoken as the original."""
    page = rng.choice(lines_of("surrogate_houses")).split()[-1].lower()
    if re.search(r"\bpunt\b", text, re.IGNORECASE):
        return f"{page} punt example punt com"
    return f"www.example.com/{page}" if text.lower().startswith(("www", "http")) else f"{page}.example.com"
