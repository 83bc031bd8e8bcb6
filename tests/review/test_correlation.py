"""Correlations against scipy and published examples, and against what chance does."""

import math
from collections.abc import Mapping
from itertools import permutations as all_orders

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial.review.correlation import (
    Correlation,
    benjamini_hochberg,
    correlations,
    detectable,
    dialogues_needed,
    means_over_raters,
    spearman,
)
from synthdial.review.intervals import Bootstrap

VALUES = st.integers(3, 25).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 6), min_size=n, max_size=n), st.lists(st.floats(-5, 5), min_size=n, max_size=n)
    )
)


def table(
    metrics: Mapping[str, list[float]], scores: Mapping[str, list[float]], *, permutations: int = 999, seed: int = 0
) -> tuple[Correlation, ...]:
    return correlations(metrics, scores, Bootstrap(400, seed), permutations=permutations, seed=seed)


def one(metric: list[float], score: list[float], **how: int) -> Correlation:
    (found,) = table({"mattr": metric}, {"fluency": score}, **how)
    return found


class TestSpearman:
    def test_it_gives_the_example_of_any_textbook(self) -> None:
        """IQ and hours of television of ten people: rho is -29/165."""
        iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
        hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
        assert spearman(iq, hours) == pytest.approx(-29 / 165)

    @given(VALUES)
    def test_it_is_scipys(self, values: tuple[list[float], list[float]]) -> None:
        stats = pytest.importorskip("scipy.stats")
        first, second = values
        if len(set(first)) > 1 and len(set(second)) > 1:
            assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic, abs=1e-12)
        else:
            assert math.isnan(spearman(first, second))

    @given(VALUES)
    def test_the_order_of_values_alone_counts(self, values: tuple[list[float], list[float]]) -> None:
        first, second = values
        bent = [math.exp(value) for value in first]
        assert spearman(bent, second) == pytest.approx(spearman(first, second), abs=1e-12, nan_ok=True)
        turned = [-value for value in first]
        assert spearman(turned, second) == pytest.approx(-spearman(first, second), abs=1e-12, nan_ok=True)


class TestBenjaminiHochberg:
    def test_it_finds_what_their_example_does(self) -> None:
        """Benjamini and Hochberg 1995, section 3.2: four of fifteen at 0.05, and three by Bonferroni."""
        p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
        p += [0.6528, 0.7590, 1.000]
        q = benjamini_hochberg(p)
        assert (q <= 0.05).sum() == 4 and q[3] == pytest.approx(0.0095 * 15 / 4)

    def test_a_worked_example(self) -> None:
        # 0.04 of rank 3 would be 0.0533, and 0.041 of rank 4 is 0.041: the lower one counts for both
        assert benjamini_hochberg([0.041, 0.005, 0.04, 0.011]) == pytest.approx([0.041, 0.02, 0.041, 0.022])

    def test_scipy_says_the_same(self) -> None:
        stats = pytest.importorskip("scipy.stats")
        p = np.random.default_rng(1).random(50) ** 3
        assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))

    @given(st.lists(st.floats(0, 1), max_size=20))
    def test_what_was_not_tested_does_not_count(self, p: list[float]) -> None:
        q = benjamini_hochberg([math.nan, *p, math.nan])
        assert math.isnan(q[0]) and math.isnan(q[-1])
        assert q[1:-1] == pytest.approx(benjamini_hochberg(p))
        assert all(own <= adjusted <= 1 for own, adjusted in zip(p, q[1:-1], strict=True))


class TestPermutation:
    def test_of_few_dialogues_it_is_the_share_of_all_orders(self) -> None:
        metric, score = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.0, 1.0, 3.0, 3.0, 6.0, 4.0]
        rho = spearman(metric, score)
        reached = [abs(spearman(order, score)) >= abs(rho) - 1e-9 for order in all_orders(metric)]
        exact = sum(reached) / len(reached)
        assert 0.01 < exact < 0.1
        # the standard error of 20,000 permutations is 0.0016 at most here
        assert one(metric, score, permutations=20_000).p == pytest.approx(exact, abs=0.006)

    def test_an_order_that_goes_together_as_well_counts(self) -> None:
        """Of five dialogues in one order, two of 120 orders go together as well: the same one, and its reverse."""
        found = one([1.0, 2.0, 3.0, 4.0, 5.0], [1.1, 2.3, 3.1, 4.7, 5.9], permutations=20_000)
        assert found.p == pytest.approx(2 / 120, abs=0.004)

    def test_it_is_never_0(self) -> None:
        """The order observed is one of those possible: (b + 1) / (m + 1), Phipson and Smyth 2010."""
        numbers = [float(k) for k in range(40)]
        assert one(numbers, numbers, permutations=999).p == 1 / 1000

    def test_it_is_two_sided(self) -> None:
        numbers = [float(k) for k in range(12)]
        found = one(numbers, [-number for number in numbers])
        assert (found.rho.value, found.p) == (pytest.approx(-1), 1 / 1000)

    def test_it_is_near_that_of_scipy(self) -> None:
        stats = pytest.importorskip("scipy.stats")
        random = np.random.default_rng(4)
        metrics = {f"m{k}": random.normal(size=150).tolist() for k in range(6)}
        scores = {"fluency": (np.array(metrics["m0"]) * 0.2 + random.normal(size=150)).round().tolist()}
        for found in table(metrics, scores, permutations=9999):
            expected = stats.spearmanr(metrics[found.metric], scores["fluency"])
            assert found.rho.value == pytest.approx(expected.statistic)
            assert found.p == pytest.approx(expected.pvalue, abs=0.02)

    def test_where_nothing_is_there_every_p_is_as_likely(self) -> None:
        """400 pairs of unrelated values: p-values are spread evenly, and q finds nothing."""
        random = np.random.default_rng(6)
        metrics = {f"m{k}": random.normal(size=25).tolist() for k in range(20)}
        scores = {f"c{k}": random.integers(1, 6, 25).astype(float).tolist() for k in range(20)}
        found = table(metrics, scores, permutations=1999)
        p = np.sort([each.p for each in found])
        # Kolmogorov and Smirnov's distance of 400 even values stays below 0.0816 in 99 of 100 cases
        assert np.abs(p - (np.arange(400) + 0.5) / 400).max() < 0.0816
        assert not any(each.significant for each in found)

    def test_the_same_seed_gives_the_same_figures(self) -> None:
        random = np.random.default_rng(0)
        metric, score = random.normal(size=20).tolist(), random.normal(size=20).tolist()
        assert one(metric, score, seed=1) == one(metric, score, seed=1) != one(metric, score, seed=2)


class TestTable:
    def test_every_metric_stands_with_every_criterion(self) -> None:
        random = np.random.default_rng(0)
        metrics = {name: random.normal(size=9).tolist() for name in ("mattr", "cv", "mtld")}
        scores = {name: random.normal(size=9).tolist() for name in ("fluency", "safety")}
        found = table(metrics, scores)
        assert [(each.criterion, each.metric) for each in found] == [
            (criterion, metric) for criterion in scores for metric in metrics
        ]
        for each in found:
            assert each.rho.value == pytest.approx(spearman(metrics[each.metric], scores[each.criterion]))
            assert each.p <= each.q

    def test_it_finds_the_one_that_is_there(self) -> None:
        random = np.random.default_rng(3)
        quality = random.normal(size=80)
        metrics = {f"m{k}": random.normal(size=80).tolist() for k in range(15)}
        metrics["mattr"] = (quality + random.normal(size=80)).tolist()
        scores = {"fluency": quality.tolist(), "safety": random.normal(size=80).tolist()}
        (found,) = (each for each in table(metrics, scores, permutations=9999) if each.significant)
        assert (found.metric, found.criterion) == ("mattr", "fluency")
        assert found.rho.low < found.rho.value < found.rho.high and found.rho.low > 0

    def test_dialogues_that_lack_either_are_left_out(self) -> None:
        metric = [1.0, 9.0, 2.0, 3.0, math.nan, 5.0, 4.0, 8.0]
        score = [1.0, math.nan, 3.0, 2.0, 5.0, 4.0, 4.5, 3.5]
        found = one(metric, score)
        kept = [0, 2, 3, 5, 6, 7]
        assert found.n == 6
        assert found.rho.value == pytest.approx(spearman([metric[k] for k in kept], [score[k] for k in kept]))

    def test_what_lacks_other_dialogues_changes_nothing(self) -> None:
        """A row is the same in a table of any others."""
        random = np.random.default_rng(8)
        metrics = {name: random.normal(size=30).tolist() for name in ("mattr", "cv")}
        scores = {"fluency": random.integers(1, 6, 30).astype(float).tolist()}
        alone = one(metrics["mattr"], scores["fluency"])
        metrics["cv"][3] = math.nan
        beside, _ = table(metrics, scores)
        assert (beside.rho, beside.p, beside.n) == (alone.rho, alone.p, alone.n)

    @pytest.mark.parametrize(
        ("metric", "score", "reason"),
        [
            ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0], "too few"),
            ([1.0, 2.0, 3.0, 4.0, 5.0, math.nan], [math.nan, 2.0, 3.0, 4.0, 5.0, 5.0], "too few"),
            ([2.0] * 6, [1.0, 2.0, 3.0, 4.0, 5.0, 5.0], "metric constant"),
            ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3.0] * 6, "no variation"),
            ([math.nan] * 6, [1.0, 2.0, 3.0, 4.0, 5.0, 5.0], "metric unknown"),
        ],
    )
    def test_what_cannot_be_computed_says_why(self, metric: list[float], score: list[float], reason: str) -> None:
        found = one(metric, score)
        assert found.reason == reason and not found.significant
        assert all(math.isnan(figure) for figure in (found.rho.value, found.rho.low, found.p, found.q))

    def test_without_metrics_or_criteria_it_is_empty(self) -> None:
        assert table({}, {"fluency": [1.0]}) == () == table({"mattr": [1.0]}, {})

    def test_the_interval_takes_ranks_anew_in_each_resample(self) -> None:
        """Against the plain way: draw dialogues, take their ranks, take percentiles."""
        random = np.random.default_rng(9)
        metric = random.normal(size=400)
        score = (metric + random.normal(size=400)).round()
        samples = []
        for _ in range(500):
            drawn = random.integers(0, 400, 400)
            samples.append(spearman(metric[drawn], score[drawn]))
        low, high = np.quantile(samples, (0.025, 0.975))
        found = one(metric.tolist(), score.tolist())
        assert (found.rho.low, found.rho.high) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))


class TestPower:
    @pytest.mark.parametrize(("rho", "tests"), [(0.3, 1), (0.5, 1), (0.3, 20)])
    def test_so_many_dialogues_find_it_four_times_out_of_five(self, rho: float, tests: int) -> None:
        """3,000 studies of that size, of two normal values whose ranks correlate so, each tested at 0.05 / tests."""
        stats = pytest.importorskip("scipy.stats")
        n = dialogues_needed(rho, tests)
        random = np.random.default_rng(n)
        first = random.normal(size=(3000, n))
        linear = 2 * math.sin(math.pi / 6 * rho)  # Pearson 1907
        second = linear * first + math.sqrt(1 - linear**2) * random.normal(size=(3000, n))
        found = [stats.spearmanr(a, b).pvalue <= 0.05 / tests for a, b in zip(first, second, strict=True)]
        assert np.mean(found) == pytest.approx(0.8, abs=0.03)

    def test_more_tests_and_smaller_correlations_take_more(self) -> None:
        assert dialogues_needed(0.3) < dialogues_needed(0.3, 200) < dialogues_needed(0.2, 200)

    @pytest.mark.parametrize("tests", [1, 8, 200])
    def test_what_can_be_found_is_what_so_many_are_needed_for(self, tests: int) -> None:
        needed = dialogues_needed(0.3, tests)
        assert detectable(needed, tests) <= 0.3 < detectable(needed - 1, tests)

    def test_of_three_dialogues_nothing_can_be_found(self) -> None:
        assert detectable(3) == detectable(0, 5) == 1


def test_a_dialogue_has_the_mean_of_its_raters() -> None:
    scores = np.array([[[1.0, 2.0], [3.0, math.nan]], [[4.0, 2.0], [math.nan, math.nan]]])
    means = means_over_raters(scores, ["fluency", "safety"])
    assert means["fluency"].tolist() == [2.5, 3.0]
    assert means["safety"][0] == 2.0 and math.isnan(means["safety"][1])
