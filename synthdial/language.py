"""The languages that screens and reports speak: Dutch and English, from gettext catalogues.

A message's id is its English text, so English needs no catalogue. Each part of the program has a domain of its own:
``data/locale/nl/LC_MESSAGES/<domain>.po``, compiled into the ``.mo`` beside it with ``make messages``.
"""

import os
from collections.abc import Callable
from functools import cache

from synthdial import locations
from synthdial.settings import LANGUAGES, Language, load_settings, one_of

Say = Callable[[str], str]
"""Gives the text of a message in the language of a reader."""


def mark(text: str) -> str:
    """The text as it is; marks a message that is translated later, where it is shown."""
    return text


@cache
def translator(language: str, domain: str) -> Say:
    """What translates messages of a domain.

    Parameters
    ----------
    language : str
        ``nl`` or ``en``.
    domain : str
        Which catalogue, such as ``tui``.

    Returns
    -------
    callable
        Takes the English text; returns it in the language, or as it is where there is no translation.
    """
    import gettext

    folder = locations.bundled("locale")
    catalogue = gettext.translation(domain, folder, [language], fallback=True)
    return lambda text: catalogue.gettext(text) if text else ""


def choose_language(wanted: str | None = None) -> Language:
    """The language to speak: what is wanted, else the setting ``language``, else the locale's; English where none is.

    Raises
    ------
    SynthdialError
        When another language is wanted, or the settings file has a mistake.
    """
    return one_of(wanted, LANGUAGES, "--lang") or load_settings().language or _of_the_locale()


def _of_the_locale() -> Language:
    """As the environment says, in the order that gettext looks; else as the system says."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            break
    else:
        import locale

        value = locale.getlocale()[0] or ""
    return "nl" if value.casefold().startswith(("nl", "dutch")) else "en"
