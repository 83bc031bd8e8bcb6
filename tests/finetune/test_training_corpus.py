"""The training corpus: enough, alike to people's conversations, nothing twice, and nothing of what it is tested on."""

from collections import Counter
from collections.abc import Sequence

import pytest
from check import DIVERSITY, HUMAN, Check
from conversation import Conversation, read_corpus

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus() -> Sequence[Conversation]:
    """All of it."""
    return read_corpus()


@pytest.fixture(scope="module")
def check() -> Check:
    """What it must be."""
    return Check()


def test_there_are_240_and_half_are_about_kidneys(corpus: Sequence[Conversation]) -> None:
    fields = Counter(one.scenario.name.split("-")[0].startswith("nier") for one in corpus)
    assert len(corpus) >= 240 and fields[True] >= 120 and fields[False] >= 120


def test_nothing_is_wrong_with_any_of_them(corpus: Sequence[Conversation], check: Check) -> None:
    wrong = {one.scenario.name: found for one in corpus if (found := check.one(one, check.figures(one)))}
    assert wrong == {}


def test_none_shares_nine_words_in_a_row_an_opening_or_a_closing(corpus: Sequence[Conversation], check: Check) -> None:
    assert check.among(corpus) == {}
    assert check.near_duplicates(corpus) == 0


def test_in_the_mean_they_are_as_people_and_as_the_references(corpus: Sequence[Conversation], check: Check) -> None:
    rows = [check.figures(one) for one in corpus]
    means = {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}
    for name, (low, high) in {**HUMAN, **{name: check.ranges[name] for name in DIVERSITY}}.items():
        assert low <= means[name] <= high, name


def test_each_was_read_by_a_second_reader(corpus: Sequence[Conversation]) -> None:
    assert [one.scenario.name for one in corpus if not one.head["nagelezen"].startswith("ja")] == []
