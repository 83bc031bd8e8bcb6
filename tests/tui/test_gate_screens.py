"""How dialogues stand with the gate: seen by who keeps the study, and never by a rater."""

from collections.abc import Callable
from pathlib import Path

import pytest
from reviews import answer
from samples import COPIED, FOUND, PASSED, RECIPE, dialogue
from showing import Look, app_for, scene, text_of
from textual.widgets import Input

from synthdial.review.session import ReviewRequest, ReviewSession
from synthdial.review.task import export_task
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.checks import Check
from synthdial.tui.screens.dialogue import DialogueScreen
from synthdial.tui.screens.release import ReleaseScreen
from synthdial.tui.screens.review import ReviewScreen
from synthdial.tui.screens.standing import StandingScreen
from synthdial.tui.screens.study import StudyScreen

NAME = {**FOUND, "kind": "identifiers", "measure": 1, "limit": 0, "reference_text": "", "identifier": "name"}
LONG = "En dan moet u er dus op letten dat u niet meer dan anderhalve liter op een dag drinkt, ook geen soep."
TWO = Check(
    False,
    {"longest_run": 19},
    ({**FOUND, "measure": 19, "turn": 4, "text": LONG, "reference_turn": 11, "reference_text": LONG.lower()}, NAME),
    {"longest_run": 7},
    "d" * 64,
)
WORDS = {"en": ("passed", "quarantined", "never checked"), "nl": ("in orde", "in quarantaine", "ongecontroleerd")}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("demo.study")
    with Study(path, create=True) as made:
        made.add_recipe(RECIPE)
        for number, check in enumerate((PASSED, TWO, None, COPIED), 1):
            made.add_dialogue(RECIPE, number, dialogue(number, *["Hoe gaat het?", "’t Gaat wel."] * 3), check)
    return path


async def settled(pilot) -> None:
    for _ in range(3):  # the list, its gate, and the states of what is seen
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def opened(pilot, study: Path, *keys: str) -> None:
    pilot.app.open_study(study)
    await settled(pilot)
    await pilot.press(*keys)
    await settled(pilot)


class TestList:
    @pytest.mark.parametrize("language", ["nl", "en"])
    @scene
    async def test_each_dialogue_has_its_state(self, study: Path, language) -> None:
        async with app_for(language).run_test() as pilot:
            await opened(pilot, study)
            lines = text_of(pilot.app).splitlines()
            passed, held, never = WORDS[language]
            for number, word in enumerate((passed, held, never, held), 1):
                (line,) = (line for line in lines if RECIPE.dialogue_id(number) in line)
                assert line.rstrip().endswith(word)

    @scene
    async def test_what_reviewers_said_is_seen_after_a_review(self, study: Path) -> None:
        async with app_for().run_test() as pilot:
            await opened(pilot, study)
            with Study(study) as other:
                session = ReviewSession(other, "Els", "native")
                for item in session.items:
                    session.accept(item, True)
                    answer(session, item, 4)
                    session.finish(item)
            await pilot.press("r")
            await settled(pilot)
            await pilot.press("escape")
            await settled(pilot)
            assert "accepted" in text_of(pilot.app)

    @scene
    async def test_only_states_of_what_is_seen_are_read(self, tmp_path: Path) -> None:
        path = tmp_path / "many.study"
        with Study(path, create=True) as made:
            made.add_recipe(RECIPE)
            for number in range(1, 301):
                made.add_dialogue(RECIPE, number, dialogue(number), PASSED)
        async with app_for().run_test(size=(80, 24)) as pilot:
            await opened(pilot, path)
            screen = pilot.app.screen
            assert isinstance(screen, StudyScreen) and 20 <= len(screen._standings) < 100
            await pilot.press("end")
            await settled(pilot)
            assert text_of(pilot.app).count("passed") >= 17 and len(screen._standings) < 200

    @scene
    async def test_a_task_has_no_gate(self, study: Path) -> None:
        with Study(study) as made:
            export_task(made, Path("bram.synthdial"), rater="Bram", role="native")
        async with app_for().run_test() as pilot:
            await opened(pilot, Path("bram.synthdial"), "g")
            assert isinstance(pilot.app.screen, StudyScreen)
            assert not any(word in text_of(pilot.app) for word in WORDS["en"])


class TestDetails:
    @scene
    async def test_what_was_found_stands_side_by_side(self, study: Path) -> None:
        async with app_for("nl").run_test(size=(120, 40)) as pilot:
            await opened(pilot, study, "down", "g")
            shown = text_of(pilot.app)
            assert isinstance(pilot.app.screen, StandingScreen) and "Blijft binnen" in shown
            assert "ook in de referentie staan: 19; hoogstens 7" in shown
            (line,) = (line for line in shown.splitlines() if "In het gesprek, beurt 5" in line)
            assert "In referentie 1, beurt 12" in line
            assert any("En dan moet u" in line and "en dan moet u" in line for line in shown.splitlines())
            assert "(naam; wat daar staat, wordt nergens bewaard)" in shown

    @scene
    async def test_it_says_what_else_there_is_to_say(self, study: Path) -> None:
        async with app_for().run_test() as pilot:
            await opened(pilot, study, "g")
            assert "May leave with the next export." in text_of(pilot.app)
            assert "found nothing over the limits" in text_of(pilot.app)
            await pilot.press("l")
            await settled(pilot)
            assert isinstance(pilot.app.screen, StandingScreen), "nothing keeps it inside"
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, DialogueScreen)

    @scene
    async def test_it_is_released_with_a_reason_that_is_logged(self, study: Path) -> None:
        async with app_for().run_test() as pilot:
            await opened(pilot, study, "down", "g", "l")
            assert isinstance(pilot.app.screen, ReleaseScreen) and "are logged" in text_of(pilot.app)
            await pilot.press("enter")
            await settled(pilot)
            assert "Give a reason." in text_of(pilot.app)
            pilot.app.screen.query_one(Input).value = "Alleen de  begroeting"
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, StandingScreen)
            assert "Alleen de begroeting" in text_of(pilot.app) and "Released by" in text_of(pilot.app)
            await pilot.press("escape")
            await settled(pilot)
            (line,) = (line for line in text_of(pilot.app).splitlines() if RECIPE.dialogue_id(2) in line)
            assert line.rstrip().endswith("released")
        with Study(study, read_only=True) as made:
            (entry,) = AuditLog(made).entries("released")
        assert (entry.details["dialogue"], entry.details["reason"]) == (RECIPE.dialogue_id(2), "Alleen de begroeting")

    @scene
    async def test_who_gives_no_reason_releases_nothing(self, study: Path) -> None:
        async with app_for().run_test() as pilot:
            await opened(pilot, study, "down", "g", "l", "escape")
            assert isinstance(pilot.app.screen, StandingScreen) and "quarantined" in text_of(pilot.app)
        with Study(study, read_only=True) as made:
            assert list(AuditLog(made).entries("released")) == []


class TestBlind:
    @pytest.mark.parametrize("language", ["nl", "en"])
    @scene
    async def test_a_rater_reads_what_is_quarantined_and_sees_no_state(self, study: Path, language) -> None:
        hidden = {*WORDS[language], "released", "vrijgegeven", "gate", "quarantaine", RECIPE.dialogue_id(2)}
        async with app_for(language).run_test() as pilot:
            await opened(pilot, study)
            pilot.app.open_review(study, ReviewRequest(study, "Els", "native"))
            await settled(pilot)
            screen = pilot.app.screen
            assert isinstance(screen, ReviewScreen) and "4" in text_of(pilot.app)
            for _ in range(4):
                assert not any(word in text_of(pilot.app) for word in hidden)
                await pilot.press("question_mark")
                await pilot.pause()
                assert not any(word in text_of(pilot.app) for word in hidden)
                await pilot.press("escape", "n")
                await pilot.pause()

    @scene
    async def test_nothing_of_the_study_is_seen_behind_the_question_who_reviews(self, study: Path) -> None:
        async with app_for().run_test() as pilot:
            await opened(pilot, study, "r")
            shown = text_of(pilot.app)
            assert "Who reviews?" in shown and not any(word in shown for word in (*WORDS["en"], "gemma"))


def test_what_a_check_found(look: Look, snapshot_app: Callable[..., None], study: Path) -> None:
    snapshot_app(look, lambda app: app.push_screen(StandingScreen(study, RECIPE.dialogue_id(2))))


def test_a_reason_is_asked_for(look: Look, snapshot_app: Callable[..., None], study: Path) -> None:
    snapshot_app(look, lambda app: app.push_screen(ReleaseScreen(RECIPE.dialogue_id(2), "els")), press=["enter"])
