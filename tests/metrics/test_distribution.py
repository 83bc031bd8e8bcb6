"""Distributions are the same however a corpus is cut, and what numpy says of it as a whole."""

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial.metrics.distribution import EXACT, Distributions

values = st.one_of(
    st.floats(-1e6, 1e6),
    st.just(math.nan),
    st.sampled_from([0.0, -0.0, 1e-300, 0.1, 0.3, 1e100, -1e100]),
    st.integers(0, 5),
)


def filled(matrix: np.ndarray, cuts: list[int]) -> Distributions:
    made = Distributions(["a", "b"])
    for part in np.split(matrix, sorted(cut % (len(matrix) + 1) for cut in cuts)):
        piece = Distributions(["a", "b"])
        piece.add(part)
        made.merge(pickle.loads(pickle.dumps(piece)))
    return made


@settings(max_examples=200)
@given(st.lists(st.tuples(values, values), max_size=40), st.lists(st.integers(0, 40), max_size=4), st.randoms())
def test_pieces_and_their_order_change_nothing(rows: list, cuts: list[int], chance) -> None:
    matrix = np.array(rows, dtype=float).reshape(-1, 2)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    one = filled(matrix, []).summaries()
    two = filled(np.array(shuffled, dtype=float).reshape(-1, 2), cuts).summaries()
    assert repr(one) == repr(two)


@settings(max_examples=100)
@given(st.lists(values, max_size=40))
def test_figures_are_those_of_the_values(row: list[float]) -> None:
    made = Distributions(["a"])
    made.add(np.array(row, dtype=float).reshape(-1, 1))
    known = [value for value in row if not math.isnan(value)]
    (figures,) = made.summaries()
    assert (figures.n, figures.undefined) == (len(known), len(row) - len(known))
    if known:
        assert figures.mean == float(sum(map(Fraction, known)) / len(known)), "rounded once, at the end"
        expected = np.percentile(known, [10, 50, 90])
        assert [figures.p10, figures.median, figures.p90] == pytest.approx(expected, rel=1e-12, abs=1e-300)
    if len(known) > 1:
        mean = sum(map(Fraction, known)) / len(known)
        assert figures.sd == pytest.approx(math.sqrt(sum((Fraction(v) - mean) ** 2 for v in known) / (len(known) - 1)))


def test_many_values_are_counted_in_bins_in_any_order() -> None:
    chance = np.random.default_rng(1)
    many = np.stack([chance.lognormal(2, 1, 3 * EXACT), chance.normal(0, 1, 3 * EXACT)], axis=1)
    one, two = filled(many, []), filled(many[::-1], [5, EXACT, EXACT + 77, 2 * EXACT])
    assert one.summaries() == two.summaries()
    for at, name in enumerate(("a", "b")):
        shares = np.linspace(0, 1, 41).tolist()
        assert one.quantiles(name, shares) == pytest.approx(np.quantile(many[:, at], shares), rel=1e-3, abs=1e-3)
        assert sum(one.spread(name)[1]) == len(many)
    assert max(len(one.spread(name)[0]) for name in "ab") < len(many) / 2


def test_other_measures_do_not_merge() -> None:
    with pytest.raises(ValueError, match="other measures"):
        Distributions(["a"]).merge(Distributions(["b"]))
