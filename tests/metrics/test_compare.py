"""Two corpora side by side: a distance for each measure, and whether turn-taking gives one away."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_corpus import NAMES, collected, invented

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.metrics.compare import compare, normalised_distance, two_sample_auc, wasserstein
from synthdial.metrics.distribution import Distributions

numbers = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30)


@given(numbers, numbers)
def test_the_distance_is_the_area_between_the_distributions(a: list[float], b: list[float]) -> None:
    # as many copies of each as the other has values: then the sorted values face each other
    one, two = np.sort(a * len(b)), np.sort(b * len(a))
    assert wasserstein(a, b) == pytest.approx(np.abs(one - two).mean(), abs=1e-9)
    assert wasserstein(a, b) == pytest.approx(wasserstein(b, a)) and wasserstein(a, a) == 0


def test_halves_of_one_population_are_not_told_apart() -> None:
    chance = np.random.default_rng(7)
    values = [two_sample_auc(*chance.normal(size=(2, 60, 9))) for _ in range(8)]
    assert 0.4 < np.mean(values) < 0.6


@pytest.mark.parametrize("change", [lambda rows: rows + 4, lambda rows: rows * 0.15], ids=["mean", "spread"])
def test_a_difference_of_mean_or_of_spread_is_found(change) -> None:
    chance = np.random.default_rng(7)
    a, b = chance.normal(size=(2, 80, 5))
    assert two_sample_auc(a, change(b)) > 0.95


def test_order_missing_values_and_constants_do_no_harm() -> None:
    chance = np.random.default_rng(7)
    a, b = chance.normal(size=(2, 20, 4))
    b[:, 1] += 2
    b[3, 0] = a[5, 2] = math.nan
    a[:, 3] = b[:, 3] = 1.0
    assert two_sample_auc(a, b) == two_sample_auc(a[::-1], chance.permutation(b)) > 0.7
    assert two_sample_auc(np.full((9, 2), math.nan), np.full((9, 2), math.nan)) == 0.5


def test_too_few_say_nothing() -> None:
    assert math.isnan(two_sample_auc(np.zeros((4, 2)), np.zeros((50, 2))))
    assert math.isnan(wasserstein([], [1.0]))


def scripted(count: int) -> list[Dialogue]:
    """Dialogues as regular as no conversation is."""
    return [
        Dialogue(
            f"s{k}",
            tuple(Turn(list(Speaker)[i % 2], "Dit is een zin van acht woorden, ja.") for i in range(20 + k % 4)),
        )
        for k in range(count)
    ]


def test_scripted_dialogues_are_easily_told_from_people() -> None:
    people = collected(invented(40))
    far, near = compare(collected(scripted(40)), people, NAMES), compare(collected(invented(40, seed=9)), people, NAMES)
    assert far.auc > 0.95 and "easily told apart" in far.sentence
    assert near.auc < 0.65
    distance = {d.name: d.distance for d in far.differences}
    assert distance["cv"] > 2 > {d.name: d.distance for d in near.differences}["cv"]
    assert math.isnan(distance["term_coverage"])
    few = compare(collected(scripted(3)), people, ["cv"])
    assert math.isnan(few.auc) and "at least 5" in few.sentence


def test_distances_of_distributions_are_those_of_their_values() -> None:
    chance = np.random.default_rng(2)
    a, b = chance.lognormal(size=(2, 40_000))
    own, reference = Distributions(["x"]), Distributions(["x"])
    own.add(a[:, None])
    reference.add(b[:, None] * 2)
    low, high = np.quantile(b * 2, [0.25, 0.75])
    assert normalised_distance(own, reference, "x") == pytest.approx(wasserstein(a, b * 2) / (high - low), rel=1e-2)
