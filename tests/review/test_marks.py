"""Flags, guesses, edits and verdicts: counted by hand."""

import math
from collections.abc import Mapping, Sequence

import pytest
from judged import judgements, subjects

from synthdial.review.intervals import Bootstrap, wilson
from synthdial.review.judgements import Edited, Flagged, Guess, ReviewData, Subject, Verdict
from synthdial.review.marks import FlagCount, Origin, edits_of, flag_counts, origins, verdicts_of
from synthdial.review.ratings import groups_of


def flag(dialogue: str, kind: str = "unnatural", severity: str = "minor", rater: str = "An") -> Flagged:
    return Flagged(rater, "native", dialogue, 0, kind, severity)


def counts(data: ReviewData, turns: Mapping[str, float] | None = None) -> dict[tuple[str, str, str, str], FlagCount]:
    found = flag_counts(data, groups_of(data.subjects), Bootstrap(300), turns or {})
    return {(each.by, each.group, each.kind, each.severity): each for each in found}


def guesses(*said: tuple[str, str, str]) -> tuple[Guess, ...]:
    """Role, dialogue and what it was taken for; every role has one rater."""
    return tuple(Guess(f"the {role}", role, dialogue, taken) for role, dialogue, taken in said)


class TestFlags:
    def test_kinds_and_severities_are_counted_and_all_together(self) -> None:
        flags = (flag("d1"), flag("d1", severity="critical"), flag("d2"), flag("d2", "wrong fact", "critical"))
        found = counts(ReviewData(subjects("d1", "d2"), flags=flags))
        assert {key[2:]: each.count for key, each in found.items()} == {
            ("", ""): 4,
            ("unnatural", "minor"): 2,
            ("unnatural", "critical"): 1,
            ("wrong fact", "critical"): 1,
        }

    def test_the_most_frequent_kind_is_first(self) -> None:
        flags = (flag("d1", "privacy"), flag("d1", "other"), flag("d1", "other", "critical"))
        kinds = [key[2] for key in counts(ReviewData(subjects("d1"), flags=flags))]
        assert kinds == ["", "other", "other", "privacy"]

    def test_the_rate_is_of_1000_turns_that_were_read(self) -> None:
        """Three flags; d1 of 20 turns was read by two raters, d2 of 60 by one: 100 turns."""
        flags = (flag("d1"), flag("d1", rater="Bo"), flag("d2"))
        data = ReviewData(subjects("d1", "d2"), judgements({"An": [3, 3], "Bo": [3, 0]}), flags=flags)
        found = counts(data, {"d1": 20, "d2": 60})["all", "", "", ""]
        assert (found.count, found.readings, found.turns, found.per) == (3, 3, 100, "1000 turns")
        assert found.rate.value == pytest.approx(30)

    def test_where_turns_are_not_known_it_is_of_a_dialogue(self) -> None:
        data = ReviewData(subjects("d1", "d2"), judgements({"An": [3, 3], "Bo": [3, 3]}), flags=(flag("d1"),))
        for turns in ({}, {"d1": 20}, {"d1": 20, "d2": math.nan}):
            found = counts(data, turns)["all", "", "", ""]
            assert (found.per, found.turns, found.rate.value) == ("dialogue", 0, 0.25)

    def test_whoever_said_anything_of_a_dialogue_read_it(self) -> None:
        data = ReviewData(
            subjects("d1"),
            judgements({"An": [3]}),
            (Guess("Bo", "native", "d1", "person"),),
            (flag("d1", rater="Cy"), flag("d1", rater="An")),
            (Edited("Di", "d1", 0, "Ja.", "Nee.", 3, 1.0),),
            (Verdict("Eef", "native", "d1", True),),
        )
        assert counts(data)["all", "", "", ""].readings == 5

    def test_groups_are_counted_too_and_real_conversations_apart(self) -> None:
        made = {
            "d1": Subject("d1", recipe="r1", preset="plain"),
            "d2": Subject("d2", recipe="r2", preset="plain"),
            "d3": Subject("d3", by_person=True),
        }
        flags = (flag("d1"), flag("d2"), flag("d2"), flag("d3"))
        found = counts(ReviewData(made, judgements({"An": [3, 3, 3]}), flags=flags))
        totals = {key[:2]: each.count for key, each in found.items() if not key[2]}
        assert totals == {
            ("all", ""): 3, ("person", ""): 1, ("recipe", "r1"): 1, ("recipe", "r2"): 2, ("preset", "plain"): 3,
        }  # fmt: skip

    def test_the_interval_is_over_dialogues(self) -> None:
        """Twelve flags in one of twelve dialogues: the rate may be 0 as well as 3."""
        data = ReviewData(
            subjects(*(f"d{k}" for k in range(1, 13))), judgements({"An": [3] * 12}), flags=(flag("d1"),) * 12
        )
        rate = counts(data)["all", "", "", ""].rate
        assert rate.low == 0 and rate.value == 1 and rate.high >= 3

    def test_without_flags_there_is_nothing(self) -> None:
        assert counts(ReviewData(subjects("d1"), judgements({"An": [3]}))) == {}


class TestOrigin:
    def test_guesses_are_counted_by_what_it_was(self) -> None:
        data = ReviewData(
            subjects("d1", "d2", "d3", people=("p1", "p2")),
            guesses=guesses(
                ("native", "p1", "person"),
                ("native", "p2", "machine"),
                ("native", "d1", "machine"),
                ("native", "d2", "machine"),
                ("native", "d3", "person"),
            ),
        )
        (found,) = origins(data)
        assert (found.person_as_person, found.person_as_machine) == (1, 1)
        assert (found.machine_as_person, found.machine_as_machine) == (1, 2)
        assert found.n == 5 and found.accuracy == wilson(3, 5) and found.fooled == wilson(1, 3)
        assert found.balanced == pytest.approx((1 / 2 + 2 / 3) / 2)
        assert found.majority == 3 / 5, "three of five were a model's"

    def test_each_role_has_its_own_where_there_are_several(self) -> None:
        data = ReviewData(
            subjects("d1", people=("p1",)),
            guesses=guesses(("native", "d1", "person"), ("native", "p1", "person"), ("clinician", "d1", "machine")),
        )
        found = {each.role: each for each in origins(data)}
        assert list(found) == ["", "clinician", "native"]
        assert [each.n for each in found.values()] == [3, 1, 2]
        assert found["native"].balanced == 0.5 and found["clinician"].accuracy.value == 1

    @pytest.mark.parametrize("ids", [{"people": ("d1",)}, {"people": ()}])
    def test_of_one_kind_alone_there_is_no_balanced_accuracy(self, ids: Mapping[str, Sequence[str]]) -> None:
        made = subjects(*(() if ids["people"] else ("d1",)), people=ids["people"])
        (found,) = origins(ReviewData(made, guesses=guesses(("native", "d1", "person"))))
        assert math.isnan(found.balanced) and found.majority == 1

    def test_always_the_same_answer_is_chance_however_many_there_are_of_each(self) -> None:
        many = tuple(f"d{k}" for k in range(9))
        said = guesses(*(("native", key, "machine") for key in (*many, "p1")))
        (found,) = origins(ReviewData(subjects(*many, people=("p1",)), guesses=said))
        assert found.accuracy.value == found.majority == 0.9 and found.balanced == 0.5

    def test_without_guesses_there_is_nothing(self) -> None:
        found: Sequence[Origin] = origins(ReviewData(subjects("d1")))
        assert found == ()


def test_edits_are_counted_with_their_medians() -> None:
    edits = (
        Edited("An", "d1", 0, "Ja.", "Jawel.", 3, 10.0),
        Edited("Bo", "d1", 0, "Ja.", "Nee.", 3, 4.0),
        Edited("An", "d1", 2, "Dag.", "Goedendag.", 6, 20.0),
        Edited("An", "d2", 1, "Hm.", "", 3, 2.0),
    )
    found = edits_of(ReviewData(subjects("d1", "d2"), edits=edits))
    assert (found.edits, found.turns, found.dialogues, found.raters) == (4, 3, 2, 2)
    assert (found.distance, found.seconds) == (3, 7.0)


def test_without_edits_there_are_no_medians() -> None:
    found = edits_of(ReviewData(subjects("d1")))
    assert (found.edits, found.turns) == (0, 0) and math.isnan(found.distance) and math.isnan(found.seconds)


def test_verdicts_are_counted_in_every_group() -> None:
    made = {"d1": Subject("d1", recipe="r1"), "d2": Subject("d2", recipe="r2"), "d3": Subject("d3", by_person=True)}
    said = (("An", "d1", True), ("Bo", "d1", False), ("An", "d2", True), ("An", "d3", True))
    data = ReviewData(made, verdicts=tuple(Verdict(rater, "native", key, accepted) for rater, key, accepted in said))
    found = {(each.by, each.group): each for each in verdicts_of(data, groups_of(data.subjects))}
    assert {key: (each.accepted, each.rejected, each.dialogues) for key, each in found.items()} == {
        ("all", ""): (2, 1, 2),
        ("person", ""): (1, 0, 1),
        ("recipe", "r1"): (1, 1, 1),
        ("recipe", "r2"): (1, 0, 1),
    }
    assert found["all", ""].share == wilson(2, 3)
