"""Sentences in spoken style about invented people, with what points at a person marked.

Each half, ``tuning`` and ``held_out``, has carriers and values of its own: the rules were made with the first in sight,
the second was written before and not looked at while they were tuned.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from synthdial.privacy.deidentify import Kind
from synthdial.privacy.deidentify.numbers import spoken
from synthdial.privacy.deidentify.runs import is_bsn

HERE = Path(__file__).parent / "sentences"
HALVES = ("tuning", "held_out")
FILES = {
    "name": Kind.NAME,
    "date": Kind.DATE,
    "age": Kind.AGE,
    "place": Kind.PLACE,
    "address": Kind.ADDRESS,
    "institution": Kind.INSTITUTION,
    "phone": Kind.PHONE,
    "bsn": Kind.BSN,
    "patient_number": Kind.PATIENT_NUMBER,
    "email": Kind.EMAIL,
    "url": Kind.URL,
    "number": Kind.NUMBER,
}
_SLOT_KINDS = {
    "first": Kind.NAME,
    "first2": Kind.NAME,
    "last": Kind.NAME,
    "last2": Kind.NAME,
    "full": Kind.NAME,
    "postcode": Kind.ADDRESS,
    "iban": Kind.NUMBER,
    "long": Kind.NUMBER,
}


@dataclass(frozen=True)
class Sentence:
    """A sentence and the stretches of it that point at a person: start, end, kind."""

    text: str
    marked: tuple[tuple[int, int, Kind], ...]


def sentences(half: str, name: str, count: int = 200) -> list[Sentence]:
    """``count`` sentences of a half for a file's kind; every other one in small letters, as recognisers write."""
    carriers = (HERE / half / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    values = tomllib.loads((HERE / half / "values.toml").read_text(encoding="utf-8"))
    rng = random.Random(f"{half}/{name}")
    made: list[Sentence] = []
    for index in range(count):
        carrier = carriers[index % len(carriers)]
        made.append(_filled(carrier, FILES.get(name), values, rng, small=(index // len(carriers) + index) % 2 == 1))
    return made


def carriers_of(half: str, name: str) -> list[str]:
    """The carriers of a half for a file's kind."""
    return (HERE / half / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _filled(
    carrier: str, kind: Kind | None, values: dict[str, list[str]], rng: random.Random, *, small: bool
) -> Sentence:
    text = ""
    marked: list[tuple[int, int, Kind]] = []
    last = 0
    for slot in re.finditer(r"\{(\w+)\}", carrier):
        text += carrier[last : slot.start()]
        value = _value(slot[1], values, rng)
        if not text and slot[1] not in ("email", "url"):
            value = value[0].upper() + value[1:]
        found = _SLOT_KINDS.get(slot[1], kind)
        assert found is not None
        article = re.match(r"het (?=\S)|de (?=\S)", value, re.IGNORECASE)
        skip = article.end() if article and found in (Kind.INSTITUTION, Kind.DATE, Kind.ADDRESS) else 0
        marked.append((len(text) + skip, len(text) + len(value), found))
        text += value
        last = slot.end()
    text += carrier[last:]
    lowered = text.lower()
    if small and len(lowered) == len(text):
        text = lowered
    return Sentence(text, tuple(marked))


def _value(slot: str, values: dict[str, list[str]], rng: random.Random) -> str:
    if slot == "full":
        return f"{rng.choice(values['first'])} {rng.choice(values['last'])}"
    if slot in ("first2", "last2"):
        return rng.choice(values[slot[:-1]])
    if slot in values:
        return rng.choice(values[slot])
    return {"phone": _phone, "bsn": _bsn, "code": _code, "long": _long, "iban": _iban}[slot](rng)


def _in_pairs(digits: str) -> str:
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    return " ".join(spoken(int(pair)) if pair[0] != "0" and len(pair) == 2 else _one_by_one(pair) for pair in pairs)


def _one_by_one(digits: str) -> str:
    return " ".join(spoken(int(digit)) for digit in digits)


def _phone(rng: random.Random) -> str:
    mobile = "".join(str(rng.randrange(10)) for _ in range(8))
    area = rng.choice(["010", "020", "030", "050", "0348", "0512", "0570", "0413", "077"])
    local = "".join([str(rng.randrange(1, 10)), *(str(rng.randrange(10)) for _ in range(9 - len(area)))])
    pause = rng.choice([" ", ", ", " uh ", ", en dan "])
    return rng.choice(
        [
            f"06-{mobile}",
            f"06 {mobile[:4]} {mobile[4:]}",
            f"06{mobile}",
            "06 " + " ".join(mobile[at : at + 2] for at in range(0, 8, 2)),
            f"{area}-{local}",
            f"{area} {local[:3]} {local[3:]}",
            f"+31 6 {mobile}",
            f"nul zes {_in_pairs(mobile)}",
            f"nul zes{pause}{_in_pairs(mobile[:4])}{pause}{_in_pairs(mobile[4:])}",
            f"nul zes {_one_by_one(mobile)}",
            f"{_one_by_one(area)}{pause}{_in_pairs(local)}",
            f"0477 {mobile[:2]} {mobile[2:4]} {mobile[4:6]}",
        ]
    )


def _bsn(rng: random.Random) -> str:
    digits = ""
    while not is_bsn(digits):
        digits = str(rng.randrange(100000000, 999999999))
    return rng.choice(
        [
            digits,
            digits,
            f"{digits[:3]} {digits[3:6]} {digits[6:]}",
            f"{digits[:4]} {digits[4:6]} {digits[6:]}",
            _one_by_one(digits),
            f"{_one_by_one(digits[:3])}, {_one_by_one(digits[3:6])}, {_one_by_one(digits[6:])}",
            f"{_in_pairs(digits[:8])} {_one_by_one(digits[8])}",
        ]
    )


def _code(rng: random.Random) -> str:
    digits = "".join([str(rng.randrange(1, 10)), *(str(rng.randrange(10)) for _ in range(rng.randrange(5, 7)))])
    return rng.choice([digits, digits, f"{digits[:3]} {digits[3:]}", _one_by_one(digits), _in_pairs(digits[:6])])


def _long(rng: random.Random) -> str:
    digits = "".join([str(rng.randrange(1, 10)), *(str(rng.randrange(10)) for _ in range(rng.randrange(7, 10)))])
    return rng.choice([digits, digits, _one_by_one(digits), _in_pairs(digits[:8])])


def _iban(rng: random.Random) -> str:
    bank = rng.choice(["INGB", "ABNA", "RABO", "TRIO"])
    digits = "0" + "".join(str(rng.randrange(10)) for _ in range(9))
    check = rng.randrange(10, 99)
    return rng.choice([f"NL{check} {bank} {digits[:4]} {digits[4:8]} {digits[8:]}", f"NL{check}{bank}{digits}"])


def all_sentences(half: str) -> Iterator[tuple[str, Sentence]]:
    """The sentences of every kind of a half, and those with nobody in them, as pairs of file and sentence."""
    for name in FILES:
        for sentence in sentences(half, name):
            yield name, sentence
    for line in carriers_of(half, "none"):
        yield "none", Sentence(line, ())
        yield "none", Sentence(line.lower(), ())
