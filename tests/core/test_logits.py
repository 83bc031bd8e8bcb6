"""The two passes over a row of logits, against numpy in double precision."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from synthdial._core.logits import log_sum_exp, top_k

# the loops work on runs of 64 and of 512 numbers: lengths around those are where a mistake would be
SIZES = [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 511, 512, 513, 575, 576, 1023, 1024, 1025, 4097]
numbers = st.floats(-200, 200, width=32)
rows = st.one_of(st.integers(1, 80), st.sampled_from(SIZES[:14])).flatmap(
    lambda n: hnp.arrays(np.float32, n, elements=numbers, fill=st.just(np.float32(-3)))
)


def plain_log_sum_exp(row: NDArray[np.float32]) -> float:
    wide = row.astype(np.float64)
    top = wide.max()
    return float(top + np.log(np.exp(wide - top).sum())) if top > -np.inf else -math.inf


def chosen(row: NDArray[np.float32], k: int) -> tuple[list[int], list[float], int]:
    ids, values = np.full(k, 777, np.int32), np.full(k, 777, np.float32)
    found = top_k(row, ids, values)
    return ids.tolist(), values.tolist(), found


def random_row(n: int) -> NDArray[np.float32]:
    return np.random.default_rng(n).normal(0, 6, n).astype(np.float32)


class TestLogSumExp:
    @settings(max_examples=200)
    @given(rows)
    def test_is_the_formula(self, row: NDArray[np.float32]) -> None:
        assert log_sum_exp(row) == pytest.approx(plain_log_sum_exp(row), abs=1e-6, rel=1e-6)

    @pytest.mark.parametrize("n", [*SIZES, 262_144])
    def test_every_size(self, n: int) -> None:
        row = random_row(n)
        assert log_sum_exp(row) == pytest.approx(plain_log_sum_exp(row), abs=1e-6, rel=1e-6)

    @pytest.mark.parametrize("n", SIZES)
    def test_tokens_that_cannot_be_add_nothing(self, n: int) -> None:
        row = np.concatenate([random_row(n), np.full(700, -np.inf, np.float32)])
        assert log_sum_exp(row) == pytest.approx(plain_log_sum_exp(random_row(n)), abs=1e-6, rel=1e-6)

    def test_one_token_alone_keeps_its_logit(self) -> None:
        for at in (0, 63, 511, 512, 599):
            row = np.full(600, -np.inf, np.float32)
            row[at] = 12.5
            assert log_sum_exp(row) == pytest.approx(12.5, abs=1e-6)

    def test_nothing_gives_minus_infinity(self) -> None:
        assert log_sum_exp(np.empty(0, np.float32)) == -math.inf
        assert log_sum_exp(np.full(600, -np.inf, np.float32)) == -math.inf

    def test_the_row_is_left_as_it_was(self) -> None:
        row = random_row(1000)
        before = row.copy()
        log_sum_exp(row)
        assert np.array_equal(row, before)

    def test_a_row_that_may_not_be_written_is_read(self) -> None:
        row = random_row(100)
        row.flags.writeable = False
        assert log_sum_exp(row) == pytest.approx(plain_log_sum_exp(row), abs=1e-6, rel=1e-6)


class TestTopK:
    @settings(max_examples=200)
    @given(rows, st.integers(1, 70))
    def test_finds_what_sorting_finds(self, row: NDArray[np.float32], k: int) -> None:
        ids, values, found = chosen(row, k)
        assert found == min(k, len(row))
        assert values[:found] == np.sort(row)[::-1][:k].tolist()
        assert row[ids[:found]].tolist() == values[:found]
        assert len(set(ids[:found])) == found
        assert ids[found:] == [-1] * (k - found)

    @pytest.mark.parametrize("n", SIZES)
    @pytest.mark.parametrize("k", [1, 2, 40, 64, 1000])
    def test_every_size(self, n: int, k: int) -> None:
        row = random_row(n)
        ids, _, found = chosen(row, k)
        assert ids[:found] == np.argsort(-row, kind="stable")[:k].tolist()

    @settings(max_examples=200)
    @given(
        st.lists(st.sampled_from([math.nan, -math.inf, -1e30, 0.0, 1.0]), min_size=1, max_size=200), st.integers(1, 9)
    )
    def test_nan_and_minus_infinity_are_never_chosen(self, numbers: list[float], k: int) -> None:
        row = np.array(numbers, np.float32)
        usable = np.sort(row[row > -np.inf])[::-1]
        ids, values, found = chosen(row, k)
        assert found == min(k, len(usable))
        assert values[:found] == usable[:k].tolist()
        assert ids[found:] == [-1] * (k - found)

    def test_ties_give_different_tokens(self) -> None:
        for n in SIZES:
            ids, values, found = chosen(np.full(n, 2.5, np.float32), 20)
            assert found == min(20, n) == len(set(ids[:found]))
            assert set(values[:found]) == {2.5}

    @pytest.mark.parametrize("at", [0, 63, 64, 127, 128, 131])
    def test_the_largest_is_found_wherever_it_stands(self, at: int) -> None:
        row = np.zeros(132, np.float32)
        row[at] = 1
        assert chosen(row, 3)[0][0] == at

    def test_an_empty_row_leaves_every_place_empty(self) -> None:
        ids, _, found = chosen(np.empty(0, np.float32), 3)
        assert (found, ids) == (0, [-1, -1, -1])

    def test_nothing_is_asked(self) -> None:
        assert chosen(random_row(10), 0) == ([], [], 0)

    def test_places_of_different_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match="same length"):
            top_k(random_row(10), np.empty(3, np.int32), np.empty(4, np.float32))
