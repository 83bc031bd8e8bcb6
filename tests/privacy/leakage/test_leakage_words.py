"""Where the words of a conversation stand, and what everybody says."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synthdial._core.words import Vocabulary, split_words
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.metrics.lexicons import bundled_lexicon
from synthdial.privacy.leakage.words import CommonPhrases, SpokenWords, word_spans
from synthdial.prompt import bundled_references


def talk(*texts: str) -> Dialogue:
    return Dialogue("talk", tuple(Turn(Speaker.DOCTOR, text) for text in texts))


def common_words(*texts: str) -> list[str]:
    """The words of a conversation that stand in a common phrase."""
    words = SpokenWords(talk(*texts))
    vocabulary = Vocabulary()
    phrases = CommonPhrases(vocabulary)
    flags = phrases.cover(words.known(vocabulary), words.begins)
    return [words.passage(k, k + 1).text for k in range(len(words)) if flags[k]]


texts = st.text("abÉé'’-ʼ‑ 1٣[]A.\u0301\u0308\ud800İß ", max_size=30)


@settings(max_examples=300)
@given(texts)
@example("[PERSOON-1] da's [A‑٣]")
@example("ʼaʼbʼ c")
def test_each_word_has_a_place(text: str) -> None:
    spans = word_spans(text)
    words = split_words(text)
    assert len(spans) == len(words)
    for (start, end), word in zip(spans, words, strict=True):
        place = text[start:end]
        if unicodedata.is_normalized("NFC", text):
            assert split_words(place) == [word]
        else:
            assert word in split_words(place)


@given(st.lists(texts, max_size=5))
def test_hesitations_are_left_out_and_the_rest_is_in_order(turns: list[str]) -> None:
    words = SpokenWords(talk(*turns, "Nou, uh, ja eh goed."))
    expected = [word for text in [*turns, "nou ja goed"] for word in split_words(text)]
    spelled = words.vocabulary.words()
    assert [spelled[k] for k in words.ids] == expected
    assert words.begins.tolist()[-1] == len(words) == len(expected)
    assert words.passage(len(words) - 3, len(words)).text == "Nou, uh, ja eh goed"


def test_a_passage_over_turns() -> None:
    words = SpokenWords(talk("Uh, hoe gaat het?", "Hm.", "Goed hoor, dank u."))
    place = words.passage(1, 5)
    assert (place.turn, place.start, place.last_turn, place.end) == (0, 8, 2, 9)
    assert place.text == "gaat het?\nHm.\nGoed hoor"


def test_what_everybody_says_is_known_whatever_its_capitals_and_signs() -> None:
    assert common_words("HOE gaat het, met U?") == ["HOE", "gaat", "het", "met", "U"]
    assert common_words("Dat is, uh, goed om te horen!") == ["Dat", "is", "goed", "om", "te", "horen"]
    assert common_words("’s Avonds drinkt de buurman karnemelk.") == ["s", "Avonds"]


def test_a_phrase_does_not_cross_from_turn_to_turn() -> None:
    assert common_words("De pompoen vroeg hoe", "gaat") == []


def test_a_turn_of_backchannels_is_common_and_a_backchannel_in_a_sentence_is_not() -> None:
    assert common_words("Hm-hm. Ja.", "Ja, pompoenen.") == ["Hm-hm", "Ja"]


PHRASES = [words for words, _ in bundled_lexicon("spoken_phrases").forms]


class TestTheList:
    def test_it_is_long_enough(self) -> None:
        assert len(PHRASES) >= 400

    def test_phrases_have_two_to_eight_words(self) -> None:
        assert {len(words) for words in PHRASES} <= set(range(2, 9))

    def test_they_hold_no_hesitation_and_no_number(self) -> None:
        hesitations = {words[0] for words, _ in bundled_lexicon("hesitations").forms}
        assert not [words for words in PHRASES if hesitations & set(words) or any(w.isdecimal() for w in words)]

    def test_they_leave_most_of_a_conversation_alone(self) -> None:
        vocabulary = Vocabulary()
        phrases = CommonPhrases(vocabulary)
        for transcript in bundled_references():
            words = SpokenWords(transcript.dialogue)
            assert 0.02 < phrases.cover(words.known(vocabulary), words.begins).mean() < 0.3


@pytest.mark.parametrize("turns", [(), ("",), ("...", "\ud800")])
def test_there_may_be_no_words(turns: tuple[str, ...]) -> None:
    words = SpokenWords(talk(*turns))
    assert len(words) == 0 and words.begins.tolist() == [0] * (len(turns) + 1)
    assert common_words(*turns) == []
