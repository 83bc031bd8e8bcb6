"""What the library says, in Dutch: found again however its places are filled, and in use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from said import FILLED, calls, raised, texts

import synthdial
from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.prompt import load_scenario
from synthdial.review.exemplars import exemplars_from
from synthdial.review.rubric import load_rubric
from synthdial.study import Study
from synthdial.study.request import BatchRequest
from synthdial.toml_file import read_toml
from synthdial.tui.library_words import in_language

PACKAGE = Path(synthdial.__file__).parent
TABLES = read_toml(locations.bundled("locale", "nl", "library.toml"))
SENTENCES, SYSTEM = TABLES["sentences"], TABLES["system"]
PLACE = re.compile(r"\{(\w+)\}")
COVERED = (
    "files.py", "language.py", "passphrase.py", "settings.py", "toml_file.py", "transcripts", "privacy", "structure",
    "prompt", "engine", "study", "review", "report", "export", "tui",
)  # fmt: skip
"""The parts of the program whose errors screens can show: all of them must be known in Dutch."""

NOT_DUTCH = {
    *("the", "and", "with", "must", "cannot", "which", "from", "not", "that", "holds", "this", "there", "has", "or"),
    *("as", "it", "its", "by", "at"),
}


def programs(*parts: str) -> Iterator[Path]:
    for part in parts:
        path = PACKAGE / part
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def left_in_english(text: str) -> bool:
    """Whether a message is not known in Dutch, or only in part."""
    dutch = in_language(text, "nl")
    return dutch == text or bool(NOT_DUTCH & set(re.findall(r"[a-z]+", dutch.casefold())))


@pytest.mark.parametrize("part", COVERED)
def test_every_error_of_it_is_known_in_dutch(part: str) -> None:
    missing = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in programs(part)
        for line, text in raised(path)
        if left_in_english(text)
    ]
    assert missing == [], "add them to data/locale/nl/library.toml"


@pytest.mark.parametrize("part", COVERED)
def test_so_is_what_it_expects_of_a_value(part: str) -> None:
    said = [text for path in programs(part) for _, each in calls(path, "expect") for text in each]
    assert [text for text in said if text != FILLED and in_language(text, "nl") == text] == []


def test_a_message_without_dutch_would_be_found(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "def act(path, why):\n"
        "    last = f' At {why}.' if why else ''\n"
        "    raise SynthdialError(f'{path} went astray.{last}', 'Look for it.' if why else 'Give it up.')\n",
        "utf-8",
    )
    assert {text for _, text in raised(program)} == {
        f"{FILLED} went astray. At {FILLED}.", f"{FILLED} went astray.", "Look for it.", "Give it up."
    }  # fmt: skip
    assert all(left_in_english(text) for _, text in raised(program))


@pytest.fixture(scope="module")
def said() -> list[re.Pattern[str]]:
    """What the library says, errors or not; without what is filled in almost as a whole."""
    found = {text for path in programs(*COVERED) for _, text in raised(path)}
    found.update(text for path in programs(".") for text in texts(path))
    return [
        re.compile(".*".join(map(re.escape, text.split(FILLED))), re.DOTALL)
        for text in found
        if FILLED not in text or len(text.replace(FILLED, "")) > 8
    ]


@pytest.mark.parametrize("english", SENTENCES)
def test_the_library_still_says_it(english: str, said: list[re.Pattern[str]]) -> None:
    assert any(pattern.fullmatch(PLACE.sub("x", english)) for pattern in said)


@pytest.mark.parametrize("english", SYSTEM)
def test_a_reason_of_the_system_is_said_within_a_message(english: str) -> None:
    assert in_language(f"a.study cannot be opened: {english}.", "nl") == (
        f"a.study kan niet geopend worden: {SYSTEM[english]}."
    )


@pytest.mark.parametrize("english", SENTENCES)
def test_the_dutch_uses_no_place_that_is_not_there(english: str) -> None:
    assert set(PLACE.findall(SENTENCES[english])) <= set(PLACE.findall(english))


@pytest.mark.parametrize("english", SENTENCES)
def test_it_is_found_again_whatever_stands_in_its_places(english: str) -> None:
    filled = PLACE.sub(lambda place: f"{place[1]}/a.b", english)
    expected = PLACE.sub(lambda place: f"{place[1]}/a.b", SENTENCES[english])
    assert in_language(filled, "nl") == expected
    assert in_language(filled, "en") == filled


def test_what_is_not_known_is_said_as_it_is() -> None:
    for text in ("", "Something else.", "{braces} and\nlines"):
        assert in_language(text, "nl") == text


def test_what_users_cause_most_is_said_in_dutch(tmp_path: Path) -> None:
    def heard(act) -> str:
        with pytest.raises(SynthdialError) as caught:
            act()
        return in_language(caught.value.message, "nl")

    (tmp_path / "brief.txt").write_text("Geachte collega, " * 100, "utf-8")
    missing, other = tmp_path / "weg.study", tmp_path / "brief.txt"
    assert heard(lambda: Study(missing)) == f"De studie {missing} bestaat niet."
    assert heard(lambda: Study(other)) == f"{other} is geen studie van dit programma."
    assert heard(lambda: BatchRequest(count=1, candidates=99)).startswith("Er zijn 99 kandidaten gevraagd")
    assert heard(lambda: BatchRequest(count=1, max_words=30)).startswith("Er zijn 30 woorden gevraagd")


def test_what_stands_in_a_message_is_said_in_dutch_too(tmp_path: Path) -> None:
    def heard(act) -> str:
        with pytest.raises(SynthdialError) as caught:
            act()
        return f"{in_language(caught.value.message, 'nl')} {in_language(caught.value.hint, 'nl')}"

    card, rubric = tmp_path / "kaart.toml", tmp_path / "rubriek.toml"
    assert heard(lambda: BatchRequest(count=1, preset="natura")) == (
        "De werkwijze 'natura' bestaat niet. Bedoelt u 'natural'? Er is: natural, plain."
    )
    assert heard(lambda: load_scenario(str(card))) == f"{card} kan niet gelezen worden: bestand of map bestaat niet. "
    rubric.write_text(
        'role = "nurse"\nname = "Zorg"\n[[criteria]]\nkey = "Toon"\nname = "a"\nquestion = "b"\nanchors = "c"\n',
        "utf-8",
    )
    assert heard(lambda: load_rubric(rubric)) == (
        f"De rubriek {rubric}: criterium 1 ('Toon'): 'Toon' kan geen sleutel zijn. Een sleutel bestaat uit kleine "
        "letters, cijfers en lage strepen, met een letter voorop."
    )
    Study(tmp_path / "leeg.study", create=True).close()
    assert heard(lambda: exemplars_from(tmp_path / "leeg.study")) == (
        f"Geen enkel gesprek van {tmp_path / 'leeg.study'} kan een voorbeeld zijn: geen beoordelaar heeft er een "
        "gesprek van afgerond. Laat eerst gesprekken beoordelen; die van de kalibratieronde tellen niet mee."
    )


def test_a_list_is_said_in_dutch_to_its_end() -> None:
    told = (
        "References in the prompt, speaking most of the scenario's 9 terms: a (7 terms, 1762 tokens), "
        "b (3 terms, 9 tokens)."
    )
    assert in_language(told, "nl") == (
        "Referenties in de prompt, met de meeste van de 9 termen van het scenario: a (7 termen, 1762 tokens), "
        "b (3 termen, 9 tokens)."
    )
