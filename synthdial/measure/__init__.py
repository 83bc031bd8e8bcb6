"""Measure studies, folders, transcripts and JSON lines, with all processors."""

from synthdial.measure.run import MeasureRequest, Row, measure, measure_corpus
from synthdial.measure.sources import total_size
from synthdial.measure.write import FORMATS, comparison_bytes, corpus_bytes, write_rows

__all__ = [
    "FORMATS",
    "MeasureRequest",
    "Row",
    "comparison_bytes",
    "corpus_bytes",
    "measure",
    "measure_corpus",
    "total_size",
    "write_rows",
]
