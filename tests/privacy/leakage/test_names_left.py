"""What looks like a name and was not replaced is looked for, too."""

import pytest

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.privacy.leakage import LeakageChecker, ReferenceText, names_left
from synthdial.prompt import bundled_references


def talk(*texts: str) -> Dialogue:
    return Dialogue("a", tuple(Turn(Speaker.PATIENT, text) for text in texts))


def left(*texts: str, replaced: tuple[str, ...] = ()) -> list[str]:
    return [original.text for original in names_left(talk(*texts), replaced)]


def test_a_name_that_nothing_announces() -> None:
    assert left("Dat recept kreeg ik van Wigbolda, van de zangvereniging. Wigbolda weet het.") == ["Wigbolda"]
    assert left("Ik was met IJsbrandt en Ter Haar-Bos uit.") == ["IJsbrandt", "Haar-Bos"]


@pytest.mark.parametrize(
    "text",
    [
        "Wigbolda zei dat.",  # where a sentence begins a capital says nothing
        "Nou. Wigbolda!",
        "Een ACE-remmer, en de GFR in de MRI.",
        "Het HbA was goed.",
        "Dan bel ik Zo nodig.",
        "alles klein, ook wigbolda.",
    ],
)
def test_what_is_none(text: str) -> None:
    assert left(text) == []


def test_what_was_put_in_is_nobody() -> None:
    assert left("Ik was bij mevrouw Van Halderen in Oss.", replaced=("mevrouw Van Halderen",)) == ["Oss"]


def test_it_is_found_when_it_comes_out_in_any_spelling() -> None:
    reference = talk("Dat recept kreeg ik van Wigbolda, van de zangvereniging.")
    checker = LeakageChecker([ReferenceText("a", reference, names_left(reference))])
    assert checker.check(talk("Ik ken haar niet.")).passed
    for said in ("Is dat Wigbolda?", "Dan kwam wigbolda binnen.", "Mevrouw Wigboldo."):
        assert [finding.text.casefold()[:7] for finding in checker.check(talk(said)).findings] == ["wigbold"]


def test_few_words_of_ordinary_conversations_are() -> None:
    words = sum(reference.dialogue.words for reference in bundled_references())
    names = {name for reference in bundled_references() for name in left(*(t.text for t in reference.dialogue.turns))}
    assert 0 < len(names) < words / 400
