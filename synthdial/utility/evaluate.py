"""Train on synthetic conversations, test on real ones; beside the same classifier trained on real ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from synthdial.utility.classifier import Indices, Labels, Learner
from synthdial.utility.figures import Answers

FOLDS = 10
"""Parts that real conversations are dealt into; each conversation a part of its own where there are fewer."""

REPEATS = 3
"""How often they are dealt, and samples of the same size drawn."""

RESAMPLES = 10
"""How often classifiers are trained anew on training conversations drawn with replacement, for intervals alone."""

_SYNTHETIC, _SHUFFLED, _REAL, _NONE = range(4)  # streams of draws


class Learning(Protocol):
    """What `synthdial.utility.classifier.Learner` does."""

    def answers(self, trained: Indices, labels: Labels, tested: Indices) -> Labels:
        """Train on some texts, and say the answers to others."""


@dataclass(frozen=True)
class Examples:
    """The examples of all conversations of one side.

    Attributes
    ----------
    texts : tuple of str
        What a classifier sees of each.
    labels : ndarray of int, shape (examples,)
        The answers.
    dialogue : ndarray of int, shape (examples,)
        The conversation each is of, from 0; conversations without an example do not occur.
    strata : ndarray of int, shape (conversations,)
        Conversations of one stratum are dealt out evenly: topics, or all alike.
    """

    texts: tuple[str, ...]
    labels: Labels
    dialogue: Indices
    strata: Indices

    def of(self, dialogues: Indices) -> Indices:
        """Where the examples of some conversations stand."""
        return np.flatnonzero(np.isin(self.dialogue, dialogues))


@dataclass(frozen=True)
class Answered:
    """What one way of training came to.

    Attributes
    ----------
    answers : Answers
        What was said about each real conversation.
    training : float
        Examples that a classifier saw, mean over trainings.
    known : float
        Share of the words of real conversations that it had seen, 0 to 1; nan where it sees no words.
    """

    answers: Answers
    training: float
    known: float


def deal(strata: Indices, folds: int, chance: np.random.Generator) -> Indices:
    """Deal conversations into parts, those of each stratum evenly.

    Returns
    -------
    ndarray of int, shape (conversations,)
        The part of each, from 0; parts differ by one conversation at most.
    """
    part = np.empty(len(strata), np.intp)
    part[_interleaved(strata, chance)] = np.arange(len(strata)) % folds
    return part


def _interleaved(strata: Indices, chance: np.random.Generator) -> Indices:
    """Conversations in a random order, in which those of a stratum stand together."""
    order = chance.permutation(len(strata))
    return order[np.argsort(strata[order], kind="stable")]


def drawn(examples: Examples, dialogues: Indices, size: int | None) -> Indices:
    """Examples of whole conversations, until there are so many; of the last as many as are missing.

    Parameters
    ----------
    examples : Examples
        Of all.
    dialogues : ndarray of int
        Conversations in a random order; one that stands there twice counts twice. Strata take turns, so that a small
        sample has all topics.
    size : int, optional
        Examples, or fewer where there are not so many; all by default.
    """
    rounds = np.zeros(len(dialogues), np.intp)
    for stratum in np.unique(examples.strata[dialogues]):
        own = np.flatnonzero(examples.strata[dialogues] == stratum)
        rounds[own] = np.arange(len(own))
    parts = [np.flatnonzero(examples.dialogue == one) for one in dialogues[np.argsort(rounds, kind="stable")]]
    return np.concatenate(parts)[:size] if parts else np.empty(0, np.intp)


@dataclass(frozen=True)
class _Done:
    """One time round: what was said by conversation, examples trained on, share of words known."""

    table: npt.NDArray[np.float64]
    training: float
    known: float


class Evaluation:
    """Trains on parts of both sides and tests on real conversations; never on one that was trained on.

    Parameters
    ----------
    synthetic, real : Examples
        Both sides; labels are numbered alike.
    classes : int
        Different labels.
    folds, repeats : int
        As ``FOLDS`` and ``REPEATS``.
    resamples : int
        As ``RESAMPLES``.
    seed : int
        Of all that is drawn.
    learner : callable
        Is given all texts, the synthetic ones first, and gives what learns from them.
    advance : callable
        Is called after each training.
    """

    def __init__(
        self,
        synthetic: Examples,
        real: Examples,
        classes: int,
        *,
        folds: int = FOLDS,
        repeats: int = REPEATS,
        resamples: int = RESAMPLES,
        seed: int = 0,
        learner: Callable[[Sequence[str]], Learning] = Learner,
        advance: Callable[[], None] = lambda: None,
    ) -> None:
        self._synthetic, self._real, self._classes = synthetic, real, classes
        self._seed, self._repeats, self._resamples = seed, repeats, resamples
        self._texts = (*synthetic.texts, *real.texts)
        self._words = [text.split() for text in self._texts]
        self._learner, self._advance = learner(self._texts), advance
        count = len(real.strata)
        chance = np.random.default_rng(seed)
        self._parts = [deal(real.strata, min(folds, count), chance) for _ in range(repeats)]
        self.training = min(len(real.texts) - int((part[real.dialogue] == k).sum()) for part, k in self._folds())
        """Examples in the smallest training part of the real side."""

    def _folds(self) -> list[tuple[Indices, int]]:
        return [(part, k) for part in self._parts for k in range(int(part.max()) + 1)]

    def trainings(self, way: str) -> int:
        """How many trainings a way takes: ``synthetic``, ``drawn`` (of synthetic ones), ``shuffled`` or ``real``."""
        if way == "real":
            return len(self._folds()) + self._resamples * (int(self._parts[0].max()) + 1)
        return self._repeats_of(way) + self._resamples

    def _repeats_of(self, way: str) -> int:
        # all of them, as they are, are one and the same training; one that is shuffled says little by itself
        return {"synthetic": 1, "shuffled": max(self._repeats, RESAMPLES)}.get(way, self._repeats)

    def majority(self) -> Answered:
        """What is said by who always gives the most frequent answer of the real side."""
        said = np.bincount(self._real.labels, minlength=self._classes).argmax()
        everything = np.arange(len(self._real.texts))
        table = self._table(everything, np.full(len(everything), said))
        none = np.empty((0, self._classes, self._classes))
        return Answered(Answers(table[None], none, _NONE), 0.0, float("nan"))

    def synthetic(self, size: int | None = None, *, shuffled: bool = False) -> Answered:
        """Trained on synthetic conversations alone, tested on every real one.

        Parameters
        ----------
        size : int, optional
            Examples that are drawn; all by default.
        shuffled : bool
            Whether answers are dealt out anew among the examples: what such a classifier knows is chance.
        """
        stream = _SHUFFLED if shuffled else _SYNTHETIC
        repeats = self._repeats_of("shuffled" if shuffled else "synthetic" if size is None else "drawn")
        done = [self._trained_on_synthetic(size, shuffled, (stream, 0, k), False) for k in range(repeats)]
        again = [self._trained_on_synthetic(size, shuffled, (stream, 1, k), True) for k in range(self._resamples)]
        return self._answered(done, again, stream)

    def _trained_on_synthetic(self, size: int | None, shuffled: bool, key: tuple[int, ...], anew: bool) -> "_Done":
        source = self._synthetic
        chance = np.random.default_rng((self._seed, *key))
        count = len(source.strata)
        order = chance.integers(0, count, count) if anew else chance.permutation(count)
        seen = drawn(source, order, size)
        labels = chance.permutation(source.labels[seen]) if shuffled else source.labels[seen]
        everything = np.arange(len(self._real.texts))
        table = self._table(everything, self._said(seen, labels, everything))
        return _Done(table, len(seen), float("nan") if anew else self._known(seen, everything))

    def real(self, size: int | None = None, *, with_synthetic: bool = False) -> Answered:
        """Trained on the real conversations of all other parts, tested on those of one, and so for each part.

        Parameters
        ----------
        size : int, optional
            Examples that are drawn of the other parts; all by default.
        with_synthetic : bool
            Whether all synthetic conversations are trained on as well.
        """
        done = [self._trained_on_real(size, with_synthetic, k, False) for k in range(self._repeats)]
        again = [self._trained_on_real(size, with_synthetic, k, True) for k in range(self._resamples)]
        return self._answered(done, again, _REAL)

    def _trained_on_real(self, size: int | None, with_synthetic: bool, repeat: int, anew: bool) -> "_Done":
        source, first = self._real, len(self._synthetic.texts)
        part = self._parts[repeat % self._repeats]
        chance = np.random.default_rng((self._seed, _REAL, anew, repeat))
        count, others = len(source.strata), len(self._synthetic.strata)
        order = chance.integers(0, count, count) if anew else chance.permutation(count)
        more = np.empty(0, np.intp)
        if with_synthetic:
            more = drawn(self._synthetic, chance.integers(0, others, others) if anew else np.arange(others), None)
        table = np.zeros((count, self._classes, self._classes))
        sizes, known, weights = [], [], []
        for k in range(int(part.max()) + 1):
            seen = drawn(source, order[part[order] != k], size)
            tested = source.of(np.flatnonzero(part == k))
            if not len(seen) + len(more):
                continue
            trained = np.concatenate([more, first + seen])
            labels = np.concatenate([self._synthetic.labels[more], source.labels[seen]])
            table += self._table(tested, self._said(trained, labels, tested))
            sizes.append(len(trained))
            known.append(float("nan") if anew else self._known(trained, tested))
            weights.append(len(tested))
        return _Done(table, float(np.mean(sizes)), float(np.average(known, weights=weights)))

    def _answered(self, done: list["_Done"], again: list["_Done"], stream: int) -> Answered:
        tables = np.array([one.table for one in done])
        retrained = np.array([one.table.sum(0) for one in again]).reshape(-1, self._classes, self._classes)
        answers = Answers(tables, retrained, stream, independent=stream == _SHUFFLED)
        return Answered(
            answers, float(np.mean([one.training for one in done])), float(np.mean([one.known for one in done]))
        )

    def _said(self, trained: Indices, labels: Labels, tested: Indices) -> Labels:
        """What is said about some real examples; ``trained`` counts all texts, the synthetic ones first."""
        said = self._learner.answers(trained, labels, len(self._synthetic.texts) + tested)
        self._advance()
        return said

    def _table(self, tested: Indices, said: Labels) -> npt.NDArray[np.float64]:
        """How often each label was true and said, by conversation."""
        table = np.zeros((len(self._real.strata), self._classes, self._classes))
        np.add.at(table, (self._real.dialogue[tested], self._real.labels[tested], said), 1)
        return table

    def _known(self, trained: Indices, tested: Indices) -> float:
        vocabulary = {word for k in trained for word in self._words[k]}
        words = [word for k in tested for word in self._words[len(self._synthetic.texts) + k]]
        return sum(word in vocabulary for word in words) / len(words)
