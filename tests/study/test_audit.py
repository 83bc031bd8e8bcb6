"""The log: everything that is done to a study is in it, and whatever was changed behind its back is found."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from review_studies import answer, study_of
from samples import COPIED, PASSED, RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.review.anchors import add_anchors
from synthdial.review.merge import merge
from synthdial.review.session import ReviewSession
from synthdial.review.task import export_task
from synthdial.study import Study
from synthdial.study.audit import AuditLog, Entry, system_user
from synthdial.study.schema import APPLICATION_ID, MIGRATIONS
from synthdial.study.verify import Verified, verify
from synthdial.version import __version__


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A study with dialogues, checks, anchors and what a rater did."""
    path = tmp_path / "demo.study"
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE, {"references_are": "bundled"})
        for number in (1, 2, 3):
            study.add_dialogue(RECIPE, number, dialogue(number), PASSED if number != 2 else COPIED)
        study.add_candidate(RECIPE, 4, 1, dialogue(4), PASSED)
        study.add_candidate(RECIPE, 5, 1, dialogue(5), PASSED)
        study.keep(RECIPE, 5, 1)
        add_anchors(study, "bundled")
        session = ReviewSession(study, "Els", "native")
        answer(session, session.items[0])
    return path


def found(path: Path, **options: str) -> Verified:
    with Study(path, read_only=True) as study:
        return verify(study, **options)  # type: ignore[arg-type]


def entries(path: Path) -> list[Entry]:
    with Study(path, read_only=True) as study:
        return list(AuditLog(study).entries())


def behind_its_back(path: Path, *statements: str) -> None:
    """Change a study as one would who knows SQLite, triggers and all."""
    db = sqlite3.connect(path)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(statement)
    for _, sql in triggers:
        db.execute(sql)
    db.commit()
    db.close()


class TestWhatStandsInIt:
    def test_each_act_has_an_entry(self, path: Path) -> None:
        actions = [entry.action for entry in entries(path)]
        assert actions[0] == "created"
        assert actions.count("generated") == 5 and actions.count("kept") == 1
        assert actions.count("checked") == 5 and actions.count("quarantined") == 1
        assert actions.count("imported") == 1 + 12  # the references, and each anchor
        assert actions.count("rated") == len([a for a in actions[20:] if a == "rated"]) > 5

    def test_it_says_who_when_and_with_which_version(self, path: Path) -> None:
        every = entries(path)
        assert {entry.version for entry in every} == {__version__}
        assert {entry.actor for entry in every if entry.action == "rated"} == {"Els"}
        assert {entry.actor for entry in every if entry.action != "rated"} == {system_user()}
        assert all(entry.at.endswith("+00:00") for entry in every)

    def test_it_holds_no_word_that_was_spoken(self, path: Path) -> None:
        details = " ".join(entry.detail for entry in entries(path))
        assert "gaat" not in details and "van a tot z" not in details

    def test_a_dialogue_that_could_not_be_stored_has_no_entry(self, path: Path) -> None:
        before = entries(path)
        with Study(path) as study, pytest.raises(SynthdialError, match="already holds"):
            study.add_dialogue(RECIPE, 1, dialogue(1), PASSED)
        assert entries(path) == before

    def test_a_log_that_cannot_be_written_stores_no_dialogue(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object, **__: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        with Study(path) as study:
            monkeypatch.setattr(AuditLog, "append", full)
            with pytest.raises(SynthdialError, match="disk is full"):
                study.add_dialogue(RECIPE, 9, dialogue(9))
            session = ReviewSession(study, "Els")
            with pytest.raises(SynthdialError, match="disk is full"):
                session.begin(session.items[-1])
        monkeypatch.undo()
        assert found(path).holds
        with Study(path, read_only=True) as study:
            assert study.numbers(RECIPE) == {1, 2, 3, 5}

    def test_a_merge_is_one_entry(self, tmp_path: Path) -> None:
        home, task = study_of(tmp_path / "home.study"), tmp_path / "bram.task"
        with Study(home) as study:
            export_task(study, task, rater="Bram", role="native")
        with Study(task) as opened:
            session = ReviewSession(opened, "Bram")
            answer(session, session.items[0])
            assert verify(opened).holds
        with Study(home) as study:
            added = merge(study, [task]).added
            merge(study, [task])
        (entry,) = [entry for entry in entries(home) if entry.action == "merged"]
        assert entry.details["events"] == added and entry.details["raters"] == ["Bram"]
        assert "bram.task" not in entry.detail
        assert found(home).holds


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE log SET actor = 'x'",
            "DELETE FROM log WHERE seq = 2",
            "DELETE FROM log",
            "INSERT OR REPLACE INTO log SELECT * FROM log WHERE seq = 2",
            "INSERT INTO log SELECT seq + 1000, at, actor, action, version, detail, previous, hash FROM log LIMIT 1",
            "UPDATE checks SET passed = 1",
            "DELETE FROM checks",
        ],
    )
    def test_the_file_itself_refuses(self, path: Path, statement: str) -> None:
        db = sqlite3.connect(path)
        with pytest.raises(sqlite3.IntegrityError, match="only"):
            db.execute(statement)
        db.close()
        assert found(path).holds


TAMPERED: dict[str, tuple[str, ...]] = {
    "an actor was changed": ("UPDATE log SET actor = 'Bram' WHERE seq = 5",),
    "a time was changed": ("UPDATE log SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 5",),
    "a detail was changed": ("UPDATE log SET detail = '{}' WHERE seq = 5",),
    "a detail is no text": ("UPDATE log SET detail = x'00' WHERE seq = 5",),
    "an entry was deleted": ("DELETE FROM log WHERE seq = 5",),
    "one was deleted and the rest moved up": (
        "DELETE FROM log WHERE seq = 5",
        "UPDATE log SET seq = -seq WHERE seq > 5",
        "UPDATE log SET seq = -seq - 1 WHERE seq < 0",
    ),
    "one was put in between": (
        "UPDATE log SET seq = -seq WHERE seq >= 5",
        "UPDATE log SET seq = 1 - seq WHERE seq < 0",
        "INSERT INTO log SELECT 5, at, actor, action, version, detail, previous, hash FROM log WHERE seq = 4",
    ),
    "two changed places": (
        "UPDATE log SET seq = -5 WHERE seq = 5",
        "UPDATE log SET seq = 5 WHERE seq = 6",
        "UPDATE log SET seq = 6 WHERE seq = -5",
    ),
}


class TestTampering:
    @pytest.mark.parametrize("statements", TAMPERED.values(), ids=TAMPERED)
    def test_a_changed_entry_is_the_first_that_is_named(self, path: Path, statements: tuple[str, ...]) -> None:
        behind_its_back(path, *statements)
        verified = found(path)
        assert not verified.holds
        assert verified.broken[0].seq in (5, 6)

    def test_the_beginning_cut_off(self, path: Path) -> None:
        behind_its_back(path, "DELETE FROM log WHERE seq = 1")
        assert found(path).broken[0].seq == 2
        behind_its_back(path, "DELETE FROM log")
        assert not found(path).holds

    @pytest.mark.parametrize("left", [1, 5, 12])
    def test_the_end_cut_off(self, path: Path, left: int) -> None:
        behind_its_back(path, f"DELETE FROM log WHERE seq > {left}")
        (broken, *_) = found(path).broken
        assert broken.seq == left + 1 and f"the log ends at entry {left}" in broken.why

    def test_the_end_cut_off_with_the_head_is_found_by_what_it_told_of(self, path: Path) -> None:
        before = entries(path)
        behind_its_back(
            path,
            "DELETE FROM log WHERE seq > 5",
            f"UPDATE facts SET value = '5:{before[4].hash}' WHERE name = 'log_head'",
        )
        assert any("no entry tells of it" in broken.why for broken in found(path).broken)

    def test_a_log_written_anew_is_found_by_a_hash_noted_elsewhere(self, tmp_path: Path) -> None:
        path = tmp_path / "a.study"
        Study(path, create=True).close()
        noted = found(path).head
        forged = entries(path)[0]
        forged = Entry(1, forged.at, "iemand", *list(vars(forged).values())[3:])
        behind_its_back(
            path,
            f"UPDATE log SET actor = 'iemand', hash = '{forged.reckoned}'",
            f"UPDATE facts SET value = '1:{forged.reckoned}' WHERE name = 'log_head'",
        )
        assert found(path).holds  # docs/study.md says so: nothing in the file can show it
        assert not found(path, holds=noted[:12]).holds

    @pytest.mark.parametrize("name", ["log_head", "id"])
    def test_a_head_that_is_gone_or_a_log_of_another_study(self, path: Path, name: str) -> None:
        behind_its_back(path, f"UPDATE facts SET value = 'x' WHERE name = '{name}'")
        assert not found(path).holds

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ("UPDATE turns SET text = 'Anders.' WHERE dialogue LIKE '%-0002' AND position = 1", "generated"),
            ("DELETE FROM turns WHERE dialogue LIKE '%-0005' AND position = 1", "kept"),
            ("UPDATE dialogues SET provenance = '{}' WHERE id LIKE '%-0001'", "generated"),
            ("UPDATE candidate_turns SET text = 'Anders.'", "generated"),
            ("UPDATE anchor_turns SET text = 'Anders.' WHERE position = 0", "imported"),
            ("UPDATE checks SET passed = 1 WHERE passed = 0", "quarantined"),
            ("UPDATE checks SET thresholds = '{}' WHERE seq = 1", "checked"),
            ("UPDATE review_events SET content = '{}' WHERE sequence = 2", "rated"),
            ("DELETE FROM review_events WHERE sequence = 2", "rated"),
        ],
    )
    def test_what_the_log_told_of_was_changed(self, path: Path, change: str, named: str) -> None:
        behind_its_back(path, change)
        (broken, *_) = found(path).broken
        assert broken.action == named and "after it was logged" in str(broken)

    @pytest.mark.parametrize(
        "addition",
        [
            "INSERT INTO dialogues SELECT 'nieuw', recipe, 77, words, provenance, 1 FROM dialogues LIMIT 1",
            "INSERT INTO checks SELECT 99, dialogue, digest, 1, figures, findings, thresholds, refs, version, at "
            "FROM checks LIMIT 1",
            "INSERT INTO review_events SELECT 999, 'x', at, rater, item, kind, content FROM review_events LIMIT 1",
            "INSERT INTO anchors VALUES ('anchor-x', 'bundled')",
        ],
    )
    def test_what_came_in_behind_its_back(self, path: Path, addition: str) -> None:
        behind_its_back(path, addition)
        assert not found(path).holds

    def test_a_dialogue_that_was_taken_out(self, path: Path) -> None:
        behind_its_back(
            path, "DELETE FROM turns WHERE dialogue LIKE '%-0003'", "DELETE FROM dialogues WHERE id LIKE '%-0003'"
        )
        assert any("is not in the study any more" in str(broken) for broken in found(path).broken)


class TestOlderStudies:
    @pytest.fixture
    def old(self, path: Path) -> Path:
        """The study as the format before logs had it."""
        db = sqlite3.connect(path)
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name != "
                                  "'review_events'").fetchall():  # fmt: skip
            db.execute(f"DROP TRIGGER {name}")
        db.executescript(
            "DROP TABLE log; DROP TABLE checks; DROP TABLE missed; DELETE FROM facts WHERE name = 'log_head';"
            "PRAGMA user_version = 3"
        )
        db.close()
        return path

    def test_it_is_read_and_has_no_log(self, old: Path) -> None:
        content = old.read_bytes()
        with Study(old, read_only=True) as study:
            assert verify(study) == Verified(0, "", ()) and list(AuditLog(study).entries()) == []
            assert len(list(study.dialogues())) == 4 and study.check_of(dialogue(1).id) is None
        assert old.read_bytes() == content

    def test_its_log_begins_with_what_it_held(self, old: Path) -> None:
        Study(old).close()
        log = entries(old)
        assert [entry.action for entry in log] == ["created"] + ["adopted"] * (4 + 1 + 12 + 1)
        assert log[0].details == {"format": 3}
        assert found(old).holds
        behind_its_back(old, "UPDATE turns SET text = 'Anders.' WHERE dialogue LIKE '%-0003'")
        assert [broken.action for broken in found(old).broken] == ["adopted"]

    def test_a_first_format_has_one_too(self, tmp_path: Path) -> None:
        path = tmp_path / "old.study"
        db = sqlite3.connect(path)
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        db.execute("INSERT INTO recipes VALUES (?, ?)", (RECIPE.id, json.dumps(RECIPE.as_dict())))
        db.execute("INSERT INTO dialogues VALUES ('d', ?, 1, 0, '{}')", (RECIPE.id,))
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.commit()
        db.close()
        with Study(path) as study:
            study.add_dialogue(RECIPE, 2, dialogue(2), PASSED)
            assert verify(study).holds
        assert [entry.action for entry in entries(path)] == ["created", "adopted", "generated", "checked"]

    def test_a_migration_that_fails_begins_no_log(self, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def ended(*_: object) -> None:
            raise KeyboardInterrupt

        broken: Callable[..., None] = ended
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("synthdial.study.study.adopt", broken)
            Study(old)
        with Study(old, read_only=True) as study:
            assert not study.has_log
        Study(old).close()
        assert found(old).holds
