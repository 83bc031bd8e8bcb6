"""A rater's session: what they read, blind and in their own order, and what they say of it, on the disk at once."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.review.distance import edit_distance
from synthdial.review.events import utc_now
from synthdial.review.log import RaterLog
from synthdial.review.raters import appoint
from synthdial.review.reading import arrange, draw_round
from synthdial.review.rubric import Rubric, load_rubric
from synthdial.review.state import Review, last_act
from synthdial.study import Study
from synthdial.study.reviews import Reviews


@dataclass(frozen=True)
class Item:
    """Something to read.

    Attributes
    ----------
    key : str
        Opaque: it tells neither what made it nor where it stands.
    number : int
        Its place in the rater's order, from 1.
    calibration : bool
        Whether it belongs to the round that all raters read first, and that does not count.
    """

    key: str
    number: int
    calibration: bool


@dataclass(frozen=True)
class ReviewRequest:
    """What a review is opened with, as a command or a screen asks for it.

    Attributes
    ----------
    study : Path
        A study or a task.
    rater, role : str, optional
        Who, and as what; to be asked for where the rater is not given.
    rubric : str, optional
        The name of a bundled rubric, or the path of one.
    seed : int, optional
        Of the order.
    calibration : bool
        Draw a calibration round even for few dialogues.
    """

    study: Path
    rater: str | None = None
    role: str | None = None
    rubric: str | None = None
    seed: int | None = None
    calibration: bool = False

    def check(self, study: Study) -> None:
        """Say what is wrong with it before anything is stored.

        Raises
        ------
        SynthdialError
            When the rubric has a mistake; and, where a rater is given, as of `ReviewSession`.
        """
        rubric = None if self.rubric is None else load_rubric(self.rubric)
        if self.rater is not None:
            appoint(Reviews(study), self.rater, self.role, rubric, self.seed)

    def start(self, study: Study, rater: str | None = None, role: str | None = None) -> "ReviewSession":
        """Begin the session on the study, opened for writing; rater and role where they were asked for since.

        Raises
        ------
        SynthdialError
            As of `ReviewSession`; or when the rubric has a mistake.
        """
        rubric = None if self.rubric is None else load_rubric(self.rubric)
        return ReviewSession(
            study,
            rater or self.rater or "",
            role or self.role,
            rubric,
            seed=self.seed,
            calibration=self.calibration,
        )


class ReviewSession:
    """What a rater reads and says in a study.

    Every act is on the disk when its method returns. Other processes may write into the study meanwhile, another
    session of the same rater among them: each act first takes in what they wrote. A session is used in the thread that
    opened the study.

    Parameters
    ----------
    study : Study
        A study or a task, open for writing; it stays open when the session ends.
    rater : str
        Their name.
    role : str, optional
        As what they judge; not needed for a rater who has begun.
    rubric : Rubric, optional
        By what they rate; not needed for a rater who has begun, nor where the role has one.
    seed : int, optional
        From which the order is drawn; from the study and the name by default.
    calibration : bool
        Draw a calibration round even where the study holds few dialogues.
    clock : callable
        Tells the time, in UTC.

    Raises
    ------
    SynthdialError
        When the name is none, when the rater began with another role, rubric or seed, or is new and has neither.
    """

    def __init__(
        self,
        study: Study,
        rater: str,
        role: str | None = None,
        rubric: Rubric | None = None,
        *,
        seed: int | None = None,
        calibration: bool = False,
        clock: Callable[[], datetime.datetime] = utc_now,
    ) -> None:
        self._reviews = Reviews(study)
        with self._reviews.writing():
            self._row, self.rubric = appoint(self._reviews, rater, role, rubric, seed)
            if self._row not in self._reviews.raters():
                self._reviews.add_rubric(self.rubric.digest, self.rubric.content)
                self._reviews.add_rater(self._row)
            self._arrange(asked=calibration)
        self.rater, self.role = self._row.name, self._row.role
        self._log = RaterLog(self._reviews, self.rater, clock)

    def _arrange(self, *, asked: bool = False) -> None:
        self._size = self._reviews.size()
        round_ = draw_round(self._reviews, asked=asked)
        order = arrange(self._reviews, self._row, round_)
        self._places = self._reviews.dialogues() | self._reviews.anchors()
        there = [key for key in order if key in self._places]
        self.items: tuple[Item, ...] = tuple(Item(key, n, key in round_) for n, key in enumerate(there, 1))
        self._at = {item.key: item for item in self.items}

    def refresh(self) -> int:
        """Put dialogues and anchors that came into the study since into the order; how many there are to read more."""
        before = len(self.items)
        if self._reviews.size() != self._size:
            with self._reviews.writing():
                self._arrange()
        self._log.absorb()
        return len(self.items) - before

    # what there is to read

    @property
    def progress(self) -> tuple[int, int]:
        """How many items the rater is done with, and how many there are."""
        return sum(item.key in self._log.done for item in self.items), len(self.items)

    @property
    def calibration_size(self) -> int:
        """How many items the calibration round has; 0 where the study held too few dialogues to draw one."""
        return sum(item.calibration for item in self.items)

    def next_open(self) -> Item | None:
        """The first item that the rater is not done with."""
        return next((item for item in self.items if item.key not in self._log.done), None)

    def dialogue(self, item: Item) -> Dialogue:
        """The dialogue of an item, under its key and without its provenance; turns as they were before any edit."""
        return Dialogue(item.key, self._reviews.turns(self._places[item.key]))

    def search(self, text: str) -> list[tuple[Item, int]]:
        """Where a text stands, capitals or not: items in the rater's order, and positions of turns from 0."""
        wanted = " ".join(text.split())
        if not wanted:
            return []
        found = {self._reviews.key(place): turns for place, turns in self._reviews.find(wanted).items()}
        return [(item, turn) for item in self.items for turn in found.get(item.key, ())]

    # what the rater says

    def review(self, item: Item) -> Review:
        """What the rater has said of an item."""
        self._log.absorb()
        return self._log.review(item.key)

    def missing(self, item: Item) -> tuple[str, ...]:
        """What must be answered before the rater can be done: keys of criteria, and ``origin``."""
        said = self.review(item)
        keys = [criterion.key for criterion in self.rubric.criteria if criterion.key not in said.scores]
        return (*keys, "origin") if self.rubric.asks_origin and not said.origin_answered else tuple(keys)

    def begin(self, item: Item) -> None:
        """Note that the rater reads an item; every other act does so, too."""
        if not self.review(item).begun:
            self._log.append(item.key, "begin", {})

    def score(self, item: Item, criterion: str, score: int | None) -> None:
        """Score a criterion 1 to 5; None where it cannot be judged."""
        self.rubric.criterion(criterion)
        scores = self.review(item).scores
        if criterion not in scores or scores[criterion] != score:
            self._log.append(item.key, "score", {"criterion": criterion, "score": score})

    def origin(self, item: Item, said: str | None) -> None:
        """Say who wrote it, ``person`` or ``machine``; None where the rater cannot say."""
        before = self.review(item)
        if not before.origin_answered or before.origin != said:
            self._log.append(item.key, "origin", {"said": said})

    def flag(self, item: Item, turn: int, kind: str, severity: str, note: str = "") -> str:
        """Flag a turn, with a kind of `FLAG_KINDS` and a severity of `SEVERITIES`; returns the id of the flag."""
        self._turn(item, turn)
        return self._log.append(
            item.key, "flag", {"turn": turn, "kind": kind, "severity": severity, "note": note.strip()}
        ).id

    def unflag(self, item: Item, flag: str) -> None:
        """Take a flag back."""
        if flag not in self.review(item).flags:
            raise SynthdialError("There is no such flag on this dialogue.")
        self._log.append(item.key, "unflag", {"flag": flag})

    def comment(self, item: Item, turn: int | None, text: str) -> None:
        """Comment on a turn, or with None on the whole; an empty text takes the comment away."""
        if turn is not None:
            self._turn(item, turn)
        text = text.strip()
        if self.review(item).comments.get(turn, "") != text:
            self._log.append(item.key, "comment", {"turn": turn, "text": text})

    def edit(self, item: Item, turn: int, text: str, seconds: float) -> None:
        """Write a turn anew; the original stays, and writing it again takes the edit away."""
        original = self._turn(item, turn)
        text = " ".join(text.split())
        if not text:
            raise SynthdialError("A turn cannot be empty.", "Flag it instead, if nothing should be said there.")
        distance = edit_distance(original, text)
        self._log.append(
            item.key, "edit", {"turn": turn, "text": text, "distance": distance, "seconds": float(seconds)}
        )

    def accept(self, item: Item, accepted: bool | None) -> None:
        """Say whether the dialogue may go into the corpus; None takes that back."""
        if self.review(item).accepted != accepted:
            self._log.append(item.key, "verdict", {"accepted": accepted})

    def spend(self, item: Item, seconds: float) -> None:
        """Add time that the rater spent on an item."""
        self._log.append(item.key, "time", {"seconds": round(float(seconds), 3)})

    def finish(self, item: Item) -> None:
        """Be done with an item.

        Raises
        ------
        SynthdialError
            When something is not answered.
        """
        if missing := self.missing(item):
            raise SynthdialError(f"Not answered yet: {', '.join(missing)}.", "'Cannot judge' is an answer, too.")
        if not self.review(item).done:
            self._log.append(item.key, "done", {})

    def reopen(self, item: Item) -> None:
        """Be no longer done with an item."""
        if self.review(item).done:
            self._log.append(item.key, "reopen", {})

    def undo(self, item: Item) -> str | None:
        """Undo the last act on an item that still stands; returns its kind, or None where there is none."""
        self._log.absorb()
        last = last_act(self._log.events(item.key))
        if last is None:
            return None
        self._log.append(item.key, "undo", {"event": last.id})
        return last.kind

    def _turn(self, item: Item, turn: int) -> str:
        turns = self.dialogue(item).turns
        if isinstance(turn, bool) or not isinstance(turn, int) or not 0 <= turn < len(turns):
            raise SynthdialError(
                f"There is no turn {turn!r} in this dialogue.", f"Turns go from 0 to {len(turns) - 1}."
            )
        return turns[turn].text
