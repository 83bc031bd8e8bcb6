"""Export a study through the gate, read and written one dialogue at a time."""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from synthdial._core.words import count_words
from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.export.contents import ExportedFile, Target, choose_target
from synthdial.export.documents import Documents, places
from synthdial.export.formats import FORMATS
from synthdial.export.formats.base import WriterOptions
from synthdial.export.gate import HELD, Gate, Standing
from synthdial.export.split import split_scenarios
from synthdial.files import Staging, staging
from synthdial.outgoing import json_text
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.checks import turns_digest
from synthdial.study.references import ReferenceChecks
from synthdial.study.reviews import Reviews
from synthdial.study.verify import verify
from synthdial.version import __version__

_COPY = 1 << 20


@dataclass(frozen=True)
class ExportOptions:
    """What else an export may be told.

    Attributes
    ----------
    splits : mapping of str to float
        Names of splits and their shares, which add up to 1; whole scenarios go to one of them.
    seed : int
        Draws which.
    writing : WriterOptions
        What formats are told.
    folder : bool
        The path is a folder's, whatever it ends in.
    documents : bool
        Write a dataset card, a Croissant description, the recipe and checksums beside it.
    title, licence : str, optional
        Of the dataset, for its card.
    """

    splits: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    writing: WriterOptions = field(default_factory=WriterOptions)
    folder: bool = False
    documents: bool = True
    title: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Attributes
    ----------
    written : int
        Dialogues in the files.
    held : dict of str to int
        How many stayed inside, by reason.
    decisions : Path
        The file that says of each dialogue why it left.
    files : tuple of ExportedFile
        The files with dialogues.
    documents : tuple of Path
        Card, description, recipe and checksums beside them.
    outdated : tuple of Path
        Such of an earlier export that are there still, where none were written.
    """

    written: int
    held: dict[str, int]
    decisions: Path
    files: tuple[ExportedFile, ...] = ()
    documents: tuple[Path, ...] = ()
    outdated: tuple[Path, ...] = ()

    def told(self) -> str:
        """How many stayed inside and why, in a sentence; empty where none did."""
        if not self.held:
            return ""
        parts = ", ".join(f"{count} {reason}" for reason, count in self.held.items())
        return f"{sum(self.held.values())} stayed inside: {parts}."


def export_study(
    study: Study,
    path: Path,
    *,
    format_name: str | None = None,
    options: ExportOptions | None = None,
    by: str | None = None,
    advance: Callable[[int], None] = lambda count: None,
) -> Exported:
    """Write the dialogues of a study that may leave it into a file or a folder, and beside it why each may.

    The log is verified first, and holds the export before a file is there. Conversations of people that were mixed in
    for raters never leave. What is held in memory does not grow with the number of dialogues.

    Parameters
    ----------
    study : Study
        Open for writing.
    path : Path
        A file, whose ending decides the format, or a folder, which splits need. See `choose_target`.
    format_name : str, optional
        One of `FORMATS`.
    options : ExportOptions, optional
        Splits, and what else there is.
    by : str, optional
        Who exports; by default the user of the operating system.
    advance : callable
        Is given the number of dialogues that were read since it was last called.

    Raises
    ------
    SynthdialError
        When the ending is another, when the log of the study does not hold, when there are too few scenarios for the
        splits, or when a file or the log cannot be written; older files are then left as they were.
    """
    options = options or ExportOptions()
    target = choose_target(path, format_name, folder=options.folder)
    if options.splits and not target.folder:
        raise SynthdialError(
            f"Splits are files of one folder, and '{path.name}' is a file.", "Name a folder with -o, and --format."
        )
    target.insist(options.splits or ("",), documents=options.documents)
    earlier = target.decisions.exists()
    with staging(target.decisions) as staged:
        with study.snapshot():
            _insist(study)
            gate = Gate(study, whole=False)
            described = None
            if options.documents:
                described = Documents(study, gate, path, title=options.title, licence=options.licence)
            run = _Run(study, gate, target, options, staged, described, advance)
            run.write()
            files, held = run.files(), run.held()
        _log(study, files, held, by)
        run.write_decisions(files, held)
        staged.publish()
    written = sum(file.dialogues for file in files)
    if described is None:
        outdated = _outdated(path, files) if earlier else ()
        return Exported(written, held, target.decisions, files, outdated=outdated)
    documents = described.write(files, target.decisions, held)
    return Exported(written, held, target.decisions, files, documents)


class _Part:
    """A file that is being written."""

    def __init__(self, path: Path, split: str, target: Target, options: ExportOptions, file: IO[bytes]) -> None:
        self.path, self._split, self._format, self._file = path, split, target.format, file
        self._writer = FORMATS[target.format].writer(options.writing)
        self._sha256, self._size = hashlib.sha256(), 0
        self._dialogues = self._turns = self._words = 0
        self._put(self._writer.begin())

    def add(self, dialogue: Dialogue) -> None:
        self._dialogues += 1
        self._turns += len(dialogue.turns)
        self._words += sum(count_words(turn.text) for turn in dialogue.turns)
        self._put(self._writer.add(dialogue))

    def end(self) -> None:
        self._put(self._writer.end())

    def _put(self, block: bytes) -> None:
        if block:
            self._file.write(block)
            self._sha256.update(block)
            self._size += len(block)

    def described(self) -> ExportedFile:
        counts = (self._dialogues, self._turns, self._words)
        return ExportedFile(self.path, self._split, self._format, *counts, self._size, self._sha256.hexdigest())


class _Run:
    """One export, while the study is read."""

    def __init__(
        self,
        study: Study,
        gate: Gate,
        target: Target,
        options: ExportOptions,
        staged: Staging,
        documents: Documents | None,
        advance: Callable[[int], None],
    ) -> None:
        self._study, self._gate, self._target, self._staged = study, gate, target, staged
        self._documents, self._advance = documents, advance
        self._splits = self._choose(options) if options.splits else {}
        self._parts = {
            split: _Part(target.file(split), split, target, options, staged.open(target.file(split)))
            for split in (options.splits or ("",))
        }
        self._reasons = Counter[str]()
        self._lines = staged.open(target.decisions.with_name(f"{target.decisions.name}.lines"))

    def _leaving(self) -> Iterator[tuple[Dialogue, Standing]]:
        for dialogue in self._study.dialogues():
            yield dialogue, self._gate.standing(dialogue)

    def _choose(self, options: ExportOptions) -> dict[str, str]:
        counts = Counter(_scenario(dialogue) for dialogue, standing in self._leaving() if not standing.held)
        return split_scenarios(counts, options.splits, options.seed)

    def write(self) -> None:
        for dialogue, standing in self._leaving():
            self._advance(1)
            if standing.held:
                self._reasons[standing.held] += 1
                continue
            split = self._splits[_scenario(dialogue)] if self._splits else ""
            left = Dialogue(dialogue.id, dialogue.turns, {**dialogue.provenance, "gate": _in_short(standing)})
            self._parts[split].add(left)
            if self._documents is not None:
                self._documents.add(left, split)
            decision = _decision(self._gate, dialogue, standing) | ({"split": split} if split else {})
            self._lines.write((json_text(decision) + "\n").encode())
        for part in self._parts.values():
            part.end()

    def files(self) -> tuple[ExportedFile, ...]:
        return tuple(part.described() for part in self._parts.values())

    def held(self) -> dict[str, int]:
        return {reason: self._reasons[reason] for reason in HELD if self._reasons[reason]}

    def write_decisions(self, files: tuple[ExportedFile, ...], held: Mapping[str, int]) -> None:
        """Put the head, which is known at the end, before the decisions."""
        entries, head = AuditLog(self._study).last()
        first = {
            "study": Reviews(self._study).id,
            "exported": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "version": __version__,
            **_digests(files),
            "dialogues": sum(file.dialogues for file in files),
            "held": dict(held),
            "require_acceptance": self._gate.requires_acceptance,
            "unchecked_references": ReferenceChecks(self._study).unchecked(),
            "log": {"entries": entries, "head": head},
        }
        final = self._staged.open(self._target.decisions)
        final.write((json_text(first) + "\n").encode())
        self._lines.seek(0)
        while block := self._lines.read(_COPY):
            final.write(block)
        self._staged.drop(self._lines)


def _scenario(dialogue: Dialogue) -> str:
    return str(dialogue.provenance.get("scenario") or "")


def _outdated(path: Path, files: tuple[ExportedFile, ...]) -> tuple[Path, ...]:
    """Documents beside an export that wrote none: they tell of an earlier one."""
    place = places(path, files)
    names = (place.names.card, place.names.croissant, place.names.recipe, place.names.checksums)
    return tuple(place.folder / name for name in names if (place.folder / name).exists())


def _insist(study: Study) -> None:
    """Let nothing out of a study whose log does not hold."""
    verified = verify(study)
    if not verified.holds:
        raise SynthdialError(
            f"Nothing was exported: the log of {study.path} does not hold. {verified.broken[0]}",
            f"See all of it: synthdial-edge audit {study.path}",
        )


def _in_short(standing: Standing) -> dict[str, Any]:
    short: dict[str, Any] = {"check": standing.check, "accepted": standing.accepted, "rejected": standing.rejected}
    return short | ({"released": True} if standing.released else {})


def _decision(gate: Gate, dialogue: Dialogue, standing: Standing) -> dict[str, Any]:
    """Why a dialogue left; nothing of what was found in it, since that would carry a reference out."""
    decision: dict[str, Any] = {
        "dialogue": dialogue.id,
        "sha256": turns_digest(dialogue.turns),
        "check": standing.check,
        "accepted": standing.accepted,
        "rejected": standing.rejected,
    }
    row = gate.row(dialogue.id)
    if row is not None:
        decision |= {"thresholds": json.loads(row.thresholds), "checked": row.at, "check_version": row.version}
    if standing.released:
        decision["released"] = {key: standing.released[key] for key in ("by", "at", "reason", "held")}
    return decision


def _digests(files: tuple[ExportedFile, ...]) -> dict[str, Any]:
    """The digest of the file; of each split, where there are splits."""
    if len(files) == 1 and not files[0].split:
        return {"sha256": files[0].sha256}
    return {"splits": {file.split: {"dialogues": file.dialogues, "sha256": file.sha256} for file in files}}


def _log(study: Study, files: tuple[ExportedFile, ...], held: Mapping[str, int], by: str | None) -> None:
    detail = {"dialogues": sum(file.dialogues for file in files), "held": dict(held), "format": files[0].format}
    with Reviews(study).writing():
        AuditLog(study).append("exported", detail | _digests(files), by)
