"""What a rater does, as events that are only ever added: the id of each makes merging two machines harmless."""

import datetime
import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from synthdial.errors import SynthdialError
from synthdial.study.reviews import EventRow

FLAG_KINDS = ("wrong fact", "unnatural", "not Dutch", "privacy", "other")
SEVERITIES = ("minor", "critical")
ORIGINS = ("person", "machine")
LOWEST, HIGHEST = 1, 5

_LONGEST_TEXT = 20_000  # characters of a note, a comment or a turn
_LONGEST_TIME = 7 * 24 * 3600.0  # seconds that one event can tell of
_LAST_YEAR = 9000  # later times could not be counted on from
_ID = re.compile(r"[0-9a-f]{32}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


@dataclass(frozen=True)
class Event:
    """One act of a rater.

    Attributes
    ----------
    id : str
        32 hexadecimal digits, unique in the world.
    at : str
        When, in UTC, ISO 8601 with microseconds; comparing two as texts compares their times.
    rater : str
        Who.
    item : str
        The opaque key of what was read.
    kind : str
        One of `KINDS`.
    content : mapping
        What is said, as `checked` wants it for that kind.
    """

    id: str
    at: str
    rater: str
    item: str
    kind: str
    content: Mapping[str, Any] = field(default_factory=dict)

    def as_row(self) -> EventRow:
        """The event as it is stored."""
        content = json.dumps(dict(self.content), ensure_ascii=False, sort_keys=True)
        return EventRow(self.id, self.at, self.rater, self.item, self.kind, content)


@dataclass(frozen=True)
class _Field:
    expected: str
    fits: Callable[[Any], bool]


def _whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _seconds(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= _LONGEST_TIME


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def _one_of(choices: tuple[str, ...], *, none: bool = False) -> _Field:
    expected = f"one of: {', '.join(choices)}" + (", or nothing" if none else "")
    return _Field(expected, lambda value: value in choices or (none and value is None))


_TURN = _Field("the position of a turn, from 0", lambda value: _whole(value, 0))
_SOME_TEXT = _Field(f"a text of at most {_LONGEST_TEXT} characters", _text)
_TIME = _Field("seconds, 0 or more, up to a week", _seconds)
_EVENT = _Field("the id of an event", lambda value: isinstance(value, str) and _ID.fullmatch(value) is not None)

_CONTENTS: Mapping[str, Mapping[str, _Field]] = {
    "begin": {},
    "score": {
        "criterion": _Field("the key of a criterion", lambda value: isinstance(value, str) and value != ""),
        "score": _Field(
            f"a whole number from {LOWEST} to {HIGHEST}, or nothing",
            lambda value: value is None or (_whole(value, LOWEST) and value <= HIGHEST),
        ),
    },
    "origin": {"said": _one_of(ORIGINS, none=True)},
    "flag": {"turn": _TURN, "kind": _one_of(FLAG_KINDS), "severity": _one_of(SEVERITIES), "note": _SOME_TEXT},
    "unflag": {"flag": _EVENT},
    "comment": {
        "turn": _Field(f"{_TURN.expected}, or nothing", lambda value: value is None or _whole(value, 0)),
        "text": _SOME_TEXT,
    },
    "edit": {
        "turn": _TURN,
        "text": _SOME_TEXT,
        "distance": _Field("characters, 0 or more", lambda value: _whole(value, 0)),
        "seconds": _TIME,
    },
    "verdict": {
        "accepted": _Field("true, false, or nothing", lambda value: value is None or isinstance(value, bool)),
    },
    "time": {"seconds": _TIME},
    "done": {},
    "reopen": {},
    "undo": {"event": _EVENT},
}

KINDS = tuple(_CONTENTS)
"""All kinds of events."""


def checked(kind: str, content: Any) -> dict[str, Any]:
    """The content of an event, if it is what its kind holds.

    Raises
    ------
    SynthdialError
        When the kind is unknown, a value is missing or outside its range, or there is something else in it.
    """
    if kind not in _CONTENTS:
        raise SynthdialError(f"There is no event of the kind {kind!r}.", f"Kinds are: {', '.join(KINDS)}.")
    fields = _CONTENTS[kind]
    if not isinstance(content, dict) or set(content) != set(fields):
        named = ", ".join(fields) or "nothing"
        raise SynthdialError(f"The event '{kind}' does not hold what it should: {named}.")
    for name, wanted in fields.items():
        if not wanted.fits(content[name]):
            raise SynthdialError(
                f"The {name} of '{kind}' is {_shown(content[name])}.", f"It must be {wanted.expected}."
            )
    return content


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def read_event(row: EventRow) -> Event:
    """An event as it was stored.

    Raises
    ------
    SynthdialError
        When it is damaged: says in what.
    """
    if not (isinstance(row.id, str) and _ID.fullmatch(row.id)):
        raise SynthdialError(f"Its id is {_shown(row.id)}, not 32 hexadecimal digits.")
    if not isinstance(row.at, str) or not _is_time(row.at):
        raise SynthdialError(f"Its time is {_shown(row.at)}, not one in UTC with microseconds.")
    try:
        content = json.loads(row.content)
    except (TypeError, ValueError, RecursionError) as error:
        raise SynthdialError(f"Its content {_shown(row.content)} is no JSON.") from error
    return Event(row.id, row.at, row.rater, row.item, row.kind, checked(row.kind, content))


def _is_time(text: str) -> bool:
    try:
        return _AT.fullmatch(text) is not None and datetime.datetime.fromisoformat(text).year < _LAST_YEAR
    except ValueError:
        return False


def new_id() -> str:
    """An id that no other event has."""
    return uuid.uuid4().hex


def utc_now() -> datetime.datetime:
    """The time now, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def timestamp(now: datetime.datetime, after: str = "") -> str:
    """A time as events carry it, later than another even where the clock was set back."""
    at = now.isoformat(timespec="microseconds")
    if at <= after:
        at = (datetime.datetime.fromisoformat(after) + datetime.timedelta(microseconds=1)).isoformat(
            timespec="microseconds"
        )
    return at
