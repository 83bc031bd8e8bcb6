"""Tables: a column says who speaks, another what is said, a third perhaps in which conversation."""

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.toml_file import nearest
from synthdial.transcripts.assemble import Said, assemble
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import Problem, Transcript, decode

_SPEAKER = ("speaker", "spreker", "rol", "role", "wie", "label", "participant", "deelnemer")
_TEXT = ("text", "tekst", "utterance", "uiting", "transcript", "content", "inhoud", "zin", "sentence", "woorden")
_ID = (
    "id",
    "conversation",
    "conversation_id",
    "gesprek",
    "gesprek_id",
    "dialogue",
    "dialogue_id",
    "dialoog",
    "consult",
)


def read_table(
    path: Path, data: bytes, labels: Labels, *, speaker: str | None, text: str | None, id_: str | None
) -> Iterator[Transcript]:
    """Read a ``.csv`` or ``.tsv`` file; places are rows.

    Columns are named, known by their head, or found by their content.

    Raises
    ------
    SynthdialError
        When a column is not there or cannot be found.
    """
    content, encoding = decode(data, str(path))
    rows = _rows(content, path)
    head = [cell.strip().casefold() for cell in rows[0]]
    speaker_at = _column(path, head, speaker, _SPEAKER)
    text_at = _column(path, head, text, _TEXT)
    id_at = _column(path, head, id_, _ID)
    first = 1
    if speaker_at is None or text_at is None:
        if speaker or text or id_:
            raise _no_columns(path, rows[0])
        speaker_at, text_at = _by_content(path, rows, labels)
        id_at, first = None, 0 if labels.role("".join(rows[0][speaker_at : speaker_at + 1])) else 1
    width = max(speaker_at, text_at, id_at or 0) + 1
    numbered = ((number, row) for number, row in enumerate(rows[first:], first + 1) if len(row) >= width)
    grouped = itertools.groupby(numbered, key=lambda item: item[1][id_at].strip() if id_at is not None else "")
    failed: list[Problem] = []
    found = False
    for name, group in grouped:
        said = [Said(number, row[text_at], row[speaker_at].strip()) for number, row in group]
        try:
            transcript = assemble(path, said, labels, name=name, encoding=encoding)
        except SynthdialError as error:
            failed.append(Problem(said[0].place, name, error.message))
            continue
        # what could not be read before it is told with the next conversation that can
        yield replace(transcript, problems=(*failed, *transcript.problems))
        found, failed = True, []
    if not found:
        raise SynthdialError(failed[0].reason if failed else f"{path} holds no utterance: it has a head and no rows.")


def _rows(content: str, path: Path) -> list[list[str]]:
    sample = content[:20_000]
    # the one that parts most lines of the sample most often
    delimiter = max("\t;,|", key=lambda mark: (sum(mark in line for line in sample.splitlines()), sample.count(mark)))
    try:
        rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise SynthdialError(f"{path} is not a table that can be read: {error}.") from error
    if not rows or max(map(len, rows)) < 2:
        raise SynthdialError(f"{path} is not a table: it has fewer than two columns.")
    return rows


def _column(path: Path, head: Sequence[str], wanted: str | None, known: Sequence[str]) -> int | None:
    if wanted is not None:
        if wanted.strip().casefold() not in head:
            raise SynthdialError(f"{path} has no column '{wanted}'.", nearest(wanted, head))
        return head.index(wanted.strip().casefold())
    return next((head.index(name) for name in known if name in head), None)


def _by_content(path: Path, rows: list[list[str]], labels: Labels) -> tuple[int, int]:
    """The column of known labels, and the one with most text."""
    sample = [row for row in rows[:200] if len(row) == len(rows[-1])]
    columns = list(zip(*sample, strict=True))
    named = [sum(labels.role(cell) is not None for cell in column) for column in columns]
    lengths = [sum(map(len, column)) for column in columns]
    if not columns or max(named) * 2 < len(sample):
        raise _no_columns(path, rows[0])
    speaker_at = named.index(max(named))
    lengths[speaker_at] = -1
    return speaker_at, lengths.index(max(lengths))


def _no_columns(path: Path, head: Sequence[str]) -> SynthdialError:
    found = ", ".join(repr(cell.strip()[:20]) for cell in head[:8])
    return SynthdialError(
        f"{path}: it is not clear which column says who speaks and which what is said. Its columns are {found}.",
        "Call them 'speaker' and 'text', or name them with --speaker-column and --text-column.",
    )
