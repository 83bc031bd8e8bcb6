"""Merging: the ratings of tasks come back into their study, twice without harm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthdial.errors import SynthdialError
from synthdial.review.events import Event, read_event
from synthdial.review.raters import checked_name, find_rater
from synthdial.review.rubric import Rubric, read_rubric
from synthdial.review.state import standing
from synthdial.study import Study
from synthdial.study.reviews import EventRow, Place, RaterRow, Reviews

_NAMED = 5  # damaged events that a message names


@dataclass(frozen=True)
class Conflict:
    """What one rater said differently on two machines; both stay in the study, and the later one counts.

    Attributes
    ----------
    rater : str
        Who.
    dialogue : str
        The id of the dialogue, or of the anchor.
    what : str
        The key of the criterion, or ``origin``, or ``accepted``.
    counts, other : int, str, bool or None
        What was said later, and what was said before.
    """

    rater: str
    dialogue: str
    what: str
    counts: Any
    other: Any


@dataclass(frozen=True)
class Merged:
    """What came of one file: events that were added, those that were there already, its raters, and conflicts."""

    path: Path
    added: int
    known: int
    raters: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class MergeReport:
    """What came of all files.

    Attributes
    ----------
    files : tuple of Merged
        Those that were merged.
    refused : tuple of SynthdialError
        Why others were not; nothing of them is in the study.
    """

    files: tuple[Merged, ...]
    refused: tuple[SynthdialError, ...]

    @property
    def added(self) -> int:
        """Events that are new to the study."""
        return sum(file.added for file in self.files)

    @property
    def known(self) -> int:
        """Events that were there already."""
        return sum(file.known for file in self.files)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What raters said differently on two machines."""
        return tuple(conflict for file in self.files for conflict in file.conflicts)


def merge(study: Study, files: list[Path]) -> MergeReport:
    """Bring ratings back from tasks of a study, or from copies of it.

    An event is known by its id: a file can be merged as often as one likes, and again when its rater has gone on. Each
    file is merged as a whole or not at all.

    Parameters
    ----------
    study : Study
        Open for writing.
    files : list of Path
        Tasks.

    Raises
    ------
    SynthdialError
        When the study is a task itself, or cannot be written.
    """
    home = Reviews(study)
    if home.is_task:
        raise SynthdialError(f"{study.path} is a task itself.", "Merge it into the study that it came from.")
    merged: list[Merged] = []
    refused: list[SynthdialError] = []
    for path in files:
        try:
            task = _read(home, path)
            with home.writing():
                merged.append(_merge(home, task))
        except SynthdialError as error:
            refused.append(error)
    return MergeReport(tuple(merged), tuple(refused))


@dataclass(frozen=True)
class _Task:
    """What a file says."""

    path: Path
    raters: tuple[RaterRow, ...]
    contents: Mapping[str, str]
    rows: tuple[EventRow, ...]

    def refusal(self, message: str, hint: str = "") -> SynthdialError:
        return SynthdialError(f"{self.path} {message}; nothing of it was merged.", hint)


def _read(home: Reviews, path: Path) -> _Task:
    if not path.exists():
        raise SynthdialError(f"There is no file {path}.", "Give the tasks that raters brought back.")
    if path.samefile(home.study.path):
        raise SynthdialError(f"{path} is the study itself.", "Give the tasks that were made from it.")
    with Study(path, read_only=True) as opened:
        theirs = Reviews(opened)
        task = _Task(path, tuple(theirs.raters()), theirs.rubrics(), tuple(theirs.events()))
        if theirs.id != home.id:
            what = "a task of another study" if theirs.is_task else "another study"
            raise task.refusal(f"is {what} than {home.study.path}", "Merge it into the study that it was made from.")
        return task


def _merge(home: Reviews, task: _Task) -> Merged:
    places = home.dialogues() | home.anchors()
    rubrics = _rubrics(task)
    raters = {row.name: _at_home(home, task, row, rubrics) for row in task.raters}
    events = _checked(home, task, {name: rubrics[row.rubric] for name, row in raters.items()}, places)
    events = [replace(event, rater=raters[event.rater].name) for event in events]
    stored = {row.id: row for row in home.events()}
    for event in events:
        if event.id in stored and stored[event.id] != event.as_row():
            raise task.refusal(
                f"holds the event {event.id} of {event.rater} otherwise than the study",
                "Another program has changed one of the two files.",
            )
    new = [event for event in events if event.id not in stored]
    conflicts = _conflicts(stored.values(), events, new, places)
    who = {event.rater for event in events}
    for row in raters.values():
        if row.name in who and find_rater(home, row.name) is None:
            home.add_rubric(row.rubric, task.contents[row.rubric])
            home.add_rater(row)
    home.add_events((event.as_row() for event in new), merged=True)
    return Merged(task.path, len(new), len(events) - len(new), tuple(sorted(who)), conflicts)


def _rubrics(task: _Task) -> dict[str, Rubric]:
    rubrics = {}
    for digest, content in task.contents.items():
        try:
            rubrics[digest] = read_rubric(content, "its rubric")
        except (SynthdialError, TypeError, AttributeError) as error:
            raise task.refusal(f"holds a damaged rubric ({error})") from error
        if rubrics[digest].digest != digest:
            raise task.refusal("holds a rubric that was changed")
    return rubrics


def _at_home(home: Reviews, task: _Task, row: RaterRow, rubrics: Mapping[str, Rubric]) -> RaterRow:
    """The rater as whom somebody's events go into the study."""
    try:
        sound = checked_name(row.name) == row.name and rubrics[row.rubric].role == row.role
        sound = sound and row.seed >= 0 and isinstance(row.since, str)
    except (SynthdialError, TypeError, KeyError):
        sound = False
    if not sound:
        raise task.refusal(f"holds a damaged rater, {row.name!r:.60}")
    known = find_rater(home, row.name)
    if known is not None and known.rubric != row.rubric:
        raise task.refusal(
            f"was rated by {row.name} with another rubric than {row.name} has in the study",
            "If these are two persons, one of them must begin again under another name.",
        )
    return known or row


def _checked(home: Reviews, task: _Task, rubrics: Mapping[str, Rubric], places: Mapping[str, Place]) -> list[Event]:
    """The events of a file, all of them sound."""
    counted = home.turn_counts()
    events: list[Event] = []
    damaged: list[str] = []
    met: set[str] = set()
    for row in task.rows:
        try:
            event = read_event(row)
            if event.id in met:
                raise SynthdialError("Its id is that of another one.")
            if event.rater not in rubrics:
                raise SynthdialError("Its rater is not in the file.")
            if event.item not in places:
                raise SynthdialError("Its dialogue is not in the study.")
            if event.kind == "score":
                rubrics[event.rater].criterion(event.content["criterion"])
            turn = event.content.get("turn")
            if turn is not None and turn >= counted.get(places[event.item], 0):
                raise SynthdialError("Its turn is not in the dialogue.")
        except SynthdialError as error:
            damaged.append(f"{row.id!s:.40} of {row.rater!s:.60}: {error.message.rstrip('.')}")
        else:
            met.add(event.id)
            events.append(event)
    if damaged:
        named = "; ".join(damaged[:_NAMED]) + ("; ..." if len(damaged) > _NAMED else "")
        raise task.refusal(
            f"holds events that cannot be used ({len(damaged)} of {len(task.rows)}): {named}",
            "Keep the file; ask its rater for another copy.",
        )
    return events


def _conflicts(
    ours: Iterable[EventRow], theirs: Iterable[Event], new: Iterable[Event], places: Mapping[str, Place]
) -> tuple[Conflict, ...]:
    """What was said here, and otherwise there, without either having known of the other."""
    touched = {(event.rater, event.item) for event in new}
    here: dict[tuple[str, str], list[Event]] = {}
    there: dict[tuple[str, str], list[Event]] = {}
    for row in ours:
        if (row.rater, row.item) in touched:
            here.setdefault((row.rater, row.item), []).append(read_event(row))
    for event in theirs:
        there.setdefault((event.rater, event.item), []).append(event)
    found = []
    for who, item in sorted(touched & set(here)):
        known_here = {event.id for event in here[who, item]}
        known_there = {event.id for event in there[who, item]}
        last_here, last_there = _answers(here[who, item]), _answers(there[who, item])
        for what in last_here.keys() & last_there.keys():
            (one, said), (other, said_there) = last_here[what], last_there[what]
            if one.id not in known_there and other.id not in known_here and said != said_there:
                later = (other.at, other.id) > (one.at, one.id)
                values = (said_there, said) if later else (said, said_there)
                found.append(Conflict(who, places[item].id, what, *values))
    return tuple(sorted(found, key=lambda conflict: (conflict.rater, conflict.dialogue, conflict.what)))


def _answers(events: Iterable[Event]) -> dict[str, tuple[Event, Any]]:
    """By what was asked, the event that answered it last, and the answer."""
    answers: dict[str, tuple[Event, Any]] = {}
    for event in standing(events):
        if event.kind == "score":
            answers[event.content["criterion"]] = event, event.content["score"]
        elif event.kind == "origin":
            answers["origin"] = event, event.content["said"]
        elif event.kind == "verdict":
            answers["accepted"] = event, event.content["accepted"]
    return answers
