"""Studies that tests of the review screens read, and the application that shows them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samples import RECIPE, dialogue
from showing import app_for, text_of
from textual.pilot import Pilot

from synthdial.review.events import Event, read_event
from synthdial.review.session import Item, ReviewSession
from synthdial.review.state import Review, fold
from synthdial.study import Study
from synthdial.study.reviews import Reviews
from synthdial.tui.app import SynthdialApp
from synthdial.tui.screens.review import ReviewScreen

TALK = (
    "Goedemorgen, komt u verder. Hoe is het met u gegaan sinds de vorige keer?",
    "Ja, gaat wel. Nog steeds moe.",
    "Moe. Sinds wanneer is dat?",
    "Uh, een week of drie denk ik. Sinds die nieuwe pillen eigenlijk, die ik voor de bloeddruk heb gekregen.",
    "Hm-hm.",
    "En ik moet ’s nachts steeds eruit om te plassen.",
    "We hebben uw bloed geprikt. Het kalium is 5,1, net iets te hoog. Let u een beetje op met tomaten en bananen?",
    "Ik eet elke dag een banaan, ja.",
)
NATIVE = ("fluency", "turn_taking", "register", "coherence")


def study_of(path: Path, count: int, *, turns: tuple[str, ...] = TALK) -> Path:
    """A study of so many dialogues, each with its number in its first turn."""
    with new_study(path) as study:
        for number in range(1, count + 1):
            study.add_dialogue(RECIPE, number, dialogue(number, f"Dit is gesprek {number}. {turns[0]}", *turns[1:]))
    return path


def new_study(path: Path) -> Study:
    """A study whose orders and calibration round are the same each time; its id is drawn otherwise."""
    study = Study(path, create=True)
    study.add_recipe(RECIPE)
    study._db.execute("UPDATE facts SET value = ? WHERE name IN ('id', 'secret')", ("ab" * 16,))
    return study


def finish(path: Path, rater: str, count: int, role: str = "native", score: int = 3) -> None:
    """Let a rater finish the first so many dialogues of theirs."""
    with Study(path) as study:
        session = ReviewSession(study, rater, role)
        for item in session.items[:count]:
            answer(session, item, score)
            session.finish(item)


def answer(session: ReviewSession, item: Item, score: int | None = 3) -> None:
    """Answer every question about an item."""
    for criterion in session.rubric.criteria:
        session.score(item, criterion.key, score)
    if session.rubric.asks_origin:
        session.origin(item, "machine")


class Clock:
    """A clock that stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Reviewing:
    """A rater at work."""

    pilot: Pilot[None]
    app: SynthdialApp
    screen: ReviewScreen
    session: ReviewSession
    study: Study
    path: Path
    clock: Clock

    async def press(self, *keys: str) -> None:
        """Press keys and let the application answer."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def text(self) -> str:
        """All that is on the screen."""
        return text_of(self.app)

    @property
    def lines(self) -> list[str]:
        """The lines of the screen."""
        return self.text.splitlines()

    @property
    def status(self) -> str:
        """The line that says what happened last."""
        return self.lines[-2]

    def stored(self, number: int = 1) -> Review:
        """What the study holds of a dialogue of this rater, read from the file by another connection."""
        return fold(self.events(number))

    def events(self, number: int = 1) -> list[Event]:
        """The events of it."""
        with Study(self.path, read_only=True) as study:
            rows = Reviews(study).events(self.session.rater, self.session.items[number - 1].key)
            return [read_event(row) for row in rows]


@asynccontextmanager
async def reviewing(
    path: Path,
    *,
    rater: str = "Els",
    role: str = "native",
    size: tuple[int, int] = (80, 24),
    language: Any = "en",
) -> AsyncIterator[Reviewing]:
    """The review screen of a rater over a study."""
    clock = Clock()
    app = app_for(language)
    with Study(path) as study:
        session = ReviewSession(study, rater, role)
        screen = ReviewScreen(session, clock=clock)
        async with app.run_test(size=size) as pilot:
            await app.push_screen(screen)
            await pilot.pause()
            yield Reviewing(pilot, app, screen, session, study, path, clock)
