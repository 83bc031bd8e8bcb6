"""Tables: a column says who speaks, another what is said, a third perhaps in which conversation."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.toml_file import nearest
from synthdial.transcripts.assemble import Said, gather, told
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import Transcript, decode
from synthdial.transcripts.utterances import Problem

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


@dataclass(frozen=True)
class _Row:
    """A row, and the line of the file on which it begins, from 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class _Columns:
    speaker: int
    text: int
    id: int | None

    @property
    def width(self) -> int:
        """Cells a row needs."""
        return max(self.speaker, self.text, self.id or 0) + 1


def read_table(
    path: Path, data: bytes, labels: Labels, *, speaker: str | None, text: str | None, id_: str | None
) -> Iterator[Transcript]:
    """Read a ``.csv`` or ``.tsv`` file; places are the lines on which rows begin.

    Columns are named, known by their head, or found by their content. Rows of one id are one conversation, wherever
    they stand.

    Raises
    ------
    SynthdialError
        When a column is not there or cannot be found, or no conversation can be read.
    """
    content, encoding = decode(data, str(path))
    rows = _rows(content, path)
    head = [cell.strip().casefold() for cell in rows[0].cells]
    speaker_at = _column(path, head, speaker, _SPEAKER)
    text_at = _column(path, head, text, _TEXT)
    id_at = _column(path, head, id_, _ID)
    first = 1
    if speaker_at is None or text_at is None:
        if speaker or text:
            raise _no_columns(path, rows[0])
        columns, first = _by_content(path, rows, labels, id_at, id_named=id_ is not None)
    else:
        columns = _Columns(speaker_at, text_at, id_at)
    if not rows[first:]:
        raise SynthdialError(f"{path} holds no utterance: it has a head and no rows.")
    yield from told(path, _conversations(path, rows[first:], columns, labels, encoding))


def _rows(content: str, path: Path) -> list[_Row]:
    sample = content[:20_000]
    # the one that parts most lines of the sample most often
    delimiter = max("\t;,|", key=lambda mark: (sum(mark in line for line in sample.splitlines()), sample.count(mark)))
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    rows: list[_Row] = []
    begin = 1
    try:
        for cells in reader:
            if any(cells):
                rows.append(_Row(begin, cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise SynthdialError(f"{path} is not a table that can be read: {error}.") from error
    if not rows or max(len(row.cells) for row in rows) < 2:
        raise SynthdialError(f"{path} is not a table: it has fewer than two columns.")
    return rows


def _conversations(
    path: Path, rows: list[_Row], columns: _Columns, labels: Labels, encoding: str
) -> Iterator[Transcript | Problem]:
    """The conversations in the order of their first rows; each after what is wrong with its rows."""
    said: dict[str, list[Said]] = {}
    short: dict[str, list[Problem]] = {}
    name = path.stem
    for row in rows:
        # a row that ends before its id belongs to the conversation of the row before it
        if columns.id is not None and columns.id < len(row.cells):
            name = row.cells[columns.id].strip() or path.stem
        utterances = said.setdefault(name, [])
        if len(row.cells) >= columns.width:
            utterances.append(Said(row.line, row.cells[columns.text], row.cells[columns.speaker].strip()))
        else:
            reason = f"the row has {len(row.cells)} of the {columns.width} cells that are needed"
            short.setdefault(name, []).append(Problem(row.line, " | ".join(row.cells), reason))
    for name, utterances in said.items():
        turns, problems = gather(utterances, labels)
        yield from short.get(name, ())
        if turns:
            yield Transcript(path, Dialogue(name, turns, {"source": path.name}), {}, problems, encoding)
            continue
        yield from problems
        if utterances:
            yield Problem(utterances[0].place, name, "the conversation holds no utterance of a doctor or a patient")


def _column(path: Path, head: Sequence[str], wanted: str | None, known: Sequence[str]) -> int | None:
    if wanted is not None:
        if wanted.strip().casefold() not in head:
            raise SynthdialError(f"{path} has no column '{wanted}'.", nearest(wanted, head))
        return head.index(wanted.strip().casefold())
    return next((head.index(name) for name in known if name in head), None)


def _by_content(
    path: Path, rows: list[_Row], labels: Labels, id_at: int | None, *, id_named: bool
) -> tuple[_Columns, int]:
    """The column of known labels and the one with most text, and where the rows begin that hold utterances."""
    # rows of another length than most, such as a title or a remark, say nothing about columns
    lengths = Counter(len(row.cells) for row in rows[:200] if len(row.cells) >= 2)
    if not lengths:
        raise _no_columns(path, rows[0])
    width = max(lengths, key=lambda length: (lengths[length], length))
    sample = [row.cells for row in rows[:200] if len(row.cells) == width]
    columns = list(zip(*sample, strict=True))
    named = [sum(labels.role(cell) is not None for cell in column) for column in columns]

    def most_labels(but: int | None) -> int | None:
        found = max((at for at in range(width) if at != but), key=named.__getitem__, default=None)
        return found if found is not None and named[found] * 2 >= len(sample) else None

    # ids such as P1 are labels, too: they are taken for speakers only where nothing else is
    speaker_at = most_labels(id_at)
    if speaker_at is None and not id_named:
        speaker_at, id_at = most_labels(None), None
    if speaker_at is None:
        raise _no_columns(path, rows[0])
    first = 1
    # somebody who speaks in the first row shows that it is no head, and that what stands in it names no column
    if not id_named and labels.role("".join(rows[0].cells[speaker_at : speaker_at + 1])):
        first, id_at = 0, None
    texts = {at: sum(map(len, columns[at])) for at in range(width) if at not in (speaker_at, id_at)}
    if not texts:
        raise _no_columns(path, rows[0])
    return _Columns(speaker_at, max(texts, key=texts.__getitem__), id_at), first


def _no_columns(path: Path, head: _Row) -> SynthdialError:
    found = ", ".join(repr(cell.strip()[:20]) for cell in head.cells[:8])
    return SynthdialError(
        f"{path}: it is not clear which column says who speaks and which what is said. Its columns are {found}.",
        "Call them 'speaker' and 'text', or name them with --speaker-column and --text-column.",
    )
