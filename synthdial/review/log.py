"""What a rater did, as it stands in the study: read as it is needed, and added to."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from synthdial.errors import SynthdialError
from synthdial.review.events import Event, checked, new_id, read_event, timestamp
from synthdial.review.state import Review, fold
from synthdial.study.reviews import EventRow, Reviews


@dataclass(frozen=True)
class _Said:
    """All events of an item, and what they come to."""

    events: tuple[Event, ...]
    review: Review


class RaterLog:
    """The events of one rater.

    Parameters
    ----------
    reviews : Reviews
        Of the study.
    rater : str
        Their name.
    clock : callable
        Tells the time, in UTC.

    Attributes
    ----------
    done : set of str
        Keys of what the rater is done with.
    """

    def __init__(self, reviews: Reviews, rater: str, clock: Callable[[], datetime.datetime]) -> None:
        self._reviews, self._rater, self._clock = reviews, rater, clock
        self._said: dict[str, _Said] = {}
        self._seen, self._latest = reviews.last_event(rater)
        self.done = done_items(reviews, rater)

    def events(self, key: str) -> tuple[Event, ...]:
        """All events of an item."""
        return self._of(key).events

    def review(self, key: str) -> Review:
        """What the events of an item come to."""
        return self._of(key).review

    def _of(self, key: str) -> _Said:
        if key not in self._said:
            events = tuple(sound_events(self._reviews, self._reviews.events(self._rater, key)))
            self._said[key] = _Said(events, fold(events))
        return self._said[key]

    def append(self, key: str, kind: str, content: dict[str, Any]) -> Event:
        """Add an event, and before the first one of an item that it was begun; on the disk when this returns.

        Raises
        ------
        SynthdialError
            When the content is not what its kind holds, or the study cannot be written.
        """
        acts = [(kind, checked(kind, content))]
        self.absorb()
        if kind != "begin" and not self.review(key).begun:
            acts.insert(0, ("begin", {}))
        events: list[Event] = []
        for name, said in acts:
            self._latest = timestamp(self._clock(), self._latest)
            events.append(Event(new_id(), self._latest, self._rater, key, name, said))
        with self._reviews.writing():
            self._reviews.add_events(event.as_row() for event in events)
        self.absorb()
        return events[-1]

    def absorb(self) -> None:
        """Take in what was written since: here, by another session of the rater, or by a merge."""
        changed = set()
        for sequence, row in self._reviews.events_after(self._seen, self._rater):
            self._seen, self._latest = sequence, max(self._latest, row.at)
            changed.add(row.item)
        for key in changed:
            self._said.pop(key, None)
            (self.done.add if self.review(key).done else self.done.discard)(key)


def sound_events(reviews: Reviews, rows: Iterable[EventRow]) -> Iterable[Event]:
    """Events as they stand in a study.

    Raises
    ------
    SynthdialError
        When one is damaged: names it.
    """
    for row in rows:
        try:
            yield read_event(row)
        except SynthdialError as error:
            where = f"The study {reviews.study.path} is damaged: the event {row.id!s:.40} of {row.rater!s:.60}."
            raise SynthdialError(where, str(error)) from error


def done_items(reviews: Reviews, rater: str) -> set[str]:
    """The keys of what a rater is done with, read without anything else that they said."""
    found: dict[str, list[Event]] = {}
    for event in sound_events(reviews, reviews.events(rater, None, "done", "reopen", "undo")):
        found.setdefault(event.item, []).append(event)
    return {item for item, events in found.items() if fold(events).done}
