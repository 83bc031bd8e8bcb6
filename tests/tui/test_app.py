"""The application: languages, keys, commands by name, and an end that leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest
from scripts import ScriptedWriter, study_of
from showing import app_for, scene, text_of
from textual.widgets import Input

from synthdial.errors import SynthdialError
from synthdial.study.request import BatchRequest
from synthdial.tui.app import SynthdialApp
from synthdial.tui.screens.help import HelpScreen
from synthdial.tui.screens.home import HomeScreen
from synthdial.tui.screens.problem import Problem
from synthdial.tui.screens.study import StudyScreen
from synthdial.tui.widgets.frame import KeyLine


async def settled(pilot) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def keys_below(app: SynthdialApp) -> dict[str, str]:
    """What each key below the screen does."""
    return {key: label for key, label, _, _ in app.screen.query_one(KeyLine).shown_keys()}


class TestLanguage:
    @pytest.mark.parametrize("key", ["f2", "ctrl+l"])
    @scene
    async def test_a_key_changes_everything_that_is_open(self, key: str, tmp_path: Path) -> None:
        async with app_for("nl").run_test() as pilot:
            pilot.app.open_study(study_of(tmp_path / "a.study", 2))
            await settled(pilot)
            assert "Studie" in text_of(pilot.app) and "2 gesprekken" in text_of(pilot.app)
            await pilot.press(key)
            await pilot.pause()
            assert "Study" in text_of(pilot.app) and "2 dialogues" in text_of(pilot.app)
            await pilot.press("escape")
            await pilot.pause()
            assert "How to begin" in text_of(pilot.app), "what was below it speaks it too"

    @scene
    async def test_a_box_changes_with_its_field_as_it_was(self) -> None:
        async with app_for("nl").run_test() as pilot:
            await settled(pilot)
            await pilot.press("n", *"proef", "f2")
            await pilot.pause()
            assert "New study" in text_of(pilot.app)
            assert pilot.app.screen.query_one(Input).value == "proef"

    @scene
    async def test_the_key_says_the_other_language(self) -> None:
        async with app_for("nl").run_test() as pilot:
            await settled(pilot)
            assert keys_below(pilot.app)["F2"] == "English"
            await pilot.press("f2")
            assert keys_below(pilot.app)["F2"] == "Nederlands"


class TestKeys:
    @scene
    async def test_in_a_field_only_keys_are_shown_that_do_not_write_a_letter(self, tmp_path: Path) -> None:
        async with app_for().run_test() as pilot:
            await settled(pilot)
            assert {"?", "q", "n"} <= keys_below(pilot.app).keys()
            pilot.app.open_generate(tmp_path / "a.study")
            await settled(pilot)
            pilot.app.screen.query_one("#references").focus()
            await pilot.pause()
            shown = keys_below(pilot.app)
            assert not {"?", "q"} & shown.keys()
            assert shown["F1"] == "Help" and shown["Ctrl+Q"] == "Quit"

    @scene
    async def test_a_study_of_the_list_is_needed_for_what_is_done_with_one(self) -> None:
        async with app_for().run_test() as pilot:
            await settled(pilot)
            assert not {"Enter", "r", "d"} & keys_below(pilot.app).keys()

    @pytest.mark.parametrize("language", ["nl", "en"])
    @scene
    async def test_all_keys_fit_below_in_the_smallest_window(self, language, tmp_path: Path) -> None:
        async with app_for(language, writer=(writer := ScriptedWriter())).run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            pilot.app.open_study(study_of(tmp_path / "a.study", 2))
            await settled(pilot)
            pilot.app.start_batch(tmp_path / "b.study", BatchRequest(count=2, model="gemma"))
            pilot.app.open_generate(tmp_path / "b.study")
            while not writer.told.is_set():
                await pilot.pause()
            for screen in pilot.app.screen_stack:
                line = screen.query_one(KeyLine)
                assert line.get_content_height(line.size, line.size, 80) <= 2
            writer.go_on.set()

    @scene
    async def test_a_click_on_a_key_presses_it(self) -> None:
        async with app_for().run_test() as pilot:
            await settled(pilot)
            x = text_of(pilot.app).splitlines()[-1].index("? Help")
            await pilot.click(offset=(x, pilot.app.size.height - 1))
            await pilot.pause()
            assert isinstance(pilot.app.screen, HelpScreen)


class TestHelp:
    @pytest.mark.parametrize("key", ["question_mark", "f1"])
    @scene
    async def test_it_tells_what_the_screen_is_for_and_what_its_keys_do(self, key: str, tmp_path: Path) -> None:
        async with app_for("nl").run_test(size=(100, 40)) as pilot:
            pilot.app.open_study(study_of(tmp_path / "a.study", 2))
            await settled(pilot)
            await pilot.press(key)
            await pilot.pause()
            shown = text_of(pilot.app)
            assert "Enter toont een gesprek" in shown
            for label in ("Meer schrijven", "Beoordelen", "Afsluiten", "Opdracht zoeken"):
                assert label in shown
            await pilot.press(key)
            assert len(pilot.app.screen_stack) == 3, "help does not explain itself"
            await pilot.press("escape")
            assert not isinstance(pilot.app.screen, HelpScreen)


class TestCommands:
    @scene
    async def test_a_command_is_found_by_its_name_in_the_language_of_now(self) -> None:
        async with app_for("nl").run_test() as pilot:
            await settled(pilot)
            await pilot.press("ctrl+p")
            await pilot.pause()
            shown = text_of(pilot.app)
            assert "Opdracht zoeken" in shown and "Nieuwe studie" in shown
            assert not any(word in shown for word in ("Focus", "Copy", "Screenshot", "Theme"))
            await pilot.press(*"nieuwe")
            await settled(pilot)
            await pilot.press("down", "enter")
            await settled(pilot)
            assert "Naam van het bestand" in text_of(pilot.app)

    @scene
    async def test_ctrl_c_says_how_to_leave(self) -> None:
        async with app_for("nl").run_test(notifications=True) as pilot:
            await settled(pilot)
            await pilot.press("ctrl+c")
            await pilot.pause()
            assert "Met Ctrl+Q sluit u" in text_of(pilot.app)


class TestEnd:
    @scene
    async def test_the_end_of_a_batch_is_told_on_every_screen(self, tmp_path: Path) -> None:
        writer = ScriptedWriter()
        writer.go_on.set()
        async with app_for("nl", writer=writer).run_test(notifications=True) as pilot:
            await settled(pilot)
            pilot.app.start_batch(tmp_path / "proef.study", BatchRequest(count=2, model="gemma"))
            while pilot.app.batch.running:
                await pilot.pause()
            await settled(pilot)
            assert "proef.study: klaar · 2 van 2 gesprekken" in " ".join(text_of(pilot.app).replace("▌", "").split())


class TestClosing:
    @scene
    async def test_a_screen_closes_itself_and_never_one_that_is_over_it(self, tmp_path: Path) -> None:
        async with app_for().run_test() as pilot:
            await settled(pilot)
            pilot.app.open_study(study_of(tmp_path / "a.study", 2))
            await settled(pilot)
            study = pilot.app.screen
            await pilot.press("f1")
            await pilot.pause()
            study.dismiss()
            await pilot.pause()
            assert isinstance(pilot.app.screen, HelpScreen) and study in pilot.app.screen_stack

    @scene
    async def test_a_key_pressed_twice_goes_back_once(self, tmp_path: Path) -> None:
        async with app_for().run_test() as pilot:
            await settled(pilot)
            path = study_of(tmp_path / "a.study", 2)
            pilot.app.open_study(path)
            await settled(pilot)
            await pilot.press("enter")
            await pilot.pause()
            dialogue = pilot.app.screen
            dialogue.dismiss()
            dialogue.dismiss()
            await pilot.pause()
            assert isinstance(pilot.app.screen, StudyScreen)

    @scene
    async def test_a_screen_that_fails_below_another_says_so_when_that_is_closed(self, tmp_path: Path) -> None:
        async with app_for().run_test() as pilot:
            await settled(pilot)
            pilot.app.open_study(study_of(tmp_path / "a.study", 2))
            await settled(pilot)
            study = pilot.app.screen
            await pilot.press("f1")
            await pilot.pause()
            study.fail(SynthdialError("The disk is gone."))
            await pilot.pause()
            assert isinstance(pilot.app.screen, HelpScreen)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, Problem) and "The disk is gone." in text_of(pilot.app)
            await pilot.press("enter")
            await settled(pilot)
            assert study not in pilot.app.screen_stack and isinstance(pilot.app.screen, HomeScreen)


class TestTrouble:
    @scene
    async def test_a_problem_stays_until_it_was_read(self) -> None:
        async with app_for().run_test() as pilot:
            await settled(pilot)
            pilot.app.problem(SynthdialError("The disk is [red]full[/red].", "Make room."))
            await pilot.pause()
            assert "The disk is [red]full[/red]." in text_of(pilot.app) and "Make room." in text_of(pilot.app)
            await pilot.press("enter")
            await pilot.pause()
            assert "Make room." not in text_of(pilot.app)

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (SynthdialError("The disk is full."), "The disk is full."),
            (KeyError("gone"), "Writing failed: KeyError: 'gone'."),
        ],
    )
    @scene
    async def test_a_batch_that_fails_says_why_and_the_screens_go_on(self, error, said: str, tmp_path: Path) -> None:
        def writer(*_: object, **__: object) -> None:
            raise error

        async with app_for(writer=writer).run_test() as pilot:
            await settled(pilot)
            pilot.app.start_batch(tmp_path / "a.study", BatchRequest(count=2, model="gemma"))
            await settled(pilot)
            assert isinstance(pilot.app.screen, Problem) and said in text_of(pilot.app)
            assert pilot.app.batch.phase == "failed"
            await pilot.press("enter", "n")
            await pilot.pause()
            assert "Name of the file" in text_of(pilot.app)

    @scene
    async def test_a_fault_of_the_screens_stops_the_batch_too(self, tmp_path: Path) -> None:
        class Faulty(SynthdialApp):
            def action_theme(self) -> None:
                raise RuntimeError("a fault")

        writer = ScriptedWriter()
        app = Faulty(writer=writer, examine=app_for().examine)
        with pytest.raises(RuntimeError, match="a fault"):
            async with app.run_test() as pilot:
                app.start_batch(tmp_path / "a.study", BatchRequest(count=2, model="gemma"))
                while not writer.told.is_set():
                    await pilot.pause()
                await pilot.press("f3")
        assert app.batch.control.stopped


def test_the_first_screen_loads_neither_numbers_nor_the_engine() -> None:
    program = (
        "import sys, synthdial.tui.app, synthdial.tui.screens.home\n"
        "print(*sorted({'numpy', 'llama_cpp', 'synthdial.engine.client', 'synthdial.study'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
