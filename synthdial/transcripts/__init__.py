"""Read conversations from files."""

from synthdial.transcripts.labels import Labels, known_labels
from synthdial.transcripts.reading import (
    LINES,
    READABLE,
    ReadOptions,
    read_conversations,
    read_transcripts,
    transcripts_in,
)
from synthdial.transcripts.text import Transcript, read_transcript
from synthdial.transcripts.utterances import Problem

__all__ = [
    "LINES",
    "READABLE",
    "Labels",
    "Problem",
    "ReadOptions",
    "Transcript",
    "known_labels",
    "read_conversations",
    "read_transcript",
    "read_transcripts",
    "transcripts_in",
]
