"""Sampling values stand in their ranges."""

import dataclasses
import math

import pytest

from synthdial.engine.sampling import Sampling
from synthdial.errors import SynthdialError


def test_the_defaults_are_in_range_and_plain_values() -> None:
    values = Sampling().as_dict()
    assert values["temperature"] == 0.8
    assert set(values) == {field.name for field in dataclasses.fields(Sampling)}
    assert Sampling(**values) == Sampling()


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": 0}, {"temperature": 5}, {"top_k": 1}, {"top_k": 1000}, {"top_p": 1}, {"top_p": 1e-9},
        {"min_p": 0}, {"min_p": 1}, {"repeat_penalty": 2}, {"repeat_window": 0}, {"repeat_window": 4096},
    ],
)  # fmt: skip
def test_the_borders_are_allowed(values: dict[str, float]) -> None:
    assert Sampling(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": -0.1}, {"temperature": 5.1}, {"temperature": math.nan}, {"temperature": math.inf},
        {"top_k": 0}, {"top_k": 1001}, {"top_p": 0}, {"top_p": 1.01}, {"top_p": math.nan}, {"min_p": -1}, {"min_p": 2},
        {"repeat_penalty": 0}, {"repeat_penalty": 2.5}, {"repeat_window": -1}, {"repeat_window": 5000},
    ],
)  # fmt: skip
def test_beyond_them_the_message_names_value_and_range(values: dict[str, float]) -> None:
    ((name, value),) = values.items()
    with pytest.raises(SynthdialError, match=f"{name} is {value}; it must lie (above|from) [0-9]+ up to [0-9]+"):
        Sampling(**values)  # type: ignore[arg-type]
