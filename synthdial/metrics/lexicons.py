"""Lexicons: lists of words and terms in plain files that a user can replace.

One column holds a term a line; two columns, parted by a tab, a form and the term it counts as. Lines that begin with
``#`` are remarks. Forms are compared by their words (see the word rule), so that capitals and kinds of apostrophe do
not matter. A SNOMED CT description file in release format 2 is known by its header.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TextIO

from synthdial import locations
from synthdial._core.words import split_words
from synthdial.errors import SynthdialError

_RF2 = ("id", "effectiveTime", "active", "moduleId", "conceptId", "languageCode", "typeId", "term")
_FULLY_SPECIFIED = "900000000000003001"
_SYNONYM = "900000000000013009"


@dataclass(frozen=True)
class Lexicon:
    """Terms and the forms in which they are spoken.

    Attributes
    ----------
    name : str
        What it is called in messages.
    forms : tuple of (tuple of str, int)
        The words of a form, and the index of its term; no two forms are alike.
    terms : tuple of str
        The terms as they are shown.
    """

    name: str
    forms: tuple[tuple[tuple[str, ...], int], ...]
    terms: tuple[str, ...]


def _build(name: str, entries: Iterable[tuple[str, str, str]]) -> Lexicon:
    """A lexicon from (form, key of its term, term as shown); the first of two equal forms counts."""
    indices: dict[str, int] = {}
    shown: list[str] = []
    forms: dict[tuple[str, ...], int] = {}
    for form, key, term in entries:
        words = tuple(split_words(form))
        if not words:
            continue
        if key not in indices:
            indices[key] = len(shown)
            shown.append(term)
        forms.setdefault(words, indices[key])
    return Lexicon(name, tuple(forms.items()), tuple(shown))


def scenario_lexicon(terms: Mapping[str, Sequence[str]], name: str) -> Lexicon:
    """The terms of a scenario, each a form of itself beside its other forms."""
    return _build(name, ((form, term, term) for term, forms in terms.items() for form in (term, *forms)))


@cache
def bundled_lexicon(name: str) -> Lexicon:
    """``hesitations``, ``backchannels`` or ``function_words``: the user's file of that name, else the bundled."""
    own = locations.user_lexicons() / f"{name}.txt"
    return load_lexicon(own if own.exists() else locations.bundled("lexicons", f"{name}.txt"))


def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon.

    Parameters
    ----------
    path : Path
        UTF-8 text of one or two columns, or a SNOMED CT description file.

    Raises
    ------
    SynthdialError
        When it cannot be read or holds no term; a mistake is named with its line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            header = tuple(first.rstrip("\r\n").split("\t"))
            entries = _rf2(file, path, header) if header[:2] == _RF2[:2] else _columns(file, path, first)
            lexicon = _build(path.stem, entries)
    except OSError as error:
        raise SynthdialError(f"The lexicon {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        hint = "Unpack the release and give sct2_Description_*.txt from it." if path.suffix == ".zip" else ""
        raise SynthdialError(f"The lexicon {path} is not text in UTF-8.", hint) from error
    if not lexicon.terms:
        raise SynthdialError(f"The lexicon {path} holds no term.", "Expected is one a line, or FORM<tab>TERM.")
    return lexicon


def _columns(file: TextIO, path: Path, first: str) -> Iterator[tuple[str, str, str]]:
    lines = [first]
    for number, line in enumerate((text for part in (lines, file) for text in part), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        form, *rest = (part.strip() for part in text.split("\t"))
        if len(rest) > 1 or (rest and not rest[0]) or not split_words(form):
            raise SynthdialError(
                f"{path}, line {number}: expected a term, or a form and its term with one tab between: {text[:60]!r}."
            )
        term = rest[0] if rest else form
        yield form, " ".join(split_words(term)) or term, term


def _rf2(file: TextIO, path: Path, header: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Active descriptions; of several versions of one the newest counts."""
    if header[: len(_RF2)] != _RF2:
        raise SynthdialError(
            f"{path} begins like a SNOMED CT file, but holds no descriptions: its columns are {', '.join(header)}.",
            "Give the file whose name begins with sct2_Description.",
        )
    newest: dict[str, tuple[str, bool, str, str, str]] = {}
    for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
        if len(row) < len(_RF2):
            raise SynthdialError(f"{path}, line {number}: expected {len(_RF2) + 1} columns and found {len(row)}.")
        id_, time, active, _, concept, _, kind, term = row[: len(_RF2)]
        if kind not in (_FULLY_SPECIFIED, _SYNONYM):
            raise SynthdialError(
                f"{path}, line {number}: this is a file of text definitions, not of descriptions.",
                "Give the file whose name begins with sct2_Description.",
            )
        if id_ not in newest or newest[id_][0] < time:
            newest[id_] = (time, active == "1", concept, kind, term)
    small = {words for words, _ in bundled_lexicon("function_words").forms}
    rows = sorted(newest.values(), key=lambda row: row[3] == _FULLY_SPECIFIED)  # the usual name is shown, not the full
    for _, is_active, concept, kind, term in rows:
        spoken = term.rpartition(" (")[0] if kind == _FULLY_SPECIFIED and term.endswith(")") else term
        words = split_words(spoken)
        # what is a single character or made of function words alone would be found in every sentence
        if is_active and not all(len(word) == 1 or (word,) in small for word in words):
            yield spoken, concept, spoken
