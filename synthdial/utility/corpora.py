"""Read both sides, synthetic and real, and what each conversation is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.measure.sample import Sample
from synthdial.measure.sources import dialogues_of, pieces
from synthdial.privacy.deidentify import reference_digest
from synthdial.transcripts import ReadOptions, transcripts_in

MOST = 1000
"""Conversations of a side: of more a sample is drawn, since what a classifier sees is held in memory."""

_KEPT = ("scenario", "references_sha256", "references", "topic", "source")


@dataclass(frozen=True)
class Corpus:
    """Conversations of one side.

    Attributes
    ----------
    dialogues : tuple of Dialogue
        In the order they were read; no two say the same. The provenance of one that lies in a folder of a topic has
        the folder's name as ``topic``.
    seen : int
        How many there were, before a sample was drawn.
    """

    dialogues: tuple[Dialogue, ...]
    seen: int


def read_corpus(
    paths: list[Path],
    options: ReadOptions,
    *,
    most: int = MOST,
    seed: int = 0,
    standard_input: BinaryIO | None = None,
    remark: Callable[[str], None] = lambda text: None,
) -> Corpus:
    """Read conversations, at most so many; the sample does not depend on the order they come in.

    Parameters
    ----------
    paths : list of Path
        Studies, transcripts, JSON lines, folders of these, ``-``; and folders whose folders hold these, each about a
        topic.
    options : ReadOptions
        Labels of speakers, and columns of tables.
    most, seed : int
        Most conversations, and which sample is drawn where there are more.
    standard_input : binary file, optional
        What ``-`` reads.
    remark : callable
        Is given a sentence for everything that could not be read.

    Raises
    ------
    SynthdialError
        When a path cannot be read.
    """
    sample = Sample(most, seed, kept=_KEPT)
    seen = 0
    for path, topic in _with_topics(paths):
        for piece in pieces([path], standard_input):
            for dialogue in dialogues_of(piece, options):
                if isinstance(dialogue, str):
                    remark(dialogue)
                    continue
                seen += 1
                noted = {**dialogue.provenance, **({"topic": topic} if topic else {})}
                sample.add(Dialogue(dialogue.id, dialogue.turns, noted))
    once: dict[str, Dialogue] = {}
    drawn = sample.drawn()
    for dialogue in drawn:
        once.setdefault(reference_digest(dialogue), dialogue)
    if len(once) < len(drawn):
        remark(f"{len(drawn) - len(once)} conversations say word for word what another does, and are left out.")
    return Corpus(tuple(once.values()), seen)


def _with_topics(paths: list[Path]) -> list[tuple[Path, str]]:
    """Each path; of a folder that holds folders alone each of these, with its name."""
    found: list[tuple[Path, str]] = []
    for path in paths:
        inner = sorted(entry for entry in path.iterdir() if entry.is_dir()) if path.is_dir() else []
        holds = [entry for entry in inner if transcripts_in(entry) or list(entry.glob("*.study"))]
        if holds and not transcripts_in(path) and not list(path.glob("*.study")):
            found += [(entry, entry.name) for entry in holds]
        else:
            found.append((path, ""))
    return found


def read_topics(path: Path) -> dict[str, str]:
    """Topics by conversation, from a file of two columns with a tab between.

    Parameters
    ----------
    path : Path
        UTF-8; on a line the id of a conversation, or the name of its file, and its topic. Empty lines and those that
        begin with ``#`` say nothing.

    Raises
    ------
    SynthdialError
        When it cannot be read, or a line is not of that form, or a conversation has two topics.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SynthdialError(
            f"{path} is not text in UTF-8.", "Save it as UTF-8, with a tab between columns."
        ) from error
    topics: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, topic = (part.strip() for part in line.partition("\t"))
        if not (name and topic):
            raise SynthdialError(
                f"{path}, line {number}: it holds no conversation and topic.",
                "Expected is the id of a conversation, a tab, and its topic.",
            )
        if topics.setdefault(name, topic) != topic:
            raise SynthdialError(f"{path}, line {number}: '{name}' has a topic already.", "A conversation has one.")
    return topics


def topic_of(dialogue: Dialogue, topics: Mapping[str, str]) -> str:
    """What a conversation is about; empty where nothing tells.

    In this order: what the file of topics says of its id or its file, the folder it lies in, the scenario that it was
    written from.
    """
    source = str(dialogue.provenance.get("source") or "")
    told = topics.get(dialogue.id) or topics.get(source) or topics.get(Path(source).stem)
    return told or str(dialogue.provenance.get("topic") or dialogue.provenance.get("scenario") or "")
