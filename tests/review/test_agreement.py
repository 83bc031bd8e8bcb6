"""Alpha and kappa against published examples, and against what they must be whatever the data."""

import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from judged import judgements, review, subjects

from synthdial.review.agreement import (
    LINEAR,
    QUADRATIC,
    Agreement,
    Level,
    PairAgreement,
    agreements,
    krippendorff_alpha,
    pair_agreements,
    weighted_kappa,
)
from synthdial.review.intervals import Bootstrap
from synthdial.review.judgements import ReviewData
from synthdial.review.ratings import ratings_of

LEVELS = get_args(Level)
_ = math.nan

# Krippendorff 2011, Computing Krippendorff's alpha-reliability, section C: four observers, twelve units
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]

# 3 to 6 raters, 4 to 12 units, about one value in six missing
MATRICES = st.integers(3, 6).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, _]), min_size=raters, max_size=raters),
        min_size=4,
        max_size=12,
    )
).map(lambda units: np.array(units).T)  # fmt: skip


def alpha_by_pairs(matrix: np.ndarray, level: Level) -> float:
    """Alpha as its definition says: over all pairs of values, within units and in all."""
    units = [[value for value in unit if not math.isnan(value)] for unit in matrix.T]
    units = [unit for unit in units if len(unit) > 1]
    pool = [value for unit in units for value in unit]

    def distance(a: float, b: float) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2
        low, high = min(a, b), max(a, b)
        return (sum(low <= value <= high for value in pool) - (pool.count(low) + pool.count(high)) / 2) ** 2

    observed = sum(sum(distance(a, b) for a in unit for b in unit) / (len(unit) - 1) for unit in units) / len(pool)
    expected = sum(distance(a, b) for a in pool for b in pool) / (len(pool) * (len(pool) - 1))
    return 1 - observed / expected


class TestAlpha:
    @pytest.mark.parametrize(
        ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
    )
    def test_it_gives_krippendorffs_own_example(self, level: Level, alpha: float) -> None:
        assert round(krippendorff_alpha(KRIPPENDORFF, level), 3) == alpha

    def test_it_gives_his_examples_of_two_observers(self) -> None:
        # the same, sections A and B: binary data, and categories a to e
        binary = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
        assert round(krippendorff_alpha(binary, "nominal"), 3) == 0.095
        named = [["abcde".index(name) for name in names] for names in ("aabbdcccedda", "babbbccceddd")]
        assert round(krippendorff_alpha(named, "nominal"), 3) == 0.692

    @given(MATRICES, st.sampled_from(LEVELS))
    def test_it_is_what_its_definition_says(self, matrix: np.ndarray, level: Level) -> None:
        alpha = krippendorff_alpha(matrix, level)
        assume(not math.isnan(alpha))
        assert alpha == pytest.approx(alpha_by_pairs(matrix, level), abs=1e-9)

    @given(st.lists(st.integers(1, 5), min_size=2, max_size=30), st.integers(2, 6), st.sampled_from(LEVELS))
    def test_raters_who_agree_on_different_scores_have_1(self, scores: list[int], raters: int, level: Level) -> None:
        assume(len(set(scores)) > 1)
        assert krippendorff_alpha([scores] * raters, level) == pytest.approx(1)

    @given(MATRICES, st.sampled_from(LEVELS), st.randoms())
    def test_the_order_of_raters_and_units_does_not_count(self, matrix: np.ndarray, level: Level, random) -> None:
        rows, columns = list(range(len(matrix))), list(range(matrix.shape[1]))
        random.shuffle(rows)
        random.shuffle(columns)
        mixed = krippendorff_alpha(matrix[rows][:, columns], level)
        assert mixed == pytest.approx(krippendorff_alpha(matrix, level), abs=1e-9, nan_ok=True)

    @given(MATRICES, st.sampled_from(LEVELS))
    def test_a_unit_with_one_value_does_not_count(self, matrix: np.ndarray, level: Level) -> None:
        single = np.full((len(matrix), 1), np.nan)
        single[0] = 5
        with_it = krippendorff_alpha(np.concatenate([matrix, single], axis=1), level)
        assert with_it == pytest.approx(krippendorff_alpha(matrix, level), abs=1e-9, nan_ok=True)

    @pytest.mark.parametrize("level", LEVELS)
    def test_chance_gives_about_0(self, level: Level) -> None:
        random = np.random.default_rng(1)
        alphas = [krippendorff_alpha(random.integers(1, 6, (3, 50)), level) for _ in range(200)]
        assert abs(np.mean(alphas)) < 0.02

    def test_a_near_miss_counts_less_than_a_far_one_but_for_names(self) -> None:
        near = [[1, 2, 3, 4, 5, 1, 5], [1, 2, 3, 4, 5, 2, 4]]
        far = [[1, 2, 3, 4, 5, 1, 5], [1, 2, 3, 4, 5, 4, 2]]
        assert krippendorff_alpha(near, "ordinal") > krippendorff_alpha(far, "ordinal") + 0.2
        assert krippendorff_alpha(near, "nominal") == pytest.approx(krippendorff_alpha(far, "nominal"))

    @pytest.mark.parametrize(
        "matrix", [[[3, 3, 3], [3, 3, 3]], [[1, 2, 3]], [[1, _, 3], [_, 2, _]], [[_, _], [_, _]], [[1, 4], [1, _]]]
    )
    def test_where_nothing_can_be_compared_or_varies_there_is_none(self, matrix: list[list[float]]) -> None:
        assert math.isnan(krippendorff_alpha(matrix))


class TestKappa:
    def test_it_gives_cohens_example(self) -> None:
        """Cohen 1968: proportions of two judges' diagnoses, and how much each disagreement weighs."""
        table = [[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]]
        weights = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
        assert round(weighted_kappa(table, weights), 3) == 0.348
        assert round(weighted_kappa(table, 1 - np.eye(3)), 3) == 0.492

    def test_it_gives_that_of_two_dermatologists(self) -> None:
        """SAS/STAT User's Guide, PROC FREQ, SkinCondition: kappa 0.3449, weighted 0.5082 (Cicchetti and Allison)."""
        table = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
        assert round(weighted_kappa(table, 1 - np.eye(4)), 4) == 0.3449
        assert round(weighted_kappa(table, LINEAR[:4, :4]), 4) == 0.5082

    def test_scikit_learn_says_the_same(self) -> None:
        metrics = pytest.importorskip("sklearn.metrics")
        random = np.random.default_rng(3)
        first = random.integers(1, 6, 60)
        second = np.clip(first + random.integers(-1, 3, 60), 1, 5)
        table = np.zeros((5, 5))
        np.add.at(table, (first - 1, second - 1), 1)
        for weights, name in ((LINEAR, "linear"), (QUADRATIC, "quadratic")):
            expected = metrics.cohen_kappa_score(first, second, weights=name)
            assert weighted_kappa(table, weights) == pytest.approx(expected)

    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40))
    def test_who_is_first_does_not_count(self, pairs: list[tuple[int, int]]) -> None:
        table = np.zeros((5, 5))
        for pair in pairs:
            table[pair] += 1
        for weights in (LINEAR, QUADRATIC):
            assert weighted_kappa(table, weights) == pytest.approx(weighted_kappa(table.T, weights), nan_ok=True)

    def test_without_any_variation_there_is_none(self) -> None:
        table = np.zeros((5, 5))
        table[2, 2] = 9
        assert math.isnan(weighted_kappa(table, QUADRATIC))


def of(data: ReviewData) -> tuple[Agreement, ...]:
    return agreements(ratings_of(data), Bootstrap(500))


def pairs_of(data: ReviewData) -> tuple[PairAgreement, ...]:
    return pair_agreements(ratings_of(data), Bootstrap(500))


class TestOfAReview:
    def test_it_is_krippendorffs_example_again(self) -> None:
        given = {
            f"r{k}": [0 if math.isnan(value) else int(value) for value in own] for k, own in enumerate(KRIPPENDORFF)
        }
        (row,) = of(review(given))
        assert (row.criterion, row.role, row.raters, row.units, row.pairable) == ("fluency", "native", 4, 11, 40)
        assert [round(alpha.value, 3) for alpha in (row.ordinal, row.nominal, row.interval)] == [0.815, 0.743, 0.849]
        for alpha in (row.ordinal, row.nominal, row.interval):
            assert alpha.low < alpha.value < alpha.high <= 1
        assert row.reason == ""

    def test_each_role_is_counted_and_then_all_together(self) -> None:
        natives = judgements({"An": [1, 2, 3, 4, 5, 1], "Bo": [1, 2, 3, 4, 5, 2]})
        doctors = judgements({"Cy": [5, 4, 3, 2, 1, 5], "Di": [5, 4, 3, 2, 1, 4]}, role="clinician")
        doctor, native, both = of(ReviewData(subjects(*(f"d{k}" for k in range(1, 7))), natives + doctors))
        assert [doctor.role, native.role, both.role] == ["clinician", "native", ""]
        assert doctor.ordinal.value > 0.9 and native.ordinal.value > 0.9 > 0 > both.ordinal.value
        assert (both.raters, both.units, both.pairable) == (4, 6, 24)

    def test_criteria_stand_in_the_order_of_the_rubrics(self) -> None:
        scores = {"An": [1, 2, 3], "Bo": [1, 2, 4]}
        said = judgements(scores, criterion="safety") + judgements(scores, criterion="fluency")
        names = {"fluency": {"en": "Fluency"}, "register": {"en": "Register"}, "safety": {"en": "Safety"}}
        data = ReviewData(subjects("d1", "d2", "d3"), said, criteria=names)
        assert [row.criterion for row in of(data)] == ["fluency", "safety"], "and what nobody scored is left out"

    @pytest.mark.parametrize(
        ("scores", "reason"),
        [
            ({"An": [1, 2, 3]}, "one rater"),
            ({"An": [1, 2, 3], "Bo": [None, None, None]}, "one rater"),
            ({"An": [1, 2, 0, 0], "Bo": [0, 0, 4, 5]}, "nothing in common"),
            ({"An": [1, 2, None], "Bo": [None, None, 4]}, "nothing in common"),
            ({"An": [3, 3, 3], "Bo": [3, 3, 3]}, "no variation"),
            ({"An": [3, 3, 1, 0], "Bo": [3, 3, 0, 5]}, "no variation"),
        ],
    )
    def test_where_there_is_none_it_says_why(self, scores: dict[str, list[int | None]], reason: str) -> None:
        (row,) = of(review(scores))
        assert row.reason == reason and math.isnan(row.ordinal.value) and math.isnan(row.nominal.low)

    def test_the_interval_holds_the_truth_about_95_times_of_100(self) -> None:
        """Of twenty dialogues and three raters who see a quality and err."""
        random = np.random.default_rng(5)

        def drawn(units: int) -> np.ndarray:
            quality = random.normal(size=units)
            return np.clip(np.round(3 + 0.8 * (quality + random.normal(size=(3, units)))), 1, 5)

        truth = krippendorff_alpha(drawn(200_000))
        held = []
        for _ in range(150):
            scores = {f"r{k}": own.astype(int).tolist() for k, own in enumerate(drawn(20))}
            (row,) = of(review(scores))
            held.append(row.ordinal.low <= truth <= row.ordinal.high)
        assert 0.88 < np.mean(held) <= 1

    def test_renaming_raters_changes_no_figure(self) -> None:
        random = np.random.default_rng(2)
        scores = {name: random.integers(1, 6, 12).tolist() for name in ("An", "Bo", "Cy")}
        renamed = dict(zip(("Zo", "Ko", "Bo"), scores.values(), strict=True))
        assert of(review(scores)) == of(review(renamed))


class TestPairs:
    def test_every_two_raters_are_a_pair_on_each_criterion(self) -> None:
        scores = {"An": [1, 2, 3, 4, 5, 5], "Bo": [1, 2, 3, 4, 5, 4], "Cy": [5, 5, 0, 1, 1, 2]}
        pairs = pairs_of(review(scores))
        assert [(pair.first, pair.second, pair.n) for pair in pairs] == [
            ("An", "Bo", 6),
            ("An", "Cy", 5),
            ("Bo", "Cy", 5),
        ]
        first = pairs[0]
        # one disagreement by 1 of 6; by chance, with the marginals 1 1 1 1 2 and 1 1 1 2 1
        linear = 1 - (1 / 6) / (np.array([1, 1, 1, 1, 2]) @ LINEAR @ np.array([1, 1, 1, 2, 1]) / 36)
        quadratic = 1 - (1 / 6) / (np.array([1, 1, 1, 1, 2]) @ QUADRATIC @ np.array([1, 1, 1, 2, 1]) / 36)
        assert (first.linear.value, first.quadratic.value) == (pytest.approx(linear), pytest.approx(quadratic))
        assert first.quadratic.low <= first.quadratic.value <= first.quadratic.high
        assert pairs[1].quadratic.value < 0

    @pytest.mark.parametrize(
        ("scores", "n", "reason"),
        [
            ({"An": [1, 2, 0], "Bo": [0, 0, 3]}, 0, "nothing in common"),
            ({"An": [4, 4, 4], "Bo": [4, 4, 0]}, 2, "no variation"),
        ],
    )
    def test_where_there_is_none_it_says_why(self, scores: dict[str, list[int | None]], n: int, reason: str) -> None:
        (pair,) = pairs_of(review(scores))
        assert (pair.n, pair.reason) == (n, reason) and math.isnan(pair.linear.value)

    def test_raters_of_two_roles_are_a_pair_of_no_role(self) -> None:
        scores = [1, 2, 3, 4, 5]
        said = judgements({"An": scores}) + judgements({"Bo": scores}, role="clinician")
        (pair,) = pairs_of(ReviewData(subjects(*(f"d{k}" for k in range(1, 6))), said))
        assert (pair.first, pair.second, pair.role, pair.linear.value) == ("An", "Bo", "", 1.0)

    def test_one_person_in_two_roles_is_no_pair(self) -> None:
        said = judgements({"An": [1, 2, 3]}) + judgements({"An": [1, 2, 4]}, role="clinician")
        assert pairs_of(ReviewData(subjects("d1", "d2", "d3"), said)) == ()

    def test_who_never_scored_a_criterion_is_in_no_pair_of_it(self) -> None:
        one = review({"An": [1, 2, 3], "Bo": [1, 2, 2]})
        more = judgements({"Cy": [1, 2, 3]}, criterion="safety")
        data = replace(one, judgements=one.judgements + more)
        assert [(pair.criterion, pair.first, pair.second) for pair in pairs_of(data)] == [("fluency", "An", "Bo")]
