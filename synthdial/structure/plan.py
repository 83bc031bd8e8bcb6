"""The plan of a dialogue: who says how many words, in what kind of turn, in which phase; sampled from a profile.

Many plans are drawn turn by turn, each length depending on the turn before. How regular a whole conversation is varies
from one to the next: so the figures of one are drawn from the profile as well, and the plan that comes nearest is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from synthdial.dialogue import Speaker
from synthdial.errors import SynthdialError
from synthdial.structure.counts import BIN_TOPS, EDGE, class_of
from synthdial.structure.profile import Profile

LONGEST_TURN = 160
FEWEST_WORDS = 60
_DRAWN = 256
# figures of a whole conversation that a plan is chosen by; the others follow from these
_STEERED = (
    "words_per_turn",
    "cv",
    "gini",
    "short_turn_share",
    "backchannel_share",
    "lag1",
    "length_entropy",
    "dominance",
    "doctor_question_share",
    "patient_question_share",
)
_SPEAKERS = (Speaker.DOCTOR, Speaker.PATIENT)
_CLASSES = np.array([class_of(words) for words in range(LONGEST_TURN + 1)])
_NARROW = 0.25  # a figure that hardly varies in few references is not worth more than this share of the usual spread

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Kind(StrEnum):
    """What a turn does."""

    STATEMENT = "statement"
    QUESTION = "question"
    ANSWER = "answer"
    BACKCHANNEL = "backchannel"


@dataclass(frozen=True, slots=True)
class PlannedTurn:
    """One utterance of a plan.

    Attributes
    ----------
    speaker : Speaker
        Who speaks; the same as before where a speaker goes on.
    words : int
        Its length, from 1.
    kind : Kind
        A question asks somewhere; an answer follows a question; a backchannel is one to three words of a listener.
    phase : str
        The phase of the consultation.
    """

    speaker: Speaker
    words: int
    kind: Kind
    phase: str


class _Speaker:
    """What a profile says of one speaker, as tables to draw from."""

    def __init__(self, own: Mapping[str, Any]) -> None:
        after = own["after"]
        self.usual = np.array(own["turn_words"])
        self.bins = np.cumsum([cell["turn_words"] for cell in after], axis=1)  # (8 cells, 8 bins)
        self.asks = np.array([cell["asks"] for cell in after])
        short = np.array([sum(cell["turn_words"][:2]) + cell["turn_words"][2] / 2 for cell in after])
        # of many conversations the smallest shares are rounded to 0
        self.backchannel = np.clip(np.array([cell["backchannel"] for cell in after]) / np.maximum(short, 1e-9), 0, 0.95)
        overall = float(np.mean(own["asks_by_quarter"])) or 1.0
        self.asks_by_words = np.array(own["asks_by_words"]) / overall
        self.mean_words = np.array(own["mean_words"])
        self.lengths = np.array([_within(k, mean) for k, mean in enumerate(self.mean_words)])
        self.mean = float(self.usual @ self.mean_words)
        # the spread of speakers' levels, less what so few turns vary by themselves
        centres = np.log(self.mean_words)
        spread = self.usual @ centres**2 - (self.usual @ centres) ** 2
        self.level_sd = float(np.sqrt(max(0.0, (own["level_sd"] or 0.0) ** 2 - spread / 25)))
        self.utterances = np.array(own["utterances_a_turn"])


def _within(at: int, mean: float) -> Floats:
    """Cumulative shares of the lengths 1 to LONGEST_TURN inside a bin, so tilted that their mean is the profile's."""
    low = BIN_TOPS[at - 1] + 1 if at else 1
    high = BIN_TOPS[at] if at < len(BIN_TOPS) else LONGEST_TURN
    words = np.arange(low, high + 1)
    below, above = -2.0, 2.0
    for _ in range(60):
        tilt = (below + above) / 2
        weights = np.exp(tilt * (words - words.mean()) / max(1.0, words.std()) * 3)
        weights /= weights.sum()
        if weights @ words < mean:
            below = tilt
        else:
            above = tilt
    shares = np.zeros(LONGEST_TURN)
    shares[low - 1 : high] = weights
    cumulative: Floats = np.cumsum(shares)
    cumulative /= cumulative[-1]
    return cumulative


class Planner:
    """Draws plans from a profile.

    Parameters
    ----------
    profile : Profile
        How the references take turns.
    """

    def __init__(self, profile: Profile) -> None:
        content = profile.content
        self._speakers = [_Speaker(content["speakers"][str(speaker)]) for speaker in _SPEAKERS]
        self._openings, self._closings = content["openings"], content["closings"]
        self._measures = content["measures"]

    def plan(self, words: int, phases: Sequence[tuple[str, float]], seed: int) -> list[PlannedTurn]:
        """A plan of about so many words.

        Parameters
        ----------
        words : int
            Words of the whole, from 60.
        phases : sequence of (str, float)
            Phases in order, and the share of the words that each takes; the shares sum to 1.
        seed : int
            The same seed gives the same plan.

        Returns
        -------
        list of PlannedTurn
            Utterances in order.

        Raises
        ------
        SynthdialError
            When fewer words are asked for.
        """
        if words < FEWEST_WORDS:
            raise SynthdialError(
                f"A planned dialogue of {words} words is too short to have the structure of a conversation.",
                f"Ask for {FEWEST_WORDS} words or more, or use --preset plain.",
            )
        chance = np.random.default_rng(seed)
        drawn = _Drawn(self._speakers, self._openings, self._closings, words, chance)
        chosen = self._nearest(drawn.figures(), chance)
        turns = drawn.turns(chosen)
        return _phased(self._utterances(turns, chance), phases)

    def _nearest(self, figures: Mapping[str, Floats], chance: np.random.Generator) -> int:
        distance = np.zeros(_DRAWN)
        for name in _STEERED:
            mean, sd = self._measures[name]["mean"], self._measures[name]["sd"]
            if mean is None:
                continue
            own = figures[name]
            spread = max(sd or 0.0, _NARROW * float(own.std())) or 1.0
            distance += ((own - chance.normal(mean, sd or 0.0)) / spread) ** 2
        return int(distance.argmin())

    def _utterances(self, turns: list[PlannedTurn], chance: np.random.Generator) -> list[PlannedTurn]:
        """Let speakers go on: cut turns, the longer ones rather, until there are as many utterances as people make."""
        rate = self._measures["switch_rate"]
        target = chance.normal(rate["mean"] or 1.0, rate["sd"] or 0.0)
        most = max(0, round((len(turns) - 1) / min(1.0, max(0.3, target))) + 1 - len(turns))
        long = [k for k, turn in enumerate(turns) if turn.words >= 6]
        weights = np.array([turns[k].words ** 0.5 for k in long])
        cuts = (
            chance.choice(long, size=min(most, len(long)), replace=False, p=weights / weights.sum()).tolist()
            if long
            else []
        )
        made: list[PlannedTurn] = []
        for k, turn in enumerate(turns):
            if k not in cuts:
                made.append(turn)
                continue
            first = int(np.clip(round(turn.words * chance.beta(2, 2)), 2, turn.words - 2))
            asks = turn.kind is Kind.QUESTION
            # who goes on after a pause asks at the end
            kinds = (Kind.STATEMENT if asks else turn.kind, Kind.QUESTION if asks else Kind.STATEMENT)
            made.append(PlannedTurn(turn.speaker, first, kinds[0], turn.phase))
            made.append(PlannedTurn(turn.speaker, turn.words - first, kinds[1], turn.phase))
        return made


class _Drawn:
    """Many plans, drawn side by side: a row a plan, a column a turn."""

    def __init__(
        self,
        speakers: Sequence[_Speaker],
        openings: Sequence[Mapping[str, float]],
        closings: Sequence[Mapping[str, float]],
        words: int,
        chance: np.random.Generator,
    ) -> None:
        self._speakers, self._chance = speakers, chance
        self._bins = np.array([own.bins for own in speakers])
        self._within = np.array([own.lengths for own in speakers])
        self._asks = np.array([own.asks for own in speakers])
        self._asks_by_words = np.array([own.asks_by_words for own in speakers])
        self._backchannel = np.array([own.backchannel for own in speakers])
        self._level = np.exp([chance.normal(0, own.level_sd, _DRAWN) for own in speakers])
        self._first = (chance.random(_DRAWN) >= openings[0]["doctor"]).astype(int)  # 0 where the doctor begins
        columns: list[tuple[Ints, Bools, Bools]] = []
        state = np.zeros(_DRAWN, int)  # the cell of the turn before
        total = np.zeros(_DRAWN)
        while total.min() < words:  # a turn has a word at least
            edge = openings[len(columns)] if len(columns) < min(EDGE, len(openings)) else None
            column, state = self._column(len(columns), state, edge)
            columns.append(column)
            total += column[0]
        self.lengths = np.array([column[0] for column in columns]).T
        self.asking = np.array([column[1] for column in columns]).T
        self.backing = np.array([column[2] for column in columns]).T
        self.counts = 1 + np.argmax(np.cumsum(self.lengths, axis=1) >= words, axis=1)
        self._close(closings)

    def _speaker(self, at: int) -> Ints:
        return (self._first + at) % 2

    def _column(self, at: int, state: Ints, edge: Mapping[str, float] | None) -> tuple[tuple[Ints, Bools, Bools], Ints]:
        who = self._speaker(at)
        rows = np.arange(_DRAWN)
        bins = (self._chance.random(_DRAWN)[:, None] > self._bins[who, state]).sum(axis=1).clip(0, 7)
        lengths = 1 + (self._chance.random(_DRAWN)[:, None] > self._within[who, bins]).sum(axis=1)
        scale = self._level[who, rows]
        if edge is not None:
            means = np.array([own.mean for own in self._speakers])[who]
            scale = scale * np.clip(edge["mean_words"] / means, 0.3, 3)
        lengths = np.where(lengths > 2, np.round(lengths * scale), lengths).clip(1, LONGEST_TURN).astype(int)
        classes = _CLASSES[lengths]
        asking_chance = edge["asks"] if edge is not None else self._asks[who, state]
        asking = self._chance.random(_DRAWN) < asking_chance * self._asks_by_words[who, classes]
        backing = (lengths <= 3) & ~asking & (self._chance.random(_DRAWN) < self._backchannel[who, state])
        return (lengths, asking, backing), 2 * classes + asking

    def _close(self, closings: Sequence[Mapping[str, float]]) -> None:
        """Make the last turns as long as last turns are, and let them ask no more than those do."""
        rows = np.arange(_DRAWN)
        usual = np.array([own.mean for own in self._speakers])
        for back, edge in enumerate(closings[:EDGE]):
            at = (self.counts - 1 - back).clip(0)
            scale = np.clip(edge["mean_words"] / usual[(self._first + at) % 2], 0.3, 3)
            lengths = self.lengths[rows, at]
            scaled = np.where(lengths > 2, np.round(lengths * scale), lengths).clip(1, LONGEST_TURN)
            asking = (self._chance.random(_DRAWN) < edge["asks"]) & (lengths > 2)
            self.lengths[rows, at] = scaled
            self.asking[rows, at] = asking
            self.backing[rows, at] &= ~asking & (scaled <= 3)

    def figures(self) -> dict[str, Floats]:
        """The figures of each plan."""
        at = np.arange(self.lengths.shape[1])
        inside = at < self.counts[:, None]
        n = self.counts.astype(float)
        lengths = np.where(inside, self.lengths, 0).astype(float)
        mean = lengths.sum(axis=1) / n
        deviation = np.where(inside, lengths - mean[:, None], 0)
        variance = (deviation**2).sum(axis=1) / n
        doctor = ((self._first[:, None] + at) % 2 == 0) & inside
        patient = inside & ~doctor
        share = (lengths * doctor).sum(axis=1) / lengths.sum(axis=1)
        ranked = np.sort(lengths, axis=1)  # what lies outside is 0 and comes first
        places = at - (lengths.shape[1] - n)[:, None] + 1
        gini = 2 * (ranked * places.clip(0)).sum(axis=1) / (n * lengths.sum(axis=1)) - (n + 1) / n
        bins = (lengths[:, :, None] > np.array(BIN_TOPS)).sum(axis=2)
        shares = np.array([((bins == k) & inside).sum(axis=1) / n for k in range(8)])
        entropy = -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=0)
        product = (deviation[:, 1:] * deviation[:, :-1]).sum(axis=1)
        return {
            "words_per_turn": mean,
            "cv": np.sqrt(variance) / mean,
            "gini": gini,
            "short_turn_share": ((lengths <= 2) & inside).sum(axis=1) / n,
            "backchannel_share": (self.backing & inside).sum(axis=1) / n,
            "lag1": product / np.maximum(variance * n, 1e-9),
            "length_entropy": entropy,
            "dominance": np.maximum(share, 1 - share),
            "doctor_question_share": (self.asking & doctor).sum(axis=1) / np.maximum(1, doctor.sum(axis=1)),
            "patient_question_share": (self.asking & patient).sum(axis=1) / np.maximum(1, patient.sum(axis=1)),
        }

    def turns(self, row: int) -> list[PlannedTurn]:
        """One of the plans, without phases yet."""
        made: list[PlannedTurn] = []
        asked = False
        for at in range(int(self.counts[row])):
            speaker = _SPEAKERS[int(self._first[row] + at) % 2]
            asks, backs = bool(self.asking[row, at]), bool(self.backing[row, at])
            kind = Kind.QUESTION if asks else Kind.BACKCHANNEL if backs else Kind.ANSWER if asked else Kind.STATEMENT
            made.append(PlannedTurn(speaker, int(self.lengths[row, at]), kind, ""))
            asked = asks
        return made


def _phased(turns: Sequence[PlannedTurn], phases: Sequence[tuple[str, float]]) -> list[PlannedTurn]:
    """The turns with their phases: the one in which the middle of a turn lies."""
    total = sum(turn.words for turn in turns)
    ends = np.cumsum([share for _, share in phases]) * total
    before = 0
    made = []
    for turn in turns:
        at = min(int(np.searchsorted(ends, before + turn.words / 2)), len(phases) - 1)
        made.append(PlannedTurn(turn.speaker, turn.words, turn.kind, phases[at][0]))
        before += turn.words
    return made
