"""All results together: what goes into which part, the same again for the same seed, and plain values for programs."""

import json
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import judgements, review, subjects

from synthdial.review.judgements import Edited, Flagged, Guess, ReviewData, Verdict
from synthdial.review.results import REASONS, Results, results

MANY = tuple(f"d{k}" for k in range(1, 13))


def counted(data: ReviewData, metrics: dict[str, dict[str, float]] | None = None, seed: int = 0) -> Results:
    return results(data, metrics or {}, seed=seed, resamples=200, permutations=199)


def drawn(seed: int = 0) -> tuple[ReviewData, dict[str, dict[str, float]]]:
    """Twelve dialogues and a conversation of people, three raters in two roles, and everything that can be said."""
    chance = np.random.default_rng(seed)
    said = ()
    for criterion in ("fluency", "safety"):
        said += judgements({name: chance.integers(1, 6, 13).tolist() for name in ("An", "Bo")}, criterion=criterion)
        said += judgements({"Cy": chance.integers(1, 6, 13).tolist()}, criterion=criterion, role="clinician")
    data = ReviewData(
        subjects(*MANY, people=("d13",), recipe="r1", preset="natural"),
        said,
        (Guess("An", "native", "d1", "person"), Guess("An", "native", "d13", "person")),
        (Flagged("An", "native", "d2", 1, "privacy", "critical"),),
        (Edited("An", "d2", 1, "Ja.", "Nee.", 3, 2.0),),
        (Verdict("An", "native", "d1", True),),
        {"fluency": {"nl": "Vlotheid", "en": "Fluency"}, "safety": {"nl": "Veiligheid"}},
    )
    metrics = {key: {"n_turns": 20.0, "mattr": float(chance.normal()), "hdd": math.nan} for key in (*MANY, "d13")}
    return data, metrics


class TestParts:
    def test_what_there_is_is_counted(self) -> None:
        data, metrics = drawn()
        found = counted(data, metrics)
        assert (found.dialogues, found.conversations, found.ratings, found.unjudged) == (12, 1, 78, 0)
        assert found.raters == {"clinician": ("Cy",), "native": ("An", "Bo")}
        assert {score.by for score in found.scores} == {"all", "person", "role", "recipe", "preset"}
        assert len(found.differences) == 2 and len(found.agreement) == 2 * 3 and len(found.pairs) == 2 * 3
        assert [each.rater for each in found.severity] == ["An", "Bo", "Cy"]
        assert found.origin[0].n == 2 and found.edits.edits == 1 and found.verdicts[0].accepted == 1

    def test_metrics_are_correlated_over_what_a_model_wrote_alone(self) -> None:
        data, metrics = drawn()
        metrics["d13"]["mattr"] = 1000.0
        with_people = counted(data, metrics)
        assert {each.n for each in with_people.correlations if each.metric == "mattr"} == {12}
        written = ReviewData(
            {key: subject for key, subject in data.subjects.items() if not subject.by_person},
            tuple(judgement for judgement in data.judgements if judgement.dialogue != "d13"),
            criteria=data.criteria,
        )
        alone = counted(written, metrics).as_dict()["correlations"]
        assert alone == with_people.as_dict()["correlations"]

    def test_a_metric_that_some_dialogues_lack_is_correlated_over_the_rest(self) -> None:
        data, metrics = drawn()
        del metrics["d1"]["mattr"], metrics["d2"]
        found = counted(data, metrics).correlations
        assert {each.n for each in found if each.metric == "mattr"} == {10}
        assert {each.reason for each in found if each.metric == "hdd"} == {"metric unknown"}
        assert {each.reason for each in found if each.metric == "n_turns"} == {"metric constant"}

    def test_in_a_large_table_one_alone_can_still_stand_out(self) -> None:
        """Of 780 correlations the smallest p must be below 0.05 / 780, which 9,999 permutations cannot show."""
        chance = np.random.default_rng(1)
        values = np.round(chance.normal(size=(40, 26)), 6)
        said = judgements({"An": np.clip(np.round(3 + values[:, 0]), 1, 5).astype(int).tolist()}, criterion="c0")
        for k in range(1, 30):
            said += judgements({"An": chance.integers(1, 6, 40).tolist()}, criterion=f"c{k}")
        metrics = {f"d{k}": {f"m{j}": float(v) for j, v in enumerate(row)} for k, row in enumerate(values, 1)}
        found = results(ReviewData(subjects(*metrics), said), metrics, resamples=20).correlations
        assert len(found) == 780 and [(each.metric, each.criterion) for each in found if each.significant] == [
            ("m0", "c0")
        ]

    def test_flags_are_of_so_many_turns_as_are_given_or_measured(self) -> None:
        data, metrics = drawn()
        measured = counted(data, metrics).flags[0]
        assert (measured.per, measured.turns) == ("1000 turns", 12 * 3 * 20)
        given = results(data, metrics, turns=dict.fromkeys(MANY, 50), resamples=50, permutations=50).flags[0]
        assert given.turns == 12 * 3 * 50
        assert counted(data).flags[0].per == "dialogue"

    def test_without_any_scores_the_rest_is_counted(self) -> None:
        data, metrics = drawn()
        found = counted(replace(data, judgements=()), metrics)
        assert found.scores == found.agreement == found.correlations == found.severity == ()
        assert found.flags[0].count == 1 and found.raters == {"native": ("An",)}
        assert "no dialogue that a model wrote has both" in found.sentence()

    def test_conversations_of_people_alone_are_counted(self) -> None:
        found = counted(ReviewData(subjects(people=("d1",)), judgements({"An": [4]})))
        assert (found.dialogues, found.conversations, found.correlations) == (0, 1, ())
        assert [score.by for score in found.scores] == ["person"]

    def test_nothing_at_all_is_nothing(self) -> None:
        found = counted(ReviewData({}))
        assert found.dialogues == found.ratings == 0 and found.scores == found.flags == found.origin == ()
        assert json.dumps(found.as_dict())

    def test_names_come_from_the_rubrics(self) -> None:
        found = counted(drawn()[0])
        assert (found.name("fluency"), found.name("fluency", "nl")) == ("Fluency", "Vlotheid")
        assert found.name("safety", "en") == "Veiligheid", "the other language, where there is no name in this one"
        assert found.name("register") == "register"


class TestAgain:
    def test_the_same_seed_gives_the_same_and_another_seed_other_intervals(self) -> None:
        data, metrics = drawn()
        one, again, other = (counted(data, metrics, seed).as_dict() for seed in (0, 0, 1))
        assert one == again != other
        assert [score["n"] for score in one["scores"]] == [score["n"] for score in other["scores"]]

    @settings(max_examples=10)
    @given(st.integers(0, 1000))
    def test_the_order_in_which_things_were_said_does_not_count(self, seed: int) -> None:
        data, metrics = drawn(seed)
        shuffled = [list(said) for said in (data.judgements, data.guesses, list(data.subjects.items()))]
        for said in shuffled:
            random.Random(seed).shuffle(said)
        mixed = replace(data, judgements=tuple(shuffled[0]), guesses=tuple(shuffled[1]), subjects=dict(shuffled[2]))
        assert counted(mixed, metrics).as_dict() == counted(data, metrics).as_dict()


class TestPlain:
    def test_it_is_json_without_nan(self) -> None:
        data, metrics = drawn()
        plain = counted(data, metrics).as_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == json.loads(json.dumps(plain))
        (hdd, *_) = (each for each in plain["correlations"] if each["metric"] == "hdd")
        assert hdd["rho"] == {"value": None, "low": None, "high": None} and hdd["p"] is None

    def test_every_part_is_there_by_its_name(self) -> None:
        plain = counted(*drawn()).as_dict()
        assert list(plain) == ["sentence", *Results.__dataclass_fields__]
        assert set(plain["sentence"]) == {"en", "nl"}
        assert all(each["significant"] is False for each in plain["correlations"])

    def test_every_reason_is_told_in_both_languages(self) -> None:
        """Whatever is missing, the reader is told why in words."""
        missing = [
            *counted(*drawn()).as_dict()["correlations"],
            *counted(review({"An": [1, 2]})).as_dict()["agreement"],
            *counted(review({"An": [3, 3], "Bo": [3, 3]})).as_dict()["agreement"],
            *counted(review({"An": [3, 0], "Bo": [0, 3]})).as_dict()["pairs"],
            *counted(review({"An": [3, 4]}), {"d1": {"cv": 1.0}, "d2": {"cv": 2.0}}).as_dict()["correlations"],
        ]
        reasons = {each["reason"] for each in missing if each["reason"]}
        assert reasons == set(REASONS)
        assert all(set(words) == {"en", "nl"} for words in REASONS.values())


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_raters_who_agree_on_what_a_metric_says_are_reported_so(lang: str) -> None:
    scores = [1, 2, 3, 4, 5] * 24
    data = review({"An": scores, "Bo": scores})
    metrics = {f"d{k}": {"mattr": score + k / 1000} for k, score in enumerate(scores, 1)}
    found = counted(data, metrics)
    assert found.agreement[0].ordinal.value == 1
    assert found.correlations[0].rho.value > 0.97 and found.correlations[0].significant
    assert ("mattr with fluency" if lang == "en" else "mattr met fluency") in found.sentence(lang)
