"""One walk through a study: how its dialogues were made, how long they are, and a sample to set beside references."""

import hashlib
import heapq
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synthdial.dialogue import Dialogue
from synthdial.metrics import Distributions, Measurer, Summary
from synthdial.study import Study

LENGTHS = ("n_turns", "n_words", "words_per_turn")
"""Measures of how long a dialogue is."""

MOST_COMPARED = 1000
"""Dialogues that are set beside references, all groups together; of more as many are drawn."""

MOST_GROUPS = 12
"""Groups that are set beside references."""

_CHUNK = 512
_BARS = 14
# what the comparison reads of a dialogue's provenance: the rest would fill the memory
_COMPARED = ("scenario", "mean_log_probability", "forced_ends", "tokens", "seconds", "slots")


@dataclass(frozen=True)
class Made:
    """A recipe, and what its dialogues tell of how they were written.

    Attributes
    ----------
    id : str
        Digest of the recipe.
    content : mapping
        The recipe as plain values.
    dialogues : int
        How many of the study are of it.
    references : tuple of int
        Reference conversations in the prompt, each number that was noted.
    ended : mapping of str to int
        What ended the dialogues, and how many.
    first, last : str
        When the first and the last one was written, ISO 8601; empty where it was not noted.
    versions, builds : tuple of str
        Versions of this program and of llama.cpp.
    """

    id: str
    content: Mapping[str, Any]
    dialogues: int
    references: tuple[int, ...]
    ended: Mapping[str, int]
    first: str
    last: str
    versions: tuple[str, ...]
    builds: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """How one measure of length is distributed: its summary, and the 25th and 75th percentile."""

    summary: Summary
    p25: float
    p75: float


@dataclass(frozen=True)
class Histogram:
    """Dialogues by length: ``counts`` of them lie between neighbouring ``edges``, the upper one excluded."""

    name: str
    edges: tuple[int, ...]
    counts: tuple[int, ...]
    median: float


@dataclass(frozen=True)
class Group:
    """The dialogues of one preset and model.

    Attributes
    ----------
    preset, model : str
        What they share.
    dialogues : int
        How many.
    spreads : tuple of Spread
        Of ``LENGTHS``.
    sample : tuple of Dialogue
        All of them, or as many as are compared, drawn by a digest of the seed and their ids; provenance shortened.
    """

    preset: str
    model: str
    dialogues: int
    spreads: tuple[Spread, ...]
    sample: tuple[Dialogue, ...] = field(repr=False)


@dataclass(frozen=True)
class Walked:
    """What a walk found.

    Attributes
    ----------
    dialogues : int
        In the study.
    recipes : tuple of Made
        In the order they were first used; those without a dialogue too.
    groups : tuple of Group
        In the order they came.
    spreads : tuple of Spread
        Of all dialogues, for each of ``LENGTHS``.
    histograms : tuple of Histogram
        Of turns and of words.
    """

    dialogues: int
    recipes: tuple[Made, ...]
    groups: tuple[Group, ...]
    spreads: tuple[Spread, ...]
    histograms: tuple[Histogram, ...]

    @property
    def newest(self) -> str:
        """When the newest dialogue was written; empty where none says."""
        return max((made.last for made in self.recipes), default="")


class _Lengths:
    """The distributions of lengths, filled in pieces."""

    def __init__(self) -> None:
        self.distributions = Distributions(LENGTHS)
        self._waiting: list[Any] = []

    def add(self, row: Any) -> None:
        self._waiting.append(row)
        if len(self._waiting) == _CHUNK:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self.distributions.add(np.array(self._waiting))
            self._waiting = []

    def spreads(self) -> tuple[Spread, ...]:
        self.flush()
        found = self.distributions
        return tuple(Spread(found.summary(name), *found.quantiles(name, (0.25, 0.75))) for name in LENGTHS)


class _Sample:
    """The dialogues whose digests are lowest: a sample that does not depend on the order they came in."""

    def __init__(self, size: int, seed: int) -> None:
        self._size, self._seed = size, seed
        self._held: list[tuple[int, int, Dialogue]] = []  # the highest digest first

    def add(self, place: int, dialogue: Dialogue) -> None:
        drawn = hashlib.sha256(f"{self._seed}:{dialogue.id}".encode(errors="replace")).digest()
        kept = {key: dialogue.provenance[key] for key in _COMPARED if key in dialogue.provenance}
        entry = (-int.from_bytes(drawn[:8], "big"), -place, Dialogue(dialogue.id, dialogue.turns, kept))
        if len(self._held) < self._size:
            heapq.heappush(self._held, entry)
        else:
            heapq.heappushpop(self._held, entry)

    def drawn(self, size: int) -> tuple[Dialogue, ...]:
        lowest = sorted(self._held, key=lambda entry: entry[:2], reverse=True)[:size]
        return tuple(dialogue for _, _, dialogue in sorted(lowest, key=lambda entry: -entry[1]))


class _Notes:
    """What the dialogues of one recipe noted."""

    def __init__(self) -> None:
        self.dialogues = 0
        self.references: set[int] = set()
        self.ended: Counter[str] = Counter()
        self.first = self.last = ""
        self.versions: set[str] = set()
        self.builds: set[str] = set()

    def add(self, made: Mapping[str, Any]) -> None:
        self.dialogues += 1
        if isinstance(count := made.get("references"), int):
            self.references.add(count)
        if isinstance(end := made.get("ended_by"), str):
            self.ended[end] += 1
        if isinstance(date := made.get("date"), str):
            self.first = min(self.first or date, date)
            self.last = max(self.last, date)
        for kept, key in ((self.versions, "version"), (self.builds, "llama_cpp")):
            if made.get(key):
                kept.add(str(made[key]))


def walk(study: Study, *, seed: int = 0) -> Walked:
    """Read a study once, a dialogue at a time.

    Parameters
    ----------
    study : Study
        It may be open for reading only.
    seed : int
        Draws another sample where not all are compared.

    Raises
    ------
    SynthdialError
        When the study cannot be read.
    """
    recipes = study.recipes()
    by_start = {key[:8]: key for key in recipes}  # a dialogue's id begins so
    notes: dict[str, _Notes] = {key: _Notes() for key in recipes}
    lengths: dict[tuple[str, str], _Lengths] = {}
    samples: dict[tuple[str, str], _Sample] = {}
    whole = _Lengths()
    measurer = Measurer(metrics=LENGTHS)
    count = 0
    for dialogue in study.dialogues():
        noted = dialogue.provenance
        recipe = by_start.get(dialogue.id[:8], "")
        content = recipes.get(recipe, noted)
        if recipe:
            notes[recipe].add(noted)
        key = str(content.get("preset") or ""), str(content.get("model") or "")
        if key not in lengths:
            lengths[key] = _Lengths()
            samples[key] = _Sample(MOST_COMPARED if len(samples) < MOST_GROUPS else 0, seed)
        row = measurer.row(dialogue)
        whole.add(row)
        lengths[key].add(row)
        samples[key].add(count, dialogue)
        count += 1
    each = MOST_COMPARED // max(1, min(len(samples), MOST_GROUPS))
    groups = tuple(
        Group(*key, found.spreads()[0].summary.n, found.spreads(), samples[key].drawn(each))
        for key, found in lengths.items()
    )
    spreads = whole.spreads()
    drawn = tuple(_histogram(whole.distributions, name) for name in LENGTHS[:2]) if count else ()
    made = tuple(_made(key, recipes[key], notes[key]) for key in recipes)
    return Walked(count, made, groups, spreads, drawn)


def _made(key: str, content: Mapping[str, Any], notes: _Notes) -> Made:
    return Made(
        id=key,
        content=content,
        dialogues=notes.dialogues,
        references=tuple(sorted(notes.references)),
        ended=dict(sorted(notes.ended.items())),
        first=notes.first,
        last=notes.last,
        versions=tuple(sorted(notes.versions)),
        builds=tuple(sorted(notes.builds)),
    )


def _histogram(distributions: Distributions, name: str) -> Histogram:
    values, counts = distributions.spread(name)
    low, high = math.floor(values[0]), math.floor(values[-1])
    width = _round_width((high - low + 1) / _BARS)
    start = low // width * width
    edges = tuple(range(start, high + width + 1, width))
    place = ((values - start) // width).astype(np.intp)
    heights = np.bincount(place, weights=counts, minlength=len(edges) - 1)
    median = distributions.quantiles(name, (0.5,))[0]
    return Histogram(name, edges, tuple(round(height) for height in heights.tolist()), median)


def _round_width(width: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50 ... that is not less."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= width:
                return step * power
        power *= 10
