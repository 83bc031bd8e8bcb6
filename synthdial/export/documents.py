"""The documents beside an export: dataset card, Croissant description, recipe file and checksums."""

import datetime
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthdial.dialogue import Dialogue
from synthdial.export.card import card
from synthdial.export.composition import Composition
from synthdial.export.croissant import croissant
from synthdial.export.facts import DEFAULT_TITLE, Described, Facts, File, Names
from synthdial.export.figures import Measured
from synthdial.export.gate import Gate
from synthdial.export.judged import judged
from synthdial.export.licence import corpus_licence, licence_id, model_terms
from synthdial.export.markdown import one_line
from synthdial.export.recipe_file import recipe_bytes
from synthdial.files import replace_atomically
from synthdial.study import Study
from synthdial.study.references import ReferenceChecks

_BLOCK = 1 << 20


class Documents:
    """Collects what the documents tell while dialogues leave, and writes them when all have left.

    Nothing of a reference, no name of a rater and no path of the machine goes into them. What is held does not grow
    with the number of dialogues: counts by recipe, split and scenario, distributions, and a sample.

    Parameters
    ----------
    study : Study
        Open, for reading suffices.
    gate : Gate
        Its gate, by which the dialogues leave.
    target : Path
        The file, or the folder, that is exported to.
    title : str, optional
        What the dataset is called.
    licence : str, optional
        Its licence, as SPDX and Hugging Face write it; without one the card names the terms of the models.
    day : str, optional
        The day of the export, ISO 8601; today by default.
    seed : int
        Of what is drawn for figures and intervals.

    Raises
    ------
    SynthdialError
        When the licence cannot be one.
    """

    def __init__(
        self,
        study: Study,
        gate: Gate,
        target: Path,
        *,
        title: str | None = None,
        licence: str | None = None,
        day: str | None = None,
        seed: int = 0,
    ) -> None:
        self._study, self._gate, self._target, self._seed = study, gate, target, seed
        self._title = one_line(title or "") or DEFAULT_TITLE
        self._licence = licence_id(licence) if licence is not None else None
        self._day = day or datetime.datetime.now(datetime.UTC).date().isoformat()
        self._composition = Composition(study, gate)
        self._measured = Measured(seed)

    def add(self, dialogue: Dialogue, split: str = "") -> None:
        """Take in a dialogue that leaves, in the split it goes to; the name is empty where there are no splits."""
        self._composition.add(dialogue, split)
        self._measured.add(dialogue)

    def write(self, files: Sequence[Described], decisions: Path, held: Mapping[str, int]) -> tuple[Path, ...]:
        """Write the documents beside the files of the export.

        Parameters
        ----------
        files : sequence of ExportedFile
            They are there, and complete.
        decisions : Path
            The file with the decisions of the gate; where it is there, the checksums take it in.
        held : mapping of str to int
            How many dialogues stayed inside, by reason.

        Returns
        -------
        tuple of Path
            Card, Croissant description, recipe, checksums.

        Raises
        ------
        SynthdialError
            When one cannot be written, or what reviewers said is damaged.
        """
        place = places(self._target, files)
        facts = self._facts(place, files, held)
        recipe, page, described = (
            place.folder / name for name in (place.names.recipe, place.names.card, place.names.croissant)
        )
        replace_atomically(recipe, [recipe_bytes(facts)])
        sums = {file.name: file.sha256 for file in facts.files}
        sums[place.names.recipe] = sha256_of(recipe)
        replace_atomically(page, [card(facts, sums[place.names.recipe]).encode()])
        sums[place.names.card] = sha256_of(page)
        named = {name: sums[name] for name in (place.names.card, place.names.recipe)}
        replace_atomically(described, [croissant(facts, place.folder, named).encode()])
        sums[place.names.croissant] = sha256_of(described)
        if decisions.is_file():
            sums[_relative(decisions, place.folder)] = sha256_of(decisions)
        checked = place.folder / place.names.checksums
        replace_atomically(checked, [checksums(sums)])
        return page, described, recipe, checked

    def _facts(self, place: "Places", files: Sequence[Described], held: Mapping[str, int]) -> Facts:
        terms = model_terms(self._composition.makings)
        return Facts(
            self._title,
            self._day,
            self._composition,
            self._measured.figures(),
            judged(self._study, seed=self._seed),
            terms,
            corpus_licence(terms, self._licence),
            dict(held),
            self._gate.requires_acceptance,
            ReferenceChecks(self._study).unchecked(),
            tuple(
                File(_relative(file.path, place.folder), file.split, file.format, file.dialogues, file.turns,
                     file.words, file.size, file.sha256)
                for file in files
            ),
            place.names,
        )  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Where the documents of an export go, and what they are called.

    Attributes
    ----------
    folder : Path
        The folder they lie in.
    names : Names
        What they are called.
    """

    folder: Path
    names: Names


def places(target: Path, files: Sequence[Described] = ()) -> Places:
    """Where documents go: into the folder of a dataset, or beside a single file, named after it."""
    if [file.path for file in files] == [target] or (not files and target.suffix and not target.is_dir()):
        stem = target.stem
        names = Names(f"{stem}.card.md", f"{stem}.croissant.json", f"{stem}.recipe.json", f"{stem}.sha256")
        return Places(target.parent, names)
    return Places(target, Names("README.md", "croissant.json", "recipe.json", "SHA256SUMS"))


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def checksums(sums: Mapping[str, str]) -> bytes:
    """Digests of files by name, as ``sha256sum -c`` reads them."""
    return b"".join(_lines(sums.items()))


def _lines(sums: Iterable[tuple[str, str]]) -> Iterable[bytes]:
    for name, sha256 in sums:
        shown = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        mark = "\\" if shown != name else ""
        yield f"{mark}{sha256}  {shown}\n".encode(errors="surrogateescape")
