"""Write de-identified references, and what was found in them, for people and programs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synthdial.files import replace_atomically
from synthdial.privacy.deidentify.replace import Deidentified


def write_references(references: Iterable[Deidentified], folder: Path) -> list[Path]:
    """Write each de-identified dialogue as a labelled transcript, readable by its owner alone.

    Parameters
    ----------
    references : iterable of Deidentified
        What ``deidentify`` gave; only the new text is written.
    folder : Path
        Where they go, under names drawn from their text; the names of the originals are not kept.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    SynthdialError
        When one cannot be written.
    """
    written: list[Path] = []
    for reference in references:
        path = folder / f"{reference.dialogue.id}.txt"
        text = f"# Gesprek: {reference.dialogue.id}\n\n{reference.dialogue.as_text()}"
        replace_atomically(path, [text.encode("utf-8", errors="replace")])
        written.append(path)
    return written


def findings_record(reference: Deidentified, source: str) -> dict[str, Any]:
    """What was found in one dialogue, for JSON: it holds the original words, so it is for the screen."""
    return {
        "source": source,
        "id": reference.dialogue.id,
        "digest": reference.digest,
        "counts": {kind.value: count for kind, count in reference.counts.items()},
        "findings": [
            {
                "kind": finding.kind.value,
                "turn": finding.identifier.turn,
                "start": finding.identifier.start,
                "end": finding.identifier.end,
                "original": finding.original,
                "replacement": finding.replacement,
                "before": finding.before,
                "after": finding.after,
            }
            for finding in reference.findings
        ],
    }
