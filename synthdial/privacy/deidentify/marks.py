"""What a person marked as missed, remembered for a study without its text; and which references were checked."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.privacy.deidentify.kinds import Identifier, Kind
from synthdial.privacy.deidentify.words import unpossessed, words_of

_SECRET_BYTES = 32


def new_secret() -> bytes:
    """A secret for the marks of one study: 32 random bytes. Without it nobody can test a guess against the marks."""
    return secrets.token_bytes(_SECRET_BYTES)


@dataclass(frozen=True)
class Marks:
    """Stretches of words that a person marked, as keyed hashes.

    Attributes
    ----------
    secret : bytes
        The study's secret, 32 bytes.
    entries : frozenset of (str, int, Kind)
        HMAC-SHA256 of the words in small letters (64 hexadecimal digits), how many words, and the kind.
    """

    secret: bytes = field(repr=False)
    entries: frozenset[tuple[str, int, Kind]] = frozenset()

    def __post_init__(self) -> None:
        if len(self.secret) != _SECRET_BYTES:
            raise ValueError(f"the secret has {len(self.secret)} bytes, expected {_SECRET_BYTES}")

    def with_mark(self, text: str, kind: Kind) -> "Marks":
        """The same marks and one more.

        Parameters
        ----------
        text : str
            What was missed, one word or several; it is hashed, not kept.
        kind : Kind
            What it is.

        Raises
        ------
        SynthdialError
            When there is no word in it.
        """
        words = [word.low for word in words_of(text)]
        if not words:
            raise SynthdialError("There is no word in what was marked.", "Mark at least one word.")
        return Marks(self.secret, self.entries | {(self._digest(words), len(words), kind)})

    def as_rows(self) -> list[tuple[str, int, str]]:
        """Rows for a table: digest, number of words, kind; in a fixed order."""
        return sorted((digest, words, kind.value) for digest, words, kind in self.entries)

    @classmethod
    def from_rows(cls, secret: bytes, rows: Iterable[tuple[str, int, str]]) -> "Marks":
        """The marks of a table's rows.

        Raises
        ------
        SynthdialError
            When a row is none.
        """
        entries = set()
        for digest, words, kind in rows:
            if not (isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{64}", digest)) or not 0 < int(words) < 1000:
                raise SynthdialError("A mark of this study is damaged.", "Mark again what is missed.")
            try:
                entries.add((digest, int(words), Kind(kind)))
            except ValueError as error:
                raise SynthdialError(f"A mark of this study has the unknown kind '{kind}'.") from error
        return cls(secret, frozenset(entries))

    def find(self, dialogue: Dialogue) -> list[Identifier]:
        """Where marked words stand in a dialogue, whatever their capitals."""
        by_length: dict[int, dict[str, Kind]] = {}
        for digest, length, kind in self.entries:
            by_length.setdefault(length, {})[digest] = kind
        found: list[Identifier] = []
        for index, turn in enumerate(dialogue.turns):
            words = words_of(turn.text) if by_length else []
            for length, digests in by_length.items():
                for at in range(len(words) - length + 1):
                    group = words[at : at + length]
                    marked = digests.get(self._digest([word.low for word in group]))
                    if marked is not None:
                        found.append(Identifier(index, group[0].start, unpossessed(group[-1]), marked))
        return found

    def _digest(self, words: list[str]) -> str:
        return hmac.new(self.secret, "\x1f".join(words).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class CheckedReference:
    """That a person looked at a de-identified reference and found it fit.

    Attributes
    ----------
    digest : str
        ``reference_digest`` of the de-identified text.
    by : str
        Who looked.
    at : str
        When, ISO 8601 in UTC.
    """

    digest: str
    by: str
    at: str


def reference_digest(dialogue: Dialogue) -> str:
    """SHA-256 of a dialogue's labelled text, 64 hexadecimal digits; any change of a word changes it."""
    return hashlib.sha256(dialogue.as_text().encode("utf-8", "surrogatepass")).hexdigest()
