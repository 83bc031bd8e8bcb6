"""The results of a review for other programs: as JSON all at once, as CSV a figure a line."""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from synthdial.outgoing import cell, json_text
from synthdial.review.intervals import Estimate
from synthdial.review.results import Results

COLUMNS = (
    "table", "criterion", "metric", "role", "by", "group", "rater", "other", "kind", "flag_severity", "figure", "value",
    "low", "high", "reason",
)  # fmt: skip
"""The columns of the CSV; what does not apply to a figure is empty."""

_TABLES = (
    "scores", "differences", "agreement", "pairs", "correlations", "severity", "flags", "origin", "edits", "verdicts",
)  # fmt: skip
_RENAMED = {"first": "rater", "second": "other", "severity": "flag_severity"}


def json_bytes(results: Results) -> bytes:
    """All of it, as ``Results.as_dict`` has it; null is undefined."""
    return (json_text(results.as_dict(), indent=1) + "\n").encode(errors="replace")


def csv_bytes(results: Results) -> bytes:
    """A head and a line a figure, with a comma between; an empty cell is undefined. Texts are as `cell` leaves them."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for table in _TABLES:
        content = getattr(results, table)
        for record in content if isinstance(content, tuple) else (content,):
            writer.writerows({"table": table, **row} for row in _rows(record))
    return text.getvalue().encode(errors="replace")


def _rows(record: Any) -> Iterator[dict[str, Any]]:
    """A row for each figure of a record; its texts say what the figure is of."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    per = values.pop("per", "")
    texts = {_RENAMED.get(name, name): cell(value) for name, value in values.items() if isinstance(value, str)}
    for name, value in values.items():
        if isinstance(value, Estimate):
            figure = f"{name} per {per}" if per else name
            yield {**texts, "figure": figure, **{end: _cell(getattr(value, end)) for end in ("value", "low", "high")}}
        elif isinstance(value, tuple):
            for score, count in enumerate(value, 1):
                yield {**texts, "figure": f"given {score}", "value": count}
        elif not isinstance(value, str):
            yield {**texts, "figure": name, "value": _cell(value)}


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(value)
