"""The table that maps a transcript's speaker labels to the two roles."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from synthdial import locations
from synthdial.dialogue import Speaker
from synthdial.errors import SynthdialError
from synthdial.settings import load_settings
from synthdial.toml_file import expect_texts, read_toml


class Labels:
    """Speaker labels and their roles.

    Parameters
    ----------
    roles : mapping of str to Speaker
        Role by label. Capitals do not matter, nor square brackets around it, nor whether an accent is a character of
        its own.
    """

    def __init__(self, roles: Mapping[str, Speaker]) -> None:
        self._roles = {_folded(label): speaker for label, speaker in roles.items()}

    def with_roles(self, roles: Mapping[str, Speaker]) -> "Labels":
        """The same table with more labels, which count where both know one."""
        return Labels({**self._roles, **roles})

    def role(self, label: str) -> Speaker | None:
        """The role a label stands for; None where it is not known. ``Arts 2`` counts as ``Arts``."""
        folded = _folded(label)
        return self._roles.get(folded) or self._roles.get(folded.rstrip("0123456789").rstrip())

    def inside_text(self) -> re.Pattern[str]:
        """A pattern that finds a label where it does not belong: inside the text of a turn.

        Labels of one or two letters are found only as they are usually written, with a capital: ``A:``, ``Dr:``.
        """
        long = sorted((re.escape(label) for label in self._roles if len(label) > 2), key=len, reverse=True)
        short = sorted(re.escape(label.capitalize()) for label in self._roles if len(label) <= 2)
        return re.compile(rf"(?<!\w)(?:(?i:{'|'.join(long)})|{'|'.join(short)})(?:\s?\d)?\s*:")


@lru_cache(maxsize=1024)  # a corpus asks for the same few labels in every conversation
def _folded(label: str) -> str:
    # macOS may write ë as two characters
    folded = " ".join(unicodedata.normalize("NFC", label).casefold().split())
    # WhisperX writes [SPEAKER_00]
    return folded[1:-1].strip() if folded.startswith("[") and folded.endswith("]") else folded


@cache
def known_labels() -> Labels:
    """The bundled table, with what the user's settings add.

    Raises
    ------
    SynthdialError
        When the settings name a role that does not exist.
    """
    roles: dict[str, Speaker] = {}
    for role, labels in read_toml(locations.bundled("labels.toml")).items():
        for label in expect_texts(labels, f"labels.toml: {role}"):
            roles[label] = Speaker(role)
    for label, role in load_settings().labels.items():
        try:
            roles[label] = Speaker(role)
        except ValueError:
            raise SynthdialError(
                f"{locations.user_settings()}: the label '{label}' stands for '{role}'.",
                "A label stands for 'Arts' or 'Patiënt'.",
            ) from None
    return Labels(roles)
