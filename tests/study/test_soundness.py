"""A study that SQLite can read and whose rows are wrong: whatever fails on them, what is wrong is said."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from samples import RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.study.soundness import fault_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Study(tmp_path / "a.study", create=True) as study:
        study.add_recipe(RECIPE)
        study.add_dialogue(RECIPE, 1, dialogue(1))
    return tmp_path / "a.study"


def change(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            db.execute(statement)


def fault(path: Path) -> str | None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return fault_of(db)


def test_a_study_as_the_program_leaves_it_has_no_fault(path: Path) -> None:
    assert fault(path) is None


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE dialogues SET words = 'many'", "1 values of words in dialogues are no integer"),
        ("UPDATE turns SET text = x'00'", "2 values of text in turns are no text"),
        ("DELETE FROM recipes", "a row of dialogues belongs to none of recipes"),
        ("DROP TABLE anchor_turns", "the table anchor_turns is missing"),
        ("ALTER TABLE raters RENAME COLUMN since TO other", "the column since of raters is missing"),
        ("UPDATE facts SET value = 'x' || value WHERE name = 'secret'", "its secret is not 64 hexadecimal digits"),
        ("PRAGMA user_version = 77", "it is of format 77, which there is not"),
    ],
)
def test_the_first_fault_is_named(path: Path, statement: str, said: str) -> None:
    change(path, statement)
    assert fault(path) == said


def test_what_fails_on_wrong_rows_becomes_a_message_about_the_study(path: Path) -> None:
    change(path, "UPDATE dialogues SET words = x'00'")
    said = "is damaged: 1 values of words in dialogues are no integer"
    with pytest.raises(SynthdialError, match=said), Study(path, read_only=True) as study:
        sum(row["words"] for row in study.summaries())


def test_what_fails_on_a_sound_study_is_a_fault_of_the_program_and_not_hidden(path: Path) -> None:
    with pytest.raises(KeyError, match="of my own"), Study(path, read_only=True):
        raise KeyError("of my own")
