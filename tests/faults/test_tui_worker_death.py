"""The engine's process dies under the screens: they stay, and the batch goes on or says what became of it."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harm import at_dialogue, at_turns, send
from textual.pilot import Pilot

from synthdial.engine.events import Event
from synthdial.study import Study
from synthdial.study.batch import run_batch
from synthdial.study.request import BatchRequest
from synthdial.tui.app import SynthdialApp
from synthdial.tui.machine import Machine

pytestmark = [pytest.mark.screens, pytest.mark.slow]

Harm = Callable[[Event, str], None]


def app_with(harm: Harm) -> SynthdialApp:
    """The application, with a batch whose worker is harmed."""

    def write(path: Path, request: BatchRequest, *, hear: Harm, **options: Any) -> object:
        def both(event: Event, dialogue: str) -> None:
            hear(event, dialogue)
            harm(event, dialogue)

        return run_batch(path, request, hear=both, **options)

    machine = Machine((), "", 2, 8_000_000_000)
    return SynthdialApp(language="en", theme="dark", examine=lambda: machine, writer=write)


def shown(app: SynthdialApp) -> str:
    """Everything on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def over(app: SynthdialApp, pilot: Pilot[None]) -> None:
    """Wait until the batch is over and the screens have heard of it."""
    await app.workers.wait_for_complete()
    while app.batch is None or app.batch.running:
        await pilot.pause()
    for _ in range(3):
        await pilot.pause()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path / "home"))
    return tmp_path / "a.study"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_the_screens_stay_and_the_batch_goes_on(path: Path, small_batch: BatchRequest, how: int) -> None:
    async def play() -> None:
        app = app_with(at_turns(send(how), 4))
        async with app.run_test(size=(120, 40)) as pilot:
            app.open_generate(path)
            await pilot.pause()
            app.start_batch(path, small_batch)
            await over(app, pilot)
            assert app.batch is not None and app.batch.phase == "done"
            assert any("Starting it again" in remark for remark in app.batch.remarks)
            before = shown(app)
            await pilot.press("f2")  # it answers: it speaks Dutch now
            await pilot.pause()
            assert app.is_running and "English" in shown(app) and "English" not in before

    asyncio.run(play())
    with Study(path, read_only=True) as study:
        assert len(study) == 8


def test_what_could_not_be_written_is_said_on_the_screen(path: Path, small_batch: BatchRequest) -> None:
    async def play() -> None:
        app = app_with(at_dialogue(send(signal.SIGSEGV), 3))
        async with app.run_test(size=(120, 40)) as pilot:
            app.open_generate(path)
            await pilot.pause()
            app.start_batch(path, small_batch)
            await over(app, pilot)
            assert app.is_running
            assert app.batch is not None and app.batch.phase == "failed"
            assert "1 of 8 dialogues could not be written" in shown(app)

    asyncio.run(play())
    with Study(path, read_only=True) as study:
        assert len(study) == 7
