"""What a study holds of reviews: only ever added to, and absent in older formats."""

import json
import sqlite3
from pathlib import Path

import pytest
from review_studies import answer, study_of
from samples import RECIPE, dialogue, turns

from synthdial.errors import SynthdialError
from synthdial.review.session import ReviewSession
from synthdial.review.table import review_data, standings
from synthdial.study import Study
from synthdial.study.reviews import EventRow, Place, Reviews
from synthdial.study.schema import APPLICATION_ID, MIGRATIONS, VERSION, WITH_REVIEWS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_of(tmp_path / "demo.study", 8)


@pytest.fixture(params=range(1, WITH_REVIEWS))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A study of each format before there were reviews, with a dialogue in it."""
    path = tmp_path / "old.study"
    db = sqlite3.connect(path)
    for migration in MIGRATIONS[: request.param]:
        for statement in migration:
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {request.param}")
    told = dialogue(1)
    db.execute("INSERT INTO recipes VALUES (?, ?)", (RECIPE.id, json.dumps(RECIPE.as_dict())))
    db.execute(
        "INSERT INTO dialogues (id, recipe, number, words, provenance) VALUES (?, ?, 1, ?, ?)",
        (told.id, RECIPE.id, told.words, json.dumps(dict(told.provenance))),
    )
    db.executemany(
        "INSERT INTO turns VALUES (?, ?, ?, ?)",
        [(told.id, place, str(turn.speaker), turn.text) for place, turn in enumerate(told.turns)],
    )
    db.commit()
    db.close()
    return path


class TestOlderFormats:
    def test_they_are_read_as_studies_without_reviews(self, old: Path) -> None:
        content = old.read_bytes()
        with Study(old, read_only=True) as study:
            reviews = Reviews(study)
            assert (reviews.raters(), reviews.rubrics(), reviews.order("Els"), reviews.anchors()) == ([], {}, [], {})
            assert list(reviews.events()) == [] and reviews.begun() == set() and reviews.last_event("Els") == (0, "")
            assert (reviews.id, reviews.is_task, reviews.size()) == ("", False, (1, 0))
            assert standings(study) == () and review_data(study).judgements == ()
            assert list(study.dialogues()) == [dialogue(1)]
        assert old.read_bytes() == content

    def test_opened_for_writing_they_can_be_reviewed(self, old: Path) -> None:
        with Study(old) as study:
            session = ReviewSession(study, "Els", "native")
            answer(session, session.items[0])
            assert list(review_data(study).subjects) == [dialogue(1).id]
            ((version,),) = study._db.execute("PRAGMA user_version")
            assert version == VERSION


class TestIdentity:
    def test_each_study_has_an_id_and_a_secret_that_stay(self, path: Path, tmp_path: Path) -> None:
        known = []
        for name in (path, path, study_of(tmp_path / "other.study", 8)):
            with Study(name, read_only=True) as study:
                reviews = Reviews(study)
                known.append((reviews.id, reviews.fact("secret"), tuple(reviews.dialogues())))
        assert known[0] == known[1]
        assert all(len({one, other}) == 2 for one, other in zip(known[0], known[2], strict=True))
        assert len(known[0][0]) == 32 and len(known[0][1] or "") == 64

    def test_keys_are_opaque_and_differ(self, path: Path) -> None:
        with Study(path, read_only=True) as study:
            reviews = Reviews(study)
            keys = reviews.dialogues()
            assert len(keys) == 8 and all(len(key) == 16 and int(key, 16) >= 0 for key in keys)
            assert reviews.key(Place("x")) != reviews.key(Place("x", is_anchor=True))


class TestEvents:
    EVENT = EventRow("0" * 32, "2026-03-02T09:00:00.000000+00:00", "Els", "0a", "begin", "{}")

    @pytest.fixture
    def reviews(self, path: Path):
        with Study(path) as study:
            ReviewSession(study, "Els", "native")
            yield Reviews(study)

    def test_they_are_read_as_they_were_written(self, reviews: Reviews) -> None:
        other = self.EVENT._replace(id="1" * 32, item="0b", kind="done")
        with reviews.writing():
            reviews.add_events([self.EVENT, other])
        assert list(reviews.events()) == [self.EVENT, other]
        assert list(reviews.events("Els", "0b")) == list(reviews.events(None, None, "done", "undo")) == [other]
        assert list(reviews.events("Bram")) == []
        assert list(reviews.events_after(1, "Els")) == [(2, other)]
        assert reviews.last_event("Els") == (2, self.EVENT.at)
        assert reviews.begun("Els") == reviews.begun() == {"0a", "0b"}

    @pytest.mark.parametrize("statement", ["DELETE FROM review_events", "UPDATE review_events SET at = ''"])
    def test_they_can_be_neither_changed_nor_removed(self, reviews: Reviews, statement: str) -> None:
        with reviews.writing():
            reviews.add_events([self.EVENT])
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            reviews.study._db.execute(statement)
        assert list(reviews.events()) == [self.EVENT]

    def test_all_of_them_are_written_or_none(self, reviews: Reviews) -> None:
        with pytest.raises(SynthdialError), reviews.writing():
            reviews.add_events([self.EVENT, self.EVENT])
        with pytest.raises(SynthdialError), reviews.writing():
            reviews.add_events([self.EVENT, self.EVENT._replace(id="1" * 32, rater="Nobody")])
        assert list(reviews.events()) == []


def test_texts_are_found_in_dialogues_and_anchors(path: Path) -> None:
    with Study(path) as study:
        reviews = Reviews(study)
        with reviews.writing():
            assert reviews.add_anchor("anchor-1", "bundled", turns("Dag.", "Hoe gaat het 3? Één."))
            assert not reviews.add_anchor("anchor-1", "bundled", turns("Anders."))
        assert reviews.find("HET 3?") == {Place(RECIPE.dialogue_id(3)): [0], Place("anchor-1", True): [1]}
        assert reviews.find("één") == {Place("anchor-1", True): [1]}
        assert reviews.size() == (8, 1) and reviews.turn_counts()[Place("anchor-1", True)] == 2
