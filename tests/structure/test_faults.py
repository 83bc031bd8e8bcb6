"""Faults of a turn: found in what a model writes when it goes astray, and not in what people say."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial import bundled_references
from synthdial._core.words import split_words
from synthdial.structure.faults import faults_of, trigrams

NAMES = {"repeats", "loops", "not Dutch", "markup", "narrator", "open"}


def said(*turns: str) -> set[tuple[str, ...]]:
    """The trigrams of some turns."""
    return {trigram for text in turns for trigram in trigrams(split_words(text))}


def found(text: str, *earlier: str) -> tuple[str, ...]:
    return faults_of(text, said(*earlier))


class TestOpen:
    @pytest.mark.parametrize(
        "text",
        [
            "Ik heb sinds vorige week last van mijn",
            "Ik slik ze nu drie weken",
            "En toen ben ik naar de.",
            "Dat zou kunnen, omdat?",
            "Ja, want",
            "We prikken bloed en.",
            "Dan hoort u dat van dr.",
            "Ja, ja,",
            "",
            "?",
        ],
    )
    def test_a_turn_that_breaks_off_is_found(self, text: str) -> None:
        assert "open" in found(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Nee, dat valt wel mee.",
            "Waar doet het pijn?",
            "Hè, hè!",
            "Ja.",
            "Uh, dat is het.",
            "Daar weet ik niks van.",
            "Daar ben ik mee bezig, en hij weet dat.",
            "En toen zei m'n vrouw: 'Bel nou de dokter.'",
            "En toen zei ze: “Kom maar binnen.”",
            "Hij vroeg nog (ik weet het niet meer precies) of het zeer deed.",
        ],
    )
    def test_a_whole_sentence_is_none(self, text: str) -> None:
        assert "open" not in found(text)

    @pytest.mark.parametrize(
        "text",
        ["Ik wilde net naar de...", "Ja, maar –", "En toen, uh…", "Dat is omdat -", "Ze riep: 'Kijk uit voor de…'"],
    )
    def test_who_is_cut_short_and_written_so_is_none(self, text: str) -> None:
        assert "open" not in found(text)


class TestRepeats:
    def test_the_same_words_again_are_found(self) -> None:
        text = "Heeft u ook last van dikke enkels?"
        assert "repeats" in found(text, "Nee hoor.", text)

    def test_also_where_capitals_commas_and_a_word_differ(self) -> None:
        earlier = "Heeft u de laatste tijd ook nog last van dikke enkels of zo?"
        assert "repeats" in found("En heeft u, de laatste tijd, ook nog last van dikke enkels?", earlier)

    def test_also_where_it_comes_from_several_turns(self) -> None:
        assert "repeats" in found(
            "De nieren werken minder goed, dus stoppen we met de ibuprofen.",
            "De nieren werken minder goed, dus.",
            "Goed, dus stoppen we met de ibuprofen.",
        )

    def test_a_new_turn_is_none(self) -> None:
        assert found("En hoe is het met het traplopen?", "Heeft u ook last van dikke enkels?") == ()

    @pytest.mark.parametrize("text", ["Ja.", "Ja, precies.", "Dat is goed, ja."])
    def test_short_turns_may_come_again(self, text: str) -> None:
        assert found(text, text, text) == ()

    def test_who_takes_up_what_the_other_said_and_goes_on_is_none(self) -> None:
        assert found("Last van de knie, ja, en dan vooral als ik de trap op moet.", "Heeft u last van de knie?") == ()


class TestLoops:
    @pytest.mark.parametrize(
        "text",
        [
            "Dat is heel heel heel heel vervelend.",
            "Het is goed, het is goed, het is goed, dat snap ik.",
            "Ik ben moe en ik ben moe en ik ben moe en zo.",
            "Nee nee nee nee nee nee.",
            "Nee, ja, nee nee, dat kan, nee nee, en dan nee, ja nee.",
            "Ik doe dat ook, ik doe dat ook niet, ik moet dat ook, ik doe dat.",
        ],
    )
    def test_running_in_circles_is_found(self, text: str) -> None:
        assert "loops" in found(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Ja, ja, ja, dat weet ik.",
            "Nee, nee. Nee, dat is niet zo.",
            "Dat is goed. Dat is goed, dan doen we dat.",
            "Af en toe, of nou ja, af en toe, het is meer zo nu en dan.",
        ],
    )
    def test_saying_it_two_or_three_times_is_none(self, text: str) -> None:
        assert found(text) == ()


class TestNotDutch:
    @pytest.mark.parametrize(
        "text",
        [
            "I think you should take the tablets twice a day with food.",
            "So the kidney function is a little bit lower now.",
            "Der Patient hat seit drei Wochen starke Schmerzen im Rücken und Fieber.",
            "Le patient prend ses comprimés tous les matins avec un verre d'eau.",
            "Nefrologie poliklinisch consult bloeddruk stabiel medicatie ongewijzigd controle halfjaar.",
        ],
    )
    def test_another_language_and_telegrams_are_found(self, text: str) -> None:
        assert "not Dutch" in found(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Heeft u nog last van uw knie, of gaat dat nu beter?",
            "Ik kreeg op de spoed een infuus met NaCl en daarna een CT.",
            "Nou, m'n dochter zegt, pa, ga nou 's naar de dokter met die hoest.",
            "Yes, sorry.",
            "Losartan en amlodipine.",
        ],
    )
    def test_spoken_dutch_and_what_is_too_short_to_tell_are_none(self, text: str) -> None:
        assert found(text) == ()


class TestMarkup:
    @pytest.mark.parametrize(
        "text",
        [
            "**Let op:** neem ze met water.",
            "Neem ze met water. <eos>",
            "Dat staat op www.nierstichting.nl.",
            "Kijk op https://voorbeeld.nl eens.",
            "# Samenvatting van het gesprek.",
            "Ja. (lacht)",
            "Ja.\nArts: Goed zo.",
            "Ja | nee.",
        ],
    )
    def test_marks_that_nobody_says_are_found(self, text: str) -> None:
        assert "markup" in found(text)

    def test_numbers_quotes_and_dashes_are_none(self) -> None:
        assert found("De druk was 152/84, “netjes” zei ze – en 's avonds 5,1 procent à 2 keer per dag.") == ()


class TestNarrator:
    @pytest.mark.parametrize(
        "text",
        [
            "De patiënt knikt.",
            "Goed. De patiënt trekt zijn jas aan.",
            "De arts onderzoekt de buik.",
            "Dat is goed. De arts kijkt op het scherm.",
            "1. Stop met roken.",
            "Twee dingen. 2. Minder zout eten.",
        ],
    )
    def test_who_tells_what_happens_is_found(self, text: str) -> None:
        assert "narrator" in found(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Dat heeft de arts op de poli ook gezegd.",
            "Ik lag naast een patiënt die alleen maar sliep.",
            "De artsen daar zijn heel aardig.",
            "Dan is het 1 of 2. Dat weet ik niet.",
        ],
    )
    def test_who_speaks_about_a_doctor_or_a_patient_is_none(self, text: str) -> None:
        assert found(text) == ()


def test_all_that_is_wrong_is_named() -> None:
    text = "De patiënt zegt zegt zegt zegt *ja* tegen de"
    assert set(found(text, text)) == {"repeats", "loops", "markup", "narrator", "open"}


def test_people_are_hardly_ever_at_fault() -> None:
    # what is found are ends such as "Doe maar." and "daar krijgt u er een."
    counted: Counter[str] = Counter()
    turns = 0
    for transcript in bundled_references():
        earlier: set[tuple[str, ...]] = set()
        for turn in transcript.dialogue.turns:
            turns += 1
            counted.update(faults_of(turn.text, earlier))
            earlier |= said(turn.text)
    assert turns > 700
    assert set(counted) <= {"open"} and counted["open"] <= 6


WORDS = st.sampled_from(["ja", "nee", "de", "pijn", "the", "en", "[X-1]", "?", ".", "...", "\n", "'", "1."])
TEXTS = st.one_of(st.text(), st.lists(WORDS).map(" ".join))


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_any_text_has_faults_with_a_name_or_none(text: str, earlier: list[str]) -> None:
    faults = found(text, *earlier)
    assert set(faults) <= NAMES and len(set(faults)) == len(faults)


@given(TEXTS)
def test_any_text_of_five_words_repeats_itself(text: str) -> None:
    assert ("repeats" in found(text, text)) is (len(split_words(text)) >= 5)
