"""JSON lines: the program's own, which data/schema/dialogue.schema.json describes, and sdialog's."""

from typing import Any

from synthdial.dialogue import Dialogue
from synthdial.export.formats.base import BlockWriter, WriterOptions
from synthdial.outgoing import json_text


def as_record(dialogue: Dialogue) -> dict[str, Any]:
    """The JSON object of a dialogue: id, turns, scenario, preset, model, seed, and provenance with everything else."""
    provenance = dict(dialogue.provenance)
    return {
        "id": dialogue.id,
        "turns": [{"speaker": str(turn.speaker), "text": turn.text} for turn in dialogue.turns],
        **{key: provenance.get(key) for key in ("scenario", "preset", "model", "seed")},
        "provenance": provenance,
    }


def json_line(dialogue: Dialogue) -> str:
    """One line of a JSONL export."""
    return json_text(as_record(dialogue)) + "\n"


class JsonLinesWriter(BlockWriter):
    """One JSON object a line."""

    def __init__(self, options: WriterOptions) -> None:
        pass

    def add(self, dialogue: Dialogue) -> bytes:
        """A line."""
        return json_line(dialogue).encode()


class SdialogWriter(BlockWriter):
    """A line that sdialog's ``Dialog.from_json`` reads; what it has no field for stands in its notes."""

    def __init__(self, options: WriterOptions) -> None:
        pass

    def add(self, dialogue: Dialogue) -> bytes:
        """A line."""
        provenance = dialogue.provenance
        content: dict[str, Any] = {
            "id": dialogue.id,
            "timestamp": provenance.get("date"),
            "model": provenance.get("model"),
            "seed": provenance.get("seed"),
            "complete": True,
            "scenario": provenance.get("scenario"),
            "turns": [{"speaker": str(turn.speaker), "text": turn.text} for turn in dialogue.turns],
            "notes": dict(provenance),
        }
        return (json_text(content) + "\n").encode()
