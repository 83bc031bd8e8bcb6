"""Encrypted studies: a passphrase is asked for on a screen, once, and never shown."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from samples import RECIPE, dialogue
from showing import Look, app_for, scene, text_of
from textual.widgets import Input

from synthdial.passphrase import forget_keys
from synthdial.review.session import ReviewRequest
from synthdial.study import Study
from synthdial.tui.screens.home import HomeScreen
from synthdial.tui.screens.passphrase import PassphraseScreen
from synthdial.tui.screens.rater import RaterScreen
from synthdial.tui.screens.results import ResultsScreen
from synthdial.tui.screens.study import StudyScreen
from synthdial.tui.state import State
from synthdial.tui.widgets.rows import Rows

SECRET = "vier woorden zonder verband"


@pytest.fixture(autouse=True)
def no_key_is_known() -> Iterator[None]:
    forget_keys()
    yield
    forget_keys()


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("geheim.study")
    with Study(path, create=True, passphrase=SECRET) as study:
        study.add_recipe(RECIPE)
        for number in (1, 2):
            study.add_dialogue(RECIPE, number, dialogue(number))
    forget_keys()
    return path


async def settled(pilot) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def typed(pilot, passphrase: str) -> None:
    pilot.app.screen.query_one(Input).value = passphrase
    await pilot.press("enter")
    await settled(pilot)


@scene
async def test_from_home_it_is_asked_for_and_opens(sealed: Path) -> None:
    async with app_for("nl", state=State(recent=(str(sealed.absolute()),))).run_test() as pilot:
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "versleuteld" in shown and "niet gevonden" not in shown
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, PassphraseScreen) and "Wachtwoordzin van geheim.study" in text_of(pilot.app)
        await pilot.press(*"geheim")
        assert pilot.app.screen.query_one(Input).value == "geheim" and " geheim " not in text_of(pilot.app)
        await typed(pilot, SECRET)
        assert isinstance(pilot.app.screen, StudyScreen) and "2 gesprekken" in text_of(pilot.app)
        await pilot.press("escape")
        await settled(pilot)
        assert pilot.app.screen.query_one(Rows).row.count == 2
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen), "asked for once"


@scene
async def test_a_wrong_one_says_so_and_asks_again(sealed: Path) -> None:
    async with app_for().run_test() as pilot:
        pilot.app.open_study(sealed)
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "Type the passphrase." in text_of(pilot.app)
        await typed(pilot, "een andere zin dan die")
        assert isinstance(pilot.app.screen, PassphraseScreen)
        assert "does not open the study" in text_of(pilot.app) and pilot.app.screen.query_one(Input).value == ""
        await typed(pilot, SECRET)
        assert isinstance(pilot.app.screen, StudyScreen)


@scene
async def test_who_does_not_give_it_goes_back(sealed: Path) -> None:
    async with app_for().run_test() as pilot:
        for open_it in (pilot.app.open_study, pilot.app.review, pilot.app.open_results, pilot.app.open_generate):
            open_it(sealed)
            await pilot.pause()
            assert isinstance(pilot.app.screen, PassphraseScreen)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HomeScreen)


@scene
async def test_a_review_asks_for_it_first(sealed: Path) -> None:
    async with app_for(study=sealed, review=ReviewRequest(sealed)).run_test() as pilot:
        await settled(pilot)
        assert isinstance(pilot.app.screen, PassphraseScreen)
        await typed(pilot, SECRET)
        assert isinstance(pilot.app.screen, RaterScreen)


@scene
async def test_results_open_after_it(sealed: Path) -> None:
    async with app_for().run_test() as pilot:
        pilot.app.open_results(sealed)
        await pilot.pause()
        await typed(pilot, SECRET)
        assert isinstance(pilot.app.screen, ResultsScreen)


@scene
async def test_the_path_screen_leads_to_it(sealed: Path) -> None:
    async with app_for().run_test() as pilot:
        await settled(pilot)
        await pilot.press("o", *"geheim.study", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, PassphraseScreen)


def test_it_is_asked_for(look: Look, snapshot_app: Callable[..., None], sealed: Path) -> None:
    async def wrong(app) -> None:
        app.open_study(sealed)

    snapshot_app(look, wrong, press=["x", "y", "enter"])
