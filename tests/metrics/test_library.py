"""The library's functions: they take text, words or numbers, and give the same figure as the measurer."""

import doctest
import importlib
import math

import numpy as np
import pytest

from synthdial import bundled_references
from synthdial import metrics as library
from synthdial.errors import SynthdialError
from synthdial.metrics import METRICS, Measurer, chosen_metrics

REFERENCE = bundled_references()[0].dialogue
TEXT = " ".join(turn.text for turn in REFERENCE.turns)
LEXICAL = [name for name, metric in METRICS.items() if metric.group == "lexical"]


@pytest.mark.parametrize("name", [name for name in LEXICAL if name not in ("mtld_le", "mtld_min10")])
def test_text_words_and_numbers_give_what_the_measurer_gives(name: str) -> None:
    function = getattr(library, name)
    ids = library.word_ids(TEXT)
    expected = Measurer(metrics=[name]).dialogue(REFERENCE)[name]
    assert function(TEXT) == pytest.approx(expected, rel=1e-12)
    assert function(ids) == function(ids + 1000) == function([f"w{k}" for k in ids]) == function(TEXT)


def test_variants_of_mtld_are_options() -> None:
    figures = Measurer().dialogue(REFERENCE)
    assert library.mtld(TEXT, inclusive=True) == figures["mtld_le"]
    assert library.mtld(TEXT, min_words=10) == figures["mtld_min10"]


def test_turns_have_functions_too() -> None:
    figures = Measurer().dialogue(REFERENCE)
    lengths = np.array([turn.words for turn in REFERENCE.merged().turns])
    for name in ("cv", "burstiness", "burstiness_finite", "gini", "lag1", "length_entropy"):
        assert getattr(library, name)(lengths) == figures[name]
    turns = [turn.text for turn in REFERENCE.merged().turns]
    assert library.distinct(turns, 2) == figures["distinct_2"]
    assert library.self_bleu(turns) == pytest.approx(figures["self_bleu_turns"])


@pytest.mark.parametrize("name", LEXICAL)
def test_nothing_is_measured_of_nothing(name: str) -> None:
    assert math.isnan(Measurer(metrics=[name]).dialogue(type(REFERENCE)("empty", ()))[name])


def test_a_name_that_is_wrong_is_answered_with_the_nearest() -> None:
    assert chosen_metrics(["cv", "topic", "cv"])[:2] == ("cv", "npmi_coherence")
    with pytest.raises(SynthdialError, match="mattr"):
        chosen_metrics(["matr"])


@pytest.mark.parametrize("module", ["lexical", "turns", "redundancy", "measurer"])
def test_the_examples_in_the_documentation_are_true(module: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"synthdial.metrics.{module}"))
    assert outcome.attempted and not outcome.failed


@pytest.mark.parametrize("call", [lambda: library.mtld("a", threshold=(3, 2)), lambda: library.mattr("a", window=0)])
def test_options_that_mean_nothing_are_refused(call) -> None:
    with pytest.raises(ValueError, match="must"):
        call()
