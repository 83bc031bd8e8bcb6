"""All that is known of a corpus: how each measure is distributed, and how much its dialogues repeat one another."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthdial.dialogue import Dialogue
from synthdial.metrics.distribution import Distributions, Summary
from synthdial.metrics.measurer import Measurer
from synthdial.metrics.redundancy import self_bleu
from synthdial.metrics.sketch import DialogueSample, DistinctCounter, NearDuplicates, Sampled

_CHUNK = 512
LONGEST = 200
"""Turns of so many words and more are counted together."""


@dataclass(frozen=True)
class CorpusFigures:
    """A corpus in figures.

    Attributes
    ----------
    dialogues : int
        How many.
    measures : tuple of Summary
        How each measure of a dialogue is distributed.
    distinct : tuple of float
        Different 1-, 2- and 3-grams of all dialogues together, as a share of all; an estimate within 0.3 % from 131,072
        different ones on.
    self_bleu : float
        Mean BLEU-4 of each of at most 200 dialogues, drawn by a hash, against the others; nan below two.
    near_duplicate_share : float
        Share of dialogues whose runs of five words are at least half those of another's (Jaccard, by MinHash).
    openings : tuple of (str, float)
        The most frequent first three words and their share; from 4,096 dialogues drawn by a hash where there are more.
    """

    dialogues: int
    measures: tuple[Summary, ...]
    distinct: tuple[float, float, float]
    self_bleu: float
    near_duplicate_share: float
    openings: tuple[tuple[str, float], ...]


class CorpusAccumulator:
    """Collects a corpus a dialogue at a time, in bounded memory; two of the same measures merge to the same answer.

    Parameters
    ----------
    names : sequence of str
        The measures whose distributions are kept.
    seed : int
        Draws another sample for self-BLEU and openings.

    Attributes
    ----------
    turn_lengths : array of int
        How many turns have 0, 1, 2, ... words; the last place counts longer ones too.
    """

    def __init__(self, names: Sequence[str], *, seed: int = 0) -> None:
        self.distributions = Distributions(names)
        self.sample = DialogueSample()
        self._seed = seed.to_bytes(8, "little", signed=True)
        self._distinct = [DistinctCounter() for _ in range(3)]
        self._grams = [0, 0, 0]
        self._copies = NearDuplicates()
        self._rows: list[np.ndarray] = []
        self.turn_lengths = np.zeros(LONGEST + 1, np.int64)

    def add(self, dialogue: Dialogue, measurer: Measurer) -> None:
        """Measure a dialogue and add it; the measurer has the names given above."""
        row = measurer.row(dialogue)
        self._rows.append(row)
        if len(self._rows) == _CHUNK:
            self.settle()
        core = measurer.core
        self.turn_lengths += np.bincount(np.minimum(core.turn_lengths(), LONGEST), minlength=LONGEST + 1)
        hashes = core.shingles(1)
        self._grams[0] += len(hashes)
        self._distinct[0].add(core.type_hashes())
        for n in (2, 3):
            grams = core.gram_hashes(n)
            self._grams[n - 1] += len(grams)
            self._distinct[n - 1].add(grams)
        self._copies.add(core.signature())
        text = hashlib.blake2b(hashes.tobytes(), digest_size=8, key=self._seed)
        text.update(dialogue.id.encode("utf-8", "surrogatepass"))
        key = int.from_bytes(text.digest(), "little")
        if self.sample.wants(key):
            words = core.joined_words() if self.sample.wants_words(key) else ""
            self.sample.add(Sampled(key, core.opening(), row.tobytes(), words))

    def settle(self) -> None:
        """Count what was added last; called by all that needs it."""
        if self._rows:
            self.distributions.add(np.array(self._rows))
            self._rows = []

    def pack(self) -> None:
        """Make it small, for its way to another process or file."""
        self.settle()
        self.sample.settle()
        self._copies.settle()
        for counter in self._distinct:
            counter.settle()

    def merge(self, other: "CorpusAccumulator") -> None:
        """Add all dialogues of another."""
        self.settle()
        other.pack()
        self.turn_lengths += other.turn_lengths
        self.distributions.merge(other.distributions)
        self.sample.merge(other.sample)
        self._copies.merge(other._copies)
        for n in range(3):
            self._distinct[n].merge(other._distinct[n])
            self._grams[n] += other._grams[n]

    def figures(self) -> CorpusFigures:
        """The corpus in figures."""
        self.settle()
        one, two, three = (
            min(1.0, counter.count / total) if total else math.nan
            for counter, total in zip(self._distinct, self._grams, strict=True)
        )
        return CorpusFigures(
            self.distributions.rows,
            tuple(self.distributions.summaries()),
            (one, two, three),
            self_bleu(self.sample.texts()),
            self._copies.share(),
            tuple(self.sample.openings()),
        )
