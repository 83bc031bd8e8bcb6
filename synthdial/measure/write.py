"""Write rows of figures for other programs: JSON and CSV a row at a time, Parquet a group at a time."""

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from synthdial.measure.run import Row
from synthdial.metrics import Comparison, CorpusFigures
from synthdial.outgoing import cell, json_text

_GROUP = 10_000


def _head(row: Row) -> dict[str, Any]:
    head: dict[str, Any] = {"id": row.id, "source": row.source}
    return {**head, "speaker": row.speaker} if row.speaker else head


def json_rows(rows: Iterable[Row], names: Sequence[str]) -> Iterator[bytes]:
    """A list of flat objects: id, source, the speaker where rows are by speaker, every measure; null is undefined."""
    before = "[\n"
    for row in rows:
        values = {name: None if math.isnan(value) else value for name, value in zip(names, row.values, strict=True)}
        yield (before + json_text({**_head(row), **values})).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def csv_rows(rows: Iterable[Row], names: Sequence[str]) -> Iterator[bytes]:
    """A head and a line a row, with a comma between; an empty cell is undefined. Texts are as `cell` leaves them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    first = True
    for row in rows:
        head = _head(row)
        if first:
            writer.writerow([*head, *names])
            first = False
        writer.writerow(
            [*map(cell, head.values()), *("" if math.isnan(value) else repr(value) for value in row.values)]
        )
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def parquet_rows(rows: Iterable[Row], names: Sequence[str]) -> Iterator[bytes]:
    """One column a measure, in groups of 10,000 rows; null is undefined."""
    import pyarrow
    import pyarrow.parquet

    sink = io.BytesIO()
    writer = None
    for held in _groups(rows):
        heads = [_head(row) for row in held]
        columns = {key: pyarrow.array([head[key] for head in heads], pyarrow.string()) for key in heads[0]}
        for at, name in enumerate(names):
            columns[name] = pyarrow.array([row.values[at] for row in held], pyarrow.float64(), from_pandas=True)
        table = pyarrow.table(columns)
        writer = writer or pyarrow.parquet.ParquetWriter(sink, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    yield sink.getvalue()


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == _GROUP:
            yield held
            held = []
    if held:
        yield held


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in record.items()}


def corpus_bytes(form: str, figures: CorpusFigures) -> bytes:
    """A corpus: as JSON all that is known of it, as CSV and Parquet a row a measure."""
    records = [_plain(asdict(summary)) for summary in figures.measures]
    if form != "json":
        return _table_bytes(form, records)
    whole = {
        "dialogues": figures.dialogues,
        **{f"distinct_{n}": value for n, value in enumerate(figures.distinct, 1)},
        "self_bleu": figures.self_bleu,
        "near_duplicate_share": figures.near_duplicate_share,
    }
    openings = [{"opening": opening, "share": share} for opening, share in figures.openings]
    return _json_bytes({**_plain(whole), "openings": openings, "measures": records})


def comparison_bytes(form: str, comparison: Comparison) -> bytes:
    """A comparison: a row a measure with ``own_`` and ``reference_`` figures and the distance; JSON has the AUC too."""
    records = []
    for difference in comparison.differences:
        record: dict[str, Any] = {"name": difference.name}
        for side, summary in (("own", difference.own), ("reference", difference.reference)):
            figures = asdict(summary)
            del figures["name"]
            record |= {f"{side}_{key}": value for key, value in figures.items()}
        records.append(_plain({**record, "distance": difference.distance}))
    if form != "json":
        return _table_bytes(form, records)
    auc = _plain({"auc": comparison.auc})
    return _json_bytes({**auc, "meaning": comparison.sentence, "measures": records})


def _json_bytes(record: dict[str, Any]) -> bytes:
    return (json_text(record, indent=1) + "\n").encode()


def _table_bytes(form: str, records: list[dict[str, Any]]) -> bytes:
    if form == "csv":
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: cell(value) for key, value in record.items()} for record in records)
        return text.getvalue().encode()
    import pyarrow
    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), sink)
    return sink.getvalue()


FORMATS: dict[str, Callable[[Iterable[Row], Sequence[str]], Iterator[bytes]]] = {
    "json": json_rows,
    "csv": csv_rows,
    "parquet": parquet_rows,
}


def write_rows(form: str, rows: Iterable[Row], names: Sequence[str]) -> Iterator[bytes]:
    """The bytes of a file of this format, piece by piece; see ``FORMATS``."""
    return FORMATS[form](rows, names)
