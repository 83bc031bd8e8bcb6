"""Read conversations from files."""

from synthdial.transcripts.labels import Labels, known_labels
from synthdial.transcripts.text import Problem, Transcript, read_transcript, read_transcripts

__all__ = ["Labels", "Problem", "Transcript", "known_labels", "read_transcript", "read_transcripts"]
