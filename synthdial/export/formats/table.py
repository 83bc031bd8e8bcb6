"""Tables: CSV with a row a turn, Parquet with a row a dialogue."""

import csv
import io
from typing import Any

from synthdial.dialogue import Dialogue
from synthdial.export.formats.base import WriterOptions
from synthdial.export.formats.lines import as_record
from synthdial.outgoing import cell, json_text

COLUMNS = ("id", "scenario", "preset", "model", "seed", "turn", "speaker", "text")
"""Of a CSV export: the turns of a dialogue are counted from 1."""

_GROUP_TURNS = 20_000  # of a group of rows in Parquet: some megabytes, whatever a dialogue has
_LARGEST = 1 << 63  # of whole numbers in Parquet


class CsvWriter:
    """A row a turn; texts are as `synthdial.outgoing.cell` leaves them, so that no spreadsheet obeys them."""

    def __init__(self, options: WriterOptions) -> None:
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")

    def begin(self) -> bytes:
        """The names of the columns."""
        self._writer.writerow(COLUMNS)
        return self._taken()

    def add(self, dialogue: Dialogue) -> bytes:
        """The rows of a dialogue."""
        head = [cell(dialogue.id)]
        head += [cell(dialogue.provenance.get(key)) for key in ("scenario", "preset", "model", "seed")]
        for place, turn in enumerate(dialogue.turns, 1):
            self._writer.writerow([*head, place, str(turn.speaker), cell(turn.text)])
        return self._taken()

    def end(self) -> bytes:
        """Nothing."""
        return b""

    def _taken(self) -> bytes:
        written = self._text.getvalue().encode("utf-8", errors="replace")
        self._text.seek(0)
        self._text.truncate()
        return written


class _Sink:
    """A file that gives away what was written into it."""

    closed = False

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


class ParquetWriter:
    """A row a dialogue: id, turns as a list of speaker and text, the columns of JSON lines, provenance as JSON text."""

    def __init__(self, options: WriterOptions) -> None:
        import pyarrow
        import pyarrow.parquet

        text = pyarrow.string()
        turn = pyarrow.struct([("speaker", text), ("text", text)])
        columns = [("id", text), ("turns", pyarrow.list_(turn)), ("scenario", text), ("preset", text), ("model", text)]
        self._schema = pyarrow.schema([*columns, ("seed", pyarrow.int64()), ("provenance", text)])
        self._table = pyarrow.Table.from_pylist
        self._sink = _Sink()
        file = pyarrow.PythonFile(self._sink, mode="w")
        self._writer = pyarrow.parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self._turns = 0

    def begin(self) -> bytes:
        """What stands before the first group."""
        return self._sink.taken()

    def add(self, dialogue: Dialogue) -> bytes:
        """A group of rows, when one is full."""
        record = as_record(dialogue)
        for key in ("scenario", "preset", "model"):
            record[key] = None if record[key] is None else _utf8(str(record[key]))
        seed = record["seed"]
        record["seed"] = seed if isinstance(seed, int) and -_LARGEST <= seed < _LARGEST else None
        record["id"] = _utf8(dialogue.id)
        record["turns"] = [{"speaker": turn["speaker"], "text": _utf8(turn["text"])} for turn in record["turns"]]
        record["provenance"] = json_text(record["provenance"])
        self._rows.append(record)
        self._turns += len(dialogue.turns)
        return self._group() if self._turns >= _GROUP_TURNS else b""

    def end(self) -> bytes:
        """The last group, and the file's description of itself."""
        last = self._group() if self._rows else b""
        self._writer.close()
        return last + self._sink.taken()

    def _group(self) -> bytes:
        self._writer.write_table(self._table(self._rows, schema=self._schema))
        self._rows, self._turns = [], 0
        return self._sink.taken()


def _utf8(text: str) -> str:
    """The text without halves of a character, which Parquet cannot hold."""
    return text if text.isascii() else text.encode("utf-8", errors="replace").decode()
