"""Ratings come back from other machines: twice without harm, never by half, conflicts named."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_studies import Clock, answer, ids_by_key, study_of

from synthdial.errors import SynthdialError
from synthdial.review.anchors import add_anchors
from synthdial.review.merge import Conflict, MergeReport, merge
from synthdial.review.session import ReviewSession
from synthdial.review.table import review_data, standings
from synthdial.review.task import export_task
from synthdial.study import Study
from synthdial.study.reviews import Reviews


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study(study_of(tmp_path / "demo.study", 9)) as opened:
        yield opened


@pytest.fixture
def task(study: Study, tmp_path: Path) -> Path:
    """A task for native speakers with everything in it."""
    path = tmp_path / "task.synthdial"
    export_task(study, path, role="native")
    return path


def rate(path: Path, rater: str, score: int = 4, *, upto: int = 5, hour: int = 9) -> None:
    """Let a rater be done with the first dialogues of a file."""
    with Study(path) as opened:
        session = ReviewSession(opened, rater, "native", clock=Clock(hour))
        for item in session.items[:upto]:
            answer(session, item, score)


def change(path: Path, statement: str) -> None:
    """Change a file by other means than this program."""
    db = sqlite3.connect(path)
    db.execute("DROP TRIGGER IF EXISTS review_events_stay_the_same")
    db.execute("DROP TRIGGER IF EXISTS review_events_stay")
    db.execute(statement)
    db.commit()
    db.close()


def refusal(report: MergeReport) -> str:
    assert report.files == () and len(report.refused) == 1
    return str(report.refused[0])


class TestMerging:
    def test_what_was_said_there_is_said_here(self, study: Study, task: Path) -> None:
        rate(task, "Bram", upto=5)
        with Study(task) as opened:
            session = ReviewSession(opened, "Bram")
            item = session.items[4]
            session.flag(item, 1, "not Dutch", "minor", "‘wel’?")
            session.edit(item, 2, "Mooi!", 3)
            said = session.review(item)
        report = merge(study, [task])
        (merged,) = report.files
        # a dialogue is begun, scored four times, told of its origin, and done; the last one flagged and edited besides
        assert (merged.added, merged.known, merged.raters) == (5 * 7 + 2, 0, ("Bram",))
        assert (report.conflicts, report.refused) == ((), ())
        here = ReviewSession(study, "Bram")
        assert here.review(item) == said
        assert here.progress == (5, 9) and here.role == "native"
        data = review_data(study)
        assert set(data.subjects) == {ids_by_key(study)[read.key] for read in here.items[3:5]}
        assert data.edits[0].original == "Mooi zo."

    def test_twice_does_no_harm(self, study: Study, task: Path) -> None:
        rate(task, "Bram")
        merge(study, [task])
        before = list(Reviews(study).events())
        report = merge(study, [task, task])
        assert (report.added, report.known, report.conflicts) == (0, 2 * 5 * 7, ())
        assert list(Reviews(study).events()) == before

    def test_a_rater_may_go_on_and_bring_more(self, study: Study, task: Path) -> None:
        rate(task, "Bram", upto=2)
        merge(study, [task])
        rate(task, "Bram", 2, upto=3, hour=11)  # the first two are scored anew, a third is done
        report = merge(study, [task])
        assert (report.added, report.known, report.conflicts) == (2 * 4 + 7, 14, ())
        session = ReviewSession(study, "Bram")
        assert {score for item in session.items[:3] for score in session.review(item).scores.values()} == {2}

    def test_several_raters_and_several_files(self, study: Study, task: Path, tmp_path: Path) -> None:
        rate(study.path, "Els")
        shutil.copy(task, tmp_path / "second.synthdial")
        rate(task, "Bram")
        rate(tmp_path / "second.synthdial", "Cor")
        rate(tmp_path / "second.synthdial", "Dirk", upto=9)
        report = merge(study, [task, tmp_path / "second.synthdial"])
        assert [file.raters for file in report.files] == [("Bram",), ("Cor", "Dirk")]
        assert [(one.rater, one.done) for one in standings(study)] == [("Els", 5), ("Bram", 5), ("Cor", 5), ("Dirk", 9)]

    def test_copies_of_the_study_are_merged_too(self, study: Study, tmp_path: Path) -> None:
        rate(study.path, "Els")
        study._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy = shutil.copy(study.path, tmp_path / "copy.study")
        rate(Path(copy), "Bram")
        report = merge(study, [Path(copy)])
        assert (report.added, report.known) == (35, 35)

    def test_ratings_of_bundled_anchors_come_back(self, study: Study, tmp_path: Path) -> None:
        add_anchors(study, "bundled")
        export_task(study, tmp_path / "anchored.synthdial", role="native")
        rate(tmp_path / "anchored.synthdial", "Bram", upto=99)
        assert merge(study, [tmp_path / "anchored.synthdial"]).added == 10 * 7
        assert sum(subject.by_person for subject in review_data(study).subjects.values()) == 1

    def test_a_name_in_other_capitals_is_the_same_rater(self, study: Study, task: Path) -> None:
        rate(study.path, "Bram", upto=1)
        rate(task, "BRAM", upto=2, hour=11)
        assert merge(study, [task]).files[0].raters == ("Bram",)
        assert merge(study, [task]).added == 0
        assert [(one.rater, one.done) for one in standings(study)] == [("Bram", 2)]

    def test_a_session_that_is_open_sees_it(self, study: Study, task: Path) -> None:
        session = ReviewSession(study, "Bram", "native")
        rate(task, "Bram")
        merge(study, [task])
        session.refresh()
        assert session.progress == (5, 9) and session.review(session.items[0]).scores["fluency"] == 4


class TestConflicts:
    @pytest.mark.parametrize(("here", "there", "counts"), [(9, 11, 2), (11, 9, 4)])
    def test_they_are_named_and_the_later_one_counts(
        self, study: Study, task: Path, here: int, there: int, counts: int
    ) -> None:
        rate(study.path, "Bram", 4, upto=1, hour=here)
        rate(task, "Bram", 2, upto=1, hour=there)
        report = merge(study, [task])
        session = ReviewSession(study, "Bram")
        dialogue = ids_by_key(study)[session.items[0].key]
        keys = ("coherence", "fluency", "register", "turn_taking")
        assert report.conflicts == tuple(Conflict("Bram", dialogue, key, counts, 6 - counts) for key in keys)
        assert set(session.review(session.items[0]).scores.values()) == {counts}
        assert report.added == 7  # both are kept
        assert merge(study, [task]).conflicts == ()

    def test_origin_and_verdict_can_conflict_too(self, study: Study, task: Path) -> None:
        for path, origin, accepted, hour in ((study.path, "person", True, 9), (task, "machine", False, 10)):
            with Study(path) as opened:
                session = ReviewSession(opened, "Bram", "native", clock=Clock(hour))
                session.origin(session.items[0], origin)
                session.accept(session.items[0], accepted)
        found = {conflict.what: (conflict.counts, conflict.other) for conflict in merge(study, [task]).conflicts}
        assert found == {"origin": ("machine", "person"), "accepted": (False, True)}

    def test_saying_the_same_twice_is_none(self, study: Study, task: Path) -> None:
        rate(study.path, "Bram", upto=2)
        rate(task, "Bram", upto=2, hour=10)
        assert merge(study, [task]).conflicts == ()

    def test_what_was_undone_is_none(self, study: Study, task: Path) -> None:
        rate(study.path, "Bram", 4, upto=1)
        with Study(task) as opened:
            session = ReviewSession(opened, "Bram", clock=Clock(11))
            session.score(session.items[0], "fluency", 1)
            session.undo(session.items[0])
        assert merge(study, [task]).conflicts == ()
        here = ReviewSession(study, "Bram")
        assert here.review(here.items[0]).scores["fluency"] == 4


class TestRefusals:
    def test_a_task_of_another_study(self, study: Study, tmp_path: Path) -> None:
        with Study(study_of(tmp_path / "other.study", 9)) as other:
            export_task(other, tmp_path / "theirs.synthdial", role="native")
            rate(tmp_path / "theirs.synthdial", "Bram")
            assert "is a task of another study than" in refusal(merge(study, [tmp_path / "theirs.synthdial"]))
            assert "is another study than" in refusal(merge(study, [other.path]))
        assert Reviews(study).raters() == []

    def test_a_study_of_an_older_format(self, study: Study, tmp_path: Path) -> None:
        old = study_of(tmp_path / "old.study", 2)
        change(old, "PRAGMA user_version = 2")
        assert "is another study than" in refusal(merge(study, [old]))

    @pytest.mark.parametrize("content", [b"", b"x" * 5000])
    def test_what_is_no_study(self, study: Study, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "notes.txt").write_bytes(content)
        assert "notes.txt is" in refusal(merge(study, [tmp_path / "notes.txt"]))
        assert (tmp_path / "notes.txt").read_bytes() == content

    def test_no_file_and_the_study_itself(self, study: Study, tmp_path: Path) -> None:
        assert "There is no file" in refusal(merge(study, [tmp_path / "absent"]))
        assert "is the study itself" in refusal(merge(study, [study.path]))

    def test_a_task_takes_nothing_in(self, study: Study, task: Path) -> None:
        with Study(task) as opened, pytest.raises(SynthdialError, match="is a task itself"):
            merge(opened, [study.path])

    def test_one_bad_file_does_not_keep_the_others_out(self, study: Study, task: Path, tmp_path: Path) -> None:
        rate(task, "Bram")
        report = merge(study, [tmp_path / "absent", task])
        assert (report.added, len(report.refused)) == (35, 1)

    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            ('content = \'{"criterion": "fluency", "score": 7}\' WHERE kind = \'score\'', "The score of 'score' is 7"),
            ('content = \'{"criterion": "wit", "score": 4}\' WHERE kind = \'score\'', "has no criterion 'wit'"),
            ("content = '{' WHERE kind = 'origin'", "is no JSON"),
            ("kind = 'praise' WHERE kind = 'done'", "no event of the kind 'praise'"),
            ("at = '2026' WHERE kind = 'done'", "Its time is '2026'"),
            ("id = 'x' || sequence WHERE kind = 'done'", "not 32 hexadecimal digits"),
            ("item = 'elsewhere' WHERE kind = 'done'", "Its dialogue is not in the study"),
            ("rater = 'Nobody' WHERE kind = 'done'", "Its rater is not in the file"),
            ("kind = 'comment', content = '{\"turn\": 3, \"text\": \"x\"}' WHERE kind = 'done'", "Its turn is not in"),
            ("content = x'ff' WHERE kind = 'done'", "is no JSON"),
        ],
    )
    def test_damaged_events_are_named_and_nothing_is_merged(
        self, study: Study, task: Path, statement: str, message: str
    ) -> None:
        rate(task, "Bram")
        change(task, f"UPDATE review_events SET {statement}")
        said = refusal(merge(study, [task]))
        assert message in said and "of Bram" in said.replace("of Nobody", "of Bram")
        assert "nothing of it was merged" in said and str(task) in said
        assert list(Reviews(study).events()) == [] and Reviews(study).raters() == []

    def test_an_event_that_was_changed_after_it_was_merged(self, study: Study, task: Path) -> None:
        rate(task, "Bram")
        merge(study, [task])
        change(task, "UPDATE review_events SET content = replace(content, '4', '5') WHERE kind = 'score'")
        assert "otherwise than the study" in refusal(merge(study, [task]))

    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            ("UPDATE rubrics SET content = replace(content, 'Vloeiend', 'Stroef')", "a rubric that was changed"),
            ("UPDATE rubrics SET content = 'x'", "a damaged rubric (its rubric is not valid TOML"),
            ("UPDATE raters SET role = 'clinician'", "a damaged rater, 'Bram'"),
            ("UPDATE raters SET seed = 'x'", "a damaged rater, 'Bram'"),
            ("UPDATE raters SET name = 'B' || char(27)", "a damaged rater"),
        ],
    )
    def test_a_file_whose_raters_or_rubrics_were_changed(
        self, study: Study, task: Path, statement: str, message: str
    ) -> None:
        rate(task, "Bram")
        change(task, statement)
        assert message in refusal(merge(study, [task]))
        assert list(Reviews(study).events()) == []

    def test_a_name_that_rates_by_another_rubric_here(self, study: Study, task: Path) -> None:
        ReviewSession(study, "Bram", "clinician")
        rate(task, "Bram")
        assert "with another rubric than Bram has in the study" in refusal(merge(study, [task]))

    def test_what_fails_while_it_is_written_leaves_nothing(
        self, study: Study, task: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rate(task, "Bram")

        def full(*_: object, **__: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as patch:
            patch.setattr("synthdial.study.reviews.Reviews.add_events", full)
            assert "disk is full" in refusal(merge(study, [task]))
        assert Reviews(study).raters() == []
        assert merge(study, [task]).added == 35
