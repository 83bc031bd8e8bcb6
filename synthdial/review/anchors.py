"""Anchors: conversations of people, mixed in among the dialogues: what raters say of them measures the rest."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.prompt import bundled_references
from synthdial.study import Study
from synthdial.study.reviews import Reviews
from synthdial.transcripts import ReadOptions, Transcript, read_transcripts

BUNDLED = "bundled"
DEIDENTIFIED = "de-identified"

_FEWEST_TURNS = 2


@dataclass(frozen=True)
class Anchored:
    """What became of conversations: how many were taken in, how many were there already, and what was left out."""

    added: int
    known: int
    warnings: tuple[str, ...]


def add_anchors(
    study: Study, wanted: str, *, are_deidentified: bool = False, options: ReadOptions | None = None
) -> Anchored:
    """Take conversations of people into a study, as anchors for its raters.

    They are no dialogues of the study: no export, measure or list knows of them, and a task takes none along but the
    bundled ones, which are about nobody. The names of their files are not kept: these may name a patient.

    Parameters
    ----------
    study : Study
        Open for writing.
    wanted : str
        ``bundled`` for the references that come with the program; else the path of a transcript or a folder of these.
    are_deidentified : bool
        Whether a person vouches that nobody can be recognised in them.
    options : ReadOptions, optional
        How files are read.

    Raises
    ------
    SynthdialError
        When conversations of one's own are not said to be de-identified, or cannot be read, or are no conversations of
        people; nothing is taken in then.
    """
    reviews = Reviews(study)
    if reviews.is_task:
        raise SynthdialError(f"{study.path} is a task: what there is to read in it is settled.", "Add it to the study.")
    warnings: list[str] = []
    if wanted == BUNDLED:
        source, transcripts = BUNDLED, bundled_references()
    elif not are_deidentified:
        raise SynthdialError(
            f"Raters would be shown the conversations of {wanted}, which must be de-identified for that.",
            "Take out whatever points at a person, and say so with --anchors-are-deidentified; or mix in conversations "
            "about nobody with --anchors bundled.",
        )
    else:
        source = DEIDENTIFIED
        transcripts, warnings = read_transcripts([Path(wanted)], options)
    usable = []
    for transcript in transcripts:
        if problem := _problem(transcript):
            warnings.append(f"Left out: {transcript.path} {problem}.")
        else:
            usable.append(transcript.dialogue.merged())  # a change of line within a turn would tell it from a dialogue
    if not usable:
        raise SynthdialError(f"No conversation of {wanted} can be mixed in.", warnings[-1] if warnings else "")
    added = 0
    with reviews.writing():
        for conversation in usable:
            digest = hashlib.sha256(conversation.as_text().encode(errors="surrogatepass")).hexdigest()
            added += reviews.add_anchor(f"anchor-{digest[:12]}", source, conversation.turns)
    return Anchored(added, len(usable) - added, tuple(warnings))


def _problem(transcript: Transcript) -> str:
    conversation = transcript.dialogue
    if {"recipe", "model"} <= set(conversation.provenance):
        return f"holds '{conversation.id}', which a model wrote"
    if len(conversation.merged().turns) < _FEWEST_TURNS:
        return f"holds '{conversation.id}', in which only one speaks"
    return ""
