"""What reviewers flagged, as instructions: counted by hand."""

import pytest
from judged import judgements, subjects

from synthdial.review.events import FLAG_KINDS
from synthdial.review.judgements import Flagged, ReviewData
from synthdial.review.lessons import CRITICAL_WEIGHT, Lesson, lessons, without_lesson

SECRET = "Dit is mevrouw Jansen uit Assen"


def flag(
    dialogue: str, kind: str = "unnatural", severity: str = "minor", *, rater: str = "An", turn: int = 0
) -> Flagged:
    return Flagged(rater, "native", dialogue, turn, kind, severity, SECRET)


def review(*flags: Flagged, scores: dict[str, list[int | None]] | None = None, **people: list[str]) -> ReviewData:
    """What was flagged in d1, d2 and d3, which An has read, or those whose scores are given; 0 where one did not."""
    own = subjects("d1", "d2", "d3") | subjects(**people)
    return ReviewData(own, judgements(scores or {"An": [3, 3, 3]}), flags=flags)


def kinds(data: ReviewData, **options: int) -> list[str]:
    return [lesson.kind for lesson in lessons(data, **options)]


def one(data: ReviewData, kind: str) -> Lesson:
    (found,) = [lesson for lesson in lessons(data) if lesson.kind == kind]
    return found


class TestFrequency:
    def test_the_most_frequent_kind_is_first(self) -> None:
        data = review(flag("d1", "privacy"), flag("d1", "not Dutch"), flag("d2", "not Dutch"))
        assert kinds(data) == ["not Dutch", "privacy"]

    def test_a_critical_flag_counts_for_several(self) -> None:
        """One critical and one minor of 'wrong fact': 3 + 1; three minor of 'unnatural': 3; 4 / 7 and 3 / 7."""
        assert CRITICAL_WEIGHT == 3
        data = review(
            flag("d1", turn=0),
            flag("d1", turn=1),
            flag("d1", turn=2),
            flag("d2", "wrong fact", "critical"),
            flag("d3", "wrong fact"),
        )
        assert kinds(data) == ["wrong fact", "unnatural"]
        assert [(each.count, each.critical, each.share) for each in lessons(data)] == [
            (2, 1, pytest.approx(4 / 7)),
            (3, 0, pytest.approx(3 / 7)),
        ]

    def test_it_is_a_mean_over_the_raters_of_a_dialogue(self) -> None:
        """d1 was read by three, each of whom flags it; d2 and d3 by one, who flags two turns of one: 1 and 2."""
        data = review(
            *(flag("d1", "privacy", rater=rater) for rater in ("An", "Bo", "Cas")),
            flag("d2", turn=0),
            flag("d2", turn=1),
            scores={"An": [3, 3, 3], "Bo": [3, 0, 0], "Cas": [3, 0, 0]},
        )
        assert kinds(data) == ["unnatural", "privacy"]
        assert (one(data, "privacy").count, one(data, "privacy").share) == (3, pytest.approx(1 / 3))

    def test_who_flags_nothing_counts_too(self) -> None:
        """Of two who read d1 one flags it, 1/2; of one who read d2 all do, 1."""
        data = review(flag("d1"), flag("d2", "privacy"), scores={"An": [3, 3], "Bo": [3, 0]})
        assert [(each.kind, each.share) for each in lessons(data)] == [
            ("privacy", pytest.approx(2 / 3)),
            ("unnatural", pytest.approx(1 / 3)),
        ]

    def test_a_turn_flagged_twice_alike_by_one_rater_counts_once_as_the_more_severe(self) -> None:
        data = review(flag("d1", severity="critical"), flag("d1"), flag("d1", "privacy"))
        assert [(each.kind, each.count, each.critical, each.share) for each in lessons(data)] == [
            ("unnatural", 1, 1, pytest.approx(3 / 4)),
            ("privacy", 1, 0, pytest.approx(1 / 4)),
        ]

    def test_conversations_of_people_teach_nothing(self) -> None:
        data = review(flag("p1", "wrong fact"), flag("d1"), people=["p1"])
        assert kinds(data) == ["unnatural"]
        assert kinds(review(flag("p1", "wrong fact"), people=["p1"])) == []

    def test_there_are_three_at_most_or_as_many_as_wanted(self) -> None:
        data = review(*(flag("d1", kind) for kind in FLAG_KINDS), flag("d2", "privacy"))
        assert len(lessons(data)) == 3 and kinds(data)[0] == "privacy"
        assert kinds(data, most=1) == ["privacy"]

    def test_nothing_flagged_is_no_lesson(self) -> None:
        assert lessons(review()) == ()


class TestSentences:
    @pytest.mark.parametrize("kind", [kind for kind in FLAG_KINDS if kind != "other"])
    def test_every_kind_has_one_sentence_in_dutch_and_in_english(self, kind: str) -> None:
        sentences = one(review(flag("d1", kind)), kind).sentences
        assert set(sentences) == {"nl", "en"}
        for sentence in sentences.values():
            assert sentence.endswith(".") and sentence.isprintable() and sentence[0].isupper()
            assert not any(mark in sentence[:-1] for mark in (". ", "! ", "? ")), "it is one sentence"
        assert sentences["nl"] != sentences["en"]

    def test_other_gives_none_and_takes_part_in_the_shares(self) -> None:
        data = review(flag("d1", "other"), flag("d2", "other"), flag("d3", "other"), flag("d1"))
        assert [(each.kind, each.share) for each in lessons(data)] == [("unnatural", 0.25)]
        assert without_lesson(data) == 3
        assert without_lesson(review(flag("d1"))) == 0

    def test_notes_are_nowhere_in_them(self) -> None:
        data = review(*(flag("d1", kind) for kind in FLAG_KINDS))
        assert data.flags[0].note == SECRET
        assert "Jansen" not in repr(lessons(data, most=9))
