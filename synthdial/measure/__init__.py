"""Measure studies, folders, transcripts and JSON lines, with all processors."""

from synthdial.measure.run import MeasureRequest, Row, measure
from synthdial.measure.sources import total_size
from synthdial.measure.summary import Summary, summarise
from synthdial.measure.write import FORMATS, summary_bytes, write_rows

__all__ = [
    "FORMATS",
    "MeasureRequest",
    "Row",
    "Summary",
    "measure",
    "summarise",
    "summary_bytes",
    "total_size",
    "write_rows",
]
