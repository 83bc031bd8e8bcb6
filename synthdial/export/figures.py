"""The measures of an export beside those of references, taken as its dialogues leave."""

import math
from dataclasses import dataclass

from synthdial.dialogue import Dialogue
from synthdial.measure.sample import Sample
from synthdial.measure.standing import FIGURES, Figure, Standing, standing
from synthdial.metrics import CorpusAccumulator, CorpusFigures, Measurer, Summary
from synthdial.prompt import bundled_references

MOST_COMPARED = 300
"""Dialogues that are set beside references; of more as many are drawn."""

_FEWEST = 2
# what the comparison reads of a dialogue's provenance
_KEPT = ("scenario", "mean_log_probability", "forced_ends", "tokens", "seconds", "slots")


@dataclass(frozen=True)
class Row:
    """One measure of the export beside the references'.

    Attributes
    ----------
    own : Summary
        Over all dialogues.
    people : Figure
        The references', cut to the same length: mean, 10th and 90th percentile; nan where they have no such figure.
    """

    own: Summary
    people: Figure

    @property
    def side(self) -> int:
        """Where the mean lies: -1 below the references' 10th percentile, 1 above the 90th, 0 between or unknown."""
        if math.isnan(self.own.mean) or math.isnan(self.people.p10):
            return 0
        return (self.own.mean > self.people.p90) - (self.own.mean < self.people.p10)

    @property
    def known(self) -> bool:
        """Whether both have a figure."""
        return not (math.isnan(self.own.mean) or math.isnan(self.people.p10))


@dataclass(frozen=True)
class Figures:
    """An export in figures.

    Attributes
    ----------
    corpus : CorpusFigures
        Of all dialogues.
    references, compared : int
        Reference conversations, and the dialogues that were set beside them for `rows` and `standing`.
    rows : tuple of Row
        The measures beside the references'; empty where there are too few dialogues.
    standing : Standing, optional
        What else the comparison says; None where there are too few.
    """

    corpus: CorpusFigures
    references: int
    compared: int
    rows: tuple[Row, ...]
    standing: Standing | None

    @property
    def outside(self) -> tuple[Row, ...]:
        """The measures whose mean lies outside the references' range."""
        return tuple(row for row in self.rows if row.side)


class Measured:
    """Measures dialogues as they leave, in memory that does not grow with their number.

    Parameters
    ----------
    seed : int
        Of all that is drawn.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._measurer = Measurer(metrics=FIGURES)
        self._corpus = CorpusAccumulator(FIGURES, seed=seed)
        self._sample = Sample(MOST_COMPARED, seed, _KEPT)

    def add(self, dialogue: Dialogue) -> None:
        """Measure a dialogue."""
        self._corpus.add(dialogue, self._measurer)
        self._sample.add(dialogue)

    def figures(self) -> Figures:
        """All that was measured, set beside the bundled references."""
        corpus = self._corpus.figures()
        people = [transcript.dialogue for transcript in bundled_references()]
        sample = self._sample.drawn()
        if len(sample) < _FEWEST:
            return Figures(corpus, len(people), len(sample), (), None)
        found = standing("the export", sample, people, seed=self._seed)
        rows = tuple(Row(own, found.figure(own.name)) for own in corpus.measures)
        return Figures(corpus, len(people), len(sample), rows, found)
