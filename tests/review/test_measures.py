"""The metrics of a study's dialogues, and the results of a study as it is on the disk."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from review_studies import answer, study_of
from samples import RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.metrics import METRICS, Measurer
from synthdial.review.measures import MEASURES, dialogue_metrics, study_results
from synthdial.review.session import ReviewSession
from synthdial.review.task import export_task
from synthdial.study import Study


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_of(tmp_path / "demo.study", 5)  # too few for a calibration round


class TestMetrics:
    def test_they_are_those_that_measure_gives(self, path: Path) -> None:
        with Study(path, read_only=True) as study:
            found = dialogue_metrics(study)
            dialogues = list(study.dialogues())
        expected = Measurer().dialogue(dialogues[0])
        own = found[dialogues[0].id]
        assert list(found) == [each.id for each in dialogues]
        assert tuple(own) == MEASURES
        for name in set(MEASURES) - {"term_coverage", "term_density"}:
            assert own[name] == pytest.approx(expected[name], nan_ok=True)

    def test_none_is_there_twice_or_under_two_names(self) -> None:
        assert len(set(MEASURES)) == len(MEASURES) and set(MEASURES) <= set(METRICS)
        assert "burstiness" not in MEASURES, "it ranks dialogues as cv does"

    def test_terms_are_those_of_the_dialogues_own_scenario(self, tmp_path: Path) -> None:
        texts = ("Het kalium is te hoog.", "En het creatinine?")
        own = replace(RECIPE, scenario="nefrologie-uitslagen")
        other = replace(RECIPE, scenario="een-eigen-kaart")
        with Study(tmp_path / "s.study", create=True) as study:
            for recipe in (own, other):
                study.add_recipe(recipe)
                study.add_dialogue(recipe, 1, dialogue(1, *texts, recipe=recipe))
            found = dialogue_metrics(study)
        assert found[own.dialogue_id(1)]["term_coverage"] > 0
        assert math.isnan(found[other.dialogue_id(1)]["term_coverage"])

    def test_only_those_wanted_are_measured(self, path: Path) -> None:
        with Study(path) as study:
            assert list(dialogue_metrics(study, {RECIPE.dialogue_id(2)})) == [RECIPE.dialogue_id(2)]


class TestStudy:
    def test_what_was_rated_is_counted(self, path: Path) -> None:
        with Study(path) as study:
            for rater in ("Els", "Bram"):
                session = ReviewSession(study, rater, "native")
                for item in session.items[:4] if rater == "Bram" else session.items:
                    answer(session, item, 2 if rater == "Els" else 4)
            session.flag(session.items[0], 1, "unnatural", "minor")
        with Study(path, read_only=True) as study:
            found = study_results(study, resamples=100, permutations=100)
        assert (found.dialogues, found.ratings, found.raters) == (5, 9 * 4, {"native": ("Bram", "Els")})
        assert {each.deviation.value for each in found.severity} == {-2.0, 2.0}
        flagged = found.flags[0]
        assert (flagged.count, flagged.turns) == (1, 9 * 3), "nine times three turns were read"
        assert {each.metric for each in found.correlations} == set(MEASURES)

    def test_a_study_that_nobody_rated_says_what_to_do(self, path: Path) -> None:
        with Study(path) as study, pytest.raises(SynthdialError, match=r"has been rated.*synthdial-edge review .*demo"):
            study_results(study)

    def test_a_study_that_nobody_is_done_with_says_so(self, path: Path) -> None:
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native")
            session.score(session.items[0], "fluency", 3)
            with pytest.raises(SynthdialError, match=r"No rater is done.*review status"):
                study_results(study)

    def test_a_task_is_no_study(self, path: Path, tmp_path: Path) -> None:
        task = tmp_path / "els.synthdial"
        with Study(path) as study:
            export_task(study, task, rater="Els", role="native")
        with Study(task) as opened, pytest.raises(SynthdialError, match=r"is a task.*review merge STUDY"):
            study_results(opened)
