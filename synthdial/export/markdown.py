"""Write Markdown and YAML around texts of strangers: whatever stands in a study is shown, and never obeyed."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2

from synthdial import locations
from synthdial.outgoing import json_text, printable

UNKNOWN = "–"
"""Stands where there is no value."""

# characters that readers of YAML and of Markdown refuse
_REFUSED = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_HARMLESS = re.compile(r"[^\x00-\x7f]|[A-Za-z0-9 ,;/'%?().-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
_BEGINS = re.compile(r"(?:[^\w\x80-\U0010ffff]|\d+[.)](?=\s|$))")
_LINK = re.compile(r"(?i)\b(www)\.")


class Markdown(str):
    """A text that is Markdown already."""

    __slots__ = ()


def one_line(text: str) -> str:
    """A text on one line, with everything that a program would obey or refuse made visible."""
    return _REFUSED.sub("\ufffd", printable(_REFUSED.sub("\ufffd", " ".join(text.split()))))


def escaped(text: str) -> Markdown:
    """A text as Markdown that shows it as it is, on one line: no markup, link, mention, HTML or table comes of it.

    What could be markup stands as its character reference, which CommonMark never takes for structure.

    Examples
    --------
    >>> escaped("a_b <b>*x*</b> [y](http://z)")
    'a_b &#60;b&#62;&#42;x&#42;&#60;/b&#62; &#91;y&#93;(http&#58;//z)'
    """
    line = one_line(text)
    begins = _BEGINS.match(line)
    first = begins.end() if begins else 0
    shown = []
    for at, character in enumerate(line):
        harmless = _HARMLESS.match(line, at) and (at != first - 1)
        shown.append(character if harmless else f"&#{ord(character)};")
    return Markdown(_LINK.sub(r"\1&#46;", "".join(shown)))


def code(digest: str, digits: int = 12) -> Markdown:
    """The beginning of a digest as code; escaped where it is none."""
    if not re.fullmatch(r"[0-9a-f]{8,64}", digest):
        return escaped(digest or UNKNOWN)
    return Markdown(f"`{digest[:digits]}`")


def number(value: float, digits: int = 0, language: str = "en") -> Markdown:
    """A number with so many decimals; a dash where it is not known."""
    if not math.isfinite(value):
        return Markdown(UNKNOWN)
    text = f"{value:,.{digits}f}"
    if not float(text.replace(",", "")):
        text = text.lstrip("-")
    return Markdown(text.translate(str.maketrans(",.", ".,")) if language == "nl" else text)


def share(value: float, digits: int = 0, language: str = "en") -> Markdown:
    """A share, 0 to 1, in hundredths."""
    return Markdown(f"{number(100 * value, digits, language)}%" if math.isfinite(value) else UNKNOWN)


def said(sentence: str, **values: Any) -> Markdown:
    """A sentence of the program's own, Markdown, with values put in where it names them: whole numbers as `number`
    writes them, everything else escaped."""
    shown = {
        key: value if isinstance(value, Markdown) else number(value) if isinstance(value, int) else escaped(str(value))
        for key, value in values.items()
    }
    return Markdown(sentence.format(**shown))


def listing(items: Sequence[str], last: str = "and") -> Markdown:
    """Things one after the other, escaped: ``a, b and c``."""
    shown = [item if isinstance(item, Markdown) else escaped(item) for item in items]
    if len(shown) < 2:
        return Markdown("".join(shown) or UNKNOWN)
    return Markdown(f"{', '.join(shown[:-1])} {last} {shown[-1]}")


def table(columns: Sequence[str], rows: Sequence[Sequence[str | Markdown]]) -> Markdown:
    """A table with a line a row; whatever is not `Markdown` is escaped."""
    shown = ([cell if isinstance(cell, Markdown) else escaped(cell) for cell in line] for line in (columns, *rows))
    head, *body = (f"| {' | '.join(cells)} |" for cells in shown)
    return Markdown("\n".join((head, f"|{'---|' * len(columns)}", *body)))


def environment() -> jinja2.Environment:
    """Templates of the card: everything put into one is escaped, unless it is `Markdown`."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(locations.bundled("card"), encoding="utf-8"),
        finalize=lambda value: value if isinstance(value, Markdown) else escaped(str(value)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(table=table)
    made.filters.update(n=number, pct=share, code=code, listing=listing, raw=Markdown)
    return made


def yaml_text(value: Mapping[str, Any]) -> str:
    """A mapping as YAML: its keys are the program's own, its texts stand in double quotes as JSON has them."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        found = []
        for key, item in value.items():
            if isinstance(item, (Mapping, list, tuple)) and item:
                found += [f"{key}:", *(f"  {line}" for line in _lines(item))]
            else:
                found.append(f"{key}: {_scalar(item)}")
        return found
    if isinstance(value, (list, tuple)):
        return [f"{'- ' if at == 0 else '  '}{line}" for item in value for at, line in enumerate(_lines(item))]
    return [_scalar(value)]


def _scalar(value: Any) -> str:
    return json_text(one_line(value) if isinstance(value, str) else value)
