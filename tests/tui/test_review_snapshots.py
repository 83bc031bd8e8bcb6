"""What the screens of a review look like, in both languages, both sizes and all themes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from reviews import Clock, answer, finish, study_of
from showing import Look

from synthdial.review.session import ReviewRequest, ReviewSession
from synthdial.study import Study
from synthdial.tui.app import SynthdialApp
from synthdial.tui.screens.review import ReviewScreen

Snapshot = Callable[..., None]
Open = Callable[[SynthdialApp], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A study with a calibration round."""
    return study_of(tmp_path / "demo.study", 7)


@pytest.fixture
def opened(path: Path) -> Iterator[Open]:
    """Opens the review of Els, who has said something of the first dialogue."""
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native")
        first = session.items[0]
        session.score(first, "fluency", 4)
        session.score(first, "turn_taking", None)
        session.flag(first, 1, "unnatural", "minor")
        session.flag(first, 2, "wrong fact", "critical", "pillen al drie maanden")
        session.comment(first, 3, "Mooi gezegd.")
        session.edit(first, 4, "Ja ja.", 7)
        yield lambda app: app.push_screen(ReviewScreen(session, clock=Clock()))


def test_review(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["down", "down", "down", "down", "o", "a"])


def test_flag(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["down", "down", "f", "2", "c"])


def test_comment(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["down", "c", *"Klopt", "escape"])


def test_edit(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["down", "e", *" hoor"])


def test_search(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["slash", *"banaan", "down"])


def test_help(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["question_mark"])


def test_missing_answers(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["enter"])


def test_finished(look: Look, snapshot_app: Snapshot, opened: Open) -> None:
    snapshot_app(look, opened, press=["5", "3", "2", "enter", "p", "2"])


def test_who_reviews(look: Look, snapshot_app: Snapshot, path: Path) -> None:
    snapshot_app(look, lambda app: app.open_review(path, ReviewRequest(path)), press=[*"Kim", "tab", "2"])


def test_calibration_begins(look: Look, snapshot_app: Snapshot, path: Path) -> None:
    snapshot_app(look, lambda app: app.open_review(path, ReviewRequest(path, "Els", "clinician")))


@pytest.fixture
def nearly_done(path: Path) -> Callable[[int], Path]:
    """Lets Els finish so many dialogues and answer the next but not finish it."""

    def work(count: int) -> Path:
        finish(path, "Els", count)
        with Study(path) as study:
            session = ReviewSession(study, "Els")
            answer(session, session.items[count])
        return path

    return work


def test_calibration_ends(look: Look, snapshot_app: Snapshot, nearly_done: Callable[[int], Path]) -> None:
    path = nearly_done(2)
    snapshot_app(look, lambda app: app.open_review(path, ReviewRequest(path, "Els")), press=["enter"])


def test_everything_is_done(look: Look, snapshot_app: Snapshot, nearly_done: Callable[[int], Path]) -> None:
    path = nearly_done(6)
    snapshot_app(look, lambda app: app.open_review(path, ReviewRequest(path, "Els")), press=["enter"])
