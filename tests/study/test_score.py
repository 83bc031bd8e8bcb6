"""The score of a candidate: each part against its formula written plainly."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import turns

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.metrics import TURN_METRICS, Measurer, scenario_lexicon, self_bleu
from synthdial.prompt import bundled_references
from synthdial.structure import Profile, build_profile
from synthdial.study import Candidate
from synthdial.study.score import WEIGHTS, Score, best, score

TALK = Dialogue(
    "talk",
    turns(
        "Goedemorgen, hoe gaat het met u sinds de vorige keer?", "Ja, gaat wel.", "Mooi. En de bloeddruk?",
        "Die was thuis honderdveertig over tachtig.", "Oké.", "Is dat te hoog?", "Net iets te hoog, ja.", "Hm.",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def references() -> list[Dialogue]:
    return [transcript.dialogue for transcript in bundled_references()]


@pytest.fixture(scope="module")
def profile(references: list[Dialogue]) -> Profile:
    return build_profile(references)


def shifted(deviations: float, sd: float | None = 0.5) -> Profile:
    """A profile from whose means `TALK` lies so many deviations off, in every measure."""
    measured = Measurer(metrics=TURN_METRICS).dialogue(TALK)
    rows = {name: {"mean": value - deviations * (sd or 1.0), "sd": sd} for name, value in measured.items()}
    return Profile(12, {"measures": rows})


class TestTotal:
    def test_it_is_the_weighted_mean_of_the_parts(self) -> None:
        parts = {"structure": 0.9, "terms": 0.5, "repetition": 0.8, "leakage": 1.0, "confidence": 0.1}
        assert Score(**parts).total == pytest.approx(sum(WEIGHTS[name] * value for name, value in parts.items()))
        assert Score(**parts).as_dict() == {"total": Score(**parts).total, **parts}

    def test_weights_sum_to_1(self) -> None:
        assert sum(WEIGHTS.values()) == pytest.approx(1)

    def test_a_part_that_is_undefined_is_left_out(self) -> None:
        found = Score(structure=math.nan, terms=math.nan, repetition=0.8, leakage=math.nan, confidence=0.2)
        weights = WEIGHTS["repetition"], WEIGHTS["confidence"]
        assert found.total == pytest.approx((0.8 * weights[0] + 0.2 * weights[1]) / sum(weights))
        assert found.as_dict()["terms"] is None

    def test_without_any_part_there_is_no_total(self) -> None:
        assert score(Dialogue("empty", ())).as_dict() == dict.fromkeys(("total", *WEIGHTS))

    def test_conversations_of_people_score_high(self, references: list[Dialogue], profile: Profile) -> None:
        for reference in references:
            assert score(reference, profile=profile, references=[TALK]).total > 0.8

    @settings(max_examples=60)
    @given(st.lists(st.builds(Turn, st.sampled_from(Speaker), st.text()), max_size=8), st.floats(-30, 0))
    def test_every_part_lies_from_0_to_1(self, profile: Profile, told: list[Turn], log_probability: float) -> None:
        lexicon = scenario_lexicon({"kalium": ()}, "test")
        found = score(
            Dialogue("any", tuple(told)), profile=profile, terms=lexicon, references=[TALK],
            log_probability=log_probability,
        )  # fmt: skip
        assert all(value is None or 0 <= value <= 1 for value in found.as_dict().values())


class TestStructure:
    @pytest.mark.parametrize(
        ("deviations", "value"), [(0, 1), (0.99, 1), (2, 1 / 2), (-2, 1 / 2), (3, 1 / 3), (9, 1 / 9)]
    )
    def test_within_one_deviation_it_is_1_and_falls_from_there(self, deviations: float, value: float) -> None:
        assert score(TALK, profile=shifted(deviations)).structure == pytest.approx(value)

    def test_a_deviation_near_0_counts_as_one_of_a_fiftieth(self) -> None:
        assert score(TALK, profile=shifted(2, sd=0.02)).structure == pytest.approx(1 / 2)
        assert score(TALK, profile=shifted(20, sd=0.001)).structure == pytest.approx(1)

    def test_without_deviations_it_is_undefined(self) -> None:
        assert math.isnan(score(TALK).structure)
        assert math.isnan(score(TALK, profile=shifted(0, sd=None)).structure)

    def test_a_measure_that_is_undefined_is_left_out(self, profile: Profile) -> None:
        level = Dialogue("level", turns("Hoe gaat het?", "Dat gaat wel."))  # both of one length: no lag-1 correlation
        measured = Measurer(metrics=TURN_METRICS).dialogue(level)
        assert math.isnan(measured["lag1"])
        values = []
        for name in TURN_METRICS:
            row = profile.content["measures"][name]
            if name != "lag1":
                z = abs(measured[name] - row["mean"]) / max(row["sd"], 0.02)
                values.append(1.0 if z <= 1 else 1 / z)
        assert score(level, profile=profile).structure == pytest.approx(sum(values) / len(values))


class TestTerms:
    def test_it_is_the_share_of_terms_that_are_spoken(self) -> None:
        lexicon = scenario_lexicon({"bloeddruk": (), "kalium": (), "nierfunctie": ("de nieren",), "hoog": ()}, "test")
        assert score(TALK, terms=lexicon).terms == 0.5

    def test_without_terms_it_is_undefined(self) -> None:
        assert math.isnan(score(TALK).terms)
        assert math.isnan(score(TALK, terms=scenario_lexicon({}, "test")).terms)


class TestRepetition:
    def test_turns_that_say_again_what_was_said_are_counted(self) -> None:
        told = turns("Dat komt door het zout in het eten.", "O.", "Dat komt door het zout in het eten.", "Ja.")
        wanted = (1 - 1 / 4) * (1 - self_bleu([turn.text for turn in told]))
        assert score(Dialogue("again", told)).repetition == pytest.approx(wanted)

    def test_a_turn_that_runs_in_circles_is_counted(self) -> None:
        told = turns("Ja ja ja ja ja.", "Wat bedoelt u daarmee?")
        wanted = (1 - 1 / 2) * (1 - self_bleu([turn.text for turn in told]))
        assert score(Dialogue("circles", told)).repetition == pytest.approx(wanted)

    def test_what_repeats_nothing_is_better(self) -> None:
        again = Dialogue("again", TALK.turns * 3)
        assert score(TALK).repetition > 0.9 > 0.2 > score(again).repetition


class TestLeakage:
    def test_it_falls_with_the_share_of_runs_that_stand_in_references(self) -> None:
        reference = Dialogue("r", turns("Net iets te hoog ja, maar niet erg.", "Gelukkig."))
        # 6 runs of five words in the first turn, 2 in the fourth, 1 in the seventh, which stands in the reference
        assert score(TALK, references=[reference]).leakage == pytest.approx((1 - 1 / 9) ** 5)

    def test_capitals_and_punctuation_hide_nothing(self) -> None:
        own = Dialogue("own", turns("NET IETS... te hoog, ja!"))
        assert score(own, references=[TALK]).leakage == 0

    def test_no_run_goes_from_one_turn_into_the_next(self) -> None:
        own = Dialogue("own", turns("Mooi en de", "bloeddruk die was gewoon goed vandaag"))
        reference = Dialogue("r", turns("Mooi en de bloeddruk die", "Ja"))
        assert score(own, references=[reference]).leakage == 1

    def test_without_references_or_runs_it_is_undefined(self) -> None:
        assert math.isnan(score(TALK).leakage)
        assert math.isnan(score(Dialogue("short", turns("Ja hoor.", "Mooi.")), references=[TALK]).leakage)


class TestConfidence:
    def test_it_is_the_geometric_mean_of_probabilities(self) -> None:
        assert score(TALK, log_probability=math.log(0.25)).confidence == pytest.approx(0.25)
        assert score(TALK, log_probability=0.0).confidence == 1

    def test_without_tokens_it_is_undefined(self) -> None:
        assert math.isnan(score(TALK).confidence)


class TestBest:
    @staticmethod
    def written(*provenances: dict[str, Any]) -> list[Candidate]:
        return [Candidate(k, False, Dialogue(f"c{k}", TALK.turns, made)) for k, made in enumerate(provenances, 1)]

    def test_the_highest_total_wins_and_of_equal_ones_the_first(self) -> None:
        totals = [{"score": {"total": total}} for total in (0.4, 0.7, 0.7, 0.1)]
        assert best(self.written(*totals)).candidate == 2

    def test_one_without_a_total_comes_last(self) -> None:
        assert best(self.written({"score": {"total": None}}, {}, {"score": {"total": 0.0}})).candidate == 3
        assert best(self.written({"score": {"total": None}}, {})).candidate == 1


def test_the_reference_names_every_part_with_its_weight() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference.md").read_text("utf-8")
    section = page.split("\n## Candidates\n")[1].split("\n## ")[0]
    written = {name: float(weight) for name, weight in re.findall(r"^\| `(\w+)` \| (0\.\d+) \|", section, re.MULTILINE)}
    assert written == dict(WEIGHTS)
