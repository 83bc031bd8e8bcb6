"""Figures of a classifier from tables of what was true and what it said, and their intervals over conversations."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthdial.review.intervals import Bootstrap, Estimate, percentile_interval

Tables = npt.NDArray[np.float64]


def accuracy(tables: Tables) -> npt.NDArray[np.float64]:
    """The share of right answers.

    Parameters
    ----------
    tables : ndarray, shape (..., labels, labels)
        How often each label was true (row) and said (column).

    Returns
    -------
    ndarray, shape (...)
        0 to 1; nan where there is no answer.
    """
    with np.errstate(invalid="ignore"):
        share: npt.NDArray[np.float64] = np.trace(tables, axis1=-2, axis2=-1) / tables.sum((-2, -1))
    return share


def macro_f1(tables: Tables) -> npt.NDArray[np.float64]:
    """The mean of F1 over the labels that are true of something, each weighing alike.

    F1 of a label is 2 right / (true + said). A label that is true of nothing has none: in a resample of few
    conversations a topic may be missing, and would count as wholly wrong.

    Parameters and result are as of ``accuracy``.
    """
    right = np.diagonal(tables, axis1=-2, axis2=-1)
    true, said = tables.sum(-1), tables.sum(-2)
    there = true > 0
    with np.errstate(invalid="ignore"):
        f1 = 2 * right / np.maximum(true + said, 1e-300)
        mean: npt.NDArray[np.float64] = np.where(there, f1, 0.0).sum(-1) / there.sum(-1)
    return mean


@dataclass(frozen=True)
class Answers:
    """What classifiers trained alike said about each real conversation.

    An interval says how sure a figure is for other real conversations *and* other training conversations of the same
    kind: to draws of the former are added deviations that come of training on the latter drawn with replacement.

    Attributes
    ----------
    tables : ndarray, shape (repeats, conversations, labels, labels)
        How often each label was true (row) and said (column); a repeat each time that training parts were drawn.
    retrained : ndarray, shape (resamples, labels, labels)
        The same of all conversations, by classifiers trained on training conversations drawn with replacement; may be
        empty, where nothing is trained.
    stream : int
        Answers of one stream were retrained on the same real conversations, one by one, and are compared so.
    independent : bool
        Whether trainings of different repeats have nothing in common, as when answers are shuffled anew in each: then
        the mean over repeats is surer than one training.
    """

    tables: Tables
    retrained: Tables
    stream: int
    independent: bool = False

    def figure(self, measure: str, bootstrap: Bootstrap) -> Estimate:
        """``macro_f1`` or ``accuracy``: the mean over repeats, and its 95 % interval."""
        samples = self._resampled(measure, bootstrap)
        low, high = percentile_interval(samples, self.tables.shape[1])
        # deviations are added as they are, beyond what a share can be
        return Estimate(float(self.each(measure).mean()), *(float(np.clip(end, 0, 1)) for end in (low, high)))

    def less(self, other: "Answers", measure: str, bootstrap: Bootstrap) -> Estimate:
        """The same figure less that of others, about the same conversations: each is drawn for both."""
        value = float(self.each(measure).mean() - other.each(measure).mean())
        samples = self._resampled(measure, bootstrap) - other._resampled(measure, bootstrap)
        return Estimate(value, *percentile_interval(samples, self.tables.shape[1]))

    def each(self, measure: str) -> npt.NDArray[np.float64]:
        """The figure of each repeat, shape (repeats,)."""
        return _MEASURES[measure](self.tables.sum(1))

    def _resampled(self, measure: str, bootstrap: Bootstrap) -> npt.NDArray[np.float64]:
        conversations, labels = self.tables.shape[1:3]
        counts = bootstrap.counts(conversations)
        drawn = [
            _MEASURES[measure]((counts @ table.reshape(conversations, -1)).reshape(-1, labels, labels))
            for table in self.tables
        ]
        mean: npt.NDArray[np.float64] = np.mean(drawn, axis=0)
        return mean + self._deviations(measure, len(mean))

    def _deviations(self, measure: str, size: int) -> npt.NDArray[np.float64]:
        """What training on other conversations changes, drawn so often."""
        resamples = len(self.retrained)
        if resamples < 2:
            return np.zeros(size)
        values = _MEASURES[measure](self.retrained)
        around = (values - values.mean()) * np.sqrt(resamples / (resamples - 1))
        if self.independent:
            around /= np.sqrt(len(self.tables))
        drawn: npt.NDArray[np.float64] = around[np.random.default_rng(self.stream).integers(0, resamples, size)]
        return drawn


_MEASURES = {"macro_f1": macro_f1, "accuracy": accuracy}
