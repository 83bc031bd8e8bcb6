"""What a PATH means: cut everything that is to be measured into pieces of work, of some megabytes each."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.transcripts import LINES, ReadOptions, read_transcripts, transcripts_in
from synthdial.transcripts.jsonl import read_jsonl_line

PIECE = 2 << 20
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Piece:
    """Something one process reads and measures at once.

    Attributes
    ----------
    source : str
        The file's name.
    size : int
        Bytes of text in it.
    path : Path, optional
        A transcript to read.
    lines : bytes
        JSON lines.
    first : int
        Number of the first of those lines in their file, from 1.
    dialogues : tuple of Dialogue
        Dialogues that are already read, from a study.
    """

    source: str
    size: int
    path: Path | None = None
    lines: bytes = b""
    first: int = 1
    dialogues: tuple[Dialogue, ...] = ()


def total_size(paths: list[Path]) -> int | None:
    """Bytes that there are to read; None where it cannot be known, as from standard input."""
    total = 0
    for path in paths:
        if str(path) == "-":
            return None
        files = _transcripts_in(path) if path.is_dir() else [path]
        total += sum(file.stat().st_size for file in files if file.exists())
    return total


def pieces(paths: list[Path], standard_input: BinaryIO | None = None) -> Iterator[Piece]:
    """All that stands under some paths, in their order, a piece at a time.

    Parameters
    ----------
    paths : list of Path
        Studies, transcripts, JSON lines, folders of these, and ``-`` for JSON lines on standard input.
    standard_input : binary file, optional
        What ``-`` reads.

    Raises
    ------
    SynthdialError
        When one is not there, or a folder holds nothing that can be read.
    """
    for path in paths:
        if str(path) == "-":
            if standard_input is None:
                raise SynthdialError("Standard input cannot be read here.")
            yield from _lines_of(standard_input, "-")
        elif path.is_dir():
            files = _transcripts_in(path)
            if not files:
                raise SynthdialError(
                    f"The folder {path} holds no transcript.",
                    "Expected are files that end in .study, .jsonl, .txt, .vtt, .srt, .TextGrid, .eaf, .csv or .docx.",
                )
            for file in files:
                yield from _file(file)
        else:
            yield from _file(path)


def _transcripts_in(folder: Path) -> list[Path]:
    return sorted([*transcripts_in(folder), *folder.glob("*.study")])


def _file(path: Path) -> Iterator[Piece]:
    try:
        with path.open("rb") as file:
            begin = file.read(16)
            size = path.stat().st_size
            if begin == _SQLITE:
                yield from _study(path)
            elif path.suffix.lower() in LINES:
                file.seek(0)
                yield from _lines_of(file, path.name)
            else:
                yield Piece(path.name, size, path=path)
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error


def _lines_of(file: BinaryIO, name: str) -> Iterator[Piece]:
    number = 1
    while data := file.read(PIECE):
        if not data.endswith(b"\n"):
            data += file.readline()
        yield Piece(name, len(data), lines=data, first=number)
        number += data.count(b"\n")


def _study(path: Path) -> Iterator[Piece]:
    held: list[Dialogue] = []
    size = 0
    with Study(path, read_only=True) as study:
        for dialogue in study.dialogues():
            held.append(dialogue)
            size += sum(len(turn.text) for turn in dialogue.turns)
            if size >= PIECE:
                yield Piece(path.name, size, dialogues=tuple(held))
                held, size = [], 0
    if held:
        yield Piece(path.name, size, dialogues=tuple(held))


def dialogues_of(piece: Piece, options: ReadOptions) -> Iterator[Dialogue | str]:
    """The dialogues of a piece, and a sentence for everything that cannot be read."""
    yield from piece.dialogues
    if piece.path is not None:
        try:
            transcripts, warnings = read_transcripts([piece.path], options)
        except SynthdialError as error:
            yield f"Left out: {error}"
            return
        yield from warnings
        yield from (transcript.dialogue for transcript in transcripts)
    for number, line in enumerate(io.BytesIO(piece.lines), piece.first):
        if line.strip():
            try:
                yield read_jsonl_line(line, source=piece.source, number=number, labels=options.labels)
            except SynthdialError as error:
                yield f"Left out: {error.message}"
