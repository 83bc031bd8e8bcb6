"""The turn-taking of reference conversations as aggregates: enough to plan new ones from, and no text.

Shares are smoothed, so that five conversations suffice: half a turn is added to each bin of a speaker's lengths, and
to what follows each kind of turn ten turns as that speaker usually takes them. Figures are rounded to four decimals.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthdial.dialogue import Dialogue, Speaker
from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically
from synthdial.metrics import Distributions
from synthdial.structure.counts import (
    BIN_NAMES,
    BIN_TOPS,
    CLASS_NAMES,
    EDGE,
    MEASURES,
    Counts,
    EdgeCounts,
    SpeakerCounts,
    TurnCounts,
)

FEWEST = 5
"""Fewer conversations could point at a person."""

_SCHEMA = "synthdial-edge turn-taking profile"
_VERSION = 1
_BACKING = 10.0
_ENOUGH_FOR_PERCENTILES = 10
_LARGEST = 1e6
_LARGEST_LEVEL_SD = 10.0  # of logarithms of lengths
_TOP = 1.2815515655446004  # the 90th percentile of a normal distribution, in standard deviations


@dataclass(frozen=True)
class Profile:
    """Aggregates of turn-taking.

    Attributes
    ----------
    conversations : int
        How many it was made from.
    content : mapping
        What stands in the file beside that: ``measures`` (mean, sd, 10th percentile, median and 90th over
        conversations), ``speakers`` (shares of turn lengths by bin, alone and after each kind of turn, questions,
        backchannels, utterances a turn), ``openings`` and ``closings``.
    """

    conversations: int
    content: Mapping[str, Any]

    def to_json(self) -> str:
        """The profile as a file holds it."""
        head = {"schema": _SCHEMA, "version": _VERSION, "conversations": self.conversations}
        return json.dumps({**head, **self.content}, ensure_ascii=False, indent=1) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the profile as a file holds it."""
        return hashlib.sha256(self.to_json().encode(errors="surrogatepass")).hexdigest()

    def lengths_after(self, speaker: Speaker, previous_words: str, previous_asks: bool) -> list[float]:
        """Shares of a speaker's turn lengths by bin after a turn of such a length that asks or does not."""
        for cell in self.content["speakers"][str(speaker)]["after"]:
            if (cell["previous_words"], cell["previous_asks"]) == (previous_words, previous_asks):
                return list(cell["turn_words"])
        raise KeyError(previous_words)


def build_profile(dialogues: Iterable[Dialogue]) -> Profile:
    """The profile of some conversations; their order does not matter.

    Raises
    ------
    SynthdialError
        When there is none.
    """
    counts = TurnCounts()
    for dialogue in dialogues:
        counts.add(dialogue)
    if not counts.conversations:
        raise SynthdialError("There is no conversation to make a profile of.")
    content = {
        "bins": list(BIN_NAMES),
        "measures": {name: _spread(counts.measures, name, counts.conversations) for name in MEASURES},
        "speakers": {str(speaker): _speaker(own) for speaker, own in counts.speakers.items()},
        "openings": [_edge(edge) for edge in counts.openings],
        "closings": [_edge(edge) for edge in counts.closings],
    }
    return Profile(counts.conversations, content)


def _round(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)


def _spread(measures: Distributions, name: str, conversations: int) -> dict[str, float | None]:
    figures = measures.summary(name)
    low, high = figures.p10, figures.p90
    if conversations < _ENOUGH_FOR_PERCENTILES:
        # of so few the outer percentiles would be the figures of single conversations
        low, high = figures.mean - _TOP * figures.sd, figures.mean + _TOP * figures.sd
    row = {"mean": figures.mean, "sd": figures.sd, "p10": low, "median": figures.median, "p90": high}
    return {key: _round(value) for key, value in row.items()}


def _shares(counts: Counts) -> list[float]:
    """Rounded shares that still add up to 1: what rounding leaves goes to the largest."""
    shares = np.round(counts / counts.sum(), 4)
    shares[shares.argmax()] += 1 - shares.sum()
    return [round(float(share), 4) for share in shares]


def _speaker(own: SpeakerCounts) -> dict[str, Any]:
    usual = (own.bins + 0.5) / (own.bins + 0.5).sum()
    tops = np.array([1, 2, 3.5, 6.5, 12.5, 24.5, 48.5, 90])
    after = []
    for length, name in enumerate(CLASS_NAMES):
        for asks in (False, True):
            place = length, int(asks)
            turns = own.turns_after[place]
            after.append({
                "previous_words": name,
                "previous_asks": asks,
                "turn_words": _shares(own.after[place] + _BACKING * usual),
                "asks": _share(own.questions_after[place], turns, own.questions_by_quarter.sum(), own.bins.sum()),
                "backchannel": _share(
                    own.backchannels_after[place], turns, own.backchannels_by_quarter.sum(), own.bins.sum()
                ),
            })  # fmt: skip
    return {
        "turn_words": _shares(own.bins + 0.5),
        "mean_words": [_round(value) for value in (own.words + 2 * tops) / (own.bins + 2)],
        "after": after,
        "asks_by_quarter": _shares_of(own.questions_by_quarter, own.turns_by_quarter),
        "asks_by_words": _shares_of(own.questions_by_words, own.turns_by_words),
        "backchannels_by_quarter": _shares_of(own.backchannels_by_quarter, own.turns_by_quarter),
        "utterances_a_turn": _shares(own.utterances + np.array([0.5, 0.25, 0.15, 0.1])),
        "level_sd": _round(float(np.std(own.levels, ddof=1)) if len(own.levels) > 1 else math.nan),
    }


def _share(part: float, whole: float, usual_part: float, usual_whole: float) -> float:
    """A share, drawn towards what is usual where few turns are counted."""
    usual = (usual_part + 0.5) / (usual_whole + 1)
    return round(float((part + _BACKING * usual) / (whole + _BACKING)), 4)


def _shares_of(part: Counts, whole: Counts) -> list[float]:
    return [_share(a, b, part.sum(), whole.sum()) for a, b in zip(part, whole, strict=True)]


def _edge(edge: EdgeCounts) -> dict[str, float]:
    """What stands at a place; half a turn of everything is added."""
    return {
        "doctor": round((edge.doctor + 0.5) / (edge.turns + 1), 4),
        "asks": round((edge.questions + 0.5) / (edge.turns + 1), 4),
        "backchannel": round((edge.backchannels + 0.5) / (edge.turns + 1), 4),
        "mean_words": round((edge.words + 10) / (edge.turns + 1), 4),
    }


def write_profile(profile: Profile, path: Path) -> None:
    """Write a profile; an older file is replaced when the new one is complete."""
    replace_atomically(path, [profile.to_json().encode()])


def read_profile(path: Path) -> Profile:
    """Read a profile.

    Raises
    ------
    SynthdialError
        When it cannot be read, is no profile, or one of a newer version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SynthdialError(f"The profile {path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise _no_profile(path) from error
    if not isinstance(content, dict) or content.pop("schema", None) != _SCHEMA:
        raise _no_profile(path)
    version = content.pop("version", None)
    if version != _VERSION:
        raise SynthdialError(f"The profile {path} has version {version}; this program reads version {_VERSION}.")
    conversations = content.pop("conversations", None)
    if not _is_count(conversations) or not _is_whole(content):
        raise SynthdialError(
            f"The profile {path} is damaged: a part is missing, a figure is out of range, or shares do not add up to "
            "1.",
            "Make it anew with 'synthdial-edge profile PATH... -o FILE'.",
        )
    return Profile(conversations, content)


def _no_profile(path: Path) -> SynthdialError:
    return SynthdialError(
        f"{path} is no turn-taking profile.", "Make one with 'synthdial-edge profile PATH... -o FILE'."
    )


def _is_whole(content: Mapping[str, Any]) -> bool:
    """Whether everything that plans are drawn from is there, and no figure is one that no conversation has."""
    try:
        edges = content["openings"], content["closings"]
        return (
            content["bins"] == list(BIN_NAMES)
            and all(_is_measure(content["measures"][name]) for name in MEASURES)
            and all(_is_speaker(content["speakers"][str(speaker)]) for speaker in Speaker)
            and all(len(places) == EDGE and all(map(_is_edge, places)) for places in edges)
        )
    except (LookupError, TypeError, ValueError):
        return False


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _are_shares(values: Any, count: int, *, whole: bool) -> bool:
    """Whether so many shares stand there, that add up to 1 where they are all of a whole."""
    known = isinstance(values, list) and len(values) == count and all(_is_number(value, 0, 1) for value in values)
    return known and (not whole or abs(sum(values) - 1) < 1e-3)


def _is_measure(row: Mapping[str, Any]) -> bool:
    figures = [row[key] for key in ("mean", "p10", "median", "p90")]
    return all(value is None or _is_number(value, -_LARGEST, _LARGEST) for value in figures) and (
        row["sd"] is None or _is_number(row["sd"], 0, _LARGEST)
    )


def _is_edge(row: Mapping[str, Any]) -> bool:
    shares = [row[key] for key in ("doctor", "asks", "backchannel")]
    return _are_shares(shares, 3, whole=False) and _is_number(row["mean_words"], 0, _LARGEST)


def _is_speaker(own: Mapping[str, Any]) -> bool:
    lows, highs = (1, *(top + 1 for top in BIN_TOPS)), (*BIN_TOPS, _LARGEST)
    places = [(name, asks) for name in CLASS_NAMES for asks in (False, True)]
    return (
        _are_shares(own["turn_words"], len(BIN_NAMES), whole=True)
        and len(own["mean_words"]) == len(BIN_NAMES)
        and all(map(_is_number, own["mean_words"], lows, highs))
        and [(cell["previous_words"], cell["previous_asks"]) for cell in own["after"]] == places
        and all(
            _are_shares(cell["turn_words"], len(BIN_NAMES), whole=True)
            and _are_shares([cell["asks"], cell["backchannel"]], 2, whole=False)
            for cell in own["after"]
        )
        and all(
            _are_shares(own[key], 4, whole=False)
            for key in ("asks_by_quarter", "asks_by_words", "backchannels_by_quarter")
        )
        and _are_shares(own["utterances_a_turn"], 4, whole=True)
        and (own["level_sd"] is None or _is_number(own["level_sd"], 0, _LARGEST_LEVEL_SD))
    )


def describe(profile: Profile) -> str:
    """What stands in a profile, in words for whoever decides whether it may leave the room."""
    measures = profile.content["measures"]
    doctor, patient = (profile.content["speakers"][str(speaker)] for speaker in Speaker)

    def mean(name: str) -> str:
        value = measures[name]["mean"]
        return "unknown" if value is None else f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"

    percentiles = "the 10th, 50th and 90th percentile"
    if profile.conversations < _ENOUGH_FOR_PERCENTILES:
        percentiles = (
            "the median, and mean ± 1.28 standard deviations in place of percentiles, which would be single ones"
        )
    short = [100 * (own["turn_words"][0] + own["turn_words"][1]) for own in (doctor, patient)]
    return "\n".join([
        f"This profile was made from {profile.conversations} conversations. It holds numbers only.",
        "",
        "In it are:",
        f"- for {len(MEASURES)} measures of turn-taking over all conversations: mean, deviation, {percentiles};",
        "- for doctor and patient: shares of turns by length, after any turn and after each kind of turn; how often "
        "they ask and give a short sign of listening, by quarter of a conversation; utterances a turn; how much their "
        "usual length differs between conversations;",
        "- for the first and the last four turns: who speaks, how long, whether it is a question, on average.",
        "Shares are smoothed and all figures rounded to four decimals; smallest and largest values are left out.",
        "",
        "Not in it are: any word that was said, names, dates, places, file names, the figures of one conversation.",
        "",
        f"For example: on average {mean('n_turns')} turns and {mean('n_words')} words a conversation, coefficient of "
        f"variation of the words of a turn {mean('cv')}, {mean('question_share')} of turns ask; of the doctor's turns "
        f"{short[0]:.0f} % have one or two words, of the patient's {short[1]:.0f} %.",
    ])  # fmt: skip
