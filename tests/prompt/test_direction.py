"""Stage directions and due terms: what a scenario card asks for, phase by phase."""

import re

import pytest

from synthdial._core.words import split_words
from synthdial.prompt import Phase, Scenario, bundled_scenarios, due_terms, load_scenario, stage_directions
from synthdial.prompt.scenario import ScenarioPhase

CARDS = [load_scenario(name) for name in bundled_scenarios()]
every_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)


def a_card(*phases: ScenarioPhase, terms: dict[str, tuple[str, ...]] | None = None, unknown: tuple = ()) -> Scenario:
    lines = dict.fromkeys(("name", "title", "specialty", "setting", "reason", "doctor", "patient"), "x")
    return Scenario(**lines, facts=(), patient_does_not_know=unknown, terms=terms or {}, phases=phases, digest="")


def a_phase(phase: Phase, share: float, happens: str = "Zij praten.", *terms: str) -> ScenarioPhase:
    return ScenarioPhase(phase, share, happens, terms)


def holds(text: str, form: str) -> bool:
    """Whether the words of a form stand in a text, one after the other."""
    words, wanted = split_words(text), split_words(form)
    return any(words[k : k + len(wanted)] == wanted for k in range(len(words)))


class TestBundled:
    @every_card
    def test_every_term_is_due_in_one_phase_that_is_there(self, card: Scenario) -> None:
        due = due_terms(card)
        assert [term.name for term in due] == list(card.terms)
        assert {term.phase for term in due} <= {str(phase.phase) for phase in card.phases}

    @every_card
    def test_a_term_is_due_where_the_card_names_it_first(self, card: Scenario) -> None:
        for term in due_terms(card):
            naming = [str(phase.phase) for phase in card.phases if term.name in phase.terms]
            assert naming and term.phase == naming[0]

    @every_card
    def test_a_term_is_its_own_first_form(self, card: Scenario) -> None:
        for term in due_terms(card):
            assert term.forms == (term.name, *card.terms[term.name])

    @every_card
    def test_only_what_the_patient_does_not_know_and_has_not_come_with_is_the_doctors(self, card: Scenario) -> None:
        early = {term.name for term in due_terms(card) if term.phase in (Phase.OPENING, Phase.HISTORY)}
        secrets = {term.name for term in due_terms(card) if term.doctor_only}
        assert secrets == {
            term
            for term, others in card.terms.items()
            if term not in early
            and any(holds(text, form) for text in card.patient_does_not_know for form in (term, *others))
        }

    @every_card
    def test_a_direction_is_the_first_sentence_of_what_happens(self, card: Scenario) -> None:
        directions = stage_directions(card)
        assert [phase for phase, _ in directions] == [str(phase.phase) for phase in card.phases]
        for (_, sentence), phase in zip(directions, card.phases, strict=True):
            assert phase.happens.startswith(sentence)
            assert sentence[0].isupper() and sentence[-1] == "."
            assert not re.search(r"[.!?]\s", sentence), "one sentence"
            assert len(split_words(sentence)) >= 5

    def test_some_terms_are_secret_and_most_are_not(self) -> None:
        due = [term for card in CARDS for term in due_terms(card)]
        assert 0.05 < sum(term.doctor_only for term in due) / len(due) < 0.5


class TestOwn:
    def test_a_term_that_no_phase_names_is_due_in_the_explanation(self) -> None:
        phases = [a_phase(Phase.HISTORY, 0.6), a_phase(Phase.EXPLANATION, 0.3), a_phase(Phase.PLAN, 0.1)]
        (term,) = due_terms(a_card(*phases, terms={"zout": ()}))
        assert term.phase == "explanation"

    def test_or_in_the_longest_phase_where_nothing_is_explained(self) -> None:
        phases = [a_phase(Phase.OPENING, 0.2), a_phase(Phase.HISTORY, 0.6), a_phase(Phase.PLAN, 0.2)]
        (term,) = due_terms(a_card(*phases, terms={"zout": ()}))
        assert term.phase == "history"

    def test_a_term_that_two_phases_name_is_due_in_the_first(self) -> None:
        phases = [a_phase(Phase.HISTORY, 0.5, "Zij praten.", "zout"), a_phase(Phase.PLAN, 0.5, "Zij praten.", "zout")]
        (term,) = due_terms(a_card(*phases, terms={"zout": ()}))
        assert term.phase == "history"

    @pytest.mark.parametrize(
        ("forms", "unknown", "secret"),
        [
            (("EPO",), ("dat de nieren epo maken",), True),
            (("hormoon epo",), ("dat de nieren het hormoon epo maken",), True),
            (("hormoon",), ("dat hormonen in de nieren ontstaan",), False),
            (("hoge bloeddruk",), ("of het te hoog is", "wat een hoge", "bloeddruk doet"), False),
            (("hemoglobine",), (), False),
        ],
    )
    def test_a_form_is_secret_where_its_words_stand_in_one_text(
        self, forms: tuple[str, ...], unknown: tuple[str, ...], secret: bool
    ) -> None:
        (term,) = due_terms(a_card(a_phase(Phase.RESULTS, 1), terms={"Hb": forms}, unknown=unknown))
        assert term.doctor_only is secret
        (term,) = due_terms(a_card(a_phase(Phase.HISTORY, 1), terms={"Hb": forms}, unknown=unknown))
        assert not term.doctor_only, "the patient tells it"

    @pytest.mark.parametrize(
        ("happens", "direction"),
        [
            ("De arts meet 5.1 en schrikt. Dan praten zij.", "De arts meet 5.1 en schrikt."),
            ("De patiënt vraagt: mag dat? De arts knikt.", "De patiënt vraagt: mag dat?"),
            ("Zij nemen afscheid", "Zij nemen afscheid"),
            ("Zij nemen\n   afscheid. De deur gaat dicht.", "Zij nemen afscheid."),
            ("", ""),
        ],
    )
    def test_a_direction_stands_on_one_line(self, happens: str, direction: str) -> None:
        assert stage_directions(a_card(a_phase(Phase.CLOSING, 1, happens))) == [("closing", direction)]
