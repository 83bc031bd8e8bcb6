"""What a classifier is asked: words without what a transcriber adds, and the answer."""

from samples import turns

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.metrics import Measurer
from synthdial.utility.tasks import examples_of

TALK = Dialogue(
    "a",
    (
        Turn(Speaker.DOCTOR, "Dag, mevrouw."),
        Turn(Speaker.DOCTOR, "Hoe gaat het?"),
        Turn(Speaker.PATIENT, "..."),
        Turn(Speaker.PATIENT, "’t Gaat WEL."),
        Turn(Speaker.DOCTOR, "…"),
    ),
)


def test_a_turn_is_all_that_one_speaker_says_and_words_stand_bare() -> None:
    assert [(one.text, one.label) for one in examples_of(TALK, "speaker")] == [
        ("dag mevrouw hoe gaat het", "doctor"),
        ("t gaat wel", "patient"),
    ], "no label, no capital, no punctuation; a turn without a word is no example"


def test_a_question_is_known_by_its_mark_and_asked_without_it() -> None:
    examples = examples_of(TALK, "question")
    assert [one.label for one in examples] == ["question", "no question"]
    assert all("?" not in one.text for one in examples)


def test_questions_are_those_of_the_measure() -> None:
    dialogue = Dialogue("a", turns("Hoe gaat het?", "Wel.", "Slaapt u? Goed zo.", "Ja hoor.", "En eten?", "Nee."))
    labels = [one.label for one in examples_of(dialogue, "question")]
    share = Measurer(metrics=("question_share",)).row(dialogue)[0]
    assert labels.count("question") / len(labels) == share == 0.5


class TestParts:
    WORDS = Dialogue("a", turns("een twee drie", "vier vijf", "zes zeven acht negen", "tien", "elf"))

    def test_whole_turns_until_there_are_words_enough(self) -> None:
        parts = examples_of(self.WORDS, "topic", "tellen", window=4)
        assert [one.text for one in parts] == ["een twee drie vier vijf", "zes zeven acht negen", "tien elf"]
        assert {one.label for one in parts} == {"tellen"}

    def test_a_small_rest_belongs_to_the_part_before(self) -> None:
        assert [one.text for one in examples_of(self.WORDS, "topic", "t", window=5)] == [
            "een twee drie vier vijf",
            "zes zeven acht negen tien elf",
        ]

    def test_zero_takes_the_whole(self) -> None:
        (one,) = examples_of(self.WORDS, "topic", "t", window=0)
        assert one.text.split()[0] == "een" and one.text.split()[-1] == "elf"

    def test_no_word_is_lost_or_told_twice(self) -> None:
        whole = examples_of(self.WORDS, "topic", "t", window=0)[0].text
        for window in range(1, 14):
            assert " ".join(one.text for one in examples_of(self.WORDS, "topic", "t", window=window)) == whole
