"""What was said, as results and reports count it."""

from pathlib import Path

import pytest
from review_studies import Clock, answer, ids_by_key, study_of
from samples import RECIPE

from synthdial.errors import SynthdialError
from synthdial.review.judgements import Edited, Flagged, Guess, Judgement, ReviewData, Subject, Verdict
from synthdial.review.session import ReviewSession
from synthdial.review.table import Standing, review_data, standings
from synthdial.study import Study


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_of(tmp_path / "demo.study", 5)  # too few for a calibration round


def test_everything_that_was_said_of_a_dialogue_is_there(path: Path) -> None:
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native", clock=Clock())
        item = session.items[2]
        key = ids_by_key(study)[item.key]
        session.flag(item, 1, "unnatural", "critical", "‘wel’?")
        session.edit(item, 2, "Mooi!", 7.5)
        session.accept(item, False)
        session.score(item, "coherence", 1)
        answer(session, item, None, "person")
        data = review_data(study)
    assert data == ReviewData(
        {key: Subject(key, RECIPE.id, "nefrologie-uitslagen", "gemma", "plain")},
        tuple(
            Judgement("Els", "native", key, name, None) for name in ("fluency", "turn_taking", "register", "coherence")
        ),
        (Guess("Els", "native", key, "person"),),
        (Flagged("Els", "native", key, 1, "unnatural", "critical", "‘wel’?"),),
        (Edited("Els", key, 2, "Mooi zo.", "Mooi!", 4, 7.5),),  # ' zo.' goes, '!' comes in the place of one of them
        (Verdict("Els", "native", key, False),),
        {criterion.key: criterion.names for criterion in session.rubric.criteria},
    )


def test_what_is_not_done_or_was_undone_does_not_count(path: Path) -> None:
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native")
        first, second, third, fourth, _ = session.items
        answer(session, first)
        session.score(second, "fluency", 1)
        answer(session, third)
        session.reopen(third)
        answer(session, fourth)
        session.undo(fourth)
        data = review_data(study)
        assert list(data.subjects) == [ids_by_key(study)[first.key]]
        assert {judgement.score for judgement in data.judgements} == {4}


def test_who_cannot_say_guesses_nothing_and_gives_no_verdict(path: Path) -> None:
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native")
        answer(session, session.items[0], 3, None)
        data = review_data(study)
        assert (data.guesses, data.verdicts, data.flags, data.edits) == ((), (), (), ())
        assert len(data.judgements) == 4


def test_the_calibration_round_is_left_out(tmp_path: Path) -> None:
    with Study(study_of(tmp_path / "demo.study", 8)) as study:
        for name, role in (("Els", "native"), ("Bram", "clinician")):
            session = ReviewSession(study, name, role)
            for item in session.items:
                answer(session, item)
        data = review_data(study)
        ids = ids_by_key(study)
        assert set(data.subjects) == {ids[item.key] for item in session.items[3:]}
        assert len(data.judgements) == 2 * 5 * 4
        assert list(data.criteria or ()) == [
            "fluency", "turn_taking", "register", "coherence", "accuracy", "specificity", "course", "safety",
        ]  # fmt: skip


def test_it_comes_in_the_order_in_which_raters_were_done(path: Path) -> None:
    with Study(path) as study:
        late = ReviewSession(study, "Anna", "native", clock=Clock(11))
        early = ReviewSession(study, "Zoë", "native", clock=Clock(9))
        for session, item in ((late, late.items[0]), (early, early.items[1]), (early, early.items[0])):
            answer(session, item)
        ids = ids_by_key(study)
        assert [(guess.rater, guess.dialogue) for guess in review_data(study).guesses] == [
            ("Zoë", ids[early.items[1].key]), ("Zoë", ids[early.items[0].key]), ("Anna", ids[late.items[0].key]),
        ]  # fmt: skip


def test_a_study_that_nobody_reviewed_has_nothing(path: Path) -> None:
    with Study(path, read_only=True) as study:
        assert review_data(study) == ReviewData({}, criteria={})
        assert standings(study) == ()


def test_how_far_raters_are(path: Path) -> None:
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native", clock=Clock(9))
        ReviewSession(study, "Bram", "clinician")
        answer(session, session.items[0])
        session.begin(session.items[1])
        # the clock ticks once for each act: begin, four scores, the origin, done, begin
        assert standings(study) == (
            Standing("Els", "native", 1, 2, 5, "2026-03-02T09:00:08.000000+00:00"),
            Standing("Bram", "clinician", 0, 0, 5, ""),
        )


def test_a_damaged_event_is_named(path: Path) -> None:
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native")
        answer(session, session.items[0])
        study._db.execute("DROP TRIGGER review_events_stay_the_same")
        study._db.execute("UPDATE review_events SET at = '?' WHERE kind = 'done'")
        with pytest.raises(SynthdialError, match=r"is damaged: the event [0-9a-f]{32} of Els. Its time is"):
            review_data(study)
