"""Count how people take turns, conversation by conversation: numbers only, no words are kept."""

import itertools
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from synthdial.dialogue import Dialogue, Speaker
from synthdial.metrics import Distributions, Measurer

BIN_TOPS = (1, 2, 4, 8, 16, 32, 64)
"""The longest turn of each bin; the last bin has no longest."""
BIN_NAMES = ("1", "2", "3-4", "5-8", "9-16", "17-32", "33-64", "65+")
CLASS_NAMES = ("1-2", "3-8", "9-32", "33+")
MEASURES = (
    "n_turns",
    "n_words",
    "words_per_turn",
    "cv",
    "burstiness",
    "gini",
    "short_turn_share",
    "backchannel_share",
    "lag1",
    "length_entropy",
    "switch_rate",
    "dominance",
    "question_share",
    "doctor_question_share",
    "patient_question_share",
    "hesitations",
    "mattr",
)
EDGE = 4
"""Turns at the beginning and at the end of which each has figures of its own."""

Counts = npt.NDArray[np.float64]


def bin_of(words: int) -> int:
    """The bin of a turn's length; a turn without words counts as one of one word."""
    return sum(words > top for top in BIN_TOPS)


def class_of(words: int) -> int:
    """The class of the turn before: two bins each."""
    return bin_of(words) // 2


@dataclass
class SpeakerCounts:
    """What one speaker does. ``after`` is indexed by the class of the turn before and whether that one asks."""

    bins: Counts = field(default_factory=lambda: np.zeros(8))
    words: Counts = field(default_factory=lambda: np.zeros(8))
    after: Counts = field(default_factory=lambda: np.zeros((4, 2, 8)))
    turns_by_quarter: Counts = field(default_factory=lambda: np.zeros(4))
    questions_by_quarter: Counts = field(default_factory=lambda: np.zeros(4))
    backchannels_by_quarter: Counts = field(default_factory=lambda: np.zeros(4))
    turns_after: Counts = field(default_factory=lambda: np.zeros((4, 2)))
    questions_after: Counts = field(default_factory=lambda: np.zeros((4, 2)))
    backchannels_after: Counts = field(default_factory=lambda: np.zeros((4, 2)))
    turns_by_words: Counts = field(default_factory=lambda: np.zeros(4))
    questions_by_words: Counts = field(default_factory=lambda: np.zeros(4))
    utterances: Counts = field(default_factory=lambda: np.zeros(4))
    levels: list[float] = field(default_factory=list)


@dataclass
class EdgeCounts:
    """What stands at one place at the beginning or end of conversations."""

    turns: int = 0
    doctor: int = 0
    questions: int = 0
    backchannels: int = 0
    words: int = 0


class TurnCounts:
    """Everything that a profile is made of."""

    def __init__(self) -> None:
        self.conversations = 0
        self.measures = Distributions(MEASURES)
        self.speakers = {speaker: SpeakerCounts() for speaker in Speaker}
        self.openings = [EdgeCounts() for _ in range(EDGE)]
        self.closings = [EdgeCounts() for _ in range(EDGE)]
        self._measurer = Measurer(metrics=MEASURES)
        self._single = Measurer(metrics=("backchannel_share",))

    def add(self, dialogue: Dialogue) -> None:
        """Count a conversation."""
        turns = dialogue.merged().turns
        if not turns:
            return
        self.conversations += 1
        self.measures.add(self._measurer.row(dialogue)[None, :])
        lengths = [max(1, turn.words) for turn in turns]
        asks = ["?" in turn.text for turn in turns]
        backchannels = [self._is_backchannel(dialogue.id, turn) for turn in turns]
        for k, turn in enumerate(turns):
            own = self.speakers[turn.speaker]
            length, quarter = bin_of(lengths[k]), 4 * k // len(turns)
            own.bins[length] += 1
            own.words[length] += lengths[k]
            own.turns_by_quarter[quarter] += 1
            own.questions_by_quarter[quarter] += asks[k]
            own.backchannels_by_quarter[quarter] += backchannels[k]
            own.turns_by_words[class_of(lengths[k])] += 1
            own.questions_by_words[class_of(lengths[k])] += asks[k]
            if k:
                before = class_of(lengths[k - 1]), int(asks[k - 1])
                own.after[(*before, length)] += 1
                own.turns_after[before] += 1
                own.questions_after[before] += asks[k]
                own.backchannels_after[before] += backchannels[k]
        for who, group in itertools.groupby(dialogue.turns, key=lambda turn: turn.speaker):
            self.speakers[who].utterances[min(len(list(group)), 4) - 1] += 1
        for speaker, own in self.speakers.items():
            logs = [np.log(length) for length, turn in zip(lengths, turns, strict=True) if turn.speaker is speaker]
            if logs:
                own.levels.append(float(np.mean(logs)))
        for edges, order in ((self.openings, range(len(turns))), (self.closings, range(len(turns) - 1, -1, -1))):
            for edge, k in zip(edges, order, strict=False):
                edge.turns += 1
                edge.doctor += turns[k].speaker is Speaker.DOCTOR
                edge.questions += asks[k]
                edge.backchannels += backchannels[k]
                edge.words += lengths[k]

    def _is_backchannel(self, name: str, turn: object) -> bool:
        return bool(self._single.row(Dialogue(name, (turn,)))[0] == 1.0)  # type: ignore[arg-type]
