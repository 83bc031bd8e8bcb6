"""Tasks: what a rater on another machine gets, and what they do not."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_studies import answer, ids_by_key, study_of
from samples import COPIED, RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.export.gate import release
from synthdial.review.rubric import load_rubric, read_rubric
from synthdial.review.session import ReviewSession
from synthdial.review.task import export_task
from synthdial.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study(study_of(tmp_path / "demo.study", 9)) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "task.synthdial"


class TestContent:
    def test_it_is_opened_like_a_study(self, study: Study, path: Path) -> None:
        task = export_task(study, path, role="clinician")
        assert (task.dialogues, task.calibration, task.anchors, task.rubric.role) == (9, 3, 0, "clinician")
        with Study(path) as opened:
            session = ReviewSession(opened, "Bram")
            assert (session.role, session.rubric) == ("clinician", load_rubric("clinician"))
            said = {session.dialogue(item).as_text() for item in session.items}
            assert said == {stored.as_text() for stored in study.dialogues()}
            answer(session, session.items[0])
            assert session.progress == (1, 9)

    def test_a_rater_reads_in_the_same_order_here_and_there(self, study: Study, path: Path) -> None:
        export_task(study, path, role="native")
        with Study(path) as opened:
            assert ReviewSession(opened, "Bram").items == ReviewSession(study, "Bram", "native").items

    def test_what_is_quarantined_stays_here(self, study: Study, path: Path) -> None:
        held, released, *_ = dialogues = list(study.dialogues())
        for one in (held, released):
            study.add_check(one, COPIED)
        release(study, released.id, "gelezen")
        task = export_task(study, path, role="native")
        assert (task.dialogues, task.quarantined) == (8, 1)
        with Study(path) as opened:
            texts = {one.as_text() for one in opened.dialogues()}
        assert texts == {one.as_text() for one in dialogues} - {held.as_text()}

    def test_where_all_is_quarantined_it_says_so(self, study: Study, path: Path) -> None:
        for one in list(study.dialogues()):
            study.add_check(one, COPIED)
        with pytest.raises(SynthdialError, match="is quarantined"):
            export_task(study, path, role="native")
        assert not path.exists()

    def test_nothing_in_it_tells_how_a_dialogue_was_made(self, study: Study, path: Path) -> None:
        other = ReviewSession(study, "Geheimelief", "native")
        other.comment(other.items[0], 0, "geheimschrift")
        export_task(study, path, rater="Bram", role="native")
        content = path.read_bytes().decode("latin-1")
        secret = [stored.id for stored in study.dialogues()] + [RECIPE.id, RECIPE.scenario, "gemma", "plain"]
        ((keyed,),) = study._db.execute("SELECT value FROM facts WHERE name = 'secret'")
        for word in [*secret, keyed, "Geheimelief", "geheimschrift", "2026-01-02"]:
            assert word not in content
        assert "Hoe gaat het 3?" in content

    def test_its_dialogues_stand_in_an_order_that_tells_nothing(self, study: Study, path: Path) -> None:
        export_task(study, path, role="native")
        with Study(path, read_only=True) as opened:
            stored = [told.id for told in opened.dialogues()]
        assert stored == sorted(stored)
        assert [ids_by_key(study)[key] for key in stored] != sorted(ids_by_key(study).values())

    def test_it_is_its_owners_alone(self, study: Study, path: Path) -> None:
        export_task(study, path, role="native")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert sorted(file.name for file in path.parent.iterdir() if "demo" not in file.name) == ["task.synthdial"]

    def test_no_batch_writes_into_it(self, study: Study, path: Path) -> None:
        export_task(study, path, role="native")
        with Study(path) as opened, pytest.raises(SynthdialError, match="is a task for a rater, not a study"):
            opened.add_recipe(RECIPE)


class TestChoosing:
    def test_raters_without_a_name_get_the_same_dialogues(self, study: Study, tmp_path: Path) -> None:
        found = []
        for name in ("a", "b"):
            task = export_task(study, tmp_path / name, role="native", count=2)
            assert (task.dialogues, task.calibration) == (5, 3)
            with Study(tmp_path / name) as opened:
                session = ReviewSession(opened, name)
                assert session.calibration_size == 3
                found.append({item.key for item in session.items})
        assert found[0] == found[1]
        here = ReviewSession(study, "Els", "native")
        assert {item.key for item in here.items if item.calibration} < found[0]

    def test_one_who_has_begun_gets_what_is_left_by_their_own_rubric(self, study: Study, path: Path) -> None:
        own = read_rubric(load_rubric("native").content.replace('"native"', '"nurse"'), "It")
        here = ReviewSession(study, "Bram", rubric=own)
        for item in here.items[:5]:
            answer(here, item)
        task = export_task(study, path, rater="bram")
        assert (task.dialogues, task.calibration, task.rubric.digest) == (4, 0, own.digest)
        with Study(path) as opened:
            there = ReviewSession(opened, "Bram")
            assert [item.key for item in there.items] == [item.key for item in here.items[5:]]
            assert (there.role, there.progress) == ("nurse", (0, 4))

    def test_few_dialogues_go_without_a_calibration_round(self, tmp_path: Path, path: Path) -> None:
        with Study(study_of(tmp_path / "few.study", 5)) as few:
            assert export_task(few, path, role="native").calibration == 0
            few.add_dialogue(RECIPE, 6, dialogue(6))
            assert export_task(few, tmp_path / "later.synthdial", role="native").calibration == 3

    def test_a_task_is_rated_by_its_own_rubric(self, study: Study, path: Path) -> None:
        export_task(study, path, role="native")
        with Study(path) as opened:
            with pytest.raises(SynthdialError, match="'native' is for the role 'native', not for 'clinician'"):
                ReviewSession(opened, "Bram", "clinician")
            with pytest.raises(SynthdialError, match="is to be rated by its own rubric"):
                ReviewSession(opened, "Bram", rubric=load_rubric("clinician"))
            assert ReviewSession(opened, "Bram", "native", load_rubric("native")).items


class TestRefusals:
    def test_a_file_that_is_there_is_never_written_over(self, study: Study, path: Path) -> None:
        path.write_text("ratings")
        with pytest.raises(SynthdialError, match="is there already, and may hold ratings"):
            export_task(study, path, role="native")
        assert path.read_text() == "ratings"

    def test_who_rates_must_be_known(self, study: Study, path: Path) -> None:
        with pytest.raises(SynthdialError, match="Say as what the rater judges"):
            export_task(study, path)
        with pytest.raises(SynthdialError, match="Say as what the rater judges"):
            export_task(study, path, rater="Bram")
        assert not path.exists()

    def test_there_must_be_something_to_read(self, study: Study, path: Path, tmp_path: Path) -> None:
        with (
            Study(study_of(tmp_path / "empty.study", 0)) as empty,
            pytest.raises(SynthdialError, match=r"empty.study holds no dialogue\.$"),
        ):
            export_task(empty, path, role="native")
        session = ReviewSession(study, "Els", "native")
        for item in session.items:
            answer(session, item)
        with pytest.raises(SynthdialError, match="holds no dialogue that Els is not done with"):
            export_task(study, path, rater="Els")
        with pytest.raises(SynthdialError, match="count is 0"):
            export_task(study, path, role="native", count=0)

    def test_no_task_is_made_from_a_task(self, study: Study, path: Path, tmp_path: Path) -> None:
        export_task(study, path, role="native")
        with Study(path) as task, pytest.raises(SynthdialError, match="is a task itself"):
            export_task(task, tmp_path / "second.synthdial", role="native")

    def test_no_folder_to_write_it_in(self, study: Study, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"The folder .* does not exist"):
            export_task(study, tmp_path / "absent" / "task.synthdial", role="native")

    def test_what_fails_half_way_leaves_nothing(
        self, study: Study, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr("synthdial.study.reviews.Reviews.add_dialogues", full)
        with pytest.raises(SynthdialError, match="disk is full"):
            export_task(study, path, role="native")
        assert [file.name for file in path.parent.iterdir() if "demo" not in file.name] == []
