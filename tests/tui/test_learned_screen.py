"""What reviewers said goes into the prompt of a batch: shown first, then used, left out, or nothing is started."""

from collections.abc import Callable
from pathlib import Path

import pytest
from reviews import answer, study_of
from scripted import scripted_engine
from scripts import ScriptedWriter
from showing import Look, app_for, scene, text_of
from textual.widgets import Input

from synthdial.review.exemplars import exemplars_from
from synthdial.review.lessons import learn_from
from synthdial.review.session import ReviewSession
from synthdial.study import Study
from synthdial.study import request as requests
from synthdial.tui.screens.generate import GenerateScreen
from synthdial.tui.screens.learned import LearnedScreen
from synthdial.tui.screens.problem import Problem
from synthdial.tui.screens.prompt import PromptScreen

SECRET = "Dit is mevrouw Jansen uit Assen"
UNNATURAL = "vallen niet in herhaling"


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study whose five dialogues are rated 5 and accepted; three have flags, with notes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(requests, "Engine", scripted_engine(monkeypatch, tmp_path))
    with Study(study_of(Path("oud.study"), 5)) as study:
        session = ReviewSession(study, "Els", "native")
        for place, item in enumerate(session.items):
            if place < 2:
                session.flag(item, 1, "unnatural", "minor", SECRET)
            if place == 2:
                session.flag(item, 0, "not Dutch", "minor", SECRET)
                session.flag(item, 2, "other", "minor", SECRET)
            session.comment(item, None, SECRET)
            session.accept(item, True)
            answer(session, item, 5)
            session.finish(item)
    return Path("oud.study")


async def settled(pilot) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def chosen(pilot, **fields: object) -> None:
    """The form, with something in its fields."""
    pilot.app.open_generate(Path("nieuw.study"))
    await pilot.pause()
    model = pilot.app.screen.query_one("#model")
    model.set_options([("toy", "toy")])
    model.value = "toy"
    for name, value in fields.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = str(value)


class TestPrompt:
    @scene
    async def test_it_shows_exemplar_and_instructions_as_the_model_will_read_them(self, old: Path) -> None:
        async with app_for("nl").run_test(size=(160, 60)) as pilot:
            await chosen(pilot, exemplars=old, learn_from=old)
            await pilot.press("f6")
            await settled(pilot)
            assert isinstance(pilot.app.screen, PromptScreen)
            shown = text_of(pilot.app)
            assert "Voorbeelden in de prompt, in plaats van referenties" in shown
            assert "Aanwijzingen in de prompt: " in shown and shown.count(UNNATURAL) == 2, "told, and in the prompt"
            assert "Arts: Dit is gesprek" in shown
            assert SECRET not in shown

    @scene
    async def test_it_starts_nothing(self, old: Path) -> None:
        async with app_for(writer=(writer := ScriptedWriter())).run_test() as pilot:
            await chosen(pilot, exemplars=old, learn_from=old)
            await pilot.press("f6")
            await settled(pilot)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, GenerateScreen) and not writer.calls


class TestStart:
    @scene
    async def test_everything_is_shown_before_it_is_used(self, old: Path) -> None:
        async with app_for(writer=(writer := ScriptedWriter())).run_test(size=(80, 24)) as pilot:
            await chosen(pilot, exemplars=old, learn_from=old)
            await pilot.press("f5")
            await settled(pilot)
            assert isinstance(pilot.app.screen, LearnedScreen) and not writer.calls
            shown = text_of(pilot.app)
            assert "score 5.00, accepted by 1, rejected by 0" in shown
            assert "Unnatural: 50% of what was flagged (2 flags, 0 critical)" in shown
            assert UNNATURAL in shown and "Of the kind 'other' 1 are flagged" in shown
            assert SECRET not in shown

    @scene
    async def test_enter_writes_with_both(self, old: Path) -> None:
        async with app_for(writer=(writer := ScriptedWriter())).run_test() as pilot:
            await chosen(pilot, exemplars=old, learn_from=old)
            writer.go_on.set()
            await pilot.press("f5")
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            ((study, request),) = writer.calls
            assert study == Path("nieuw.study")
            assert len(request.exemplars) == 5 and len(request.instructions) == 2
            assert UNNATURAL in request.instructions[0]

    @scene
    async def test_instructions_can_be_left_out(self, old: Path) -> None:
        async with app_for(writer=(writer := ScriptedWriter())).run_test() as pilot:
            await chosen(pilot, exemplars=old, learn_from=old)
            writer.go_on.set()
            await pilot.press("f5")
            await settled(pilot)
            await pilot.press("x")
            await settled(pilot)
            ((_, request),) = writer.calls
            assert len(request.exemplars) == 5 and request.instructions == ()

    @scene
    async def test_escape_starts_nothing(self, old: Path) -> None:
        async with app_for(writer=(writer := ScriptedWriter())).run_test() as pilot:
            await chosen(pilot, learn_from=old)
            await pilot.press("f5")
            await settled(pilot)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, GenerateScreen) and pilot.app.batch is None and not writer.calls

    @scene
    async def test_with_exemplars_alone_there_is_nothing_to_leave_out(self, old: Path) -> None:
        async with app_for(writer=(writer := ScriptedWriter())).run_test() as pilot:
            await chosen(pilot, exemplars=old)
            await pilot.press("f5")
            await settled(pilot)
            assert "without instructions" not in text_of(pilot.app)
            await pilot.press("x")
            await pilot.pause()
            assert isinstance(pilot.app.screen, LearnedScreen)
            writer.go_on.set()
            await pilot.press("enter")
            await settled(pilot)
            assert len(writer.calls[0][1].exemplars) == 5 and writer.calls[0][1].instructions == ()

    @scene
    async def test_pressed_twice_it_asks_once(self, old: Path) -> None:
        async with app_for(writer=(writer := ScriptedWriter())).run_test() as pilot:
            await chosen(pilot, learn_from=old)
            await pilot.press("f5", "f5")
            await settled(pilot)
            assert sum(isinstance(screen, LearnedScreen) for screen in pilot.app.screen_stack) == 1
            writer.go_on.set()
            await pilot.press("enter", "enter")
            await settled(pilot)
            assert len(writer.calls) == 1


class TestRefused:
    @pytest.mark.parametrize(
        ("field", "said"),
        [("exemplars", "Geen enkel gesprek van kaal.study kan"), ("learn_from", "Van kaal.study is niets te leren")],
    )
    @scene
    async def test_a_study_that_gives_nothing_is_a_message_and_nothing_starts(
        self, old: Path, field: str, said: str
    ) -> None:
        study_of(Path("kaal.study"), 2)
        async with app_for("nl", writer=(writer := ScriptedWriter())).run_test() as pilot:
            await chosen(pilot, **{field: "kaal.study"})
            for key in ("f5", "f6"):
                await pilot.press(key)
                await settled(pilot)
                assert isinstance(pilot.app.screen, Problem) and said in text_of(pilot.app)
                await pilot.press("enter")
                await pilot.pause()
            assert not writer.calls

    @scene
    async def test_a_study_that_is_not_there(self, old: Path) -> None:
        async with app_for("nl").run_test() as pilot:
            await chosen(pilot, exemplars="weg.study")
            await pilot.press("f5")
            await settled(pilot)
            assert "De studie weg.study bestaat niet." in text_of(pilot.app)


def test_what_was_learned(look: Look, snapshot_app: Callable[..., None], old: Path) -> None:
    exemplars = exemplars_from(old)[:1]
    snapshot_app(look, lambda app: app.push_screen(LearnedScreen(exemplars, learn_from(old), old)))
