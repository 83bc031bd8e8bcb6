"""The distance between a turn and what an editor made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial.review.distance import edit_distance


def plain_distance(before: str, after: str) -> int:
    """The formula of Wagner and Fischer, row by row."""
    row = list(range(len(after) + 1))
    for i, one in enumerate(before, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(after, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (one != other))
    return row[-1]


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [
        ("kitten", "sitting", 3),  # Wikipedia's example
        ("intention", "execution", 5),  # Jurafsky and Martin, with substitutions that cost one
        ("", "ja", 2),
        ("ja", "", 2),
        ("’t gaat", "’t gaat", 0),
        ("e\u0301e\u0301n", "één", 0),  # the same letters, stored otherwise
    ],
)
def test_published_examples(before: str, after: str, distance: int) -> None:
    assert edit_distance(before, after) == distance


@given(st.text("abcé", max_size=90), st.text("abcé", max_size=90))
def test_it_is_what_the_plain_formula_gives(before: str, after: str) -> None:
    assert edit_distance(before, after) == edit_distance(after, before) == plain_distance(before, after)
