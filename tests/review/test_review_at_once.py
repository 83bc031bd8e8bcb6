"""Several that write into a study at once, and what is left when one of them is killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_studies import Clock, answer, study_of

from synthdial.errors import SynthdialError
from synthdial.review.session import Item, ReviewSession
from synthdial.review.state import Review
from synthdial.study import Study
from synthdial.study.reviews import Reviews


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_of(tmp_path / "demo.study", 8)


@pytest.fixture
def study(path: Path) -> Iterator[Study]:
    with Study(path) as opened:
        yield opened


@pytest.fixture
def session(study: Study) -> ReviewSession:
    return ReviewSession(study, "Els", "native", clock=Clock())


@pytest.fixture
def item(session: ReviewSession) -> Item:
    return session.items[4]


SCRIPT = """
import sys
from pathlib import Path
from synthdial.review.session import ReviewSession
from synthdial.study import Study

path, rater, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Study(path) as study:
    session = ReviewSession(study, rater, "native")
    for count in range(rounds):
        item = session.items[count % len(session.items)]
        criterion = session.rubric.criteria[count // len(session.items) % 4].key
        score = count // 32 % 5 + 1  # another one each time that a criterion comes round
        session.score(item, criterion, score)
        print(item.key, criterion, score, flush=True)
    print("end", flush=True)
"""


def started(path: Path, rater: str, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(path), rater, str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def scored(study: Study, rater: str) -> list[list[str]]:
    rows = [row for row in Reviews(study).events(rater) if row.kind == "score"]
    return [[row.item, *(str(json.loads(row.content)[name]) for name in ("criterion", "score"))] for row in rows]


class TestOthersAtWork:
    def test_killed_at_any_moment_it_loses_nothing_that_was_pressed(self, path: Path) -> None:
        for number, presses in enumerate((1, 9, 40)):
            process = started(path, f"rater {number}", 1_000_000)
            assert process.stdout is not None
            told = [process.stdout.readline() for _ in range(presses)]
            os.kill(process.pid, signal.SIGKILL)
            told += process.stdout.readlines()
            process.wait()
            pressed = [line.split() for line in told if line.endswith("\n")]
            with Study(path) as study:
                stored = scored(study, f"rater {number}")
                assert stored[: len(pressed)] == pressed and len(stored) <= len(pressed) + 1
                session = ReviewSession(study, f"rater {number}")
                for item in session.items:
                    for criterion, score in session.review(item).scores.items():
                        assert [item.key, criterion, str(score)] in stored

    def test_two_raters_write_at_once(self, path: Path) -> None:
        processes = [started(path, name, 60) for name in ("Els", "Bram")]
        told = [process.communicate()[0].split("\n") for process in processes]
        with Study(path) as study:
            for name, lines in zip(("Els", "Bram"), told, strict=True):
                assert lines[-2] == "end"
                pressed = [line.split() for line in lines[:-2]]
                assert scored(study, name) == pressed

    def test_a_second_session_of_a_rater_sees_what_the_first_says(self, path: Path, session: ReviewSession) -> None:
        with Study(path) as again:
            other = ReviewSession(again, "Els", clock=Clock(10))
            item = session.items[0]
            session.score(item, "fluency", 4)
            assert other.review(item).scores == {"fluency": 4}
            answer(other, item, score=2)
            assert session.review(item) == other.review(item)
            assert session.progress == (1, 8)
            assert session.undo(item) == "done"
            assert other.refresh() == 0 and other.progress == (0, 8)

    def test_a_study_that_is_locked_is_a_message_and_nothing_is_half_said(
        self, path: Path, session: ReviewSession, item: Item
    ) -> None:
        session._reviews.study._db.execute("PRAGMA busy_timeout = 0")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SynthdialError, match="is locked by another program"):
            session.score(item, "fluency", 4)
        assert session.review(item) == Review()
        other.execute("ROLLBACK")
        other.close()
        session.score(item, "fluency", 4)
        assert session.review(item) == Review(scores={"fluency": 4}, begun=True)

    def test_a_damaged_event_is_named(self, path: Path, session: ReviewSession, item: Item) -> None:
        answer(session, item)
        with Study(path) as study:
            study._db.execute("DROP TRIGGER review_events_stay_the_same")
            study._db.execute("UPDATE review_events SET content = '{}' WHERE kind = 'score'")
            other = ReviewSession(study, "Els")
            with pytest.raises(SynthdialError, match=r"is damaged: the event [0-9a-f]{32} of Els.* does not hold"):
                other.review(item)
