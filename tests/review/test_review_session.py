"""A rater's session: blind, in their own order, and everything on the disk at once."""

import datetime
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_studies import Clock, answer, ids_by_key, study_of
from samples import RECIPE, turns

from synthdial.errors import SynthdialError
from synthdial.review.events import read_event
from synthdial.review.rubric import load_rubric, read_rubric
from synthdial.review.session import Item, ReviewSession
from synthdial.review.state import Edit, Flag, Review, fold
from synthdial.study import Study
from synthdial.study.reviews import Reviews


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_of(tmp_path / "demo.study", 8)


@pytest.fixture
def study(path: Path) -> Iterator[Study]:
    with Study(path) as opened:
        yield opened


@pytest.fixture
def session(study: Study) -> ReviewSession:
    return ReviewSession(study, "Els", "native", clock=Clock())


@pytest.fixture
def item(session: ReviewSession) -> Item:
    return session.items[4]


def keys(session: ReviewSession) -> list[str]:
    return [item.key for item in session.items]


class TestOrder:
    def test_every_dialogue_is_read_once(self, study: Study, session: ReviewSession) -> None:
        assert [item.number for item in session.items] == list(range(1, 9))
        assert sorted(ids_by_key(study)[key] for key in keys(session)) == [d.id for d in study.dialogues()]

    def test_it_is_the_same_when_opened_again(self, path: Path, session: ReviewSession) -> None:
        with Study(path) as again:
            assert ReviewSession(again, "Els").items == session.items

    def test_raters_have_orders_of_their_own_after_the_same_calibration_round(
        self, study: Study, session: ReviewSession
    ) -> None:
        others = [ReviewSession(study, name, "clinician") for name in ("Bram", "Cor", "Dirk", "Eva", "Fien")]
        assert len({tuple(keys(other)) for other in (session, *others)}) > 1
        for other in others:
            assert other.items[:3] == session.items[:3]
            assert [item.number for item in other.items if item.calibration] == [1, 2, 3]
        assert session.calibration_size == 3

    def test_a_seed_can_be_given(self, tmp_path: Path) -> None:
        orders = []
        for name, seed in (("Els", 5), ("Bram", 5), ("Cor", 6)):
            with Study(study_of(tmp_path / f"{name}.study", 40)) as study:
                study._db.execute("UPDATE facts SET value = 'aa' WHERE name IN ('id', 'secret')")
                orders.append(keys(ReviewSession(study, name, "native", seed=seed)))
        assert orders[0] == orders[1] != orders[2]

    def test_dialogues_that_come_later_are_read_last(self, path: Path, session: ReviewSession) -> None:
        before = session.items
        assert session.refresh() == 0
        study_of(path, 5, first=9)
        assert session.refresh() == 5
        assert session.items[:8] == before and len(session.items) == 13
        assert session.dialogue(session.items[12]).turns

    def test_few_dialogues_have_no_calibration_round_unless_it_is_asked_for(self, tmp_path: Path) -> None:
        with Study(study_of(tmp_path / "few.study", 5)) as study:
            assert ReviewSession(study, "Els", "native").calibration_size == 0
            assert ReviewSession(study, "Bram", "native", calibration=True).calibration_size == 3
        with Study(study_of(tmp_path / "three.study", 3)) as study:
            with pytest.raises(SynthdialError, match="takes 3 dialogues that nobody has begun, and one more"):
                ReviewSession(study, "Els", "native", calibration=True)
            assert Reviews(study).raters() == []

    def test_what_was_rated_before_the_round_was_drawn_is_not_in_it(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "grows.study", 4)
        with Study(path) as study:
            first = ReviewSession(study, "Els", "native")
            for item in first.items[:3]:
                answer(first, item)
            study_of(path, 4, first=5)
            other = ReviewSession(study, "Bram", "native")
            assert other.calibration_size == 3
            assert not {item.key for item in other.items[:3]} & set(keys(first)[:3])
            first.refresh()
            assert {item.key for item in first.items if item.calibration} == set(keys(other)[:3])
            assert first.progress == (3, 8)

    def test_an_empty_study_waits_for_dialogues(self, tmp_path: Path) -> None:
        with Study(study_of(tmp_path / "empty.study", 0)) as study:
            session = ReviewSession(study, "Els", "native")
            assert (session.items, session.progress, session.next_open()) == ((), (0, 0), None)
            study_of(tmp_path / "empty.study", 2)
            assert session.refresh() == 2


class TestBlind:
    def test_a_rater_sees_nothing_but_what_is_said(self, study: Study, session: ReviewSession) -> None:
        shown = repr([session.items, [session.dialogue(item) for item in session.items], session.search("gaat")])
        for stored in study.dialogues():
            assert stored.id not in shown
            for value in stored.provenance.values():
                assert len(str(value)) < 4 or str(value) not in shown
        for other in session.items:
            told = session.dialogue(other)
            assert (told.id, told.provenance) == (other.key, {})

    def test_keys_differ_from_study_to_study(self, tmp_path: Path, session: ReviewSession) -> None:
        with Study(study_of(tmp_path / "other.study", 8)) as other:
            assert not set(keys(ReviewSession(other, "Els", "native"))) & set(keys(session))

    def test_what_others_say_is_not_seen(self, study: Study, session: ReviewSession, item: Item) -> None:
        answer(session, item)
        other = ReviewSession(study, "Bram", "native")
        assert all(other.review(seen) == Review() for seen in other.items)
        assert (other.progress, session.progress) == ((0, 8), (1, 8))


class TestSaying:
    def test_everything_can_be_said(self, session: ReviewSession, item: Item) -> None:
        session.score(item, "fluency", 4)
        session.score(item, "register", None)
        session.origin(item, "person")
        flag = session.flag(item, 1, "not Dutch", "critical", " ‘wel’? ")
        session.comment(item, None, "Mooi gesprek.")
        session.comment(item, 2, "Kort.")
        session.edit(item, 2, "Mooi  zo!", 2.5)
        session.accept(item, True)
        session.spend(item, 12.5)
        session.spend(item, 1)
        assert session.review(item) == Review(
            scores={"fluency": 4, "register": None},
            origin="person",
            origin_answered=True,
            flags={flag: Flag(1, "not Dutch", "critical", "‘wel’?")},
            comments={None: "Mooi gesprek.", 2: "Kort."},
            edits={2: Edit(2, "Mooi zo!", 1, 2.5)},
            accepted=True,
            begun=True,
            seconds=13.5,
        )
        assert session.dialogue(item).turns[2].text == "Mooi zo."  # the original stays

    def test_what_is_said_again_takes_the_place(self, session: ReviewSession, item: Item) -> None:
        flag = session.flag(item, 0, "other", "minor")
        session.score(item, "fluency", 4)
        session.score(item, "fluency", 2)
        session.comment(item, 0, "Ja")
        session.comment(item, 0, "")
        session.edit(item, 0, "Anders.", 1)
        session.edit(item, 0, session.dialogue(item).turns[0].text, 1)
        session.unflag(item, flag)
        session.accept(item, True)
        session.accept(item, None)
        assert session.review(item) == Review(scores={"fluency": 2}, begun=True)

    def test_it_is_there_when_opened_again(self, path: Path, session: ReviewSession, item: Item) -> None:
        answer(session, item)
        session.flag(item, 1, "privacy", "minor")
        with Study(path) as again:
            other = ReviewSession(again, "Els")
            assert other.review(item) == session.review(item)
            assert (other.role, other.rubric, other.progress) == ("native", session.rubric, (1, 8))

    def test_the_same_key_pressed_twice_is_one_act(self, study: Study, session: ReviewSession, item: Item) -> None:
        for _ in range(2):
            session.begin(item)
            session.score(item, "fluency", 4)
            session.origin(item, None)
            session.comment(item, 1, "Ja")
            session.accept(item, False)
        kinds = [row.kind for row in Reviews(study).events("Els")]
        assert kinds == ["begin", "score", "origin", "comment", "verdict"]

    def test_a_dialogue_is_done_when_everything_is_answered(self, session: ReviewSession, item: Item) -> None:
        asked = ["fluency", "turn_taking", "register", "coherence", "origin"]
        assert session.missing(item) == tuple(asked)
        with pytest.raises(SynthdialError, match="Not answered yet: fluency, turn_taking"):
            session.finish(item)
        for criterion in asked[:4]:
            session.score(item, criterion, None)
        assert session.missing(item) == ("origin",)
        session.origin(item, None)
        session.finish(item)
        assert session.review(item).done and session.review(item).finished_at
        assert session.progress == (1, 8)
        session.reopen(item)
        assert not session.review(item).done and session.progress == (0, 8)

    def test_a_rubric_need_not_ask_for_the_origin(self, study: Study) -> None:
        rubric = read_rubric(load_rubric("native").content.replace("asks_origin = true", ""), "It")
        session = ReviewSession(study, "Els", rubric=rubric)
        assert "origin" not in session.missing(session.items[0])

    def test_the_next_one_is_the_first_that_is_not_done(self, session: ReviewSession) -> None:
        assert session.next_open() == session.items[0]
        for item in session.items[:2]:
            answer(session, item)
        answer(session, session.items[3])
        assert session.next_open() == session.items[2]
        for item in session.items:
            answer(session, item)
        assert session.next_open() is None and session.progress == (8, 8)

    @pytest.mark.parametrize(
        ("act", "message"),
        [
            (lambda s, i: s.score(i, "fluency", 0), "The score of 'score' is 0. It must be a whole number from 1 to 5"),
            (lambda s, i: s.score(i, "fluency", 6), "is 6"),
            (lambda s, i: s.score(i, "fluency", 3.5), "is 3.5"),
            (lambda s, i: s.score(i, "flency", 3), "no criterion 'flency'. Did you mean 'fluency'"),
            (lambda s, i: s.origin(i, "robot"), "is 'robot'. It must be one of: person, machine"),
            (lambda s, i: s.flag(i, 3, "other", "minor"), "no turn 3 in this dialogue. Turns go from 0 to 2"),
            (lambda s, i: s.flag(i, -1, "other", "minor"), "no turn -1"),
            (lambda s, i: s.flag(i, 0, "ugly", "minor"), "The kind of 'flag' is 'ugly'"),
            (lambda s, i: s.unflag(i, "0" * 32), "no such flag"),
            (lambda s, i: s.comment(i, 9, "Ja"), "no turn 9"),
            (lambda s, i: s.edit(i, 0, " \n ", 1), "A turn cannot be empty"),
            (lambda s, i: s.edit(i, 0, "Ja", float("nan")), "The seconds of 'edit' is nan"),
            (lambda s, i: s.spend(i, -1), "The seconds of 'time' is -1"),
            (lambda s, i: s.comment(i, 0, "\ud800"), "cannot hold that text"),
        ],
    )
    def test_what_cannot_be_said_is_a_message_and_changes_nothing(self, session, item, act, message: str) -> None:
        session.score(item, "fluency", 3)
        before = session.review(item)
        with pytest.raises(SynthdialError) as caught:
            act(session, item)
        assert message in str(caught.value)
        assert session.review(item) == before
        session.score(item, "fluency", 5)
        assert session.review(item).scores == {"fluency": 5}


class TestUndoing:
    def test_acts_are_undone_from_the_last_to_the_first(self, session: ReviewSession, item: Item) -> None:
        session.score(item, "fluency", 4)
        session.score(item, "fluency", 2)
        session.spend(item, 3)
        flag = session.flag(item, 0, "other", "minor")
        session.unflag(item, flag)
        assert session.undo(item) == "unflag"
        assert list(session.review(item).flags) == [flag]
        assert session.undo(item) == "flag"
        assert session.undo(item) == "score"
        assert session.review(item) == Review(scores={"fluency": 4}, begun=True, seconds=3)
        assert session.undo(item) == "score"
        assert session.undo(item) is None
        assert session.review(item) == Review(begun=True, seconds=3)

    def test_being_done_can_be_undone(self, session: ReviewSession, item: Item) -> None:
        answer(session, item)
        assert session.undo(item) == "done"
        assert (session.review(item).done, session.progress) == (False, (0, 8))

    def test_other_dialogues_stay_as_they_are(self, session: ReviewSession, item: Item) -> None:
        other = session.items[0]
        session.score(item, "fluency", 4)
        session.score(other, "fluency", 2)
        assert session.undo(item) == "score"
        assert session.review(other).scores == {"fluency": 2}

    def test_nothing_is_ever_removed(self, study: Study, session: ReviewSession, item: Item) -> None:
        session.score(item, "fluency", 4)
        session.undo(item)
        assert [row.kind for row in Reviews(study).events("Els")] == ["begin", "score", "undo"]

    def test_the_order_in_which_events_are_read_does_not_matter(
        self, study: Study, session: ReviewSession, item: Item
    ) -> None:
        chance = random.Random(1)
        answer(session, item)
        for _ in range(40):
            act = chance.choice((
                lambda: session.score(item, "fluency", chance.randint(1, 5)),
                lambda: session.flag(item, chance.randint(0, 2), "other", "minor"),
                lambda: session.comment(item, chance.choice((None, 0, 1)), chance.choice(("", "Ja", "Nee"))),
                lambda: session.edit(item, 1, f"Zin {chance.random()}", 1),
                lambda: session.undo(item),
                lambda: session.reopen(item),
            ))  # fmt: skip
            act()
        events = [read_event(row) for row in Reviews(study).events("Els", item.key)]
        for _ in range(20):
            assert fold(chance.sample(events, len(events))) == session.review(item)

    def test_a_clock_that_is_set_back_turns_nothing_round(self, study: Study) -> None:
        clock = Clock()
        session = ReviewSession(study, "Els", "native", clock=clock)
        session.score(session.items[0], "fluency", 4)
        clock.now -= datetime.timedelta(days=1)
        session.score(session.items[0], "fluency", 2)
        assert session.review(session.items[0]).scores == {"fluency": 2}


class TestSearching:
    def test_turns_are_found_in_the_raters_order(self, session: ReviewSession) -> None:
        assert session.search("MOOI") == [(item, 2) for item in session.items]
        (found,) = session.search("gaat het 7")
        assert session.dialogue(found[0]).turns[found[1]].text == "Hoe gaat het 7?"
        assert session.search("niets daarvan") == session.search("  ") == []

    @pytest.mark.parametrize(
        ("said", "wanted", "found"),
        [("Één ÉÉN", "één éÉn", True), ("100%", "0%", True), ("100x", "0%", False), ("a_b", "a_b", True),
         ("axb", "a_b", False), ("a\\b", "\\", True), ("’t is", "’T IS", True)],
    )  # fmt: skip
    def test_a_text_is_a_text(self, tmp_path: Path, said: str, wanted: str, found: bool) -> None:
        from synthdial.dialogue import Dialogue

        with Study(tmp_path / "demo.study", create=True) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, Dialogue("d", turns("Ja.", said)))
            session = ReviewSession(study, "Els", "native")
            assert session.search(wanted) == ([(session.items[0], 1)] if found else [])
