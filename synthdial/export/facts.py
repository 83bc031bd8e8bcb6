"""Everything that the documents beside an export tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from synthdial.export.composition import Composition
from synthdial.export.figures import Figures
from synthdial.export.judged import Judged
from synthdial.export.licence import Licence, ModelTerms

DEFAULT_TITLE = "Synthetic Dutch doctor-patient dialogues"


class Described(Protocol):
    """A file of an export; `synthdial.export.contents.ExportedFile` is one."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def split(self) -> str:
        """Its split; empty where there is none."""

    @property
    def format(self) -> str:
        """Its format."""

    @property
    def dialogues(self) -> int:
        """Dialogues in it."""

    @property
    def turns(self) -> int:
        """Their turns."""

    @property
    def words(self) -> int:
        """Their words."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def sha256(self) -> str:
        """Its digest, hexadecimal."""


@dataclass(frozen=True)
class File:
    """A file of an export as documents name it: by its path from where the documents are, with slashes."""

    name: str
    split: str
    format: str
    dialogues: int
    turns: int
    words: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Names:
    """The names of the documents of an export; all lie in one folder.

    Attributes
    ----------
    card, croissant, recipe, checksums : str
        What each is called.
    """

    card: str
    croissant: str
    recipe: str
    checksums: str


@dataclass(frozen=True)
class Facts:
    """What the documents of an export tell.

    Attributes
    ----------
    title : str
        What the dataset is called.
    day : str
        Of the export, ISO 8601.
    composition : Composition
        What left, and how it was made.
    figures : Figures
        Its measures.
    judged : Judged, optional
        What reviewers said; None where nobody is done with a dialogue.
    terms : tuple of ModelTerms
        The models, and their terms.
    licence : Licence
        Of the corpus.
    held : mapping of str to int
        How many dialogues stayed inside, by reason.
    requires_acceptance : bool
        Whether reviewers must have accepted what leaves.
    unchecked_references : bool
        Whether a prompt ever held references that nobody had looked at.
    files : tuple of File
        The files of the export.
    names : Names
        Of the documents.
    """

    title: str
    day: str
    composition: Composition
    figures: Figures
    judged: Judged | None
    terms: tuple[ModelTerms, ...]
    licence: Licence
    held: Mapping[str, int]
    requires_acceptance: bool
    unchecked_references: bool
    files: tuple[File, ...]
    names: Names

    @property
    def version(self) -> str:
        """The version of the dataset: the day of the export as three numbers, ``2026.11.28``."""
        return ".".join(str(int(part)) for part in self.day.split("-"))

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that have a name, in the order they came."""
        return tuple(split for split in self.composition.splits if split)
