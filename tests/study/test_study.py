"""The study file: what is stored survives, and whatever else the file is, one message says so."""

import dataclasses
import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from samples import RECIPE, dialogue, turns

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.study.schema import APPLICATION_ID, MIGRATIONS, VERSION

NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]  # each example costs a sync of the disk
OTHER = dataclasses.replace(RECIPE, seed=2)
FIRST_FORMAT = """
CREATE TABLE recipes (id TEXT NOT NULL UNIQUE, content TEXT NOT NULL);
CREATE TABLE dialogues (
    id TEXT NOT NULL UNIQUE,
    recipe TEXT NOT NULL REFERENCES recipes (id),
    number INTEGER NOT NULL,
    words INTEGER NOT NULL,
    provenance TEXT NOT NULL,
    UNIQUE (recipe, number)
);
CREATE TABLE turns (
    dialogue TEXT NOT NULL REFERENCES dialogues (id),
    position INTEGER NOT NULL,
    speaker TEXT NOT NULL CHECK (speaker IN ('Arts', 'Patiënt')),
    text TEXT NOT NULL,
    PRIMARY KEY (dialogue, position)
) WITHOUT ROWID;
PRAGMA user_version = 1;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.study"


@pytest.fixture(scope="module")
def sound_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound study file."""
    return filled(tmp_path_factory.mktemp("sound") / "demo.study")


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite gives up on a locked file at once."""
    connect = sqlite3.connect
    monkeypatch.setattr(
        "synthdial.study.connect.sqlite3.connect", lambda *args, **kwargs: connect(*args, **kwargs | {"timeout": 0})
    )


def filled(path: Path, *dialogues: Dialogue) -> Path:
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE)
        for number, stored in enumerate(dialogues or (dialogue(1), dialogue(2), dialogue(3)), 1):
            study.add_dialogue(RECIPE, number, stored)
    return path


def refusal(path: Path, **options: bool) -> str:
    with pytest.raises(SynthdialError) as caught:
        Study(path, **options)
    assert str(path) in str(caught.value)
    return str(caught.value)


def with_pragma(path: Path, pragma: str) -> None:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA {pragma}")
    db.close()


class TestMaking:
    def test_a_new_study_is_its_owners_alone(self, path: Path) -> None:
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert set(modes.values()) == {0o600}, modes
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_it_names_its_program_and_format(self, path: Path) -> None:
        filled(path)
        db = sqlite3.connect(path)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()

    def test_closing_leaves_one_file(self, path: Path) -> None:
        assert list(filled(path).parent.iterdir()) == [path]

    def test_an_empty_file_becomes_a_study(self, path: Path) -> None:
        path.touch()
        assert len(Study(filled(path))) == 3

    @pytest.mark.parametrize("name", ["met spatie.study", "a?mode=memory#b.study", "100%25.study", "niér.study"])
    def test_any_name_is_a_name(self, tmp_path: Path, name: str) -> None:
        filled(tmp_path / name)
        assert [file.name for file in tmp_path.iterdir()] == [name]
        with Study(tmp_path / name, read_only=True) as study:
            assert len(study) == 3


class TestContent:
    def test_what_is_stored_is_read(self, path: Path) -> None:
        filled(path)
        with Study(path, read_only=True) as study:
            assert list(study.dialogues()) == [dialogue(1), dialogue(2), dialogue(3)]
            assert len(study) == 3
            assert study.numbers(RECIPE) == {1, 2, 3}
            assert study.numbers(OTHER) == set()
            assert study.recipes() == {RECIPE.id: RECIPE.as_dict()}

    def test_a_dialogue_is_on_the_disk_before_the_study_is_closed(self, path: Path) -> None:
        with Study(path, create=True) as writer:
            writer.add_recipe(RECIPE)
            writer.add_dialogue(RECIPE, 1, dialogue(1))
            with Study(path, read_only=True) as reader:
                assert list(reader.dialogues()) == [dialogue(1)]

    def test_dialogues_come_in_the_order_of_recipes_and_numbers(self, path: Path) -> None:
        with Study(path, create=True) as study:
            study.add_recipe(OTHER)
            study.add_recipe(RECIPE)
            for recipe, number in ((RECIPE, 2), (OTHER, 10), (RECIPE, 1), (OTHER, 9)):
                study.add_dialogue(recipe, number, dialogue(number, recipe=recipe))
            wanted = [OTHER.dialogue_id(9), OTHER.dialogue_id(10), RECIPE.dialogue_id(1), RECIPE.dialogue_id(2)]
            assert [stored.id for stored in study.dialogues()] == wanted
            assert [summary["id"] for summary in study.summaries()] == wanted
            assert list(study.recipes()) == [OTHER.id, RECIPE.id]

    def test_reading_may_stop_half_way(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        complaints: list[str] = []
        monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: complaints.append(repr(unraisable.exc_value)))
        with Study(filled(path), read_only=True) as study:
            stored = study.dialogues()
            assert next(stored) == dialogue(1)
        del stored
        assert complaints == []

    def test_a_summary_says_what_matters(self, path: Path) -> None:
        filled(path)
        with Study(path, read_only=True) as study:
            summary = next(study.summaries())
        assert summary == {
            "id": RECIPE.dialogue_id(1), "turns": 2, "words": 6, "scenario": "nefrologie-uitslagen", "preset": "plain",
            "model": "gemma", "seed": RECIPE.dialogue_seed(1), "ended_by": "model", "mean_log_probability": -2.5,
            "date": "2026-01-02T03:04:05+00:00",
        }  # fmt: skip

    def test_a_recipe_noted_twice_is_one(self, path: Path) -> None:
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            study.add_recipe(RECIPE)
            assert len(study.recipes()) == 1

    def test_a_dialogue_that_is_there_already_is_refused_and_changes_nothing(self, path: Path) -> None:
        with Study(filled(path)) as study:
            with pytest.raises(SynthdialError, match="already holds that dialogue"):
                study.add_dialogue(RECIPE, 2, dialogue(2, "Iets", "anders"))
            with pytest.raises(SynthdialError, match="already holds that dialogue"):
                study.add_dialogue(RECIPE, 9, dialogue(2, "Iets", "anders"))
            assert list(study.dialogues()) == [dialogue(1), dialogue(2), dialogue(3)]

    def test_a_dialogue_without_turns_stays_one(self, path: Path) -> None:
        empty = Dialogue("leeg", (), {})
        with Study(filled(path, empty, dialogue(2)), read_only=True) as study:
            assert list(study.dialogues()) == [empty, dialogue(2)]

    @pytest.mark.parametrize("text", ["a\0b", "\0", "\x1b[2Jx", "'; DROP TABLE turns; --", "\u202egoed", "", "😀\n\r"])
    def test_any_text_survives(self, path: Path, text: str) -> None:
        told = Dialogue("x", turns(text, "ja"), {"scenario": text, text: [text]})
        with Study(filled(path, told), read_only=True) as study:
            assert list(study.dialogues()) == [told]
            assert study.find("x") == told

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.lists(st.builds(Turn, st.sampled_from(Speaker), st.text()), max_size=6), max_size=4),
        st.dictionaries(
            st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()), max_size=4
        ),
    )
    def test_any_dialogues_survive(self, path: Path, told: list[list[Turn]], provenance: dict[str, Any]) -> None:
        path.unlink(missing_ok=True)
        stored = [Dialogue(f"d{i}", tuple(lines), provenance) for i, lines in enumerate(told)]
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            for number, one in enumerate(stored, 1):
                study.add_dialogue(RECIPE, number, one)
        with Study(path, read_only=True) as study:
            assert list(study.dialogues()) == stored
            assert [summary["words"] for summary in study.summaries()] == [one.words for one in stored]


class TestFinding:
    def test_the_beginning_or_the_end_of_an_id_is_enough(self, path: Path) -> None:
        with Study(filled(path), read_only=True) as study:
            assert study.find(RECIPE.dialogue_id(2)) == dialogue(2)
            assert study.find("0003") == dialogue(3)
            assert study.find("-0001") == dialogue(1)

    def test_a_whole_id_wins_over_longer_ones(self, path: Path) -> None:
        stored = [Dialogue(name, turns("Ja", "Nee")) for name in ("a-1", "a-11", "b-a-1")]
        with Study(filled(path, *stored), read_only=True) as study:
            assert study.find("a-1") == stored[0]

    def test_none_and_more_than_one_are_messages(self, path: Path) -> None:
        with Study(filled(path), read_only=True) as study:
            with pytest.raises(SynthdialError, match="holds no dialogue '0009'"):
                study.find("0009")
            with pytest.raises(SynthdialError, match=f"fits more than one dialogue: {RECIPE.dialogue_id(1)}, "):
                study.find(RECIPE.id[:8])
            with pytest.raises(SynthdialError, match="holds no dialogue '%'"):
                study.find("%")


class TestOtherFiles:
    def test_no_file(self, path: Path) -> None:
        assert "There is no study" in refusal(path)
        assert "There is no study" in refusal(path, read_only=True)
        assert not path.exists()

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "is a folder, not a study" in refusal(tmp_path, create=True)

    def test_no_folder_to_make_it_in(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="does not exist"):
            Study(tmp_path / "absent" / "demo.study", create=True)

    @pytest.mark.parametrize("content", [b"Arts: ja\n" * 99, b"x", bytes(5000), b"SQLite format 2\0" + bytes(999)])
    def test_a_file_of_another_kind_is_left_alone(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        for options in ({}, {"create": True}, {"read_only": True}):
            assert "is not a study of this program" in refusal(path, **options)
        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]

    def test_the_database_of_another_program_is_left_alone(self, path: Path) -> None:
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE dialogues (id TEXT)")
        db.close()
        content = path.read_bytes()
        for options in ({}, {"create": True}, {"read_only": True}):
            assert "is not a study of this program" in refusal(path, **options)
        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]

    def test_a_study_of_a_newer_program(self, path: Path) -> None:
        with_pragma(filled(path), f"user_version = {VERSION + 1}")
        for options in ({}, {"create": True}, {"read_only": True}):
            assert "made by a newer version of this program" in refusal(path, **options)

    def test_an_empty_file_cannot_be_read(self, path: Path) -> None:
        path.touch()
        assert "is empty" in refusal(path, read_only=True)

    @staticmethod
    def all_of(path: Path) -> None:
        with Study(path, read_only=True) as study:
            stored = list(study.dialogues())
            list(study.summaries())
            study.recipes()
            for one in stored:
                study.find(one.id)

    def test_a_truncated_study_is_a_message(self, path: Path) -> None:
        told = [dialogue(n, *["Een lang verhaal over van alles en nog wat."] * 40) for n in range(1, 9)]
        whole = filled(path, *told).read_bytes()
        for length in range(1, len(whole), 1024):
            path.write_bytes(whole[:length])
            with pytest.raises(SynthdialError):
                self.all_of(path)

    @settings(
        max_examples=150,
        phases=NO_SHRINKING,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.data())
    def test_a_damaged_study_is_read_or_a_message(self, path: Path, sound_study: Path, data: st.DataObject) -> None:
        content = bytearray(sound_study.read_bytes())
        used = [i for i, byte in enumerate(content) if byte]
        for _ in range(data.draw(st.integers(1, 5))):
            content[data.draw(st.sampled_from(used))] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
        try:
            self.all_of(path)
        except SynthdialError as error:
            assert str(path) in str(error)

    def test_provenance_that_is_no_json_is_a_message(self, path: Path) -> None:
        filled(path)
        db = sqlite3.connect(path)
        db.execute("UPDATE dialogues SET provenance = '{'")
        db.commit()
        db.close()
        with pytest.raises(SynthdialError, match="damaged"):
            self.all_of(path)


class TestOlderFormats:
    @pytest.fixture
    def old(self, path: Path) -> Path:
        """A study as the first format of the program wrote it, in write-ahead mode, with three dialogues."""
        db = sqlite3.connect(path)
        db.executescript(f"PRAGMA journal_mode = WAL; {FIRST_FORMAT} PRAGMA application_id = {APPLICATION_ID};")
        db.execute("INSERT INTO recipes VALUES (?, ?)", (RECIPE.id, json.dumps(RECIPE.as_dict(), ensure_ascii=False)))
        for number in (1, 2, 3):
            stored = dialogue(number)
            provenance = json.dumps(dict(stored.provenance), ensure_ascii=False)
            db.execute(
                "INSERT INTO dialogues VALUES (?, ?, ?, ?, ?)",
                (stored.id, RECIPE.id, number, stored.words, provenance),
            )
            for position, turn in enumerate(stored.turns):
                db.execute("INSERT INTO turns VALUES (?, ?, ?, ?)", (stored.id, position, turn.speaker, turn.text))
        db.commit()
        db.close()
        return path

    @staticmethod
    def tables(path: Path) -> list[str]:
        db = sqlite3.connect(path)
        found = [" ".join(sql.split()) for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
        db.close()
        return found

    def test_a_migration_never_changes(self) -> None:
        def shape(text: str) -> list[str]:
            return [" ".join(part.split()) for part in text.split(";") if "CREATE" in part]

        assert shape(";".join(MIGRATIONS[0])) == shape(FIRST_FORMAT)

    def test_it_is_read_and_left_as_it_was(self, old: Path) -> None:
        content = old.read_bytes()
        with Study(old, read_only=True) as study:
            assert list(study.dialogues()) == [dialogue(1), dialogue(2), dialogue(3)]
            assert len(study) == len(list(study.summaries())) == 3
            assert study.numbers(RECIPE) == {1, 2, 3}
            assert study.find("0002") == dialogue(2)
            assert study.undecided(RECIPE) == {} and study.candidates(RECIPE, 1) == []
            assert [(c.candidate, c.kept, c.dialogue) for c in study.candidates_of(dialogue(2))] == [
                (1, True, dialogue(2))
            ]
        assert old.read_bytes() == content

    def test_opened_for_writing_it_becomes_the_newest_and_loses_nothing(self, old: Path) -> None:
        with Study(old) as study:
            assert list(study.dialogues()) == [dialogue(1), dialogue(2), dialogue(3)]
            assert study.recipes() == {RECIPE.id: RECIPE.as_dict()}
            study.add_dialogue(RECIPE, 4, dialogue(4))
            study.add_candidate(RECIPE, 5, 2, dialogue(5))
            study.keep(RECIPE, 5, 2)
            assert [(c.candidate, c.kept) for c in study.candidates(RECIPE, 1)] == [(1, True)]
        db = sqlite3.connect(old)
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.close()
        assert self.tables(old) == self.tables(filled(old.with_name("new.study")))
        with Study(old, read_only=True) as study:
            assert [stored.id for stored in study.dialogues()] == [RECIPE.dialogue_id(n) for n in range(1, 6)]

    def test_a_migration_that_is_ended_leaves_the_old_format(self, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = (*MIGRATIONS[:-1], (*MIGRATIONS[-1], "this is no SQL"))
        with monkeypatch.context() as patch, pytest.raises(SynthdialError):
            patch.setattr("synthdial.study.file.MIGRATIONS", broken)
            Study(old)
        with Study(old, read_only=True) as study:
            assert study._has_candidates is False and len(study) == 3
        with Study(old) as study:
            assert len(study) == 3 and study.candidates(RECIPE, 1)

    def test_two_that_open_it_at_once_both_can(self, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        writing = Study._writing
        others: list[Study] = []

        def beaten(study: Study) -> Any:
            if not others:
                others.append(study)  # what asks from now on is the other one, which is faster
                Study(old).close()
            return writing(study)

        monkeypatch.setattr(Study, "_writing", beaten)
        with Study(old) as study:
            assert len(study) == 3 and others == [study]


class TestOthersAtWork:
    def test_a_study_locked_by_another_program_is_a_message(self, path: Path, no_patience: None) -> None:
        other = sqlite3.connect(filled(path), isolation_level=None)
        with Study(path) as study:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(SynthdialError, match="is locked by another program"):
                study.add_dialogue(RECIPE, 9, dialogue(9))
            assert len(study) == 3  # reading goes on
            other.execute("ROLLBACK")
            study.add_dialogue(RECIPE, 9, dialogue(9))
            assert len(study) == 4
        other.close()

    def test_a_dialogue_half_written_is_not_there(self, path: Path) -> None:
        broken = Dialogue("d", (Turn(Speaker.DOCTOR, "Ja"), Turn("Buurman", "Nee")), {})  # type: ignore[arg-type]
        with Study(filled(path)) as study:
            with pytest.raises(SynthdialError):
                study.add_dialogue(RECIPE, 9, broken)
            assert len(study) == 3
            study.add_dialogue(RECIPE, 9, dialogue(9))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
class TestReadOnlyMedia:
    def test_a_study_in_a_folder_that_cannot_be_written_is_read(self, path: Path) -> None:
        filled(path)
        path.chmod(0o400)
        path.parent.chmod(0o500)
        try:
            with Study(path, read_only=True) as study:
                assert len(study) == 3
            with pytest.raises(SynthdialError, match=r"cannot be written|may not be opened|cannot be opened"):
                filled(path, dialogue(9))
        finally:
            path.parent.chmod(0o700)


def test_a_medium_that_cannot_be_written_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    monkeypatch.setattr("synthdial.study.connect.os.access", lambda *args: False)
    with Study(path, read_only=True) as study:
        assert list(study.dialogues()) == [dialogue(1), dialogue(2), dialogue(3)]
        assert list(path.parent.iterdir()) == [path]


def test_reading_a_study_that_is_open_keeps_its_locks(path: Path) -> None:
    """POSIX drops a process's locks on a file when it closes any handle of it: another process would then pull the
    write-ahead log from under the connection that is still open."""
    change = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('PRAGMA journal_mode=DELETE')"
    with filled_open(path) as writer:
        with Study(path, read_only=True) as reader:
            assert len(reader) == len(writer)
        other = subprocess.run([sys.executable, "-c", change, str(path)], capture_output=True, text=True, check=False)
        assert "database is locked" in other.stderr
        writer.add_dialogue(RECIPE, 99, dialogue(99))
    with Study(path, read_only=True) as reader:
        assert reader.find(RECIPE.dialogue_id(99)).id == RECIPE.dialogue_id(99)


def filled_open(path: Path) -> Study:
    filled(path)
    return Study(path)
