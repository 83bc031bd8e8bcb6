"""Find names in a dialogue, also in a changed spelling, without finding them in everyday words.

A name is looked for by its parts: ``Johanna de Vries-Bos`` by *johanna*, *vries*, *bos* and *vries-bos*; particles,
titles and initials are left out. Parts are compared in small letters without diacritics, and ``ij`` counts as ``y``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from synthdial.metrics.lexicons import bundled_lexicon
from synthdial.privacy.leakage.numerals import calendar_words
from synthdial.privacy.leakage.tokens import Token, folded

LEAST_LETTERS = 5
"""A name of so many letters and more is found in a changed spelling too."""

TELLING_LETTERS = 7
"""A changed spelling of so many letters needs no capital: few everyday words are that near to a name."""

MOST_LETTERS = 60
"""No longer name is looked for in a changed spelling."""

_PARTICLES = frozenset(
    {
        *("de", "den", "der", "het", "t", "ten", "ter", "te", "van", "von", "in", "op", "aan", "bij", "la", "le"),
        *("el", "al", "ibn", "di", "da", "do", "dos", "du"),
    }
)
_TITLES = frozenset(
    {
        *("mevrouw", "mevr", "mw", "meneer", "mijnheer", "dhr", "heer", "dokter", "dr", "doctor", "professor", "prof"),
        *("drs", "ir", "zuster", "broeder", "tante", "oom", "opa", "oma"),
    }
)
_NAMING = frozenset({("heet",), ("heette",), ("naam", "is"), ("achternaam",), ("voornaam",)})


@cache
def ordinary_words() -> frozenset[str]:
    """Everyday words, folded: those of three lexicons, and of dates and numbers."""
    lexicons = (bundled_lexicon(name) for name in ("function_words", "spoken_phrases", "name_words"))
    words = (folded(word) for lexicon in lexicons for form, _ in lexicon.forms for word in form)
    return calendar_words() | frozenset(words)


@dataclass(frozen=True)
class Name:
    """A part of a name that is looked for.

    Attributes
    ----------
    form : str
        Folded.
    source : int
        Which identifier it is of.
    """

    form: str
    source: int


def name_parts(tokens: Iterable[Token]) -> list[str]:
    """The parts of a name that are worth looking for, folded."""
    parts: list[str] = []
    for token in tokens:
        if token.folded in _PARTICLES | _TITLES or token.text.isdecimal():
            continue
        pieces = [piece for piece in _pieces(token.folded) if len(piece) > 1 and piece not in _PARTICLES]
        parts += dict.fromkeys(pieces)
    return parts


def _pieces(form: str) -> Iterator[str]:
    """A word, without a possessive ``'s``, and what hyphens part in it."""
    form = form.removesuffix("'s")
    yield form
    if "-" in form:
        yield from form.split("-")


class NameIndex:
    """Parts of names, to be found by their spelling or by one that is a letter away.

    Parameters
    ----------
    names : iterable of Name
        The parts.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._exact: dict[str, Name] = {}
        self._near: dict[str, list[Name]] = {}
        for name in names:
            if (
                self._exact.setdefault(_sounds(name.form), name) is name
                and LEAST_LETTERS <= len(name.form) <= MOST_LETTERS
            ):
                for shorter in {name.form, *_deletions(name.form)}:
                    self._near.setdefault(shorter, []).append(name)
        self._met: dict[str, tuple[Name, bool] | None] = {}

    def __bool__(self) -> bool:
        return bool(self._exact)

    def find(self, turns: list[list[Token]]) -> Iterator[tuple[Token, Name]]:
        """Each word of a dialogue that is a part of a name, with that part."""
        for tokens in turns:
            for at, token in enumerate(tokens):
                for piece in _pieces(token.folded):
                    met = self._part(piece)
                    if met and _is_name(tokens, at, piece, met[1]):
                        yield token, met[0]
                        break

    def _part(self, form: str) -> tuple[Name, bool] | None:
        """The part of a name that a word is, and whether its spelling is the same."""
        if form not in self._met:
            if len(self._met) > 100_000:
                self._met.clear()
            self._met[form] = self._look_up(form)
        return self._met[form]

    def _look_up(self, form: str) -> tuple[Name, bool] | None:
        exact = self._exact.get(_sounds(form))
        if exact:
            return exact, True
        if not LEAST_LETTERS - 1 <= len(form) <= MOST_LETTERS + 1:
            return None
        for shorter in (form, *_deletions(form)):
            for name in self._near.get(shorter, ()):
                if within_one(form, name.form):
                    return name, False
        return None


def _is_name(tokens: list[Token], at: int, form: str, same: bool) -> bool:
    """Whether a word that could be a name is one here.

    An everyday word needs a capital inside a sentence or a title before it. A changed spelling needs a capital, which
    may begin a sentence, or a title, or ``TELLING_LETTERS``. A name as it was needs nothing.
    """
    everyday = len(form) < 3 or form in ordinary_words()
    if same and not everyday:
        return True
    if tokens[at].capital or _announced(tokens, at):
        return True
    return not everyday and (tokens[at].text[:1].isupper() or len(form) >= TELLING_LETTERS)


def _announced(tokens: list[Token], at: int) -> bool:
    """Whether a title stands before a word, or words that say a name follows, with particles or initials between."""
    while at > 0 and not tokens[at].before.strip(" \t.\xa0"):
        at -= 1
        before = tokens[at].folded
        if before in _TITLES:
            return True
        pair = (tokens[at - 1].folded, before) if at else ()
        if (before,) in _NAMING or pair in _NAMING:
            return True
        if before not in _PARTICLES and len(before) > 1:
            return False
    return False


def _sounds(form: str) -> str:
    return form.replace("ij", "y")


def _deletions(form: str) -> Iterator[str]:
    return (form[:k] + form[k + 1 :] for k in range(len(form)))


def within_one(a: str, b: str) -> bool:
    """Whether one letter more, one less, another one, or two neighbours exchanged make one word the other.

    That is a distance of at most 1 of Damerau (1964).
    """
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    k = 0
    while k < len(a) and a[k] == b[k]:
        k += 1
    if len(a) < len(b):
        return a[k:] == b[k + 1 :]
    return a[k + 1 :] == b[k + 1 :] or (a[k : k + 2] == b[k : k + 2][::-1] and a[k + 2 :] == b[k + 2 :])
