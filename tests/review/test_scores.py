"""Scores by group, real conversations against the rest, and raters against one another: counted by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from judged import judgements, review, subjects

from synthdial.errors import SynthdialError
from synthdial.review.intervals import Bootstrap
from synthdial.review.judgements import Judgement, ReviewData, Subject
from synthdial.review.ratings import groups_of, ratings_of
from synthdial.review.scores import Difference, Score, Severity, differences, scores_of, severities

SIX = tuple(f"d{k}" for k in range(1, 7))


def scores(data: ReviewData) -> dict[tuple[str, str, str], Score]:
    found = scores_of(ratings_of(data), groups_of(data.subjects), Bootstrap(500))
    return {(score.by, score.group, score.criterion): score for score in found}


def apart(data: ReviewData) -> Sequence[Difference]:
    return differences(ratings_of(data), groups_of(data.subjects), Bootstrap(500))


def severity(data: ReviewData) -> dict[str, Severity]:
    return {each.rater: each for each in severities(ratings_of(data), Bootstrap(500))}


class TestScores:
    def test_all_that_was_given_is_counted(self) -> None:
        score = scores(review({"An": [1, 2, 2, 5, 4, None], "Bo": [1, 0, 3, None, 4, 5]}))["all", "", "fluency"]
        assert (score.n, score.dialogues, score.raters, score.unjudged) == (9, 6, 2, 2)
        assert score.distribution == (2, 2, 1, 2, 2)
        assert score.mean.value == 27 / 9 and score.mean.low < 3 < score.mean.high

    def test_each_role_has_its_own(self) -> None:
        said = judgements({"An": [1, 1, 1]}) + judgements({"Bo": [5, 5, 5]}, role="clinician")
        found = scores(ReviewData(subjects("d1", "d2", "d3"), said))
        means = {key[:2]: score.mean.value for key, score in found.items()}
        assert means == {("all", ""): 3.0, ("role", "native"): 1.0, ("role", "clinician"): 5.0}

    def test_each_recipe_scenario_preset_and_model_has_its_own(self) -> None:
        made = {
            "d1": Subject("d1", "r1", "uitslagen", "gemma", "natural"),
            "d2": Subject("d2", "r1", "uitslagen", "gemma", "natural"),
            "d3": Subject("d3", "r2", "uitslagen", "gemma", "plain"),
        }
        found = scores(ReviewData(made, judgements({"An": [5, 4, 1]})))
        means = {key[:2]: (score.n, score.mean.value) for key, score in found.items() if key[0] not in ("all", "role")}
        assert means == {
            ("recipe", "r1"): (2, 4.5),
            ("recipe", "r2"): (1, 1.0),
            ("scenario", "uitslagen"): (3, 10 / 3),
            ("model", "gemma"): (3, 10 / 3),
            ("preset", "natural"): (2, 4.5),
            ("preset", "plain"): (1, 1.0),
        }

    def test_real_conversations_are_apart_from_all_others(self) -> None:
        made = {"d1": Subject("d1", "r1"), "d2": Subject("d2", by_person=True)}
        found = scores(ReviewData(made, judgements({"An": [2, 5]})))
        assert found["all", "", "fluency"].mean.value == 2
        assert found["role", "native", "fluency"].mean.value == 2
        assert found["person", "", "fluency"].mean.value == 5
        assert {key[0] for key in found} == {"all", "role", "recipe", "person"}

    def test_what_nobody_could_judge_has_no_mean(self) -> None:
        score = scores(review({"An": [None, None]}))["all", "", "fluency"]
        assert (score.n, score.unjudged) == (0, 2) and math.isnan(score.mean.value)

    def test_the_last_score_counts(self) -> None:
        twice = judgements({"An": [1]}) + judgements({"An": [4]})
        assert scores(ReviewData(subjects("d1"), twice))["all", "", "fluency"].distribution == (0, 0, 0, 1, 0)

    def test_what_is_said_of_no_subject_does_not_count(self) -> None:
        data = ReviewData(subjects("d1"), judgements({"An": [1, 5]}))
        assert scores(data)["all", "", "fluency"].distribution == (1, 0, 0, 0, 0)

    @pytest.mark.parametrize("score", [6, 0, -1])
    def test_a_score_outside_the_scale_is_named(self, score: int) -> None:
        data = ReviewData(subjects("d1"), (Judgement("An", "native", "d1", "fluency", score),))
        with pytest.raises(SynthdialError, match=f"An gave d1 the score {score} on 'fluency'.*from 1 to 5"):
            ratings_of(data)

    def test_raters_of_one_dialogue_do_not_narrow_the_interval(self) -> None:
        """Ten raters who say the same of six dialogues know no more than one."""
        own = [1, 2, 3, 4, 5, 3]
        alone = scores(review({"An": own}))["all", "", "fluency"].mean
        together = scores(review({f"r{k}": own for k in range(10)}))["all", "", "fluency"].mean
        assert (together.low, together.high) == (pytest.approx(alone.low), pytest.approx(alone.high))


class TestDifference:
    def test_it_is_peoples_mean_less_the_models(self) -> None:
        people = tuple(f"d{k}" for k in range(7, 13))
        data = ReviewData(subjects(*SIX, people=people), judgements({"An": [1, 2, 1, 2, 1, 2, 4, 5, 4, 5, 4, 5]}))
        (found,) = apart(data)
        assert (found.criterion, found.person, found.machine, found.difference.value) == ("fluency", 4.5, 1.5, 3.0)
        assert 2 < found.difference.low < 3 < found.difference.high < 4

    def test_the_interval_is_that_of_two_independent_means(self) -> None:
        random = np.random.default_rng(0)
        values = random.integers(1, 6, 400).tolist()
        people = tuple(f"d{k}" for k in range(201, 401))
        data = ReviewData(subjects(*(f"d{k}" for k in range(1, 201)), people=people), judgements({"An": values}))
        ratings, groups = ratings_of(data), groups_of(data.subjects)
        (found,) = differences(ratings, groups, Bootstrap(4000))
        expected = 1.96 * math.sqrt(np.var(values[:200]) / 200 + np.var(values[200:]) / 200)
        assert found.difference.high - found.difference.low == pytest.approx(2 * expected, rel=0.06)

    def test_without_real_conversations_there_is_none(self) -> None:
        assert apart(review({"An": [1, 2, 3]})) == ()

    def test_a_criterion_that_only_one_kind_has_is_left_out(self) -> None:
        said = judgements({"An": [1, 2]}) + judgements({"An": [3]}, criterion="safety")
        assert apart(ReviewData(subjects("d1", people=("d2",)), said))[0].criterion == "fluency"
        assert len(apart(ReviewData(subjects("d1", people=("d2",)), said))) == 1


class TestSeverity:
    def test_it_is_the_mean_distance_from_the_others_on_the_same_dialogue(self) -> None:
        found = severity(review({"An": [1, 2, 3], "Bo": [3, 3, 3], "Cy": [5, 0, 0]}))
        # An: 1 - (3 + 5) / 2, 2 - 3, 3 - 3; Bo: 3 - (1 + 5) / 2, 3 - 2, 3 - 3; Cy: 5 - (1 + 3) / 2
        assert found["An"].deviation.value == pytest.approx((-3 - 1 + 0) / 3)
        assert found["Bo"].deviation.value == pytest.approx((0 + 1 + 0) / 3)
        assert found["Cy"].deviation.value == pytest.approx(3)
        assert [found[name].shared for name in ("An", "Bo", "Cy")] == [3, 3, 1]

    def test_criteria_are_never_mixed(self) -> None:
        said = judgements({"An": [1, 2]}) + judgements({"Bo": [5, 5]}, criterion="safety")
        found = severity(ReviewData(subjects("d1", "d2"), said))
        assert found["An"].reason == "nothing in common" and math.isnan(found["An"].deviation.value)

    def test_what_was_used_of_the_scale_is_told(self) -> None:
        found = severity(review({"An": [2, 3, 4, 0, None], "Bo": [3, 3, 3, 3, 0], "Cy": [None, None, 0, 0, 0]}))
        an, bo, cy = found["An"], found["Bo"], found["Cy"]
        assert (an.n, an.mean, an.sd, an.lowest, an.highest) == (3, 3.0, 1.0, 2, 4)
        assert (bo.n, bo.sd, bo.lowest, bo.highest) == (4, 0.0, 3, 3)
        assert (cy.n, cy.lowest, cy.highest) == (0, 0, 0) and math.isnan(cy.mean) and math.isnan(cy.sd)

    def test_one_rater_stands_beside_nobody(self) -> None:
        found = severity(review({"An": [1, 2, 3]}))["An"]
        assert found.reason == "one rater" and math.isnan(found.deviation.value) and found.mean == 2

    def test_who_is_always_stricter_is_told_from_chance(self) -> None:
        random = np.random.default_rng(0)
        others = random.integers(2, 6, 40)
        found = severity(review({"An": (others - 1).tolist(), "Bo": others.tolist()}))
        assert found["An"].deviation.value == -1 and found["An"].deviation.high < 0 < found["Bo"].deviation.low
