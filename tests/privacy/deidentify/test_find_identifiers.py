"""What is found in a conversation, and what is not."""

from itertools import pairwise

import pytest

from synthdial import bundled_references
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.privacy.deidentify import Kind, find_identifiers
from synthdial.privacy.deidentify.find import pieces_of

pytestmark = pytest.mark.slow


def found(*texts: str) -> list[tuple[str, str]]:
    """Kinds and words found in turns."""
    dialogue = Dialogue("gesprek", tuple(Turn(Speaker.PATIENT, text) for text in texts))
    return [(str(item.kind), item.text(dialogue)) for item in find_identifiers(dialogue)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dag mevrouw de jong", "de jong"),
        ("dat zei dokter yildirim", "yildirim"),
        ("ik ben fatima el amrani", "fatima el amrani"),
        ("mijn man heet karim", "karim"),
        ("mijn naam is jansen", "jansen"),
        ("vraag maar naar sjoukje", "sjoukje"),
        ("onze dochter sanne belde", "sanne"),
        ("Meneer Bakker, loopt u mee?", "Bakker"),
        ("zuster Van den Bossche komt zo", "Van den Bossche"),
        ("mevrouw van 't hof wacht", "van 't hof"),
        ("ik sta ingeschreven als j. p. de vries", "j. p. de vries"),
    ],
)
def test_names_after_what_announces_them(text: str, name: str) -> None:
    assert (str(Kind.NAME), name) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "ik ben moe",
        "ik ben bakker geweest",
        "mijn man is ziek",
        "mijn vrouw snurkt",
        "dokter zei dat het mocht",
        "zuster kwam langs",
        "Mevrouw, gaat u zitten.",
        "U heeft de ziekte van Parkinson.",
        "Dat is geen Cushing.",
        "40 milligram, twee keer per dag",
        "de bloeddruk was 145 over 90",
        "het kalium is 5,1 en het natrium 138",
        "al drie jaar pijn in mijn knie",
        "tien jaar geleden gestopt",
        "een, twee, drie, vier, vijf, zes, zeven, acht",
        "we zien u over zes weken, op maandag",
        "ik weeg 82,5 kilo",
    ],
)
def test_nothing_where_nobody_is(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("geboren op twaalf maart negentienvierenzestig", ("date", "twaalf maart negentienvierenzestig")),
        ("op de derde van mei", ("date", "derde van mei")),
        ("geboren 12-3-64", ("date", "12-3-64")),
        ("sinds tweeduizend en vier", ("date", "tweeduizend en vier")),
        ("in 1998", ("date", "1998")),
        ("ik ben vierenzestig jaar", ("age", "vierenzestig")),
        ("een 72-jarige man", ("age", "72")),
        ("nul zes twaalf vierendertig zesenvijftig achtenzeventig", ("phone", None)),
        ("+31 6 12345678", ("phone", None)),
        ("een twee drie vier vijf zes zeven acht twee", ("bsn", None)),
        ("123456782", ("bsn", None)),
        ("patiëntnummer 48 12 90", ("patient number", "48 12 90")),
        ("jan punt jansen apenstaartje gmail punt com", ("e-mail", None)),
        ("w w w punt nierweb punt nl", ("url", None)),
        ("NL91 ABNA 0417 1643 00", ("number", None)),
        ("ik woon in de kerkstraat nummer twaalf", ("address", "kerkstraat nummer twaalf")),
        ("vijfendertig elf a b", ("address", None)),
        ("ik kom uit gouda", ("place", "gouda")),
        ("ik lag in het radboudumc", ("institution", "radboudumc")),
        ("bij huisartsenpraktijk de linde", ("institution", "huisartsenpraktijk de linde")),
    ],
)
def test_kinds(text: str, expected: tuple[str, str | None]) -> None:
    kind, words = expected
    assert found(text) == [(kind, words or text)]


def test_what_is_found_once_is_found_everywhere() -> None:
    pairs = found("Mijn dochter heet Fenna.", "en fenna's school belde", "toen zei FENNA niets")
    assert [words for kind, words in pairs if kind == "name"] == ["Fenna", "fenna", "FENNA"]


def test_a_surname_that_is_a_word_spreads_only_with_its_capital() -> None:
    pairs = found("Meneer Bakker is er.", "Bakker komt zo.", "ik ga naar de bakker")
    assert [words for _, words in pairs] == ["Bakker", "Bakker"]


def test_findings_do_not_overlap_and_are_in_order() -> None:
    dialogue = Dialogue("g", (Turn(Speaker.DOCTOR, "Mevrouw De Jong, 12-03-1964, Kerkstraat 12, 3511 AB Utrecht"),))
    items = find_identifiers(dialogue)
    assert items == sorted(items)
    assert all(left.end <= right.start for left, right in pairwise(items))
    assert {str(item.kind) for item in items} == {"name", "date", "address", "place"}


def test_empty_and_odd_text() -> None:
    assert found("", "'s", "...", "\u202e\x1b[31m", "e\u0308\u0301" * 50, "van van van", "1" * 4000) is not None


def test_bundled_references_hold_no_name_or_number_of_a_person() -> None:
    """They are about nobody: what is found there is found wrongly, or is a place or an age."""
    wrong = [
        item.text(reference.dialogue)
        for reference in bundled_references()
        for item in find_identifiers(reference.dialogue)
        if item.kind in (Kind.PHONE, Kind.BSN, Kind.PATIENT_NUMBER, Kind.NUMBER, Kind.NAME, Kind.EMAIL)
    ]
    assert len(wrong) <= 5, wrong


def test_long_texts_are_cut_after_sentences_and_nothing_is_lost() -> None:
    text = "Dat is zo. Mijn dochter heet Fenna, dat weet u. " * 200
    pieces = list(pieces_of(text))
    assert "".join(text[start:end] for start, end in pieces) == text
    assert all(text[start:end].rstrip().endswith(".") for start, end in pieces)
    assert [words for kind, words in found(text) if kind == "name"] == ["Fenna"] * 200
    assert list(pieces_of("a" * 4001)) == [(0, 2000), (2000, 4000), (4000, 4001)]
