"""Terms that are due: favoured where a word may begin, carried to their end, counted when they are spoken."""

from synthdial._core.words import split_words
from synthdial.engine.terms import DueTerms, Term

TERMS = [
    Term("eGFR", ("eGFR", "nierfunctie"), "results"),
    Term("maatschappelijk werk", ("maatschappelijk werk",), "plan"),
    Term("dialyse", ("dialyse",), "plan", doctor_only=True),
]


def tokens_of(text: str) -> list[int]:
    """A token for every two letters: terms have several."""
    return [ord(text[k]) * 256 + ord(text[k + 1] if k + 1 < len(text) else " ") for k in range(0, len(text), 2)]


def test_terms_are_due_from_their_phase_on_until_they_are_spoken() -> None:
    terms = DueTerms(TERMS, tokens_of)
    assert terms.due() == []
    terms.enter("results")
    assert terms.due() == ["eGFR"]
    terms.enter("plan")
    assert terms.due() == ["eGFR", "maatschappelijk werk", "dialyse"]
    terms.close_turn(split_words("De nierfunctie is beter."))
    assert terms.due() == ["maatschappelijk werk", "dialyse"], "any of its forms counts"
    terms.close_turn(split_words("Het maatschappelijk geld."))
    assert "maatschappelijk werk" in terms.due(), "half of a term does not"


def test_a_term_that_was_begun_is_carried_to_its_end() -> None:
    terms = DueTerms(TERMS, tokens_of)
    terms.enter("plan")
    tokens = tokens_of(" dialyse")
    assert terms.favour(["dialyse"], 4.0)[tokens[0]] == 4.0
    terms.observe(tokens[0])
    for token in tokens[1:]:
        assert terms.is_on_the_way
        assert terms.completion()[token] > 20
        terms.observe(token)
    assert not terms.is_on_the_way
    assert "dialyse" not in terms.due(), "it is not asked for again in the same turn"


def test_what_begins_like_a_term_without_being_asked_for_is_left_alone() -> None:
    terms = DueTerms(TERMS, tokens_of)
    terms.enter("plan")
    terms.observe(tokens_of(" dialyse")[0])
    assert not terms.is_on_the_way


def test_a_turn_that_is_taken_back_has_spoken_nothing() -> None:
    terms = DueTerms(TERMS, tokens_of)
    terms.enter("plan")
    terms.favour(["dialyse"], 4.0)
    for token in tokens_of(" dialyse"):
        terms.observe(token)
    terms.open_turn()
    assert "dialyse" in terms.due()


def test_the_patient_does_not_know_what_only_the_doctor_knows_until_it_was_said() -> None:
    terms = DueTerms(TERMS, tokens_of)
    terms.enter("plan")
    assert terms.due(for_patient=True) == ["maatschappelijk werk"]
    assert terms.unknown_in(split_words("Moet ik dan aan de dialyse?"))
    terms.close_turn(split_words("U moet aan de dialyse."))
    assert not terms.unknown_in(split_words("Aan de dialyse?"))
