"""What ``deduce``, made for Dutch clinical text, finds in a turn."""

import re

from synthdial.privacy.deidentify.kinds import Kind, Span
from synthdial.privacy.deidentify.names import TITLES, name_lists
from synthdial.privacy.deidentify.tables import load_deduce
from synthdial.privacy.deidentify.words import unpossessed, word_list, words_of

_KINDS = {
    "persoon": Kind.NAME,
    "patient": Kind.NAME,
    "locatie": Kind.PLACE,
    "ziekenhuis": Kind.INSTITUTION,
    "zorginstelling": Kind.INSTITUTION,
    "datum": Kind.DATE,
    "bsn": Kind.BSN,
    "id": Kind.NUMBER,
    "telefoonnummer": Kind.PHONE,
    "emailadres": Kind.EMAIL,
    "url": Kind.URL,
}
_PLACE_CUE = re.compile(
    r"\d{4}\s?[A-Za-z]{2},?\s+$"
    r"|\b(?:in|uit|vanuit|(?<!vraag )(?<!vragen )(?<!maar )(?<!even )(?<!gevraagd )naar)\s+$",
    re.IGNORECASE,
)
_SENTENCE_ENDS = (".", "?", "!", "…", ":", "")


def find_clinical(text: str) -> list[Span]:
    """Identifiers of a text by deduce, titles left out of names; ages are decided elsewhere."""
    found = load_deduce().deidentify(text, disabled={"redactor"}).annotations
    spans: list[Span] = []
    for annotation in found:
        kind = _KINDS.get(annotation.tag)
        start, end = annotation.start_char, annotation.end_char
        if kind is Kind.NAME:
            spans += _names(text, start, end)
        elif kind is Kind.PLACE:
            digits = any(ch.isdecimal() for ch in annotation.text)
            if annotation.text.lower() in word_list("countries"):
                continue
            if digits or not _everyday_opening(text, start, annotation.text):
                spans.append(Span(start, end, Kind.ADDRESS if digits else Kind.PLACE, 3 if digits else 2))
        elif kind is Kind.INSTITUTION:
            if not _everyday_opening(text, start, annotation.text) and len(annotation.text) > 2:
                spans.append(Span(start, end, kind, 4))
        elif kind is not None:
            spans.append(Span(start, end, kind, 3))
    return spans


def _names(text: str, start: int, end: int) -> list[Span]:
    """The parts of a person that deduce found, without titles, joined across no full stop."""
    spans: list[Span] = []
    for part in re.finditer(r"[^.!?]+(?:(?<=\b[A-Za-z])\.\s*[^.!?]+)*", text[start:end]):
        words = words_of(part.group())
        while words and words[0].low in TITLES:
            words = words[1:]
        while words and words[-1].low in word_list("function_words"):
            words = words[:-1]
        if not words or not any(word.capital and len(word.text) > 1 for word in words):
            continue
        first, last = start + part.start() + words[0].start, start + part.start() + unpossessed(words[-1])
        place = len(words) == 1 and _after_place_cue(text[max(0, first - 60) : first])
        if place and words[0].low in word_list("countries"):
            continue
        if any(ch.isdecimal() for ch in text[first:last]) or _everyday_opening(text, first, text[first:last]):
            continue
        spans.append(Span(first, last, Kind.PLACE if place else Kind.NAME, 3))
    return spans


def _after_place_cue(before: str) -> bool:
    return bool(_PLACE_CUE.search(before))


def _everyday_opening(text: str, start: int, found: str) -> bool:
    """Whether a finding is an everyday word whose capital may only open a sentence."""
    word = found.lower()
    if word not in name_lists().everyday and word not in word_list("function_words"):
        return False
    before = text[max(0, start - 60) : start].rstrip()
    return before[-1:] in _SENTENCE_ENDS or before.split()[-1].lower().strip(".") not in TITLES
