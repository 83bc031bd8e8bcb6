"""Read conversations from any file: its ending says how."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.transcripts.elan import read_elan
from synthdial.transcripts.jsonl import read_jsonl_line, read_record
from synthdial.transcripts.labels import Labels, known_labels
from synthdial.transcripts.subtitles import read_subtitles
from synthdial.transcripts.tables import read_table
from synthdial.transcripts.text import LARGEST, Problem, Transcript, decode, read_text
from synthdial.transcripts.textgrid import read_textgrid
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
            yield from _lines(path, options)
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
    for number, record in enumerate(content if isinstance(content, list) else [content], 1):
        dialogue = read_record(record, f"{path.name}, record {number}", f"{path.stem}-{number}", options.labels)
        yield Transcript(path, dialogue, {}, (), encoding)


def _lines(path: Path, options: ReadOptions) -> Iterator[Transcript]:
    """Conversations of JSON lines; a line that cannot be read is a problem of the next that can."""
    problems: list[Problem] = []
    found = False
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                dialogue = read_jsonl_line(line, source=path.name, number=number, labels=options.labels)
            except SynthdialError as error:
                problems.append(Problem(number, line[:80].decode("utf-8", "replace"), error.message))
                continue
            yield Transcript(path, dialogue, {}, tuple(problems), "utf-8")
            found, problems = True, []
    if not found:
        first = f" {problems[0].reason}" if problems else ""
        raise SynthdialError(f"{path} holds no conversation.{first}")


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
        for file in transcripts_in(path):
            try:
                transcripts.extend(read_conversations(file, options))
                found = True
            except SynthdialError as error:
                warnings.append(f"Left out: {error}")
        if not found:
            why = (
                f" {warnings[-1]}"
                if warnings
                else " It holds no file that ends in .txt, .vtt, .csv, .docx or the like."
            )
            raise SynthdialError(
                f"The folder {path} holds no transcript that can be read.{why}",
                "Expected are text files with a label on each line, such as 'Arts: Gaat u zitten.'",
            )
    for transcript in transcripts:
        warnings.extend(
            f"{transcript.path}, line {problem.line}: {problem.reason}: {problem.text.strip()!r}"
            for problem in transcript.problems
        )
    return transcripts, warnings
