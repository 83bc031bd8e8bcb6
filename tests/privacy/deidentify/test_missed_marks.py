"""Marks of what was missed: hashes that find it again, and tell nothing of it."""

import pytest

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.privacy.deidentify import Kind, Marks, deidentify, find_identifiers, new_secret

pytestmark = pytest.mark.slow

TALK = Dialogue("g", (Turn(Speaker.PATIENT, "we noemen het huis altijd de blauwe vinvis, De Blauwe Vinvis's tuin"),))


def test_a_mark_is_found_wherever_it_stands() -> None:
    marks = Marks(new_secret()).with_mark("De blauwe  vinvis", Kind.PLACE)
    assert find_identifiers(TALK) == []
    found = find_identifiers(TALK, marks)
    assert [item.text(TALK) for item in found] == ["de blauwe vinvis", "De Blauwe Vinvis"]
    assert {item.kind for item in found} == {Kind.PLACE}
    assert "vinvis" not in deidentify(TALK, known=marks).dialogue.turns[0].text.lower()


def test_rows_carry_no_text_and_come_back() -> None:
    secret = new_secret()
    marks = Marks(secret).with_mark("de blauwe vinvis", Kind.PLACE).with_mark("pietje", Kind.NAME)
    rows = marks.as_rows()
    assert "vinvis" not in str(rows) and "pietje" not in str(rows) and "vinvis" not in repr(marks)
    assert Marks.from_rows(secret, rows) == marks
    assert sorted((words, kind) for _, words, kind in rows) == [(1, "name"), (3, "place")]


def test_another_study_cannot_read_them() -> None:
    marks = Marks(new_secret()).with_mark("de blauwe vinvis", Kind.PLACE)
    assert find_identifiers(TALK, Marks.from_rows(new_secret(), marks.as_rows())) == []


@pytest.mark.parametrize("row", [("x", 1, "name"), ("0" * 64, 0, "name"), ("0" * 64, 1, "shoe")])
def test_a_damaged_row_is_said(row: tuple[str, int, str]) -> None:
    with pytest.raises(SynthdialError):
        Marks.from_rows(new_secret(), [row])


def test_nothing_cannot_be_marked() -> None:
    with pytest.raises(SynthdialError):
        Marks(new_secret()).with_mark(" ... ", Kind.NAME)
    with pytest.raises(ValueError, match="32"):
        Marks(b"short")
