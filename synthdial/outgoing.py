"""Text for terminals and other programs, whatever stands in it: shown and kept, never obeyed."""

import json
import re
import unicodedata
from typing import Any

# control characters, separators of lines that not every reader of JSON lines agrees about, and marks of direction
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# a formula, at the beginning of a cell or where a spreadsheet of another language would begin one; the four signs
# also as East Asian keyboards write them
_FORMULA = re.compile("(^|[;\t\r\n\x0b\x0c])([ \u00a0\u3000]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n])")


# marks that reverse the direction of what follows: a file may use them to show something other than it holds
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def printable(text: str) -> str:
    """A text with everything that a terminal would obey made visible: escapes, control characters, direction marks."""
    if text.isprintable() and not _DIRECTION_MARKS & set(text):
        return text
    return "".join(ch if ch in "\n\t" or _harmless(ch) else _visible(ch) for ch in text)


def _harmless(ch: str) -> bool:
    return ch not in _DIRECTION_MARKS and unicodedata.category(ch) not in ("Cc", "Cs", "Zl", "Zp")


def _visible(ch: str) -> str:
    return f"\\x{ord(ch):02x}" if ord(ch) < 256 else f"\\u{ord(ch):04x}"


def json_text(value: Any, *, indent: int | None = None, sort_keys: bool = False) -> str:
    """A value as JSON that holds the same and shows itself as it is.

    Whatever a terminal would obey, and what would part a line in two, stands as ``\\u`` and its number; any reader of
    JSON gives back the very same text.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=sort_keys)
    return _OBEYED.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def cell(value: Any) -> Any:
    """A value for a cell of a CSV file: what a spreadsheet would take for a formula gets an apostrophe before it.

    That is so where ``=``, ``+``, ``-``, ``@``, a tab or an end of line begins the text, also after spaces; and within
    it after a semicolon, a tab or an end of line, at which a spreadsheet set to another language may part a line in
    cells. Control characters and marks of direction are made visible. Numbers are left as they are, and so is text that
    merely holds these signs.

    Examples
    --------
    >>> cell("=cmd|' /C calc'!A0"), cell("a;=1+1"), cell("HbA1c - 53"), cell(-0.5)
    ("'=cmd|' /C calc'!A0", "a;'=1+1", 'HbA1c - 53', -0.5)
    """
    return _FORMULA.sub(r"\1\2'", printable(value)) if isinstance(value, str) else value
