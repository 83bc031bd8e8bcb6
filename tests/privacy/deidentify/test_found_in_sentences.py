"""What is found in sentences in spoken style: recall and precision by kind, and what must hold for them."""

from functools import cache

import pytest
from scoring import score as score_of
from spoken_sentences import FILES, HALVES, carriers_of, sentences

from synthdial.privacy.deidentify import Kind

pytestmark = pytest.mark.slow

score = cache(score_of)
NUMBERS = (Kind.PHONE, Kind.BSN, Kind.PATIENT_NUMBER, Kind.NUMBER)


@pytest.mark.parametrize("half", HALVES)
def test_names_and_numbers_are_found(half: str) -> None:
    scores, _ = score(half)
    for kind in (Kind.NAME, *NUMBERS):
        assert scores[kind].recall >= 0.95, (kind, scores[kind].missed[:5])


@pytest.mark.parametrize("half", HALVES)
def test_other_kinds_are_found(half: str) -> None:
    scores, _ = score(half)
    assert scores[Kind.DATE].recall >= 0.95
    assert scores[Kind.EMAIL].recall >= 0.95
    assert scores[Kind.URL].recall >= 0.95
    for kind in (Kind.AGE, Kind.PLACE, Kind.ADDRESS, Kind.INSTITUTION):
        assert scores[kind].recall >= 0.85, (kind, scores[kind].missed[:5])


@pytest.mark.parametrize("half", HALVES)
def test_little_is_found_where_nobody_is(half: str) -> None:
    scores, empty = score(half)
    for kind, own in scores.items():
        assert own.precision >= 0.9, (kind, own.wrong[:5])
    assert empty["with a finding"] <= 0.03 * empty["sentences"]


def test_halves_share_no_carrier_and_are_large_enough() -> None:
    for name in FILES:
        own = [set(carriers_of(half, name)) for half in HALVES]
        assert not own[0] & own[1]
        assert len(own[0] | own[1]) >= 60
        assert all(len(sentences(half, name)) == 200 for half in HALVES)


def test_marks_of_sentences_are_where_they_say() -> None:
    for name in FILES:
        for sentence in sentences("tuning", name, 40):
            assert sentence.marked
            assert all(
                sentence.text[start:end].strip() == sentence.text[start:end] for start, end, _ in sentence.marked
            )
