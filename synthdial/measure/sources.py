"""What a PATH means: cut everything that is to be measured into pieces of work, of some megabytes each."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.transcripts import LINES, READABLE, ReadOptions, read_transcripts, transcripts_in
from synthdial.transcripts.jsonl import read_jsonl_line

_LEAST, _MOST = 2 << 20, 32 << 20  # of a file, which the process that measures it reads itself
_LOOKED_AT = 1 << 18
_SENT = 2 << 20  # of what must be sent to that process
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
        A transcript to read, or a file of JSON lines.
    begin : int, optional
        Where its JSON lines begin in that file, in bytes.
    lines : bytes
        JSON lines that stand in no file.
    first : int
        Number of the first JSON line in its file, from 1.
    dialogues : tuple of Dialogue
        Dialogues that are already read, from a study.
    """

    source: str
    size: int
    path: Path | None = None
    begin: int | None = None
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


def pieces(
    paths: list[Path], standard_input: BinaryIO | None = None, *, jobs: int = 1, shared: bool = False
) -> Iterator[Piece]:
    """All that stands under some paths, in their order, a piece at a time.

    Parameters
    ----------
    paths : list of Path
        Studies, transcripts, JSON lines, folders of these, and ``-`` for JSON lines on standard input.
    standard_input : binary file, optional
        What ``-`` reads.
    jobs : int
        Processes that will measure: pieces are large, and still many for each.
    shared : bool
        Processes on other machines will read the pieces: each names an absolute path, and holds nothing that is said.

    Raises
    ------
    SynthdialError
        When one is not there, or a folder holds nothing that can be read; or what other machines cannot read.
    """
    size = min(_MOST, max(_LEAST, (total_size(paths) or 0) // (8 * jobs)))
    for path in paths:
        if str(path) == "-":
            if shared:
                raise SynthdialError(
                    "Standard input cannot be read by the workers of a cluster.",
                    "Write it to a file on the storage that they share.",
                )
            if standard_input is None:
                raise SynthdialError("Standard input cannot be read here.")
            for data, first in _lines_of(standard_input, _SENT):
                yield Piece("-", len(data), lines=data, first=first)
        elif path.is_dir():
            files = _transcripts_in(path)
            if not files:
                raise SynthdialError(
                    f"The folder {path} holds no transcript.",
                    f"Expected are files that end in {', '.join(sorted({'.study', *READABLE, *LINES}))}.",
                )
            for file in files:
                yield from _file(file.absolute() if shared else file, size, shared)
        else:
            yield from _file(path.absolute() if shared else path, size, shared)


def _transcripts_in(folder: Path) -> list[Path]:
    return sorted([*transcripts_in(folder), *folder.glob("*.study")])


def _file(path: Path, piece: int, shared: bool = False) -> Iterator[Piece]:
    try:
        with path.open("rb") as file:
            head = file.read(16)
            size = path.stat().st_size
            if head == _SQLITE or path.suffix.lower() == ".study":  # one that is encrypted begins with noise
                if shared:
                    raise _one_machine(path)
                yield from _study(path)
            elif path.suffix.lower() in LINES:
                file.seek(0)
                yield from _pieces_of_lines(file, path, piece)
            else:
                yield Piece(path.name, size, path=path)
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error


def _one_machine(path: Path) -> SynthdialError:
    # SQLite's companions of a file are shared memory of one machine; and what a study holds would travel
    return SynthdialError(
        f"{path} is a study, which one machine reads at a time, not the workers of a cluster.",
        "Measure it without --scheduler, or export it to JSON lines on the storage that they share.",
    )


def _lines_of(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Whole lines of about so many bytes together, and the number of the first, from 1."""
    number = 1
    while data := file.read(size):
        if not data.endswith(b"\n"):
            data += file.readline()
        yield data, number
        number += data.count(b"\n")


def _pieces_of_lines(file: BinaryIO, path: Path, piece: int) -> Iterator[Piece]:
    begin = size = 0
    first = 1
    for data, number in _lines_of(file, _LOOKED_AT):
        size += len(data)
        if size >= piece:
            yield Piece(path.name, size, path, begin, first=first)
            begin, size = begin + size, 0
            first = number + data.count(b"\n")
    if size:
        yield Piece(path.name, size, path, begin, first=first)


def _study(path: Path) -> Iterator[Piece]:
    held: list[Dialogue] = []
    size = 0
    with Study(path, read_only=True) as study:
        for dialogue in study.dialogues():
            held.append(dialogue)
            size += sum(len(turn.text) for turn in dialogue.turns)
            if size >= _SENT:
                yield Piece(path.name, size, dialogues=tuple(held))
                held, size = [], 0
    if held:
        yield Piece(path.name, size, dialogues=tuple(held))


def dialogues_of(piece: Piece, options: ReadOptions) -> Iterator[Dialogue | str]:
    """The dialogues of a piece, and a sentence for everything that cannot be read."""
    yield from piece.dialogues
    if piece.lines or piece.begin is not None:
        for number, line in enumerate(_json_lines(piece), piece.first):
            if line.strip():
                try:
                    yield read_jsonl_line(line, source=piece.source, number=number, labels=options.labels)
                except SynthdialError as error:
                    yield f"Left out: {error.message}"
    elif piece.path is not None:
        try:
            transcripts, warnings = read_transcripts([piece.path], options)
        except SynthdialError as error:
            yield f"Left out: {error}"
            return
        yield from warnings
        yield from (transcript.dialogue for transcript in transcripts)


def _json_lines(piece: Piece) -> Iterator[bytes]:
    if piece.path is None or piece.begin is None:
        yield from io.BytesIO(piece.lines)
        return
    try:
        with piece.path.open("rb") as file:
            file.seek(piece.begin)
            left = piece.size
            while left > 0 and (line := file.readline()):
                left -= len(line)
                yield line
    except OSError as error:
        raise SynthdialError(f"{piece.path} cannot be read: {error.strerror}.") from error
