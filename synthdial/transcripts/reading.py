"""Read conversations from any file: its ending says how."""

import json
import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthdial.errors import SynthdialError
from synthdial.transcripts.assemble import told
from synthdial.transcripts.elan import read_elan
from synthdial.transcripts.jsonl import EXPECTED, read_line, read_record
from synthdial.transcripts.labels import Labels, known_labels
from synthdial.transcripts.subtitles import read_subtitles
from synthdial.transcripts.tables import read_table
from synthdial.transcripts.text import LARGEST, Transcript, decode, read_text
from synthdial.transcripts.textgrid import read_textgrid
from synthdial.transcripts.utterances import Problem
from synthdial.transcripts.word import read_word

LINES = frozenset({".jsonl", ".ndjson"})


@dataclass(frozen=True)
class ReadOptions:
    """How files are read.

    Attributes
    ----------
    labels : Labels
        Which label stands for which role.
    speaker_column, text_column, id_column : str, optional
        Columns of tables, where they are not known by their names.
    """

    labels: Labels = field(default_factory=known_labels)
    speaker_column: str | None = None
    text_column: str | None = None
    id_column: str | None = None


def read_conversations(path: Path, options: ReadOptions | None = None) -> Iterator[Transcript]:
    """Read the conversations of a file, one after the other.

    Parameters
    ----------
    path : Path
        A file whose ending is in ``READABLE``; any other is read as text with labels.
    options : ReadOptions, optional
        Labels, and columns of tables.

    Raises
    ------
    SynthdialError
        When the file cannot be read, or holds no utterance.
    """
    options = options or ReadOptions()
    try:
        if path.suffix.lower() in LINES:
            yield from told(path, _lines(path, options.labels), EXPECTED)
            return
        if path.stat().st_size > LARGEST:
            raise SynthdialError(f"{path} is larger than 64 MiB: that is no transcript of a conversation.")
        data = path.read_bytes()
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error
    yield from READABLE.get(path.suffix.lower(), _text)(path, data, options)


def _text(path: Path, data: bytes, options: ReadOptions) -> Iterator[Transcript]:
    yield read_text(path, data, options.labels)


def _table(path: Path, data: bytes, options: ReadOptions) -> Iterator[Transcript]:
    yield from read_table(
        path, data, options.labels, speaker=options.speaker_column, text=options.text_column, id_=options.id_column
    )


def _json(path: Path, data: bytes, options: ReadOptions) -> Iterator[Transcript]:
    text, encoding = decode(data, str(path))
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SynthdialError(f"{path} is not JSON.", "A file of one object a line ends in .jsonl.") from error
    records = content if isinstance(content, list) else [content]
    yield from told(path, _records(path, records, options.labels, encoding), EXPECTED)


def _records(path: Path, records: list[Any], labels: Labels, encoding: str) -> Iterator[Transcript | Problem]:
    for number, record in enumerate(records, 1):
        try:
            dialogue = read_record(record, path.name, f"{path.stem}-{number}", labels)
        except SynthdialError as error:
            yield Problem(number, reprlib.repr(record), error.message)
        else:
            yield Transcript(path, dialogue, {}, (), encoding)


def _lines(path: Path, labels: Labels) -> Iterator[Transcript | Problem]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                dialogue = read_line(line, path.name, number, labels)
            except SynthdialError as error:
                yield Problem(number, line[:80].decode("utf-8", "replace"), error.message)
            else:
                yield Transcript(path, dialogue, {}, (), "utf-8")


def _one(
    read: Callable[[Path, bytes, Labels], Transcript],
) -> Callable[[Path, bytes, ReadOptions], Iterator[Transcript]]:
    def reader(path: Path, data: bytes, options: ReadOptions) -> Iterator[Transcript]:
        yield read(path, data, options.labels)

    return reader


READABLE: Mapping[str, Callable[[Path, bytes, ReadOptions], Iterator[Transcript]]] = {
    ".txt": _text,
    ".vtt": _one(read_subtitles),
    ".srt": _one(read_subtitles),
    ".textgrid": _one(read_textgrid),
    ".eaf": _one(read_elan),
    ".csv": _table,
    ".tsv": _table,
    ".json": _json,
    ".docx": _one(read_word),
}
"""Readers by the ending of a file's name, in small letters; JSON lines besides."""


def transcripts_in(folder: Path) -> list[Path]:
    """The files of a folder that can be read, by name."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in (*READABLE, *LINES) and file.is_file())


def read_transcripts(paths: list[Path], options: ReadOptions | None = None) -> tuple[list[Transcript], list[str]]:
    """Read transcripts and folders of transcripts.

    Parameters
    ----------
    paths : list of Path
        Files, and folders of files with a known ending, in the order of their names.

    options : ReadOptions, optional
        Labels, and columns of tables.

    Returns
    -------
    transcripts : list of Transcript
        At least one.
    warnings : list of str
        What could not be read, one sentence a line or file.

    Raises
    ------
    SynthdialError
        When a file that was named cannot be read, or a folder holds nothing that can.
    """
    transcripts: list[Transcript] = []
    warnings: list[str] = []
    for path in paths:
        if not path.is_dir():
            transcripts.extend(read_conversations(path, options))
            continue
        found = False
        left_out: list[str] = []
        for file in transcripts_in(path):
            try:
                transcripts.extend(read_conversations(file, options))
                found = True
            except SynthdialError as error:
                left_out.append(f"Left out: {error}")
        if not found:
            endings = ", ".join((*READABLE, *sorted(LINES)))
            raise SynthdialError(
                f"The folder {path} holds no transcript that can be read.",
                left_out[-1] if left_out else f"It holds no file that ends in {endings}.",
            )
        warnings.extend(left_out)
    for transcript in transcripts:
        warnings.extend(
            f"{transcript.path}, line {problem.line}: {problem.reason}: {problem.text.strip()!r}"
            for problem in transcript.problems
        )
    return transcripts, warnings
