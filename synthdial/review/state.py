"""What a rater says of a dialogue now: the fold of everything they did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from synthdial.review.events import Event

_NOT_UNDONE = ("begin", "time", "undo")


@dataclass(frozen=True)
class Flag:
    """A flag on a turn: its position from 0, its kind (`FLAG_KINDS`), its severity (`SEVERITIES`), and a note."""

    turn: int
    kind: str
    severity: str
    note: str = ""


@dataclass(frozen=True)
class Edit:
    """A turn written anew: its position from 0, the new text, the edit distance in characters, and seconds spent."""

    turn: int
    text: str
    distance: int
    seconds: float


@dataclass(frozen=True)
class Review:
    """What one rater says of one dialogue.

    Attributes
    ----------
    scores : mapping of str to int or None
        By the key of the criterion, 1 to 5; None where it cannot be judged, no key where it was not answered.
    origin : str or None
        ``person`` or ``machine``; None where the rater cannot say, or was not asked yet.
    origin_answered : bool
        Whether that was answered.
    flags : mapping of str to Flag
        By the id of the event that set each.
    comments : mapping of int or None to str
        By turn; None is the dialogue as a whole.
    edits : mapping of int to Edit
        By turn.
    accepted : bool or None
        Whether the dialogue may go into the corpus; None where that was not said.
    begun, done : bool
        Whether the rater has done anything with it, and is done with it.
    seconds : float
        Time spent on it.
    finished_at : str
        When the rater was done with it, as events carry times; empty where they are not.
    """

    scores: Mapping[str, int | None] = field(default_factory=dict)
    origin: str | None = None
    origin_answered: bool = False
    flags: Mapping[str, Flag] = field(default_factory=dict)
    comments: Mapping[int | None, str] = field(default_factory=dict)
    edits: Mapping[int, Edit] = field(default_factory=dict)
    accepted: bool | None = None
    begun: bool = False
    done: bool = False
    seconds: float = 0.0
    finished_at: str = ""


def standing(events: Iterable[Event]) -> list[Event]:
    """The events that were not undone, in the order of their times."""
    ordered = sorted(events, key=lambda event: (event.at, event.id))
    undone = {event.content["event"] for event in ordered if event.kind == "undo"}
    return [event for event in ordered if event.id not in undone and event.kind != "undo"]


def last_act(events: Iterable[Event]) -> Event | None:
    """The last event that can be undone."""
    acts = [event for event in standing(events) if event.kind not in _NOT_UNDONE]
    return acts[-1] if acts else None


def fold(events: Iterable[Event]) -> Review:
    """What a rater says of a dialogue after all of some events, which may come in any order.

    Parameters
    ----------
    events : iterable of Event
        Of one rater and one dialogue.
    """
    scores: dict[str, int | None] = {}
    flags: dict[str, Flag] = {}
    comments: dict[int | None, str] = {}
    edits: dict[int, Edit] = {}
    origin: str | None = None
    accepted: bool | None = None
    answered, seconds, finished_at, begun = False, 0.0, "", False
    for event in standing(events):
        begun = True
        said = event.content
        match event.kind:
            case "score":
                scores[said["criterion"]] = said["score"]
            case "origin":
                origin, answered = said["said"], True
            case "flag":
                flags[event.id] = Flag(said["turn"], said["kind"], said["severity"], said["note"])
            case "unflag":
                flags.pop(said["flag"], None)
            case "comment":
                comments.pop(said["turn"], None)
                if said["text"]:
                    comments[said["turn"]] = said["text"]
            case "edit":
                edits.pop(said["turn"], None)
                if said["distance"]:
                    edits[said["turn"]] = Edit(said["turn"], said["text"], said["distance"], said["seconds"])
            case "verdict":
                accepted = said["accepted"]
            case "time":
                seconds += said["seconds"]
            case "done":
                finished_at = event.at
            case "reopen":
                finished_at = ""
    return Review(
        scores, origin, answered, flags, comments, edits, accepted, begun, finished_at != "", seconds, finished_at
    )
