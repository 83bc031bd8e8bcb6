"""What the library says in English, in the language of the reader, for it speaks no other.

Errors, hints and remarks are put together where they arise, so they are known again by their sentences:
``data/locale/<language>/library.toml`` gives each with names in braces for what is filled in. What stands in such a
place is looked up in turn, since a message may hold another: where it arose, a hint, a reason of the system.
"""

import re
from functools import cache

from synthdial import locations
from synthdial.toml_file import read_toml

_PLACE = re.compile(r"\{(\w+)\}")
_DEEPEST = 6


@cache
def _sentences(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of English sentences and what each is in the language; those that say more of themselves first."""
    path = locations.bundled("locale", language, "library.toml")
    tables = read_toml(path) if path.exists() else {}
    pairs = [pair for table in tables.values() for pair in table.items()]
    pairs.sort(key=lambda pair: -len(_PLACE.sub("", pair[0])))
    return tuple((re.compile(_pattern(english), re.DOTALL), said) for english, said in pairs)


def _pattern(english: str) -> str:
    pieces = _PLACE.split(english)  # text and names of places in turn
    return "".join(f"(?P<{piece}>.*?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))


def in_language(text: str, language: str) -> str:
    """What the library said, in a language; as it is where there is no translation.

    Parameters
    ----------
    text : str
        A message, a hint or a remark.
    language : str
        ``nl`` or ``en``.
    """
    return _said(text, language, _DEEPEST)


def _said(text: str, language: str, depth: int) -> str:
    if not depth:
        return text
    for pattern, said in _sentences(language):
        if found := pattern.fullmatch(text):
            pieces = _PLACE.split(said)
            return "".join(
                _said(found[piece], language, depth - 1) if at % 2 else piece for at, piece in enumerate(pieces)
            )
    return text
