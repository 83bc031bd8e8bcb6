"""What everything passes around: a speaker, a turn, a dialogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from synthdial._core.words import count_words


class Speaker(StrEnum):
    """One of the two roles of a conversation; the value is the label that is written.

    Who accompanies the patient speaks on the patient's side, who assists the doctor on the doctor's.
    """

    DOCTOR = "Arts"
    PATIENT = "Patiënt"

    @property
    def other(self) -> "Speaker":
        """The other role."""
        return Speaker.PATIENT if self is Speaker.DOCTOR else Speaker.DOCTOR


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says before the other does, or one utterance of it.

    Attributes
    ----------
    speaker : Speaker
        The role.
    text : str
        The words, on one line, without the label.
    """

    speaker: Speaker
    text: str

    @property
    def words(self) -> int:
        """Length in words."""
        return count_words(self.text)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation, read or generated.

    Attributes
    ----------
    id : str
        Unique within its study or folder.
    turns : tuple of Turn
        In the order they were spoken.
    provenance : mapping
        How it came to be: for a generated dialogue the recipe and the run (see ``docs/reference.md``), for a
        transcript where it was read.
    """

    id: str
    turns: tuple[Turn, ...]
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """Length in words, labels not counted."""
        return sum(turn.words for turn in self.turns)

    def merged(self) -> "Dialogue":
        """The dialogue with neighbouring utterances of one speaker joined into one turn."""
        turns: list[Turn] = []
        for turn in self.turns:
            if turns and turns[-1].speaker is turn.speaker:
                turns[-1] = Turn(turn.speaker, f"{turns[-1].text} {turn.text}")
            else:
                turns.append(turn)
        return Dialogue(self.id, tuple(turns), self.provenance)

    def as_text(self) -> str:
        """The dialogue as a labelled transcript, one utterance a line."""
        # a line within an utterance could otherwise be taken for another's
        return "".join(f"{turn.speaker}: {' '.join(turn.text.splitlines())}\n" for turn in self.turns)
