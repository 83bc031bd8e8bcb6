"""Figures from tables, against scikit-learn's; and intervals against how often they hold the truth."""

import numpy as np
import pytest

from synthdial.review.intervals import Bootstrap
from synthdial.utility.figures import Answers, accuracy, macro_f1

NONE = np.empty((0, 2, 2))


def table(true: np.ndarray, said: np.ndarray, labels: int) -> np.ndarray:
    counts = np.zeros((labels, labels))
    np.add.at(counts, (true, said), 1)
    return counts


def test_by_hand() -> None:
    # label 0: right 3 of 4, said 3 + 2 times; label 1: right 4 of 6, said 4 + 1 times
    counts = np.array([[3, 1], [2, 4]])
    assert accuracy(counts) == 0.7
    assert macro_f1(counts) == pytest.approx((2 * 3 / (4 + 5) + 2 * 4 / (6 + 5)) / 2)


@pytest.mark.parametrize("seed", range(5))
def test_they_are_those_of_scikit_learn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(seed)
    true, said = random.integers(0, 4, 60), random.integers(0, 4, 60)
    counts = table(true, said, 4)
    assert macro_f1(counts) == pytest.approx(metrics.f1_score(true, said, average="macro"))
    assert accuracy(counts) == pytest.approx(metrics.accuracy_score(true, said))


def test_a_label_that_is_true_of_nothing_does_not_count() -> None:
    assert macro_f1(np.array([[5, 0, 0], [0, 5, 0], [0, 0, 0]])) == 1
    # what was said of it is wrong all the same
    assert macro_f1(np.array([[4, 0, 1], [0, 5, 0], [0, 0, 0]])) == pytest.approx((8 / 9 + 1) / 2)


def test_repeats_are_averaged_and_each_is_told() -> None:
    answers = Answers(np.array([[[[2, 0], [0, 2]]] * 6, [[[1, 1], [1, 1]]] * 6], float), NONE, 0)
    assert answers.each("accuracy").tolist() == [1.0, 0.5]
    found = answers.figure("accuracy", Bootstrap(100))
    assert (found.value, found.low, found.high) == (0.75, 0.75, 0.75), "conversations are all alike"


def test_a_difference_draws_conversations_for_both_at_once() -> None:
    random = np.random.default_rng(0)
    right = random.integers(2, 9, 12)  # conversations differ much; one way is right once more in each
    tables = np.array([[[k, 10 - k], [10 - k, k]] for k in right], float)
    better = tables + np.array([[1, -1], [0, 0]])
    worse, better = Answers(tables[None], NONE, 0), Answers(better[None], NONE, 0)
    found = better.less(worse, "accuracy", Bootstrap())
    assert found.low == pytest.approx(0.05) and found.high == pytest.approx(0.05)
    alone = worse.figure("accuracy", Bootstrap())
    assert alone.high - alone.low > 0.1


class TestTrainingAnew:
    TABLES = np.array([[[[8, 2], [2, 8]]] * 20], float)  # conversations are all alike

    def retrained(self, *right: int) -> np.ndarray:
        return np.array([[[k, 100 - k], [100 - k, k]] for k in right], float)

    def test_what_other_training_changes_widens_the_interval(self) -> None:
        found = Answers(self.TABLES, self.retrained(70, 75, 80, 85, 90), 1).figure("accuracy", Bootstrap())
        assert found.value == pytest.approx(0.8), "the figure itself is left"
        assert found.low < 0.72 and found.high > 0.88

    def test_it_stays_within_0_and_1(self) -> None:
        perfect = np.array([[[[8, 0], [0, 8]]] * 20], float)
        found = Answers(perfect, self.retrained(60, 80, 100), 1).figure("accuracy", Bootstrap())
        assert found.high == 1

    def test_of_independent_repeats_the_mean_is_surer(self) -> None:
        retrained = self.retrained(70, 75, 80, 85, 90)
        for repeats in (1, 4, 16):
            tables = np.repeat(self.TABLES, repeats, axis=0)
            found = Answers(tables, retrained, 1, independent=True).figure("accuracy", Bootstrap())
            alone = Answers(tables, retrained, 1).figure("accuracy", Bootstrap())
            assert (found.high - found.low) * repeats**0.5 == pytest.approx(alone.high - alone.low)

    def test_of_one_stream_deviations_are_compared_one_by_one(self) -> None:
        one = Answers(self.TABLES, self.retrained(70, 75, 80, 85, 90), 1)
        other = Answers(self.TABLES, self.retrained(71, 76, 81, 86, 91), 1)
        apart = Answers(self.TABLES, self.retrained(71, 76, 81, 86, 91), 2)
        together = other.less(one, "accuracy", Bootstrap())
        assert together.low == pytest.approx(0) and together.high == pytest.approx(0)
        assert apart.less(one, "accuracy", Bootstrap()).high > 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("conversations", "measure"), [(7, "macro_f1"), (12, "accuracy"), (15, "macro_f1")])
def test_intervals_hold_the_truth_about_95_times_of_100(conversations: int, measure: str) -> None:
    random = np.random.default_rng(7)

    def draw(count: int) -> np.ndarray:
        """Conversations of unlike length, in each of which a classifier is right more or less often."""
        tables = np.zeros((count, 2, 2))
        for k in range(count):
            of_each = random.multinomial(random.integers(20, 80), (0.65, 0.35))
            right = [
                random.binomial(n, random.beta(*shape)) for n, shape in zip(of_each, ((8, 2), (6, 4)), strict=True)
            ]
            tables[k] = [[right[0], of_each[0] - right[0]], [of_each[1] - right[1], right[1]]]
        return tables

    truth = Answers(draw(20_000)[None], NONE, 0).each(measure)[0]
    bootstrap = Bootstrap(1000)
    held = 0
    for _ in range(400):
        found = Answers(draw(conversations)[None], NONE, 0).figure(measure, bootstrap)
        held += found.low <= truth <= found.high
    assert 0.91 <= held / 400 <= 0.985
