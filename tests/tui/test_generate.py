"""Writing dialogues: choices, the prompt, and a batch that goes on beside whatever is shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
from scripts import ScriptedWriter
from showing import Look, app_for, scene, text_of
from textual.widgets import Input

from synthdial.errors import SynthdialError
from synthdial.study.request import BatchRequest
from synthdial.tui.screens.generate import GenerateScreen
from synthdial.tui.screens.home import HomeScreen
from synthdial.tui.widgets.slots import Slots


async def started(pilot, path: Path) -> ScriptedWriter:
    """A batch that waits."""
    writer = pilot.app._writer
    pilot.app.open_generate(path)
    await pilot.pause()
    pilot.app.screen.query_one("#model").set_options([("gemma", "gemma")])
    pilot.app.screen.query_one("#model").value = "gemma"
    await pilot.press("f5")
    while not writer.told.is_set():
        await pilot.pause()
    await pilot.pause()
    return writer


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("proef.study")


class TestWriting:
    @scene
    async def test_what_was_chosen_is_asked_of_the_writer(self, path: Path) -> None:
        async with app_for(writer=ScriptedWriter()).run_test() as pilot:
            writer = await started(pilot, path)
            ((study, request),) = writer.calls
            assert study == path
            assert (request.count, request.max_words, request.candidates, request.seed) == (8, 700, 1, 1)
            assert (request.preset, request.scenario, request.model) == ("natural", "nefrologie-uitslagen", "gemma")
            writer.go_on.set()

    @scene
    async def test_dialogues_appear_as_they_are_written(self, path: Path) -> None:
        async with app_for(writer=ScriptedWriter()).run_test() as pilot:
            writer = await started(pilot, path)
            shown = text_of(pilot.app)
            assert "nummer 2" in shown and "nummer 1" not in shown, "the first is finished"
            assert "1 of 2 dialogues" in shown and "80 tokens/s" in shown and "1 min 01 s left" in shown
            writer.go_on.set()

    @scene
    async def test_every_key_is_answered_while_the_writer_says_nothing(self, path: Path) -> None:
        async with app_for(writer=ScriptedWriter()).run_test() as pilot:
            writer = await started(pilot, path)  # it waits, in its own thread
            await pilot.press("l")
            assert pilot.app.screen.query_one(Slots).large
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HomeScreen)
            assert "writing" in text_of(pilot.app), "the line above the keys goes on telling"
            assert pilot.app.batch.running
            writer.go_on.set()

    @scene
    async def test_it_can_be_paused_and_go_on(self, path: Path) -> None:
        async with app_for(writer=ScriptedWriter()).run_test() as pilot:
            writer = await started(pilot, path)
            await pilot.press("p")
            await pilot.pause()
            assert pilot.app.batch.control.paused and "paused" in text_of(pilot.app)
            await pilot.press("p")
            await pilot.pause()
            assert not pilot.app.batch.control.paused
            writer.go_on.set()

    @scene
    async def test_stopping_asks_once_and_keeps_what_is_finished(self, path: Path) -> None:
        async with app_for(writer=ScriptedWriter()).run_test() as pilot:
            await started(pilot, path)
            await pilot.press("s")
            await pilot.pause()
            assert pilot.app.batch.running, "it asks first"
            await pilot.press("enter")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            assert pilot.app.batch.phase == "stopped" and pilot.app.batch.progress.done == 1
            assert "stopped" in text_of(pilot.app)

    @scene
    async def test_a_study_is_remembered_once_it_is_there(self, path: Path) -> None:
        def failing(*_: object, **__: object) -> None:
            raise SynthdialError("There is no reference.")

        for writer, known in ((failing, False), (ScriptedWriter(), True)):
            async with app_for(writer=writer).run_test() as pilot:
                if isinstance(writer, ScriptedWriter):
                    await started(pilot, path)
                    writer.go_on.set()
                else:
                    pilot.app.start_batch(path, BatchRequest(count=1, model="gemma"))
                    await pilot.app.workers.wait_for_complete()
                    await pilot.pause()
                assert (str(path.absolute()) in pilot.app.state.recent) is known

    @scene
    async def test_quitting_asks_while_it_writes_and_then_stops_it(self, path: Path) -> None:
        app = app_for(writer=ScriptedWriter())
        async with app.run_test() as pilot:
            await started(pilot, path)
            await pilot.press("q")
            await pilot.pause()
            assert "A batch is running" in text_of(app)
            await pilot.press("escape")
            await pilot.pause()
            assert app.batch.running
            await pilot.press("q", "enter")
            await pilot.pause()
        assert app.batch.control.stopped

    @pytest.mark.parametrize(("field", "typed"), [("count", "0"), ("max_words", "5"), ("seed", "")])
    @scene
    async def test_a_number_that_will_not_do_is_said_to_be_so(self, path: Path, field: str, typed: str) -> None:
        async with app_for(writer=ScriptedWriter()).run_test() as pilot:
            pilot.app.open_generate(path)
            await pilot.pause()
            pilot.app.screen.query_one(f"#{field}", Input).value = typed
            await pilot.press("f5")
            await pilot.pause()
            assert "A whole number is wanted" in text_of(pilot.app)
            assert pilot.app.batch is None and pilot.app.focused.id == field

    @scene
    async def test_what_the_library_refuses_is_shown(self, path: Path) -> None:
        async with app_for(writer=ScriptedWriter()).run_test() as pilot:
            pilot.app.open_generate(path)
            await pilot.pause()
            pilot.app.screen.query_one("#model").set_options([("gemma", "gemma")])
            pilot.app.screen.query_one("#model").value = "gemma"
            pilot.app.screen.query_one("#candidates", Input).value = "99"
            await pilot.press("f5")
            await pilot.pause()
            assert "must be 16 or less" in text_of(pilot.app)


def test_choices(look: Look, snapshot_app: Callable[..., None], path: Path) -> None:
    def opened(app) -> None:
        app.open_generate(path)

    snapshot_app(look, opened)


def test_while_it_writes(look: Look, snapshot_app: Callable[..., None], path: Path) -> None:
    from synthdial.dialogue import Speaker, Turn
    from synthdial.engine.events import PromptRead, TurnWritten
    from synthdial.study.batch import Progress
    from synthdial.tui.batch import Batch

    def writing(app) -> None:
        app.batch = batch = Batch(path, BatchRequest(count=6))
        batch.hear(PromptRead(100, 0.5), "")
        for number in range(1, 7):
            for turn in (
                Turn(Speaker.DOCTOR, "Goedemorgen, hoe gaat het met u sinds de vorige keer?"),
                Turn(Speaker.PATIENT, "Nou, uh, ik ben vooral moe. En die enkels, hè."),
            ):
                batch.hear(TurnWritten(number, turn), f"d691e3bb-{number:04}")
        batch.progress = Progress(2, 8, 81.4, 95.0)
        app.push_screen(GenerateScreen(path))

    snapshot_app(look, writing)
