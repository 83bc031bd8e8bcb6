"""What the library says, in Dutch: found again however its places are filled, and in use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import synthdial
from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.study.request import BatchRequest
from synthdial.toml_file import read_toml
from synthdial.tui.library_words import in_language

SENTENCES = read_toml(locations.bundled("locale", "nl", "library.toml"))["sentences"]
PLACE = re.compile(r"\{(\w+)\}")


def texts(node: ast.AST) -> Iterator[str]:
    """Patterns of the texts that a program can say."""
    for each in ast.walk(node):
        if isinstance(each, ast.JoinedStr):
            parts = (re.escape(v.value) if isinstance(v, ast.Constant) else ".*" for v in each.values)
            yield "".join(parts)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield re.escape(each.value)


@pytest.fixture(scope="module")
def said() -> list[re.Pattern[str]]:
    found: set[str] = set()
    for path in Path(synthdial.__file__).parent.rglob("*.py"):
        found.update(text for text in texts(ast.parse(path.read_text("utf-8"))) if len(text.replace(".*", "")) > 8)
    return [re.compile(text, re.DOTALL) for text in found]


@pytest.mark.parametrize("english", SENTENCES)
def test_the_library_still_says_it(english: str, said: list[re.Pattern[str]]) -> None:
    assert any(pattern.fullmatch(PLACE.sub("x", english)) for pattern in said)


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
