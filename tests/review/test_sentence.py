"""The one sentence: each case in both languages, with the figures it is made of."""

import math
import re

import pytest

from synthdial.review.agreement import Agreement
from synthdial.review.correlation import Correlation, detectable, dialogues_needed
from synthdial.review.intervals import UNKNOWN, Estimate
from synthdial.review.sentence import answer

NAMES = {"en": {"fluency": "Fluency", "safety": "Safety"}, "nl": {"fluency": "Vlotheid", "safety": "Veiligheid"}}


def row(rho: float, q: float, *, n: int = 300, metric: str = "mattr", criterion: str = "fluency") -> Correlation:
    return Correlation(metric, criterion, n, Estimate(rho, rho - 0.1, rho + 0.1), q / 2, q)


def missing(reason: str, n: int) -> Correlation:
    return Correlation("mattr", "fluency", n, UNKNOWN, math.nan, math.nan, reason)


def alpha(value: float, high: float) -> Agreement:
    return Agreement("fluency", "native", 2, 30, 60, Estimate(value, value - 0.1, high), UNKNOWN, UNKNOWN)


def said(table: list[Correlation], lang: str, agreement: tuple[Agreement, ...] = ()) -> str:
    sentence = answer(table, agreement, NAMES[lang], lang)
    assert sentence.endswith(".") and not sentence.endswith("..") and "{" not in sentence
    ends = re.findall(r"[.!?](?= [A-Z])", sentence)
    assert not ends, "it is one sentence"
    assert (lang == "nl") == bool(re.search(r"\b(gesprekken|gesprek)\b", sentence))
    numbers = re.findall(r"\d[.,]\d", sentence)
    assert all(("," in number) == (lang == "nl") for number in numbers), "a Dutch number has a comma"
    return sentence


BOTH = pytest.mark.parametrize("lang", ["en", "nl"])


@BOTH
def test_without_scores_or_metrics_nothing_can_be_said(lang: str) -> None:
    assert ("cannot be said" if lang == "en" else "niet te zeggen") in said([], lang)


@BOTH
def test_of_a_handful_of_dialogues_it_says_how_many_more_it_takes(lang: str) -> None:
    sentence = said([missing("too few", 3)] * 8, lang)
    needed = dialogues_needed(0.3, 8)
    assert ("cannot be said yet" if lang == "en" else "nog niet te zeggen") in sentence
    for number in ("(3)", f" {needed}", f" {needed - 3}"):
        assert number in sentence


@BOTH
def test_where_scores_do_not_vary_it_says_so(lang: str) -> None:
    sentence = said([missing("no variation", 40)], lang)
    assert "40" in sentence and ("do not vary" if lang == "en" else "geen spreiding") in sentence


@BOTH
def test_nothing_found_among_few_is_no_no(lang: str) -> None:
    sentence = said([row(0.25, 0.4, n=40), row(-0.1, 0.9, n=36, criterion="safety")], lang)
    assert sentence.startswith("Whether" if lang == "en" else "Of ")
    needed = dialogues_needed(0.3, 2)
    strength = f"{detectable(36, 2):.2f}"
    assert ("36 to 40" if lang == "en" else "36 tot 40") in sentence
    assert (strength if lang == "en" else strength.replace(".", ",")) in sentence
    assert str(needed) in sentence and str(needed - 36) in sentence, "as the least scored criterion needs"


@BOTH
def test_nothing_found_among_many_is_a_no_that_says_what_would_have_been_found(lang: str) -> None:
    sentence = said([row(0.05, 0.6), row(-0.02, 0.9, criterion="safety")], lang)
    strength = f"{detectable(300, 2):.2f}"
    assert sentence.startswith("No: none of 2" if lang == "en" else "Nee: geen van de 2")
    assert (strength if lang == "en" else strength.replace(".", ",")) in sentence and "300" in sentence


@BOTH
def test_some_found_is_told_with_sizes_and_the_strongest(lang: str) -> None:
    table = [
        row(0.32, 0.03),
        row(-0.45, 0.001, metric="cv", criterion="safety"),
        row(0.4, 0.01, criterion="safety"),
        row(0.02, 0.8, metric="hdd"),
    ]
    sentence = said(table, lang)
    assert sentence.startswith("In part: for 2 of 2 criteria" if lang == "en" else "Deels: bij 2 van de 2 criteria")
    expected = (
        ("3 of 4", "0.32 to 0.45", "cv with Safety (ρ = −0.45, 95 % interval −0.55 to −0.35)")
        if lang == "en"
        else ("3 van de 4", "0,32 tot 0,45", "cv met Veiligheid (ρ = −0,45; 95%-interval −0,55 tot −0,35)")
    )
    assert all(part in sentence for part in expected)


@BOTH
def test_one_found_is_told_as_one(lang: str) -> None:
    sentence = said([row(0.33, 0.04), row(0.1, 0.5, criterion="safety")], lang)
    assert ("one of 2 correlations" if lang == "en" else "één van de 2 correlaties") in sentence
    assert ("mattr with Fluency" if lang == "en" else "mattr met Vlotheid") in sentence


@BOTH
@pytest.mark.parametrize(
    ("rho", "criteria", "begin"),
    [
        (0.29, ("fluency", "safety"), ("Hardly", "Nauwelijks")),
        (-0.29, ("fluency", "safety"), ("Hardly", "Nauwelijks")),
        (0.45, ("fluency", "safety"), ("In part", "Deels")),
        (0.6, ("fluency", "fluency"), ("In part", "Deels")),
        (-0.6, ("fluency", "safety"), ("Yes", "Ja")),
    ],
)
def test_it_begins_with_how_strong_and_how_wide_the_agreement_is(
    rho: float, criteria: tuple[str, str], begin: tuple[str, str], lang: str
) -> None:
    """Weak ones only are hardly any; yes is for strong ones that leave no criterion out."""
    table = [row(rho, 0.01, criterion=criterion) for criterion in criteria] + [row(0.0, 0.9, criterion="safety")]
    assert said(table, lang).startswith(begin[lang == "nl"] + ":")


@BOTH
def test_where_dialogues_are_few_what_is_found_may_not_be_all(lang: str) -> None:
    few, many = (said([row(0.7, 0.01, n=n), row(0.1, 0.7, n=n)], lang) for n in (30, 300))
    word = "unseen" if lang == "en" else "onzichtbaar"
    assert word in few and str(dialogues_needed(0.3, 2)) in few and word not in many


@BOTH
def test_raters_who_surely_do_not_agree_are_told_of(lang: str) -> None:
    table = [row(0.05, 0.6)]
    word = "alpha 0.12" if lang == "en" else "alfa hoogstens 0,12"
    assert word in said(table, lang, (alpha(0.05, 0.3), alpha(0.12, 0.35)))
    assert word not in said(table, lang, (alpha(0.12, 0.55),)), "they may well agree"
    assert word not in said(table, lang, (alpha(0.12, 0.35), alpha(0.6, 0.8))), "on something they do"
    assert word not in said(table, lang, (alpha(0.12, math.nan),)), "nobody knows"
