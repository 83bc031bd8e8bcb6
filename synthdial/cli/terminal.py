"""What goes to a terminal: text shown as text, whatever stands in it, and problems as one message."""

import unicodedata

import click

from synthdial.errors import SynthdialError

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


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line, with what a terminal would obey made visible."""
    click.echo(printable(text), err=err)


def say_problem(error: SynthdialError) -> None:
    """Say what is wrong and what to do, on standard error."""
    echo(f"synthdial-edge: {error.message}", err=True)
    if error.hint:
        echo(error.hint, err=True)


def size(count: float) -> str:
    """A number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def duration(seconds: float) -> str:
    """A time for people."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
