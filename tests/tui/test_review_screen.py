"""Reviewing by keys: what each does, that it is saved at once, and that nothing tells how a dialogue was made."""

import subprocess
import sys
from pathlib import Path

import pytest
from reviews import NATIVE, TALK, answer, finish, reviewing, study_of
from samples import RECIPE, dialogue
from showing import app_for, scene, text_of

from synthdial.review.session import ReviewRequest, ReviewSession
from synthdial.study import Study
from synthdial.tui.screens.notice import NoticeScreen
from synthdial.tui.screens.problem import Problem
from synthdial.tui.screens.rater import RaterScreen
from synthdial.tui.screens.review import ReviewScreen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A study that is too small for a calibration round."""
    return study_of(tmp_path / "demo.study", 4)


@pytest.fixture
def with_calibration(tmp_path: Path) -> Path:
    """A study with a calibration round of three."""
    return study_of(tmp_path / "large.study", 7)


class TestRating:
    @scene
    async def test_a_number_rates_the_current_criterion_and_goes_to_the_next(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "2")
            assert at.stored().scores == {"fluency": 4, "turn_taking": 2}
            assert "▶ Spoken register" in at.text

    @scene
    async def test_0_says_that_it_cannot_be_judged(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("0")
            assert at.stored().scores == {"fluency": None}

    @scene
    async def test_tab_goes_to_any_criterion_and_an_answer_can_be_changed(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "shift+tab", "5")
            assert at.stored().scores == {"fluency": 5}
            await at.press("tab", "tab", "1")
            assert at.stored().scores == {"fluency": 5, "coherence": 1}
            await at.press("shift+tab", "shift+tab", "shift+tab")
            assert "▶" in next(line for line in at.lines if "Turn-taking" in line)

    @scene
    async def test_the_question_of_origin_has_its_own_numbers(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("tab", "tab", "tab", "tab")
            for key, said in (("1", "person"), ("2", "machine"), ("0", None)):
                await at.press(key)
                assert (at.stored().origin, at.stored().origin_answered) == (said, True)
                await at.press("u")
            await at.press("3")
            assert not at.stored().origin_answered

    @scene
    async def test_all_anchors_stand_beside_the_conversation_where_there_is_room(self, path: Path) -> None:
        async with reviewing(path, size=(160, 50)) as at:
            told = " ".join(line.split("│")[-1] for line in at.lines).split()
            for criterion in at.session.rubric.criteria:
                assert all(anchor in " ".join(told) for anchor in criterion.anchors["en"])

    @scene
    async def test_where_there_is_not_the_current_criterion_is_opened_whole(self, path: Path) -> None:
        async with reviewing(path) as at:
            first, second, *_ = at.session.rubric.criteria
            words = {word for anchor in first.anchors["en"] for word in anchor.split()}
            assert words <= set(at.text.replace("│", " ").split())
            await at.press("3")
            words = {word for anchor in second.anchors["en"] for word in anchor.split()}
            assert words <= set(at.text.replace("│", " ").split())


class TestFinishing:
    @scene
    async def test_enter_says_what_is_missing_and_goes_there(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "tab", "4", "tab", "enter")
            assert "Still to answer: Turn-taking, Coherence, Origin." in at.status
            assert "▶ Turn-taking" in at.text
            assert not at.stored().done

    @scene
    async def test_enter_finishes_what_is_answered_and_goes_on(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "4", "4", "4", "2")
            assert "Enter finishes" in at.status
            await at.press("enter")
            assert at.stored().done
            assert "Conversation 2 of 4" in at.text and "1 of 4 done" in at.text

    @scene
    async def test_what_is_finished_does_not_change_until_it_is_opened_again(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "4", "4", "4", "2", "enter", "p", "1", "a", "f")
            assert "finished; Enter opens it again" in at.status
            assert at.stored().scores["fluency"] == 4 and at.stored().accepted is None
            await at.press("enter", "1")
            assert at.stored().scores["fluency"] == 1 and not at.stored().done

    @scene
    async def test_after_the_last_one_it_says_that_everything_is_done(self, path: Path) -> None:
        finish(path, "Els", 3)
        async with reviewing(path) as at:
            assert "Conversation 4 of 4" in at.text
            await at.press("4", "4", "4", "4", "2", "enter")
            assert "You have finished all 4 conversations." in at.text
            await at.press("enter")
            assert at.app.screen is at.screen

    @scene
    async def test_dialogues_written_meanwhile_come_after_the_last_one(self, path: Path) -> None:
        finish(path, "Els", 3)
        async with reviewing(path) as at:
            with Study(path) as study:
                study.add_dialogue(RECIPE, 5, dialogue(5, "Dit is gesprek 5.", "Ja."))
            await at.press("4", "4", "4", "4", "2", "enter")
            assert "Conversation 5 of 5" in at.text and "Dit is gesprek 5." in at.text


class TestPaging:
    @scene
    async def test_n_and_p_turn_pages_in_the_rater_s_order(self, path: Path) -> None:
        async with reviewing(path) as at:
            told = [at.session.dialogue(item).turns[0].text.split(".")[0] for item in at.session.items]
            assert told[0] in at.text
            await at.press("n", "n")
            assert told[2] in at.text and "Conversation 3 of 4" in at.text
            await at.press("p")
            assert told[1] in at.text
            await at.press("p", "p")
            assert "This is the first conversation." in at.status
            await at.press("n", "n", "n", "n")
            assert "This is the last." in at.status

    @scene
    async def test_it_opens_at_the_first_dialogue_that_is_not_finished(self, path: Path) -> None:
        finish(path, "Els", 2)
        async with reviewing(path) as at:
            assert "Conversation 3 of 4" in at.text

    @staticmethod
    async def steps_of_a_page(path: Path) -> int:
        """How many steps SQLite's machine takes, in hundreds, to turn a page."""
        async with reviewing(path) as at:
            await at.press("enter", "n")
            steps = []
            at.study._db.set_progress_handler(lambda: steps.append(1), 100)
            await at.press("n")
            at.study._db.set_progress_handler(None, 0)
            assert "Conversation 3 of" in at.text
            return len(steps)

    @scene
    async def test_a_page_is_turned_as_fast_in_a_large_study(self, tmp_path: Path) -> None:
        small = await self.steps_of_a_page(study_of(tmp_path / "small.study", 7, turns=("Ja.", "Nee.")))
        large = await self.steps_of_a_page(study_of(tmp_path / "large.study", 300, turns=("Ja.", "Nee.")))
        assert large <= small + 2


class TestTurns:
    @scene
    async def test_the_cursor_goes_from_turn_to_turn_and_stays_in_sight(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "long.study", 2, turns=tuple(f"Beurt {n} van dit gesprek." for n in range(60)))
        async with reviewing(path) as at:
            await at.press("down", "j", "k", "down")
            assert "turn 3 of 60" in at.status and "▶■ Doctor  Beurt 2 van" in at.text
            await at.press("end")
            assert "▶□ Patient Beurt 59 van" in at.text
            await at.press("pageup")
            assert "▶" in at.text and "Beurt 59 van" not in at.status
            await at.press("home")
            assert "▶■ Doctor  Dit is gesprek" in at.text

    @scene
    async def test_every_line_of_a_turn_longer_than_the_screen_can_be_read(self, tmp_path: Path) -> None:
        words = [f"woord{n:03d}" for n in range(150)]
        path = study_of(tmp_path / "long.study", 2, turns=("Hallo.", " ".join(words), "Ja."))
        async with reviewing(path) as at:
            await at.press("down")
            seen = set(at.text.split())
            for _ in range(12):
                await at.press("down")
                seen |= set(at.text.split())
            assert set(words) <= seen
            assert "turn 3 of 3" in at.status

    @scene
    async def test_speakers_differ_without_colour(self, path: Path) -> None:
        async with reviewing(path) as at:
            assert "■ Doctor" in at.text and "□ Patient" in at.text

    @scene
    async def test_what_a_terminal_would_obey_is_text_of(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "odd.study", 2, turns=("Hallo.", "\x1b[2JGoed \u202ezo", "[b]Ja[/b]"))
        async with reviewing(path) as at:
            assert "\x1b" not in at.text and "\\x1b[2JGoed \\u202ezo" in at.text
            assert "[b]Ja[/b]" in at.text


class TestVerdict:
    @scene
    async def test_a_accepts_x_rejects_and_again_takes_back(self, path: Path) -> None:
        async with reviewing(path) as at:
            for key, accepted in (("a", True), ("x", False), ("x", None), ("a", True), ("a", None)):
                await at.press(key)
                assert at.stored().accepted is accepted


class TestUndo:
    @scene
    async def test_u_undoes_act_after_act_and_says_what(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "2", "a", "f", "1", "enter")
            for words in ("the flag", "accepting or rejecting", "Turn-taking 2", "Fluency 4"):
                await at.press("u")
                assert f"Undone: {words}." in at.status
            assert "▶ Fluency" in at.text
            assert at.stored().scores == {} and not at.stored().flags
            await at.press("u")
            assert "nothing to undo" in at.status

    @scene
    async def test_finishing_can_be_undone(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "4", "4", "4", "2", "enter", "p", "u")
            assert "Undone: finishing." in at.status
            assert not at.stored().done

    @scene
    async def test_a_score_that_was_changed_becomes_what_it_was(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "shift+tab", "5", "u")
            assert at.stored().scores == {"fluency": 4}


class TestTime:
    @scene
    async def test_time_is_counted_in_steps_and_not_while_nobody_is_there(self, path: Path) -> None:
        async with reviewing(path) as at:
            at.clock.now += 10
            await at.press("down")
            assert at.stored().seconds == 0  # no step of 15 s is full
            at.clock.now += 10
            await at.press("down")
            assert at.stored().seconds == 20
            at.clock.now += 3600
            await at.press("4")
            assert at.stored().seconds == 140  # two minutes of that hour

    @scene
    async def test_what_is_left_is_noted_when_the_page_is_turned_or_left(self, path: Path) -> None:
        async with reviewing(path) as at:
            at.clock.now += 7
            await at.press("n")
            assert at.stored(1).seconds == 7
            at.clock.now += 5
            await at.press("down", "escape")
            assert at.stored(2).seconds == 5
            assert not isinstance(at.app.screen, ReviewScreen)


class TestSavedAtOnce:
    @scene
    async def test_every_key_is_in_the_study_before_the_next(self, path: Path) -> None:
        async with reviewing(path) as at:
            for number, key in enumerate(("4", "3", "0", "5", "2"), 1):
                await at.press(key)
                said = at.stored()
                assert len(said.scores) + said.origin_answered == number
            await at.press("a")
            assert at.stored().accepted is True
            await at.press("enter")
            assert at.stored(1).done

    def test_a_program_that_is_killed_has_lost_nothing(self, path: Path) -> None:
        program = f"""
import asyncio, sys
from pathlib import Path
from synthdial.review.session import ReviewRequest
from synthdial.tui.app import SynthdialApp

async def main():
    path = Path({str(path)!r})
    app = SynthdialApp(path, review=ReviewRequest(path, "Els", "native"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("4", "0", "x", "down", "f", "2", "c", "enter", "C", "o", "k", "enter")
        await pilot.press("e", "!", "enter", "n", "3")
        await pilot.pause()
        print("pressed", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "pressed\n"
        process.kill()
        process.wait()
        process.stdout.close()
        with Study(path) as study:
            session = ReviewSession(study, "Els")
            first, second = (session.review(item) for item in session.items[:2])
        assert first.scores == {"fluency": 4, "turn_taking": None}
        assert first.accepted is False
        assert [(flag.turn, flag.kind, flag.severity) for flag in first.flags.values()] == [
            (1, "unnatural", "critical")
        ]
        assert first.comments == {None: "ok"}
        assert first.edits[1].text == f"{TALK[1]}!" and first.edits[1].distance == 1
        assert second.scores == {"fluency": 3}

    @scene
    async def test_what_cannot_be_saved_is_said_and_not_shown_as_saved(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with reviewing(path) as at:
            at.study._db.execute("PRAGMA query_only = ON")
            await at.press("4")
            assert isinstance(at.app.screen, Problem)
            await at.press("enter")
            assert "Fluency                       ·" in at.text
            at.study._db.execute("PRAGMA query_only = OFF")
            await at.press("4")
            assert at.stored().scores == {"fluency": 4}


class TestBlind:
    @scene
    async def test_nothing_tells_how_a_dialogue_was_made_or_what_others_say(self, with_calibration: Path) -> None:
        path = with_calibration
        with Study(path) as study:
            session = ReviewSession(study, "Bram", "native")
            for item in session.items:
                answer(session, item, 5)
                session.comment(item, None, "Bramvindthetmooi")
                session.flag(item, 0, "privacy", "critical", "Bramzietiets")
                session.finish(item)
            study.add_dialogue(RECIPE, 8, dialogue(8))
        secret = [RECIPE.id[:8], RECIPE.model, RECIPE.preset, RECIPE.scenario, "Bram", "-2.5", "seed", "2026"]
        told: list[str] = []
        async with reviewing(path, size=(160, 50)) as at:
            secret += [item.key for item in at.session.items]
            secret += [RECIPE.dialogue_id(number) for number in range(1, 9)]
            told.append(at.text)
            for keys in (
                ["enter"], ["n"], ["n"], ["n"], ["question_mark"], ["escape", "f"], ["escape", "c"], ["escape", "e"],
                ["escape", "slash", "g", "e", "s"], ["escape", "4", "4"], ["p"],
            ):  # fmt: skip
                await at.press(*keys)
                told.append(at.text)
        everything = "\n".join(told).replace(TALK[6], "")
        for word in secret:
            assert word.casefold() not in everything.casefold(), word
        assert "Privacy, critical" not in everything
        assert everything.count("●") == 3  # the two answers given here, and the severity that a flag begins with

    @scene
    async def test_two_raters_have_orders_of_their_own(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "many.study", 30)
        orders = []
        for rater in ("Els", "Bram"):
            async with reviewing(path, rater=rater) as at:
                orders.append([item.key for item in at.session.items])
        assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1])


class TestCalibration:
    @scene
    async def test_it_is_explained_marked_and_said_to_be_over(self, with_calibration: Path) -> None:
        async with reviewing(with_calibration) as at:
            assert isinstance(at.app.screen, NoticeScreen)
            assert "The first 3 conversations are for practice" in at.text and "does not count" in at.text
            await at.press("enter")
            for number in (1, 2, 3):
                assert f"Conversation {number} of 7  CALIBRATION" in at.text
                await at.press("4", "4", "4", "4", "2", "enter")
            assert isinstance(at.app.screen, NoticeScreen) and "your answers count" in at.text
            await at.press("enter")
            assert "Conversation 4 of 7" in at.text and "CALIBRATION" not in at.text

    @scene
    async def test_who_goes_on_is_not_told_again(self, with_calibration: Path) -> None:
        async with reviewing(with_calibration) as at:
            await at.press("enter", "4")
        async with reviewing(with_calibration) as at:
            assert at.app.screen is at.screen


class TestWhoReviews:
    @staticmethod
    async def asked(path: Path, *keys: str, request: ReviewRequest | None = None, **options: object) -> tuple[str, str]:
        """The text and the kind of the screen after keys, where nobody said who reviews."""
        app = app_for(**options)  # type: ignore[arg-type]
        async with app.run_test(size=(80, 24)) as pilot:
            app.open_review(path, request or ReviewRequest(path))
            await pilot.pause()
            assert request is not None or isinstance(app.screen, RaterScreen)
            await pilot.press(*keys)
            await pilot.pause()
            return text_of(app), type(app.screen).__name__

    @scene
    async def test_name_and_role_are_asked(self, path: Path) -> None:
        text, screen = await self.asked(path, *"Kim", "tab", "2", "enter")
        assert screen == "ReviewScreen" and "Medical accuracy" in text
        with Study(path) as study:
            assert ReviewSession(study, "Kim").role == "clinician"

    @scene
    async def test_a_name_and_a_role_are_needed(self, path: Path) -> None:
        assert "Give your name, or a code." in (await self.asked(path, "enter"))[0]
        text, screen = await self.asked(path, *"Kim", "enter")
        assert "Say as what you judge" in text and screen == "RaterScreen"

    @scene
    async def test_who_has_begun_is_not_asked_for_a_role(self, path: Path) -> None:
        finish(path, "Kim", 1, "clinician")
        text, screen = await self.asked(path, *"kim", "enter")
        assert screen == "ReviewScreen" and "Conversation 2 of 4" in text and "Safety" in text

    @scene
    async def test_escape_goes_back_and_leaves_the_study_alone(self, path: Path) -> None:
        assert (await self.asked(path, *"Kim", "escape"))[1] == "HomeScreen"
        with Study(path) as study, pytest.raises(Exception, match="as what"):
            ReviewSession(study, "Kim")

    @scene
    async def test_a_known_rater_begins_at_once(self, path: Path) -> None:
        text, screen = await self.asked(path, request=ReviewRequest(path, "Els", "native"))
        assert screen == "ReviewScreen" and "Fluency" in text

    @scene
    async def test_what_is_wrong_is_said(self, path: Path, tmp_path: Path) -> None:
        finish(path, "Els", 1)
        text, screen = await self.asked(path, request=ReviewRequest(path, "Els", "clinician"))
        assert screen == "Problem" and "not as 'clinician'" in " ".join(text.replace("│", " ").split())
        absent = tmp_path / "absent.study"
        text, screen = await self.asked(absent, request=ReviewRequest(absent, "Els", "native"))
        assert screen == "Problem" and "There is no study" in text

    @scene
    async def test_an_empty_study_says_so(self, tmp_path: Path) -> None:
        with Study(tmp_path / "empty.study", create=True):
            pass
        text, _ = await self.asked(
            tmp_path / "empty.study", request=ReviewRequest(tmp_path / "empty.study", "Els", "native")
        )
        assert "holds no conversations" in text


class TestLanguage:
    @scene
    async def test_it_speaks_dutch(self, path: Path) -> None:
        async with reviewing(path, language="nl") as at:
            assert "Gesprek 1 van 4" in at.text and "■ Arts" in at.text and "Vloeiendheid" in at.text
            await at.press("enter")
            assert "Nog te beantwoorden: Vloeiendheid, Beurtwisseling" in at.status

    @scene
    async def test_it_changes_its_language_where_it_stands(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("4", "f2")
            assert "Gesprek 1 van 4" in at.text and "▶ Beurtwisseling" in at.text and "□ Patiënt" in at.text
            await at.press("f2")
            assert "▶ Turn-taking" in at.text


class TestMouse:
    @scene
    async def test_a_click_does_what_the_key_does(self, path: Path) -> None:
        async with reviewing(path, size=(160, 50)) as at:
            await click_on(at, "5 Fluent: how someone")
            assert at.stored().scores == {"fluency": 5}
            await click_on(at, "2 In several places")
            assert at.stored().scores == {"fluency": 5, "coherence": 2}
            await click_on(at, "a accept for the corpus")
            assert at.stored().accepted is True
            await click_on(at, "Hm-hm.")
            assert "turn 5 of 8" in at.status
            await click_on(at, "f flag")
            assert "Flag the turn" in at.text
            await click_on(at, "3 Not Dutch")
            await at.press("enter")
            assert [flag.turn for flag in at.stored().flags.values()] == [4]


async def click_on(at: object, words: str) -> None:
    """Click on the first place where words stand."""
    row, line = next((row, line) for row, line in enumerate(at.lines) if words in line)  # type: ignore[attr-defined]
    await at.pilot.click(offset=(line.index(words), row))  # type: ignore[attr-defined]
    await at.pilot.pause()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", ["native", "clinician"])
@scene
async def test_nothing_overflows_at_80_by_24(path: Path, language: str, role: str) -> None:
    async with reviewing(path, role=role, language=language) as at:
        assert len(at.lines) == 24 and all(len(line) == 80 for line in at.lines)
        panel = at.screen.query_one("#rubric")
        for _ in NATIVE:
            assert panel.virtual_size.width <= panel.size.width  # type: ignore[attr-defined]
            assert all(len("".join(text for _, text in line.pieces)) <= panel.size.width for line in panel.lines)  # type: ignore[attr-defined]
            await at.press("0")
