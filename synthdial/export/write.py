"""Export a study as JSON lines or as plain text, read and written one dialogue at a time."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically
from synthdial.study import Study


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
    return json.dumps(as_record(dialogue), ensure_ascii=False) + "\n"


def text_block(dialogue: Dialogue) -> str:
    """A dialogue as a labelled transcript under a heading that the program's own reader understands."""
    scenario = dialogue.provenance.get("scenario", "")
    return f"# Gesprek: {dialogue.id}\n# Scenario: {scenario}\n\n{dialogue.as_text()}\n"


_FORMATS: dict[str, Callable[[Dialogue], str]] = {".jsonl": json_line, ".txt": text_block}


def export_study(study: Study, target: Path) -> int:
    """Write all dialogues of a study into a file; the ending decides the format, ``.jsonl`` or ``.txt``.

    Returns
    -------
    int
        Dialogues written.

    Raises
    ------
    SynthdialError
        When the ending is another, or the file cannot be written; an older file is then left as it was.
    """
    form = export_format(target)
    written = 0

    def blocks() -> Iterator[bytes]:
        nonlocal written
        for dialogue in study.dialogues():
            yield form(dialogue).encode("utf-8", errors="replace")
            written += 1

    replace_atomically(target, blocks())
    return written


def export_format(target: Path) -> Callable[[Dialogue], str]:
    """The format that a file's ending names.

    Raises
    ------
    SynthdialError
        When it names none.
    """
    form = _FORMATS.get(target.suffix.casefold())
    if form is None:
        raise SynthdialError(f"An export cannot be written as '{target.name}'.", "End the name in .jsonl or .txt.")
    return form
