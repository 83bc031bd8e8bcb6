"""Speakers, turns, dialogues."""

from hypothesis import given
from hypothesis import strategies as st

from synthdial.dialogue import Dialogue, Speaker, Turn

ARTS, PATIENT = Speaker.DOCTOR, Speaker.PATIENT
turns = st.lists(st.builds(Turn, st.sampled_from(Speaker), st.text("ab .?'", max_size=12)), max_size=12)


def test_two_roles_stand_opposite_each_other() -> None:
    assert ARTS.other is PATIENT
    assert PATIENT.other is ARTS
    assert [str(speaker) for speaker in Speaker] == ["Arts", "Patiënt"]


def test_labels_are_no_words() -> None:
    dialogue = Dialogue("a", (Turn(ARTS, "Gaat u zitten."), Turn(PATIENT, "'t Is goed, hoor.")))
    assert [turn.words for turn in dialogue.turns] == [3, 4]
    assert dialogue.words == 7


def test_merging_joins_neighbouring_utterances_of_one_speaker() -> None:
    told = (Turn(ARTS, "Zo."), Turn(ARTS, "Vertel eens."), Turn(PATIENT, "Ja."), Turn(ARTS, "Hm."))
    merged = Dialogue("a", told, {"source": "a.txt"}).merged()
    assert merged.turns == (Turn(ARTS, "Zo. Vertel eens."), Turn(PATIENT, "Ja."), Turn(ARTS, "Hm."))
    assert (merged.id, merged.provenance) == ("a", {"source": "a.txt"})


@given(turns)
def test_merging_keeps_every_word_and_leaves_no_neighbours(told: list[Turn]) -> None:
    dialogue = Dialogue("a", tuple(told))
    merged = dialogue.merged()
    assert merged.words == dialogue.words
    assert all(one.speaker is not two.speaker for one, two in zip(merged.turns, merged.turns[1:], strict=False))
    assert merged.merged() == merged


def test_as_text_is_a_labelled_transcript() -> None:
    dialogue = Dialogue("a", (Turn(ARTS, "Hoe gaat het?"), Turn(PATIENT, "Goed.")))
    assert dialogue.as_text() == "Arts: Hoe gaat het?\nPatiënt: Goed.\n"
    assert Dialogue("leeg", ()).as_text() == ""
