"""What the library says in English, in the language of the reader, for it speaks no other."""

import re
from functools import cache

from synthdial import locations
from synthdial.toml_file import read_toml

_PLACE = re.compile(r"\{(\w+)\}")


@cache
def _sentences(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of English sentences and what each is in the language; those that say more of themselves first."""
    path = locations.bundled("locale", language, "library.toml")
    table = read_toml(path)["sentences"] if path.exists() else {}
    ordered = sorted(table.items(), key=lambda pair: -len(_PLACE.sub("", pair[0])))
    return tuple((re.compile(_pattern(english), re.DOTALL), said) for english, said in ordered)


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
    for pattern, said in _sentences(language):
        if found := pattern.fullmatch(text):
            return said.format_map(found.groupdict())
    return text
