"""Whether a terminal can show the screens, said before they take it over."""

import os
import sys

from synthdial.errors import SynthdialError

_LETTERS = "ëé’│╭█·"


def check_terminal() -> None:
    """Check the terminal.

    Raises
    ------
    SynthdialError
        When there is none, it knows no movement of the cursor, or it is not set to UTF-8.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SynthdialError(
            "The screens need a terminal.", "In a script use the commands: synthdial-edge batch, list, show, export."
        )
    if os.environ.get("TERM") in ("dumb", "unknown"):
        raise SynthdialError(
            f"This terminal ({os.environ['TERM']}) cannot show screens.",
            "Use another terminal, or the commands: synthdial-edge batch, list, show, export.",
        )
    encoding = sys.stdout.encoding or "ascii"
    try:
        _LETTERS.encode(encoding)
    except UnicodeEncodeError:
        raise SynthdialError(
            f"This terminal is set to {encoding} and cannot show Dutch letters and lines.",
            "Set it to UTF-8, for example with: LC_ALL=C.UTF-8 synthdial-edge",
        ) from None


def is_plain_locale() -> bool:
    """Whether the locale was set to one without letters beyond ASCII, so that the terminal may not show them."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := os.environ.get(name):
            # Python itself puts C.UTF-8 in LC_CTYPE's place where the locale is C
            if name == "LC_CTYPE" and value == "C.UTF-8" and os.environ.get("LANG") in ("C", "POSIX"):
                return True
            return value in ("C", "POSIX")
    return False
