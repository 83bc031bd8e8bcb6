"""The formats of an export: each writes one dialogue after another, and holds no more than a few of them."""

from synthdial.export.formats.base import Format, Writer
from synthdial.export.formats.chat import ChatWriter
from synthdial.export.formats.lines import JsonLinesWriter, SdialogWriter
from synthdial.export.formats.table import CsvWriter, ParquetWriter
from synthdial.export.formats.tei import TeiWriter
from synthdial.export.formats.transcript import TextWriter

__all__ = ["FORMATS", "Format", "Writer"]

FORMATS: dict[str, Format] = {
    "jsonl": Format(".jsonl", JsonLinesWriter),
    "chat": Format(".jsonl", ChatWriter),
    "csv": Format(".csv", CsvWriter),
    "parquet": Format(".parquet", ParquetWriter),
    "text": Format(".txt", TextWriter),
    "sdialog": Format(".jsonl", SdialogWriter),
    "tei": Format(".xml", TeiWriter),
}
"""By name; of those that share an ending the first is meant where none is named."""
