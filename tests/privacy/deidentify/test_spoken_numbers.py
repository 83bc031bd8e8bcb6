"""Numbers as they are spoken, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial.privacy.deidentify.numbers import ordinal_value, spoken, spoken_ordinal, spoken_value, spoken_year
from synthdial.privacy.deidentify.runs import is_bsn

pytestmark = pytest.mark.slow


@given(st.integers(0, 9999))
def test_spoken_and_back(value: int) -> None:
    assert spoken_value(spoken(value)) == value


@given(st.integers(1900, 2099))
def test_years_and_back(year: int) -> None:
    assert spoken_value(spoken_year(year)) == year


@given(st.integers(1, 31))
def test_ordinals_and_back(value: int) -> None:
    assert ordinal_value(spoken_ordinal(value)) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("tweeëntwintig", 22),
        ("negentienvierenzestig", 1964),
        ("tweeduizendtwintig", 2020),
        ("honderdtwintig", 120),
        ("achthonderdvijftig", 850),
        ("moe", None),
        ("een", 1),
        ("honderden", None),
        ("duizendpoot", None),
    ],
)
def test_values(word: str, value: int | None) -> None:
    assert spoken_value(word) == value


def test_bsn_check() -> None:
    assert is_bsn("123456782")
    assert is_bsn("12345672") == is_bsn("012345672")
    assert not is_bsn("123456783")
    assert not is_bsn("000000000")
    assert not is_bsn("1234")


@given(st.integers(100000000, 999999999), st.integers(0, 8))
def test_one_wrong_digit_fails_the_bsn_check(number: int, place: int) -> None:
    digits = str(number)
    if is_bsn(digits):
        changed = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert not is_bsn(changed)
