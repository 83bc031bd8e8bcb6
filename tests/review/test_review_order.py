"""The order of reading: drawn, the same again, calibration first, anchors mixed in."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial.review.order import ANCHOR_EVERY, arranged, drawn, seed_of

DIALOGUES = [f"{number:016x}" for number in range(100)]
ANCHORS = [f"a{number:015x}" for number in range(40)]


def test_a_drawn_order_depends_on_the_seed_alone() -> None:
    order = drawn(DIALOGUES, 1)
    assert sorted(order) == DIALOGUES and order != DIALOGUES
    assert drawn(random.Random(3).sample(DIALOGUES, 100), 1) == order
    assert drawn(DIALOGUES, 2) != order


def test_every_place_is_as_likely() -> None:
    first = Counter(drawn(DIALOGUES[:4], seed)[0] for seed in range(4000))
    assert set(first) == set(DIALOGUES[:4])
    assert all(abs(count - 1000) < 5 * (4000 * 0.25 * 0.75) ** 0.5 for count in first.values())  # five deviations


def test_raters_and_studies_have_seeds_of_their_own() -> None:
    seeds = {seed_of(study, rater) for study in ("a", "b") for rater in ("Els", "Bram", "Élise")}
    assert len(seeds) == 6 and all(0 <= seed < 2**31 for seed in seeds)
    assert seed_of("a", "Els") == seed_of("a", "Els")


class TestArranged:
    def test_the_calibration_round_is_first_and_in_its_order(self) -> None:
        round_ = [DIALOGUES[7], DIALOGUES[3], DIALOGUES[50]]
        for seed in range(5):
            order = arranged([], DIALOGUES, ANCHORS, round_, set(), seed)
            assert order[:3] == round_
            assert sorted(key for key in order if key not in ANCHORS) == DIALOGUES

    def test_what_comes_later_goes_to_the_end_in_drawn_order(self) -> None:
        before = arranged([], DIALOGUES[:90], [], [], set(), 1)
        after = arranged(before, DIALOGUES, [], [], set(), 1)
        assert after == [*before, *drawn(DIALOGUES[90:], 1)]

    def test_a_round_that_is_drawn_later_comes_before_the_others_that_came(self) -> None:
        before = arranged([], DIALOGUES[:4], [], [], set(), 1)
        round_ = DIALOGUES[10:13]
        after = arranged(before, DIALOGUES[:20], [], round_, set(before[:2]), 1)
        assert after[:4] == before and after[4:7] == round_ and len(after) == 20

    @pytest.mark.parametrize("count", [1, 3, 4, 8, 23, 97])
    def test_one_in_five_is_an_anchor(self, count: int) -> None:
        order = arranged([], DIALOGUES[:count], ANCHORS, [], set(), 1)
        found = [key for key in order if key in ANCHORS]
        assert len(found) == max(1, count // (ANCHOR_EVERY - 1))
        assert sorted(found) == ANCHORS[: len(found)]  # raters read the same ones
        assert len(order) == count + len(found)

    def test_anchors_stand_all_over_the_order_and_elsewhere_for_each_rater(self) -> None:
        places = []
        for seed in range(20):
            order = arranged([], DIALOGUES, ANCHORS, [], set(), seed)
            places.append([place for place, key in enumerate(order) if key in ANCHORS])
        assert all(any(low <= place < low + 25 for place in found) for found in places for low in (0, 25, 50, 75, 100))
        assert len({tuple(found) for found in places}) == 20

    def test_anchors_that_come_later_are_mixed_into_what_is_not_begun(self) -> None:
        before = arranged([], DIALOGUES, [], [], set(), 1)
        after = arranged(before, DIALOGUES, ANCHORS, [], set(before[:60]), 1)
        assert after[:60] == before[:60]
        assert sum(key in ANCHORS for key in after[60:]) == 10  # one to each four of the 40 that are left
        assert [key for key in after if key not in ANCHORS] == before
        assert arranged(before, DIALOGUES, ANCHORS, [], set(before), 1) == before

    @given(
        st.integers(0, 40), st.integers(0, 40), st.integers(0, 12), st.sets(st.integers(0, 59)), st.integers(0, 9),
        st.booleans(),
    )  # fmt: skip
    def test_nothing_is_lost_moved_or_read_twice(
        self, first: int, more: int, anchors: int, begun: set[int], seed: int, calibrated: bool
    ) -> None:
        round_ = DIALOGUES[:3] if calibrated and first > 3 else []
        before = arranged([], DIALOGUES[:first], ANCHORS[:anchors], round_, set(), seed)
        touched = {before[place] for place in begun if place < len(before)}
        after = arranged(before, DIALOGUES[: first + more], ANCHORS, round_, touched, seed)
        assert sorted(key for key in after if key not in ANCHORS) == DIALOGUES[: first + more]
        assert len(set(after)) == len(after)
        stays = max((place for place, key in enumerate(before) if key in touched), default=-1) + 1
        assert after[:stays] == before[:stays]
        assert [key for key in after if key in before] == before
        assert arranged(after, DIALOGUES[: first + more], ANCHORS, round_, set(after), seed) == after
