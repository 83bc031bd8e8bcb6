"""What the tests of screens share: every look that a snapshot is taken in, and the application with nothing in it that
changes from one machine or day to the next.

A snapshot of a screen in both languages, both sizes and three themes::

    def test_my_screen(look: Look, snapshot_app: SnapshotApp) -> None:
        snapshot_app(look, lambda app: app.push_screen(MyScreen(...)), press=["down", "enter"])

``look`` makes the test run in all of them. Run ``pytest tests/tui --snapshot-update`` after a change that was meant,
and look at what it made.
"""

import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from showing import LOOKS, Look, app_for
from textual.widgets import Input, TextArea

from synthdial.tui.app import SynthdialApp


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "look" in metafunc.fixturenames:
        metafunc.parametrize("look", LOOKS, ids=str)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.screens)


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No colour settings of who runs the tests, a state of their own, no movement, no cursor that comes and goes."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path / "home"))
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(Input.cursor_blink, "_default", False)
    monkeypatch.setattr(TextArea.cursor_blink, "_default", False)


async def settled(pilot: Any) -> None:
    """Wait until workers are done, and those that begin when their messages were heard."""
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


Prepare = Callable[[SynthdialApp], Awaitable[object] | object]
SnapshotApp = Callable[..., None]


@pytest.fixture
def snapshot_app(snap_compare: Callable[..., bool]) -> SnapshotApp:
    """Compare what the application shows with what it showed when somebody last looked."""

    def compare(
        look: Look,
        prepare: Prepare = lambda app: None,
        *,
        press: Iterable[str] = (),
        app: SynthdialApp | None = None,
        **options: Any,
    ) -> None:
        shown = app or app_for(look.language, look.theme, **options)

        async def run_before(pilot: Any) -> None:
            made = prepare(pilot.app)
            if hasattr(made, "__await__"):
                await made
            await settled(pilot)
            for key in press:
                await pilot.press(key)
            await settled(pilot)

        assert snap_compare(shown, terminal_size=look.size, run_before=run_before)

    return compare
