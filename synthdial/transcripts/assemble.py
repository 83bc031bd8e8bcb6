"""Utterances as any format holds them become a transcript."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from synthdial.dialogue import Dialogue, Turn
from synthdial.errors import SynthdialError
from synthdial.toml_file import nearest
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import LABELLED, Problem, Transcript


@dataclass(frozen=True)
class Said:
    """An utterance as it stands in a file.

    Attributes
    ----------
    place : int
        Number of its line, cue, row or interval, from 1.
    text : str
        What is said; may begin with a label where ``label`` is None.
    label : str, optional
        Who says it, where the format has a place for that.
    """

    place: int
    text: str
    label: str | None = None


def assemble(
    path: Path, said: Iterable[Said], labels: Labels, *, name: str = "", encoding: str = "utf-8"
) -> Transcript:
    """The transcript of some utterances; what has no label goes on with the utterance before it.

    Raises
    ------
    SynthdialError
        When none can be read.
    """
    turns: list[Turn] = []
    problems: list[Problem] = []
    lost = False
    for item in said:
        text, label = " ".join(item.text.split()), item.label
        if label is None and (match := LABELLED.fullmatch(text)) and labels.role(match[1]):
            label, text = match[1], match[2]
        if not text:
            continue
        if label is None:
            if turns and not lost:
                turns[-1] = Turn(turns[-1].speaker, f"{turns[-1].text} {text}")
            else:
                problems.append(Problem(item.place, text, "nobody is named who says this"))
            continue
        speaker = labels.role(label)
        lost = speaker is None
        if speaker is None:
            hint = nearest(label, ("Arts", "Patiënt"))
            reason = f"the speaker '{label}' is not known; name the role with --label or in the settings. {hint}"
            problems.append(Problem(item.place, text, reason.strip()))
        else:
            turns.append(Turn(speaker, text))
    if not turns:
        first = f" At {problems[0].line}: {problems[0].reason}." if problems else ""
        raise SynthdialError(f"{path} holds no utterance of a doctor or a patient.{first}")
    dialogue = Dialogue(name or path.stem, tuple(turns), {"source": path.name})
    return Transcript(path, dialogue, {}, tuple(problems), encoding)
