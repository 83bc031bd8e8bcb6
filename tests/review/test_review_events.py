"""Events: what each kind holds, and what is said of one that is damaged."""

import datetime
import json
from typing import Any

import pytest

from synthdial.errors import SynthdialError
from synthdial.review.events import Event, checked, new_id, read_event, timestamp
from synthdial.study.reviews import EventRow

ID = "0123456789abcdef" * 2
AT = "2026-03-02T09:00:00.000000+00:00"

SOUND: list[tuple[str, dict[str, Any]]] = [
    ("begin", {}),
    ("score", {"criterion": "fluency", "score": 1}),
    ("score", {"criterion": "fluency", "score": 5}),
    ("score", {"criterion": "fluency", "score": None}),
    ("origin", {"said": "person"}),
    ("origin", {"said": None}),
    ("flag", {"turn": 0, "kind": "not Dutch", "severity": "critical", "note": ""}),
    ("unflag", {"flag": ID}),
    ("comment", {"turn": None, "text": "Mooi: „ja”\n\x00"}),
    ("edit", {"turn": 3, "text": "Ja.", "distance": 2, "seconds": 1.5}),
    ("verdict", {"accepted": None}),
    ("time", {"seconds": 0}),
    ("done", {}),
    ("reopen", {}),
    ("undo", {"event": ID}),
]


@pytest.mark.parametrize(("kind", "content"), SOUND)
def test_a_sound_event_is_read_as_it_was_written(kind: str, content: dict[str, Any]) -> None:
    event = Event(ID, AT, "Els", "0a", kind, checked(kind, content))
    assert read_event(event.as_row()) == event


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("praise", {}, "no event of the kind 'praise'"),
        (
            "score",
            {"criterion": "fluency", "score": 0},
            "The score of 'score' is 0. It must be a whole number from 1 to 5",
        ),
        ("score", {"criterion": "fluency", "score": 6}, "is 6"),
        ("score", {"criterion": "fluency", "score": 4.0}, "is 4.0"),
        ("score", {"criterion": "fluency", "score": True}, "is True"),
        ("score", {"criterion": "fluency", "score": "4"}, "is '4'"),
        ("score", {"criterion": "", "score": 4}, "The criterion of 'score' is ''"),
        ("score", {"criterion": "fluency"}, "does not hold what it should: criterion, score"),
        ("score", {"criterion": "fluency", "score": 4, "sure": True}, "does not hold what it should"),
        ("score", [], "does not hold what it should"),
        ("origin", {"said": "alien"}, "is 'alien'. It must be one of: person, machine, or nothing"),
        ("flag", {"turn": -1, "kind": "other", "severity": "minor", "note": ""}, "The turn of 'flag' is -1"),
        ("flag", {"turn": 0, "kind": "ugly", "severity": "minor", "note": ""}, "wrong fact, unnatural, not Dutch"),
        ("flag", {"turn": 0, "kind": "other", "severity": "grave", "note": ""}, "It must be one of: minor, critical"),
        ("flag", {"turn": 0, "kind": "other", "severity": "minor", "note": None}, "The note of 'flag' is None"),
        ("comment", {"turn": 0, "text": "x" * 20_001}, "at most 20000 characters"),
        ("edit", {"turn": 0, "text": "Ja", "distance": -1, "seconds": 1}, "The distance of 'edit' is -1"),
        ("time", {"seconds": float("nan")}, "is nan"),
        ("time", {"seconds": float("inf")}, "is inf"),
        ("time", {"seconds": -1}, "is -1. It must be seconds, 0 or more"),
        ("verdict", {"accepted": 1}, "is 1. It must be true, false"),
        ("undo", {"event": "'; DROP TABLE"}, "It must be the id of an event"),
    ],
)
def test_anything_else_is_refused(kind: str, content: Any, message: str) -> None:
    with pytest.raises(SynthdialError) as caught:
        checked(kind, content)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "abc"}, "Its id is 'abc'"),
        ({"id": None}, "Its id is None"),
        ({"at": "yesterday"}, "Its time is 'yesterday'"),
        ({"at": "2026-13-02T09:00:00.000000+00:00"}, "Its time is '2026-13"),
        ({"at": "2026-03-02T09:00:00.000000+01:00"}, "not one in UTC"),
        ({"at": "9999-12-31T23:59:59.999999+00:00"}, "Its time is '9999"),
        ({"content": "{"}, "is no JSON"),
        ({"content": b"\xff"}, "is no JSON"),
        ({"content": None}, "is no JSON"),
        ({"content": "[" * 99_999}, "is no JSON"),
        ({"content": json.dumps({"criterion": "fluency", "score": 9})}, "The score of 'score' is 9"),
        ({"kind": b"score"}, "no event of the kind b'score'"),
    ],
)
def test_a_damaged_row_says_in_what(change: dict[str, Any], message: str) -> None:
    row = EventRow(ID, AT, "Els", "0a", "score", json.dumps({"criterion": "fluency", "score": 4}))
    with pytest.raises(SynthdialError) as caught:
        read_event(row._replace(**change))
    assert message in str(caught.value)


def test_times_go_forward_even_where_the_clock_does_not() -> None:
    nine = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    first = timestamp(nine)
    assert first == AT
    assert timestamp(nine, first) == "2026-03-02T09:00:00.000001+00:00"
    assert timestamp(nine - datetime.timedelta(hours=1), first) == "2026-03-02T09:00:00.000001+00:00"
    assert timestamp(nine + datetime.timedelta(hours=1), first) == "2026-03-02T10:00:00.000000+00:00"


def test_ids_are_all_different() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000
