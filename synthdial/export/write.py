"""Export a study as JSON lines or as plain text, through the gate, read and written one dialogue at a time."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.export.gate import Gate, Standing, counted
from synthdial.files import replace_atomically
from synthdial.outgoing import json_text, printable
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.checks import turns_digest
from synthdial.study.references import ReferenceChecks
from synthdial.study.reviews import Reviews
from synthdial.study.verify import verify
from synthdial.version import __version__


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Attributes
    ----------
    written : int
        Dialogues in the file.
    held : dict of str to int
        How many stayed inside, by reason.
    decisions : Path
        The file that says of each dialogue why it left.
    """

    written: int
    held: dict[str, int]
    decisions: Path

    def told(self) -> str:
        """How many stayed inside and why, in a sentence; empty where none did."""
        if not self.held:
            return ""
        parts = ", ".join(f"{count} {reason}" for reason, count in self.held.items())
        return f"{sum(self.held.values())} stayed inside: {parts}."


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


def text_block(dialogue: Dialogue) -> str:
    """A dialogue as a labelled transcript under a heading that the program's own reader understands."""
    id_, scenario = (" ".join(str(text).split()) for text in (dialogue.id, dialogue.provenance.get("scenario", "")))
    return printable(f"# Gesprek: {id_}\n# Scenario: {scenario}\n\n{dialogue.as_text()}\n")


_FORMATS: dict[str, Callable[[Dialogue], str]] = {".jsonl": json_line, ".txt": text_block}


def export_study(study: Study, target: Path, *, by: str | None = None) -> Exported:
    """Write the dialogues of a study that may leave it into a file, and beside it why each may.

    The ending decides the format, ``.jsonl`` or ``.txt``. The log is verified first, and holds the export before the
    file is there. Conversations of people that were mixed in for raters never leave.

    Parameters
    ----------
    study : Study
        Open for writing.
    target : Path
        The file. The decisions go to ``NAME.decisions.jsonl`` beside it.
    by : str, optional
        Who exports; by default the user of the operating system.

    Raises
    ------
    SynthdialError
        When the ending is another, when the log of the study does not hold, or when a file or the log cannot be
        written; an older file is then left as it was.
    """
    form = export_format(target)
    decisions = decisions_file(target)
    inside: list[Standing] = []
    lines: list[dict[str, Any]] = []

    def blocks() -> Iterator[bytes]:
        sha256 = hashlib.sha256()
        with study.snapshot():
            _insist(study)
            gate = Gate(study)
            for dialogue in study.dialogues():
                standing = gate.standing(dialogue)
                if standing.held:
                    inside.append(standing)
                    continue
                lines.append(_decision(gate, dialogue, standing))
                left = Dialogue(dialogue.id, dialogue.turns, {**dialogue.provenance, "gate": _in_short(standing)})
                block = form(left).encode("utf-8", errors="replace")
                sha256.update(block)
                yield block
        held = counted(inside)
        _log(study, target, lines, held, sha256.hexdigest(), by)
        replace_atomically(decisions, _decision_lines(study, gate, lines, held, sha256.hexdigest()))

    replace_atomically(target, blocks())
    return Exported(len(lines), counted(inside), decisions)


def decisions_file(target: Path) -> Path:
    """Where the decisions of an export stand."""
    return target.with_name(f"{target.stem}.decisions.jsonl")


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


def _insist(study: Study) -> None:
    """Let nothing out of a study whose log does not hold."""
    verified = verify(study)
    if not verified.holds:
        raise SynthdialError(
            f"Nothing was exported: the log of {study.path} does not hold. {verified.broken[0]}",
            f"See all of it: synthdial-edge audit {study.path}",
        )


def _in_short(standing: Standing) -> dict[str, Any]:
    short: dict[str, Any] = {"check": standing.check, "accepted": standing.accepted, "rejected": standing.rejected}
    return short | ({"released": True} if standing.released else {})


def _decision(gate: Gate, dialogue: Dialogue, standing: Standing) -> dict[str, Any]:
    """Why a dialogue left; nothing of what was found in it, since that would carry a reference out."""
    decision: dict[str, Any] = {
        "dialogue": dialogue.id,
        "sha256": turns_digest(dialogue.turns),
        "check": standing.check,
        "accepted": standing.accepted,
        "rejected": standing.rejected,
    }
    row = gate.row(dialogue.id)
    if row is not None:
        decision |= {"thresholds": json.loads(row.thresholds), "checked": row.at, "check_version": row.version}
    if standing.released:
        decision["released"] = {key: standing.released[key] for key in ("by", "at", "reason", "held")}
    return decision


def _decision_lines(
    study: Study, gate: Gate, lines: list[dict[str, Any]], held: dict[str, int], sha256: str
) -> Iterator[bytes]:
    entries, head = AuditLog(study).last()
    first = {
        "study": Reviews(study).id,
        "exported": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "version": __version__,
        "sha256": sha256,
        "dialogues": len(lines),
        "held": held,
        "require_acceptance": gate.requires_acceptance,
        "unchecked_references": ReferenceChecks(study).unchecked(),
        "log": {"entries": entries, "head": head},
    }
    for line in (first, *lines):
        yield (json_text(line) + "\n").encode()


def _log(
    study: Study, target: Path, lines: list[dict[str, Any]], held: dict[str, int], sha256: str, by: str | None
) -> None:
    detail = {"dialogues": len(lines), "held": held, "format": target.suffix.casefold(), "sha256": sha256}
    with Reviews(study).writing():
        AuditLog(study).append("exported", detail, by)
