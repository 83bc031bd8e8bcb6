"""Which dialogues of a study can be examples for the next prompt, and in which words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from judged import judgements, subjects
from review_studies import Clock, answer, ids_by_key, study_of
from samples import COPIED

from synthdial.errors import SynthdialError
from synthdial.prompt.choose import Exemplar
from synthdial.review.anchors import add_anchors
from synthdial.review.exemplars import find_exemplars, rated
from synthdial.review.judgements import Flagged, ReviewData, Verdict
from synthdial.review.session import Item, ReviewSession
from synthdial.review.task import export_task
from synthdial.study import Study

Saying = Callable[[ReviewSession, Item], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_of(tmp_path / "demo.study", 5)  # too few for a calibration round


def rate(
    path: Path, *accepted: bool | None, rater: str = "Els", score: int = 5, also: Saying | None = None, hour: int = 9
) -> list[str]:
    """Let a rater rate as many dialogues as there are verdicts, in the order of their ids; the ids of these.

    What else they say is said of each.
    """
    with Study(path) as study:
        session = ReviewSession(study, rater, "native", clock=Clock(hour))
        ids = ids_by_key(study)
        items = sorted((item for item in session.items if not item.calibration), key=lambda item: ids[item.key])
        for item, verdict in zip(items, accepted, strict=False):
            session.accept(item, verdict)
            if also is not None:
                also(session, item)
            answer(session, item, score)
        return [ids[item.key] for item in items[: len(accepted)]]


def found(path: Path, least: float = 4.0) -> dict[str, Exemplar]:
    with Study(path, read_only=True) as study:
        return {exemplar.dialogue.id: exemplar for exemplar in find_exemplars(study, least)}


def refusal(path: Path, least: float = 4.0) -> str:
    with pytest.raises(SynthdialError) as caught:
        found(path, least)
    return str(caught.value)


class TestScores:
    def test_each_criterion_counts_the_same_however_many_judged_it(self) -> None:
        """Fluency 5, 5, 5 and 1: 4. Safety 2 by one rater. (4 + 2) / 2 = 3; over all scores it would be 3.6."""
        said = judgements({"An": [5], "Bo": [5], "Cas": [5], "Dee": [1]})
        said += judgements({"Eva": [2]}, criterion="safety", role="clinician")
        (one,) = rated(ReviewData(subjects("d1"), said))
        assert one.scores == {"fluency": 4.0, "safety": 2.0}
        assert one.score == 3.0

    def test_what_cannot_be_judged_is_left_out(self) -> None:
        said = judgements({"An": [4], "Bo": [None]}) + judgements({"An": [None]}, criterion="safety")
        (one,) = rated(ReviewData(subjects("d1"), said))
        assert (one.scores, one.score) == ({"fluency": 4.0}, 4.0)

    def test_what_nobody_could_judge_has_no_score_and_is_the_last(self) -> None:
        data = ReviewData(subjects("d1", "d2"), judgements({"An": [None, 1]}))
        assert [(one.dialogue, one.score) for one in rated(data)] == [("d2", 1.0), ("d1", 0.0)]

    def test_conversations_of_people_are_left_out(self) -> None:
        data = ReviewData(subjects("d1", people=["d2"]), judgements({"An": [3, 5]}))
        assert [one.dialogue for one in rated(data)] == ["d1"]

    @pytest.mark.parametrize(
        ("kind", "severity", "barred"),
        [
            ("unnatural", "minor", False),
            ("unnatural", "critical", True),
            ("privacy", "minor", True),
            ("privacy", "critical", True),
        ],
    )
    def test_a_critical_flag_bars_a_dialogue_and_so_does_any_that_says_it_is_private(
        self, kind: str, severity: str, barred: bool
    ) -> None:
        flags = (Flagged("An", "native", "d1", 0, kind, severity),)
        (one,) = rated(ReviewData(subjects("d1"), judgements({"An": [5]}), flags=flags))
        assert one.barred is barred

    def test_verdicts_are_counted(self) -> None:
        verdicts = tuple(Verdict(f"r{n}", "native", "d1", accepted) for n, accepted in enumerate((True, False, True)))
        (one,) = rated(ReviewData(subjects("d1"), judgements({"An": [5]}), verdicts=verdicts))
        assert (one.accepted, one.rejected) == (2, 1)


class TestWhich:
    def test_those_that_were_accepted_with_high_scores_the_highest_first(self, path: Path) -> None:
        first, second, third, _ = rate(path, True, True, True, None, score=4)
        better = [second, third]
        with Study(path) as study:
            session = ReviewSession(study, "Bo", "native")
            for item in session.items:
                key = ids_by_key(study)[item.key]
                if key in better:
                    session.accept(item, True)
                    answer(session, item, 4 + better.index(key))
        exemplars = found(path)
        assert list(exemplars) == [third, first, second]
        assert exemplars[third].scores == dict.fromkeys(("fluency", "turn_taking", "register", "coherence"), 4.5)
        assert (exemplars[third].score, exemplars[third].accepted, exemplars[third].rejected) == (4.5, 2, 0)

    def test_more_must_accept_than_reject(self, path: Path) -> None:
        first, _ = rate(path, True, True)
        rate(path, False, False, rater="Bo")
        rate(path, True, rater="Cas")
        assert list(found(path)) == [first]
        assert (found(path)[first].accepted, found(path)[first].rejected) == (2, 1)

    def test_the_least_score_can_be_set(self, path: Path) -> None:
        rate(path, True, score=3)
        assert len(found(path, 3)) == 1
        assert "their mean scores reach 3.00, not 4" in refusal(path)
        assert "from 1 to 5" in refusal(path, 6)

    def test_a_mean_of_exactly_the_least_is_enough(self, path: Path) -> None:
        """By seven raters 12, 32, 34 and 34 points: 112 / 28 is 4, and 3.9999... as a computer adds up the means."""
        points = {
            "fluency": (2, 2, 2, 2, 2, 1, 1),
            "turn_taking": (5, 5, 5, 5, 4, 4, 4),
            "register": (5, 5, 5, 5, 5, 5, 4),
            "coherence": (5, 5, 5, 5, 5, 5, 4),
        }
        with Study(path) as study:
            (first, *_) = ids_by_key(study).values()
            for number in range(7):
                session = ReviewSession(study, f"rater {number}", "native")
                (item,) = [item for item in session.items if ids_by_key(study)[item.key] == first]
                for criterion, scores in points.items():
                    session.score(item, criterion, scores[number])
                session.origin(item, None)
                session.accept(item, True)
                session.finish(item)
        assert list(found(path, 4)) == [first]

    def test_real_conversations_never_are(self, path: Path) -> None:
        with Study(path) as study:
            add_anchors(study, "bundled")
        rate(path, *[True] * 40)
        assert len(found(path)) == 5
        assert not [key for key in found(path) if key.startswith("anchor")]

    def test_the_calibration_round_never_is(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "six.study", 6)
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native")
            practice = [item for item in session.items if item.calibration]
            for item in practice:
                session.accept(item, True)
                answer(session, item, 5)
        assert len(practice) == 3
        assert "no rater is done with a dialogue of it" in refusal(path)


class TestText:
    def test_it_is_that_of_the_dialogue(self, path: Path) -> None:
        (first,) = rate(path, True)
        with Study(path, read_only=True) as study:
            assert found(path)[first].dialogue.turns == study.find(first).turns

    def test_a_turn_that_was_written_anew_is_the_new_one(self, path: Path) -> None:
        (first,) = rate(path, True, also=lambda session, item: session.edit(item, 1, "Het  gaat wel.", 3.0))
        texts = [turn.text for turn in found(path)[first].dialogue.turns]
        assert texts == ["Hoe gaat het 1?", "Het gaat wel.", "Mooi zo."]

    def test_of_several_the_last_counts_but_not_that_of_one_who_rejects_it(self, path: Path) -> None:
        for hour, (rater, verdict) in enumerate((("A", True), ("B", None), ("C", False), ("D", True)), 9):
            if rater == "D":
                (first,) = rate(path, verdict, rater=rater, hour=hour)
            else:
                rate(
                    path,
                    verdict,
                    rater=rater,
                    hour=hour,
                    also=lambda session, item: session.edit(item, 2, f"Zegt {session.rater}.", 1.0),
                )
        assert found(path)[first].dialogue.turns[2].text == "Zegt B."

    def test_nothing_of_how_it_was_made_goes_along(self, path: Path) -> None:
        (first,) = rate(path, True)
        assert found(path)[first].dialogue.provenance == {}


class TestNone:
    def test_a_study_that_nobody_rated(self, path: Path) -> None:
        told = refusal(path)
        assert f"No dialogue of {path} can be an exemplar" in told and "no rater is done" in told

    def test_none_accepted(self, path: Path) -> None:
        rate(path, False, None)
        rate(path, True, False, rater="Bo")
        assert "2 are rated, and none is accepted by more raters than reject it" in refusal(path)

    def test_all_flagged(self, path: Path) -> None:
        rate(path, True, True, False, also=lambda session, item: session.flag(item, 0, "wrong fact", "critical"))
        assert "3 are rated, 2 accepted, and each of those has a critical or privacy flag" in refusal(path)

    def test_all_quarantined(self, path: Path) -> None:
        with Study(path) as study:
            for dialogue in study.dialogues():
                study.add_check(dialogue, COPIED)
        rate(path, True, True)
        assert "2 are rated, 2 accepted" in (told := refusal(path)) and "is quarantined" in told

    def test_scores_too_low(self, path: Path) -> None:
        rate(path, True, True, False, score=2)
        told = refusal(path)
        assert "3 are rated, 2 accepted, 2 of those without a critical or privacy flag" in told
        assert "reach 2.00, not 4" in told and "--exemplar-score" in told

    def test_a_task(self, path: Path, tmp_path: Path) -> None:
        task = tmp_path / "a.synthdial"
        with Study(path) as study:
            export_task(study, task, role="native")
        assert "is a task for a rater" in refusal(task)
