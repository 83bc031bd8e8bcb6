"""What was said of a study's dialogues, read from its events for results and reports."""

from dataclasses import dataclass

from synthdial.review.events import Event
from synthdial.review.judgements import Edited, Flagged, Guess, Judgement, ReviewData, Subject, Verdict
from synthdial.review.log import done_items, sound_events
from synthdial.review.raters import stored_rubrics
from synthdial.review.reading import calibration_round
from synthdial.review.rubric import Rubric
from synthdial.review.state import Review, fold
from synthdial.study import Study
from synthdial.study.reviews import Place, RaterRow, Reviews


@dataclass(frozen=True)
class Standing:
    """How far a rater is.

    Attributes
    ----------
    rater, role : str
        Who, and as what.
    done, begun : int
        Items that they are done with, and that they have begun, the done ones among them.
    total : int or None
        Items that they are to read; None for a rater whose ratings came from another machine.
    last : str
        When they last did anything, as events carry times; empty where they did nothing.
    """

    rater: str
    role: str
    done: int
    begun: int
    total: int | None
    last: str


def standings(study: Study) -> tuple[Standing, ...]:
    """How far each rater of a study is."""
    reviews = Reviews(study)
    return tuple(
        Standing(
            row.name,
            row.role,
            len(done_items(reviews, row.name)),
            len(reviews.begun(row.name)),
            len(reviews.order(row.name)) or None,
            reviews.last_event(row.name)[1],
        )
        for row in reviews.raters()
    )


def review_data(study: Study) -> ReviewData:
    """All that raters said of what they are done with, without the calibration round.

    In the order in which they were done with it; scores of one dialogue in the order of the rubric.

    Parameters
    ----------
    study : Study
        Open; one of an older format that is read only has no reviews.

    Raises
    ------
    SynthdialError
        When an event is damaged: names it.
    """
    reviews = Reviews(study)
    rubrics = stored_rubrics(reviews)
    places = reviews.dialogues() | reviews.anchors()
    for key in calibration_round(reviews):
        places.pop(key, None)
    raters = {row.name: row for row in reviews.raters()}
    found: dict[tuple[str, str], list[Event]] = {}
    for event in sound_events(reviews, reviews.events()):
        if event.item in places and event.rater in raters:
            found.setdefault((event.rater, event.item), []).append(event)
    done = [(key, review) for key, events in found.items() if (review := fold(events)).done]
    done.sort(key=lambda pair: (pair[1].finished_at, pair[0]))
    said = _Said(reviews)
    for (rater, item), review in done:
        said.take(raters[rater], rubrics[raters[rater].rubric], places[item], review)
    criteria: dict[str, dict[str, str]] = {}
    for rubric in rubrics.values():
        for criterion in rubric.criteria:
            criteria.setdefault(criterion.key, dict(criterion.names))
    return ReviewData(
        _subjects(reviews, said.places),
        tuple(said.judgements),
        tuple(said.guesses),
        tuple(said.flags),
        tuple(said.edits),
        tuple(said.verdicts),
        criteria,
    )


class _Said:
    """What was said, put into its tables."""

    def __init__(self, reviews: Reviews) -> None:
        self._reviews = reviews
        self.places: dict[str, Place] = {}
        self.judgements: list[Judgement] = []
        self.guesses: list[Guess] = []
        self.flags: list[Flagged] = []
        self.edits: list[Edited] = []
        self.verdicts: list[Verdict] = []

    def take(self, rater: RaterRow, rubric: Rubric, place: Place, review: Review) -> None:
        who, role, where = rater.name, rater.role, place.id
        self.places[where] = place
        for criterion in rubric.criteria:
            if criterion.key in review.scores:
                self.judgements.append(Judgement(who, role, where, criterion.key, review.scores[criterion.key]))
        if review.origin is not None:
            self.guesses.append(Guess(who, role, where, review.origin))
        for flag in review.flags.values():
            self.flags.append(Flagged(who, role, where, flag.turn, flag.kind, flag.severity, flag.note))
        if review.edits:
            turns = self._reviews.turns(place)
            for edit in review.edits.values():
                original = turns[edit.turn].text
                self.edits.append(Edited(who, where, edit.turn, original, edit.text, edit.distance, edit.seconds))
        if review.accepted is not None:
            self.verdicts.append(Verdict(who, role, where, review.accepted))


def _subjects(reviews: Reviews, places: dict[str, Place]) -> dict[str, Subject]:
    subjects = {key: Subject(key, by_person=True) for key, place in places.items() if place.is_anchor}
    for key, recipe, provenance in reviews.makings():
        if key in places and key not in subjects:
            scenario, model, preset = (str(provenance.get(name) or "") for name in ("scenario", "model", "preset"))
            subjects[key] = Subject(key, recipe, scenario, model, preset)
    return subjects
