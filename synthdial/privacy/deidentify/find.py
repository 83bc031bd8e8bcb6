"""Find what points at a person in a dialogue."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from synthdial.dialogue import Dialogue
from synthdial.privacy.deidentify.addresses import find_addresses
from synthdial.privacy.deidentify.ages import find_ages
from synthdial.privacy.deidentify.clinical import find_clinical
from synthdial.privacy.deidentify.dates import find_dates
from synthdial.privacy.deidentify.institutions import find_institutions
from synthdial.privacy.deidentify.kinds import Identifier, Kind, Span, without_overlap
from synthdial.privacy.deidentify.marks import Marks
from synthdial.privacy.deidentify.names import INTERFIXES, TITLES, find_names, name_lists
from synthdial.privacy.deidentify.places import find_places
from synthdial.privacy.deidentify.runs import find_numbers
from synthdial.privacy.deidentify.tables import load_deduce, ready_tables
from synthdial.privacy.deidentify.web import find_web
from synthdial.privacy.deidentify.words import word_list, words_of

_SPREAD = (Kind.NAME, Kind.INSTITUTION, Kind.PLACE, Kind.EMAIL)


def prepare(remark: Callable[[str], None] | None = None) -> None:
    """Load the lookup tables, building them at first use; ``remark`` is told when that takes its minute."""
    ready_tables(remark)
    load_deduce()


def find_identifiers(dialogue: Dialogue, known: Marks | None = None) -> list[Identifier]:
    """Find what points at a person: names, dates, ages, places, institutions, numbers and addresses.

    Parameters
    ----------
    dialogue : Dialogue
        As it was transcribed, in any casing.
    known : Marks, optional
        What a person marked before as missed; it is found wherever it stands.

    Returns
    -------
    list of Identifier
        In the order of the text, without overlap. What was found once is found everywhere in the dialogue, also in
        small letters and with a possessive s.

    Notes
    -----
    ``deduce`` (Menger et al., 2018, doi:10.1016/j.tele.2017.08.002) finds what clinical text has; rules beside it what
    spoken text has. Nothing is found with certainty: see ``docs/privacy.md`` for the figures.
    """
    spans = [_in_text(turn.text) for turn in dialogue.turns]
    for mark in known.find(dialogue) if known is not None else []:
        spans[mark.turn].append(Span(mark.start, mark.end, mark.kind, 9))
    kept = [without_overlap(found) for found in spans]
    spread = _spread(dialogue, kept)
    return [
        Identifier(index, span.start, span.end, span.kind)
        for index, (found, more) in enumerate(zip(kept, spread, strict=True))
        for span in without_overlap([*found, *more])
    ]


def _in_text(text: str) -> list[Span]:
    """What is found in a text, read in pieces, so that time grows with its length alone."""
    found: list[Span] = []
    for start, end in pieces_of(text):
        found += [replace(span, start=span.start + start, end=span.end + start) for span in _in_piece(text[start:end])]
    return found


def pieces_of(text: str, longest: int = 2000) -> Iterator[tuple[int, int]]:
    """Where to cut a long text: after a sentence if there is one, else between words, else anywhere."""
    start = 0
    while len(text) - start > longest:
        window = text[start : start + longest]
        cut = max(window.rfind(mark, longest // 2) for mark in (". ", "? ", "! ", "… "))
        cut = cut if cut > 0 else window.rfind(" ", longest // 2)
        end = start + (cut + 1 if cut > 0 else longest)
        yield start, end
        start = end
    yield start, len(text)


def _in_piece(text: str) -> list[Span]:
    words = words_of(text)
    return [
        *find_clinical(text),
        *find_names(text, words),
        *find_dates(text, words),
        *find_ages(text, words),
        *find_numbers(text, words),
        *find_web(text, words),
        *find_addresses(text, words),
        *find_places(text, words),
        *find_institutions(text),
    ]


def _spread(dialogue: Dialogue, kept: list[list[Span]]) -> list[list[Span]]:
    """Other places of what was found; parts of names too, unless they are everyday words."""
    any_case: dict[str, Kind] = {}
    as_written: dict[str, Kind] = {}
    for turn, spans in zip(dialogue.turns, kept, strict=True):
        for span in spans:
            if span.kind not in _SPREAD:
                continue
            found = turn.text[span.start : span.end]
            _forms(found, span.kind, any_case, as_written)
    patterns = [(re.IGNORECASE, any_case), (0, as_written)]
    result: list[list[Span]] = [[] for _ in dialogue.turns]
    for flags, forms in patterns:
        if not forms:
            continue
        longest_first = sorted(forms, key=len, reverse=True)
        pattern = re.compile(rf"(?<![\w])({'|'.join(map(re.escape, longest_first))})(?=s?(?!\w)|['’`]s(?!\w))", flags)
        for index, turn in enumerate(dialogue.turns):
            for match in pattern.finditer(turn.text):
                kind = forms.get(match[1].lower() if flags else match[1], Kind.NAME)
                result[index].append(Span(match.start(1), match.end(1), kind, -1))
    return result


def _forms(found: str, kind: Kind, any_case: dict[str, Kind], as_written: dict[str, Kind]) -> None:
    everyday = name_lists().everyday | word_list("function_words")
    words = [word.low for word in words_of(found)]
    if len(words) > 1 or (words and words[0] not in everyday):
        any_case.setdefault(found.lower(), kind)
    elif words:
        as_written.setdefault(found[0].upper() + found[1:], kind)
    if kind is not Kind.NAME:
        return
    for word in words_of(found):
        if len(word.low) < 3 or word.low in INTERFIXES or word.low in TITLES:
            continue
        if word.low in everyday:
            if word.capital:
                as_written.setdefault(word.text, kind)
        else:
            any_case.setdefault(word.low, kind)
