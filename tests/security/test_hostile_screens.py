"""Text that means harm on the screens: shown as it stands, wherever text of a study, a model or a rater stands."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import ALL, MARKUP, OBEYED, hostile_study
from rich.segment import Segment
from textual.screen import Screen

from synthdial.errors import SynthdialError
from synthdial.review.session import ReviewSession
from synthdial.study import Study
from synthdial.tui.app import SynthdialApp
from synthdial.tui.machine import Machine
from synthdial.tui.screens.dialogue import DialogueScreen
from synthdial.tui.screens.problem import Problem
from synthdial.tui.screens.prompt import PromptScreen
from synthdial.tui.screens.results import ResultsScreen
from synthdial.tui.screens.review import ReviewScreen
from synthdial.tui.screens.study import StudyScreen

pytestmark = pytest.mark.screens

NAME = "[@click=app.quit]weg[/] \x1b]52;c;eA==\x07\u202e.study"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hostile study with a hostile name, whose rater meant harm too."""
    path = hostile_study(tmp_path_factory.mktemp("screens") / NAME.replace("/", "\u2215"))
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native")
        for item in session.items[:2]:
            for criterion in session.rubric.criteria:
                session.score(item, criterion.key, 4)
            session.origin(item, "machine")
            session.flag(item, 0, "other", "critical", ALL)
            session.comment(item, None, ALL)
            session.comment(item, 1, ALL)
            session.edit(item, 1, f"Anders. {ALL}", 3)
            session.finish(item)
    return path


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


MACHINE = Machine(((f"model {ALL}", 253_000_000),), f"gpu {ALL}", 2, 8_000_000_000, f"fout {ALL}")


def segments(app: SynthdialApp) -> list[Segment]:
    return [segment for strip in app.screen._compositor.render_strips() for segment in strip]


async def opened(open_: Callable[[SynthdialApp], Awaitable[Any] | Any], keys: tuple[str, ...] = ()) -> list[Segment]:
    """What stands on a screen after some keys."""
    app = SynthdialApp(language="en", theme="dark", examine=lambda: MACHINE)
    async with app.run_test(size=(160, 50)) as pilot:
        made = open_(app)
        if made is not None and not isinstance(made, Screen):
            await made
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.press(*keys)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert app.is_running
        return segments(app)


def check(found: list[Segment], *, says: str = "") -> None:
    text = "".join(segment.text for segment in found)
    assert not OBEYED.findall(text)
    assert says in text
    for segment in found:
        style = segment.style
        if style is not None:
            assert style.link is None
            assert "app.quit" not in style.meta.values(), segment  # the screens make clicks of their own


class TestScreens:
    def test_home(self, path: Path) -> None:
        check(asyncio.run(opened(lambda app: None)), says="fout")

    def test_home_after_a_study_was_opened(self, path: Path) -> None:
        check(asyncio.run(opened(lambda app: app.open_study(path), ("escape",))), says="[@click=app.quit]")

    def test_a_study(self, path: Path) -> None:
        check(asyncio.run(opened(lambda app: app.push_screen(StudyScreen(path)))), says="m=cmd|")

    def test_a_dialogue(self, path: Path) -> None:
        with Study(path, read_only=True) as study:
            ids = [each.id for each in study.dialogues()]
        check(asyncio.run(opened(lambda app: app.push_screen(DialogueScreen(path, ids)))), says="[bold]vet[/bold]")

    def test_results(self, path: Path) -> None:
        check(asyncio.run(opened(lambda app: app.push_screen(ResultsScreen(path)))))

    @pytest.mark.parametrize("keys", [(), ("p",), ("n",), ("p", "o"), ("c",), ("f",), ("e",), ("?",)])
    def test_a_review(self, path: Path, keys: tuple[str, ...], tmp_path: Path) -> None:
        copy = tmp_path / "copy.study"
        copy.write_bytes(path.read_bytes())

        async def read() -> None:
            with Study(copy) as study:
                session = ReviewSession(study, "Els", "native")
                check(await opened(lambda app: app.push_screen(ReviewScreen(session)), keys))

        asyncio.run(read())

    def test_a_prompt(self) -> None:
        check(asyncio.run(opened(lambda app: app.push_screen(PromptScreen(ALL, 3, (ALL,))))), says="[bold]vet[/bold]")

    def test_a_problem(self) -> None:
        error = SynthdialError(f"Fout: {ALL}", f"Doe: {MARKUP}")
        check(asyncio.run(opened(lambda app: app.push_screen(Problem(error)))), says="[bold]vet[/bold]")

    def test_a_notice_in_the_corner(self) -> None:
        check(asyncio.run(opened(lambda app: app.notify(ALL, markup=False))))


def test_what_is_looked_for_would_be_seen() -> None:
    from rich.style import Style

    for segment in (
        Segment("\x1b"),
        Segment("x", Style(link="http://x")),
        Segment("x", Style(meta={"@click": "app.quit"})),
    ):
        with pytest.raises(AssertionError):
            check([segment])
