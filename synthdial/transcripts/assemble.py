"""Utterances as any format holds them become transcripts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from synthdial.dialogue import Dialogue, Turn
from synthdial.errors import SynthdialError
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import Transcript
from synthdial.transcripts.utterances import Problem, Utterances


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


def gather(said: Iterable[Said], labels: Labels) -> tuple[tuple[Turn, ...], tuple[Problem, ...]]:
    """The turns of some utterances, perhaps none, and what could not be read."""
    utterances = Utterances(labels)
    for item in said:
        if item.label is None:
            utterances.line(item.place, item.text)
        else:
            utterances.spoken(item.place, item.label, item.text)
    return utterances.done()


def assemble(path: Path, said: Iterable[Said], labels: Labels, *, encoding: str = "utf-8") -> Transcript:
    """The transcript of some utterances; what has no label goes on with the utterance before it.

    Raises
    ------
    SynthdialError
        When none can be read.
    """
    turns, problems = gather(said, labels)
    if not turns:
        raise SynthdialError(f"{path} holds no utterance of a doctor or a patient.{_first(problems)}")
    return Transcript(path, Dialogue(path.stem, turns, {"source": path.name}), {}, problems, encoding)


def told(path: Path, found: Iterable[Transcript | Problem], hint: str = "") -> Iterator[Transcript]:
    """Conversations of one file, which between them tell every problem.

    A problem is told with the next conversation, or with the last: one is held back, so that what comes after it is
    not lost.

    Raises
    ------
    SynthdialError
        When there is no conversation; it names the first problem, and gives the hint.
    """
    held: Transcript | None = None
    problems: list[Problem] = []
    for item in found:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        if held is not None:
            yield held
        held, problems = _with(item, problems), []
    if held is None:
        raise SynthdialError(f"{path} holds no conversation.{_first(problems)}", hint)
    yield _with(held, problems)


def _with(transcript: Transcript, problems: list[Problem]) -> Transcript:
    if not problems:
        return transcript
    return replace(
        transcript, problems=tuple(sorted((*transcript.problems, *problems), key=lambda problem: problem.line))
    )


def _first(problems: tuple[Problem, ...] | list[Problem]) -> str:
    return f" At {problems[0].line}: {problems[0].reason}." if problems else ""
