"""Studies to review, and a clock that tests set."""

import datetime
from pathlib import Path

from samples import RECIPE, dialogue

from synthdial.review.session import Item, ReviewSession
from synthdial.study import Study


class Clock:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self, hour: int = 9) -> None:
        self.now = datetime.datetime(2026, 3, 2, hour, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        self.now += datetime.timedelta(seconds=1)
        return self.now


def study_of(path: Path, count: int = 8, first: int = 1) -> Path:
    """A study of so many dialogues of three turns, or one with so many more."""
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE)
        for number in range(first, first + count):
            study.add_dialogue(RECIPE, number, dialogue(number, f"Hoe gaat het {number}?", "’t Gaat wel.", "Mooi zo."))
    return path


def answer(session: ReviewSession, item: Item, score: int | None = 4, origin: str | None = "machine") -> None:
    """Answer everything that is asked of an item, and be done with it."""
    for criterion in session.rubric.criteria:
        session.score(item, criterion.key, score)
    session.origin(item, origin)
    session.finish(item)


def ids_by_key(study: Study) -> dict[str, str]:
    """The ids of a study's dialogues and anchors by the keys that raters see."""
    from synthdial.study.reviews import Reviews

    reviews = Reviews(study)
    return {key: place.id for key, place in {**reviews.dialogues(), **reviews.anchors()}.items()}
