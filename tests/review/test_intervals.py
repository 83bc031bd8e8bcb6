"""Intervals against published tables, and against how often they hold the truth."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial.review.intervals import FEWEST, Bootstrap, percentile_interval, t_quantile, wilson


class TestStudentsT:
    # the table of any textbook
    @pytest.mark.parametrize(
        ("share", "freedom", "value"),
        [
            (0.975, 1, 12.706),
            (0.975, 2, 4.303),
            (0.975, 4, 2.776),
            (0.975, 9, 2.262),
            (0.975, 30, 2.042),
            (0.95, 10, 1.812),
            (0.995, 20, 2.845),
            (0.975, 120, 1.980),
            (0.975, 100_000, 1.960),
            (0.5, 7, 0.0),
        ],
    )
    def test_quantiles_are_those_of_the_table(self, share: float, freedom: int, value: float) -> None:
        assert round(t_quantile(share, freedom), 3) == value

    def test_they_are_scipys(self) -> None:
        stats = pytest.importorskip("scipy.stats")
        for freedom in (1, 3, 8, 50, 999):
            for share in (0.6, 0.975, 0.999):
                assert t_quantile(share, freedom) == pytest.approx(stats.t.ppf(share, freedom), rel=1e-5)


class TestWilson:
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3
    @pytest.mark.parametrize(
        ("successes", "trials", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_it_gives_newcombes_examples(self, successes: int, trials: int, low: float, high: float) -> None:
        share = wilson(successes, trials)
        assert share.value == successes / trials
        assert (round(share.low, 4), round(share.high, 4)) == (low, high)

    @given(st.integers(0, 500), st.integers(1, 500))
    def test_it_lies_within_0_and_1_and_holds_the_share(self, successes: int, more: int) -> None:
        share = wilson(successes, successes + more)
        assert 0 <= share.low <= share.value <= share.high <= 1

    @given(st.integers(0, 500), st.integers(0, 500))
    def test_failures_mirror_successes(self, successes: int, failures: int) -> None:
        if successes + failures:
            one, other = wilson(successes, successes + failures), wilson(failures, successes + failures)
            assert one.low == pytest.approx(1 - other.high, abs=1e-12)

    def test_nothing_is_known_of_nothing(self) -> None:
        share = wilson(0, 0)
        assert math.isnan(share.value) and math.isnan(share.low) and math.isnan(share.high)


class TestDraws:
    def test_each_resample_has_as_many_dialogues(self) -> None:
        counts = Bootstrap(300, 1).counts(7)
        assert counts.shape == (300, 7) and set(counts.sum(axis=1)) == {7.0} and counts.min() == 0

    def test_each_dialogue_is_drawn_once_on_average(self) -> None:
        counts = Bootstrap(20_000, 2).counts(5)
        # the mean of 20,000 draws of variance 0.8 has a standard error of 0.0063
        assert np.abs(counts.mean(axis=0) - 1).max() < 0.03

    def test_the_same_seed_draws_the_same_whatever_was_drawn_before(self) -> None:
        one, other = Bootstrap(50, 3), Bootstrap(50, 3)
        other.counts(9)
        assert (one.counts(8) == other.counts(8)).all()
        assert (one.counts(8) != Bootstrap(50, 4).counts(8)).any()
        assert (one.counts(8) != one.another().counts(8)).any()

    def test_tables_keep_their_sum_and_their_empty_cells(self) -> None:
        tables = Bootstrap(400).tables(np.array([[3, 0], [4, 5]]))
        assert tables.shape == (400, 2, 2)
        assert set(tables.sum(axis=(1, 2))) == {12.0} and not tables[:, 0, 1].any()

    def test_tables_are_drawn_as_their_units_are(self) -> None:
        """Seven of ten units in the first cell: as many are drawn there, and they vary as a binomial does."""
        first = Bootstrap(40_000).tables(np.array([7, 3]))[:, 0]
        assert first.mean() == pytest.approx(7, abs=0.05) and first.var() == pytest.approx(10 * 0.7 * 0.3, abs=0.1)


class TestMean:
    def test_it_is_the_mean_of_all_values(self) -> None:
        # of the values 1, 2, 3 and 10 in two clusters, and a cluster without any
        assert Bootstrap().mean(np.array([6.0, 10.0, 0.0]), np.array([3.0, 1.0, 0.0])).value == 4.0

    def test_clusters_are_drawn_and_not_values(self) -> None:
        """Values that are alike within a cluster say no more than one of each would."""
        random = np.random.default_rng(0)
        each = random.normal(size=20)
        alone = Bootstrap().mean(each, np.ones(20))
        tenfold = Bootstrap().mean(10 * each, np.full(20, 10.0))
        assert astuple(tenfold) == pytest.approx(astuple(alone))

    def test_without_values_nothing_is_known(self) -> None:
        assert math.isnan(Bootstrap().mean(np.zeros(3), np.zeros(3)).value)

    def test_of_too_few_clusters_the_mean_is_known_and_no_interval(self) -> None:
        mean = Bootstrap().mean(np.arange(FEWEST - 1.0), np.ones(FEWEST - 1))
        assert mean.value == (FEWEST - 2) / 2 and math.isnan(mean.low) and math.isnan(mean.high)
        assert not math.isnan(Bootstrap().mean(np.arange(float(FEWEST)), np.ones(FEWEST)).low)

    def test_the_interval_of_nine_dialogues_holds_the_mean_95_times_of_100(self) -> None:
        """The paper had nine; percentiles alone would hold it 91 times."""
        random = np.random.default_rng(7)
        held = []
        for k in range(600):
            values = random.normal(size=9)
            mean = Bootstrap(1000, k).mean(values, np.ones(9))
            held.append(mean.low <= 0 <= mean.high)
        # 600 intervals that hold it 95 times of 100 do so in 92.5 to 97 of 100 nearly always
        assert 0.925 < np.mean(held) < 0.97

    def test_of_many_dialogues_it_is_that_of_the_normal_distribution(self) -> None:
        values = np.random.default_rng(1).normal(size=2000)
        mean = Bootstrap(4000).mean(values, np.ones(2000))
        reach = 1.96 * values.std() / math.sqrt(2000)
        assert mean.high - mean.low == pytest.approx(2 * reach, rel=0.05)


class TestPercentiles:
    def test_resamples_without_a_value_do_not_count(self) -> None:
        samples = np.concatenate([np.linspace(0, 1, 601), np.full(400, np.nan)])
        low, high = percentile_interval(samples, 5000)
        assert (low, high) == (pytest.approx(0.025, abs=0.001), pytest.approx(0.975, abs=0.001))

    def test_where_half_have_none_there_is_no_interval(self) -> None:
        samples = np.concatenate([np.linspace(0, 1, 500), np.full(500, np.nan)])
        assert all(math.isnan(end) for end in percentile_interval(samples, 50))
