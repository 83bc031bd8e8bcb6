"""Numbers that are read out: telephone numbers, BSN, patient numbers and other long ones."""

import re
from dataclasses import dataclass
from itertools import pairwise

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.numbers import digits_of, spoken_value
from synthdial.privacy.deidentify.words import Word, rule_words

_BETWEEN = re.compile(r"[\s,.;…/()–-]*")
_FILLERS = rule_words("runs", "fillers")
_CUES = {
    Kind.BSN: re.compile(r"\b(?:bsn\w*|burgerservice\w*|burger service ?nummer|sofi\w*|rijksregister\w*)", re.I),
    Kind.PATIENT_NUMBER: re.compile(
        r"\b(?:pati[eë]nt(?:en)?[ -]?(?:nummer|id|nr)\w*|dossier(?:nummer|nr)?|ziekenhuis[ -]?nummer"
        r"|opname[ -]?nummer|pid|mrn|epd[ -]?nummer|status[ -]?nummer|inschrijf[ -]?nummer|registratie[ -]?nummer"
        r"|studie[ -]?nummer|poli[ -]?nummer|ponskaartje|nummer (?:op|van) (?:de|het|je|uw|mijn)"
        r" (?:pasje|pas|kaart|kaartje|polsband\w*|bandje|sticker))\b",
        re.I,
    ),
    Kind.PHONE: re.compile(
        r"\b(?:telefoon\w*|mobiel\w*|06|bel(?:len|t|de)?|gebeld|bereik\w*|thuisnummer|toestel|app(?:en|t)?|gsm|06-nummer|sms\w*)\b",
        re.I,
    ),
    Kind.NUMBER: re.compile(
        r"\b(?:polis\w*|rekening\w*|iban|klant\w*|relatie\w*|code|pincode|kenteken|paspoort\w*|rijbewijs\w*|verzekerings\w*"
        r"|\w*nummer(?:tje)?|nr|lidmaatschap\w*|referentie\w*|big)\b",
        re.I,
    ),
}
_FEWEST = {Kind.BSN: 8, Kind.PATIENT_NUMBER: 4, Kind.PHONE: 8, Kind.NUMBER: 4}
_UNIT = re.compile(
    r"\s*(?:mg|milligram|ml|milliliter|gram|kilo|kg|liter|eenheden|stappen|euro|per|%|procent|cellen|jaar|meter)\b",
    re.I,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z]{4})(?:\s?\d){10}\b|\bBE\d{2}(?:\s?\d){12}\b", re.I)
_PLATE = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,3}\b", re.I)
_CODE = re.compile(r"\b(?=[A-Z0-9./-]*\d{2})[A-Z]{0,4}[-./ ]?\d[A-Z0-9]*(?:[-./][A-Z0-9]+)*\b", re.I)
_WRITTEN_PHONE = re.compile(
    r"(?<![\d.,])(?:(?:\+|00)(?:31|32)[\s.-]?(?:\(0\)\s?)?[1-9]|\(?0[1-9]\d{0,3}\)?)(?:[\s./-]{0,3}\d){6,9}(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Number words that follow one another, and the digits they read out."""

    start: int
    end: int
    digits: str
    words: int
    hundreds: bool
    values: tuple[int, ...]
    written: bool


def is_bsn(digits: str) -> bool:
    """Whether eight or nine digits pass the 11-check of a citizen service number.

    The digits, weighted 9, 8, ..., 2 and the last -1, add up to a multiple of 11.
    """
    if len(digits) not in (8, 9) or not digits.isdecimal() or not int(digits):
        return False
    digits = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0


def number_runs(text: str, words: list[Word]) -> list[Run]:
    """The numbers of a text that are read out in two words or more, or written in one."""
    runs: list[Run] = []
    parts: list[tuple[Word, str]] = []
    doubled = ""
    last = 0

    def close() -> None:
        if parts:
            digits = "".join(found for _, found in parts)
            values = tuple(int(found) for _, found in parts if found.isdecimal() and len(found) < 9)
            names = [word.low for word, _ in parts]
            runs.append(
                Run(
                    parts[0][0].start,
                    parts[-1][0].end,
                    digits,
                    len(parts),
                    any("honderd" in name or "duizend" in name for name in names),
                    values,
                    all(name[0].isdecimal() for name in names),
                )
            )
            parts.clear()

    for word in words:
        gap = text[last : word.start]
        last = word.end
        if parts and not _BETWEEN.fullmatch(gap.replace("+", "")):
            close()
        plain = word.low.replace("-", "")
        found = "00" if plain == "plus" and not parts else digits_of(plain)
        if found is not None and parts and "," in gap and _apart(parts[-1][1], found, word, parts[0][1]):
            close()
        if found is not None:
            parts.append((word, found * 2 if doubled else found))
            doubled = ""
        elif plain == "dubbel" or plain == "dubbele":
            doubled = plain
        elif plain not in _FILLERS:
            close()
            doubled = ""
    close()
    return runs


def _apart(before: str, found: str, word: Word, first: str) -> bool:
    """Whether a comma separates two figures rather than parts of one number."""
    return word.text[0].isdecimal() and len(before) > 1 and len(found) > 1 and not first.startswith("0")


def _cue(text: str, run: Run) -> Kind | None:
    """The kind that is announced before a number, or said right after it."""
    before = text[max(0, run.start - 70) : run.start]
    found = [(match.end(), kind) for kind, cue in _CUES.items() for match in cue.finditer(before)]
    found = [pair for pair in found if pair[1] is not Kind.PHONE or not re.search(r"[.!]", before[pair[0] :])]
    named = max(found, key=lambda pair: (pair[0], pair[1] is not Kind.NUMBER), default=None)
    if named:
        return named[1]
    after = text[run.end : run.end + 40]
    for kind in (Kind.BSN, Kind.PATIENT_NUMBER):
        if _CUES[kind].search(after):
            return kind
    return None


def _counting(values: tuple[int, ...]) -> bool:
    """Whether somebody counts: one, two, three, or down."""
    steps = {right - left for left, right in pairwise(values)}
    return len(values) > 2 and len(steps) == 1 and abs(steps.pop()) in (1, 5, 10, 100)


def _kind(text: str, run: Run) -> Kind | None:
    digits = run.digits
    cue = _cue(text, run)
    if is_bsn(digits) and (len(digits) == 9 or cue is Kind.BSN) and cue not in (Kind.PATIENT_NUMBER, Kind.PHONE):
        return Kind.BSN
    if cue is not None and cue is not Kind.NUMBER and len(digits) >= _FEWEST[cue] and not _UNIT.match(text[run.end :]):
        phone_like = digits.startswith("0") and 9 <= len(digits) <= 13
        return Kind.PHONE if phone_like and cue is not Kind.BSN and cue is not Kind.PATIENT_NUMBER else cue
    if (digits.startswith("0") and 9 <= len(digits) <= 11) or (digits[:4] in ("0031", "0032") and len(digits) > 10):
        return Kind.PHONE
    if cue is Kind.NUMBER and len(digits) >= _FEWEST[cue] and not _UNIT.match(text[run.end :]):
        return Kind.NUMBER
    long = len(digits) >= 7 and not run.hundreds and not _counting(run.values)
    if long and (not run.written or run.words == 1) and not _UNIT.match(text[run.end :]):
        return Kind.NUMBER
    return None


def find_numbers(text: str, words: list[Word]) -> list[Span]:
    """Telephone numbers, BSN, patient numbers and other long numbers of a text, written or read out."""
    spans = [Span(match.start(), match.end(), Kind.PHONE, 6) for match in _WRITTEN_PHONE.finditer(text)]
    spans += [Span(match.start(), match.end(), Kind.NUMBER, 6) for match in _IBAN.finditer(text)]
    for run in number_runs(text, words):
        kind = _kind(text, run)
        if kind is not None:
            spans.append(Span(_with_sign(text, run.start), run.end, kind, 7 if kind is Kind.BSN else 5))
    for kind in (Kind.PATIENT_NUMBER, Kind.NUMBER):
        for cue in _CUES[kind].finditer(text):
            code = _CODE.search(text, cue.end(), cue.end() + 40)
            if code and sum(ch.isdecimal() for ch in code.group()) >= 4 and not _UNIT.match(text[code.end() :]):
                spans.append(Span(code.start() + _lead(code.group()), code.end(), kind, 4))
    for plate in _PLATE.finditer(text):
        if re.search(r"kenteken|auto|nummerplaat", text, re.I) and spoken_value(plate.group().lower()) is None:
            spans.append(Span(plate.start(), plate.end(), Kind.NUMBER, 4))
    return spans


def _lead(code: str) -> int:
    return len(code) - len(code.lstrip(" -./"))


def _with_sign(text: str, start: int) -> int:
    return start - 1 if start and text[start - 1] in "+(" else start
