"""Words vary as much as the references' do: what is said lately loses more where they vary less."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synthdial.engine.variety import Variety

ROW = np.linspace(-5, 5, 600, dtype=np.float32)
DULL = ["ja", "nee", "dat", "is", "zo"] * 20
RICH = [f"woord{k}" for k in range(100)]


def test_without_a_target_nothing_is_held() -> None:
    variety = Variety(None)
    variety.close_turn([1, 2, 3], DULL)
    assert variety.bias(ROW, [1, 2]) == {}


def test_what_was_said_lately_is_less_likely_and_what_is_long_ago_is_not() -> None:
    variety = Variety(0.77)
    variety.close_turn(list(range(200)), DULL)
    bias = variety.bias(ROW, [500])
    assert set(bias) == {500, *range(137, 200)}
    assert all(value < 0 for value in bias.values()), "whatever the sign of the logit"


def test_dull_words_raise_the_price_of_repeating_and_rich_ones_lower_it() -> None:
    dull, rich = Variety(0.77), Variety(0.77)
    before = dull.penalty
    for _ in range(3):
        dull.close_turn([1], DULL)
        rich.close_turn([1], RICH)
    assert rich.penalty < before < dull.penalty


@given(st.lists(st.sampled_from([DULL, RICH, ["een"], []]), max_size=40))
def test_the_price_stays_within_bounds(turns: list[list[str]]) -> None:
    variety = Variety(0.77)
    for words in turns:
        variety.close_turn(list(range(len(words))), words)
        assert 1 <= variety.penalty <= 1.25


def test_a_turn_that_goes_round_in_a_few_words_pays_more_at_once() -> None:
    variety = Variety(0.77)
    variety.close_turn([7], RICH[:20])
    varied = variety.bias(ROW, [500], [f"ander{k}" for k in range(24)])
    same = variety.bias(ROW, [500], ["nee"] * 24)
    assert same[500] < varied.get(500, 0.0)
    assert same[500] < -1.5, "logit 3.3 divided by more than 1.9"
    assert variety.penalty == Variety(0.77).penalty, "and what was learned stays"


def test_where_nothing_comes_again_what_does_is_cheaper() -> None:
    variety = Variety(0.77)
    usual = variety.bias(ROW, [500], RICH[:12])
    rich = variety.bias(ROW, [500], RICH[:24])
    assert usual[500] < rich.get(500, 0.0)


def test_the_words_before_a_turn_count_while_it_is_short() -> None:
    dull, rich = Variety(0.77), Variety(0.77)
    dull.close_turn([7], ["nee"] * 23)
    rich.close_turn([7], RICH[:23])
    assert dull.penalty == rich.penalty, "too few to learn from"
    assert dull.bias(ROW, [500], ["nee"])[500] < rich.bias(ROW, [500], ["nee"]).get(500, 0.0)
