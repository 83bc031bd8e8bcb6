"""Options that several commands share."""

import unicodedata
from collections.abc import Iterable

from synthdial.dialogue import Speaker
from synthdial.errors import SynthdialError
from synthdial.transcripts import Labels, known_labels


def labels_with(roles: Iterable[str]) -> Labels:
    """The known labels with those of an option: ``S1=Arts``."""
    named: dict[str, Speaker] = {}
    for role in roles:
        label, _, speaker = role.rpartition("=")
        try:
            named[label] = Speaker(unicodedata.normalize("NFC", speaker.strip().capitalize()))
        except ValueError:
            raise SynthdialError(f"--label {role} names no role.", "Expected is S1=Arts or S2=Patiënt.") from None
    return known_labels().with_roles(named)
