"""The bundled material: twelve references that take turns as people do, sixteen scenarios that a model can follow."""

import collections

import pytest

from synthdial import bundled_references, bundled_scenarios, load_scenario
from synthdial.metrics import Measurer

REFERENCES = bundled_references()


def test_there_are_twelve_references_without_a_line_that_cannot_be_read() -> None:
    assert len(REFERENCES) == 12
    assert [transcript.problems for transcript in REFERENCES] == [()] * 12


@pytest.mark.parametrize("transcript", REFERENCES, ids=lambda transcript: transcript.dialogue.id)
def test_a_reference_takes_turns_as_people_do(transcript) -> None:
    figures = Measurer().dialogue(transcript.dialogue)
    assert 600 <= figures["n_words"] <= 1000
    assert 0.9 <= figures["cv"] <= 1.4
    assert 0.10 <= figures["short_turn_share"] <= 0.25
    assert figures["burstiness"] > -0.05


@pytest.mark.parametrize("transcript", REFERENCES, ids=lambda transcript: transcript.dialogue.id)
def test_a_reference_says_where_it_comes_from(transcript) -> None:
    assert transcript.title
    assert transcript.head["licentie"] == "CC BY 4.0"
    assert "alle personen zijn verzonnen" in transcript.head["herkomst"]
    assert transcript.head["feiten"]


def test_no_two_references_open_or_close_alike() -> None:
    for position in (0, -1):
        texts = collections.Counter(transcript.dialogue.turns[position].text for transcript in REFERENCES)
        assert max(texts.values()) == 1


def test_one_reference_has_a_partner_who_speaks_on_the_patients_side() -> None:
    partner = next(t for t in REFERENCES if t.dialogue.id == "partner")
    assert "\nPartner: " in partner.path.read_text(encoding="utf-8")
    assert partner.problems == ()


def test_there_are_sixteen_scenarios_ten_of_them_nephrology() -> None:
    fields = collections.Counter(load_scenario(name).specialty for name in bundled_scenarios())
    assert sum(fields.values()) == 16 and fields["nefrologie"] == 10
    assert set(fields) - {"nefrologie"} == {
        "huisartsgeneeskunde",
        "cardiologie",
        "diabetes",
        "longgeneeskunde",
        "geriatrie",
    }


@pytest.mark.parametrize("name", bundled_scenarios())
def test_a_scenarios_terms_are_all_due_in_a_phase(name: str) -> None:
    scenario = load_scenario(name)
    due = {term for phase in scenario.phases for term in phase.terms}
    assert due == set(scenario.terms)
    assert scenario.patient_does_not_know
