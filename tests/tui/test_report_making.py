"""A report from the screens: asked for by a key, made beside whatever is shown, never over another file unasked."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from reviews import study_of
from showing import Look, app_for, scene, text_of
from textual.widgets import Input

from synthdial.errors import SynthdialError
from synthdial.tui.screens.home import HomeScreen
from synthdial.tui.screens.notice import NoticeScreen, report_is_there
from synthdial.tui.screens.problem import Problem
from synthdial.tui.screens.report_path import ReportPathScreen
from synthdial.tui.screens.study import StudyScreen


class ScriptedReporter:
    """Takes the place of `write_report`: writes a line, once it is let go."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[tuple[Path, Path, str]] = []
        self.go_on = threading.Event()
        self._error = error

    def __call__(self, study: Path, out: Path, language: str) -> int:
        self.calls.append((study, out, language))
        while not self.go_on.wait(0.005):
            pass
        if self._error is not None:
            raise self._error
        return out.write_text("een rapport", "utf-8")


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return study_of(Path("proef.study"), 3)


@pytest.fixture
def reporter() -> ScriptedReporter:
    made = ScriptedReporter()
    made.go_on.set()
    return made


async def settled(pilot) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def asked(pilot, study: Path, name: str = "") -> None:
    """The box that asks where, opened by the key of the study's screen."""
    pilot.app.open_study(study)
    await settled(pilot)
    await pilot.press("p")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ReportPathScreen)
    if name:
        pilot.app.screen.query_one(Input).value = name


class TestMaking:
    @scene
    async def test_the_key_asks_where_makes_it_and_says_where_it_is(self, study: Path, reporter) -> None:
        async with app_for("nl", reporter=reporter).run_test() as pilot:
            await asked(pilot, study)
            assert pilot.app.screen.query_one(Input).value == "proef.html", "beside the study, unless told otherwise"
            await pilot.press("enter")
            await settled(pilot)
            assert reporter.calls == [(study, Path("proef.html"), "nl")]
            assert isinstance(pilot.app.screen, NoticeScreen) and "proef.html (0 kB)" in text_of(pilot.app)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, StudyScreen)

    @scene
    async def test_so_it_does_from_the_results(self, study: Path, reporter) -> None:
        async with app_for(reporter=reporter).run_test() as pilot:
            pilot.app.open_results(study)
            await settled(pilot)
            await pilot.press("p", "enter")
            await settled(pilot)
            assert reporter.calls == [(study, Path("proef.html"), "en")]
            assert "proef.html" in text_of(pilot.app)

    @scene
    async def test_without_an_ending_it_gets_one(self, study: Path, reporter) -> None:
        async with app_for(reporter=reporter).run_test() as pilot:
            await asked(pilot, study, "verslag")
            await pilot.press("enter")
            await settled(pilot)
            assert reporter.calls[0][1] == Path("verslag.html")

    @scene
    async def test_screens_go_on_while_it_is_made_and_the_end_is_told_in_passing(self, study: Path) -> None:
        reporter = ScriptedReporter()
        async with app_for(reporter=reporter).run_test(notifications=True) as pilot:
            await asked(pilot, study)
            await pilot.press("enter")
            await pilot.pause()
            assert "The report is being made ..." in text_of(pilot.app)
            await pilot.press("p")
            await pilot.pause()
            assert isinstance(pilot.app.screen, StudyScreen), "one at a time"
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HomeScreen)
            reporter.go_on.set()
            await settled(pilot)
            assert isinstance(pilot.app.screen, HomeScreen), "no box where something else is done"
            shown = " ".join(text_of(pilot.app).replace("▌", "").split())
            assert "The report is there: proef.html (0 kB)." in shown and "being made" not in shown
            assert len(reporter.calls) == 1

    @scene
    async def test_it_is_a_page_of_this_study(self, study: Path) -> None:
        async with app_for("nl").run_test() as pilot:
            await asked(pilot, study)
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, NoticeScreen)
        page = Path("proef.html").read_text("utf-8")
        assert page.lower().startswith("<!doctype html>")
        assert "Rapport over proef" in page


class TestRefused:
    @scene
    async def test_a_file_that_is_there_is_replaced_only_when_that_is_said_twice(self, study: Path, reporter) -> None:
        Path("proef.html").write_text("van gisteren", "utf-8")
        async with app_for("nl", reporter=reporter).run_test() as pilot:
            await asked(pilot, study)
            await pilot.press("enter")
            await pilot.pause()
            assert "proef.html bestaat al" in text_of(pilot.app) and not reporter.calls
            await pilot.press("escape")
            await settled(pilot)
            assert Path("proef.html").read_text("utf-8") == "van gisteren"
            await pilot.press("p")
            await pilot.pause()
            await pilot.press("enter", "enter")
            await settled(pilot)
            assert Path("proef.html").read_text("utf-8") == "een rapport"

    @scene
    async def test_another_name_is_asked_about_again(self, study: Path, reporter) -> None:
        for name in ("a.html", "b.html"):
            Path(name).write_text("van gisteren", "utf-8")
        async with app_for(reporter=reporter).run_test() as pilot:
            await asked(pilot, study, "a.html")
            await pilot.press("enter")
            pilot.app.screen.query_one(Input).value = "b.html"
            await pilot.press("enter")
            await pilot.pause()
            assert "b.html is there already" in text_of(pilot.app) and not reporter.calls

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("proef.study", "eindigt op .html"),
            ("weg/proef.html", "De map weg bestaat niet."),
            ("map.html", "map.html is een map."),
        ],
    )
    @scene
    async def test_what_will_not_do_is_said_to_be_so(self, study: Path, reporter, name: str, said: str) -> None:
        Path("map.html").mkdir()
        async with app_for("nl", reporter=reporter).run_test() as pilot:
            await asked(pilot, study, name)
            await pilot.press("enter", "enter")
            await pilot.pause()
            assert said in text_of(pilot.app) and not reporter.calls

    @scene
    async def test_a_study_with_the_name_of_a_report_is_not_written_over(self, study: Path) -> None:
        study = study.rename("proef.html")
        before = study.read_bytes()
        async with app_for("nl").run_test() as pilot:
            await asked(pilot, study)
            await pilot.press("enter", "enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, Problem) and "proef.html is de studie zelf." in text_of(pilot.app)
        assert study.read_bytes() == before

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (SynthdialError("proef.html cannot be written: No space left on device."), "de schijf is vol"),
            (KeyError("weg"), "Het rapport is mislukt: KeyError: 'weg'."),
        ],
    )
    @scene
    async def test_what_goes_wrong_is_said_and_it_can_be_asked_for_again(self, study: Path, error, said: str) -> None:
        reporter = ScriptedReporter(error)
        reporter.go_on.set()
        async with app_for("nl", reporter=reporter).run_test() as pilot:
            await asked(pilot, study)
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, Problem) and said in text_of(pilot.app)
            await pilot.press("enter", "p")
            await pilot.pause()
            assert isinstance(pilot.app.screen, ReportPathScreen)

    @scene
    async def test_a_study_without_dialogues_has_no_report(self, study: Path) -> None:
        study_of(Path("leeg.study"), 0)
        async with app_for("nl").run_test() as pilot:
            await asked(pilot, Path("leeg.study"))
            await pilot.press("enter")
            await settled(pilot)
            assert "De studie leeg.study bevat geen gesprek." in text_of(pilot.app)
            assert not Path("leeg.html").exists()


def test_a_report_is_asked_for(look: Look, snapshot_app: Callable[..., None], study: Path) -> None:
    Path("proef.html").write_text("van gisteren", "utf-8")
    snapshot_app(look, lambda app: app.push_screen(ReportPathScreen(study)), press=["enter"])


def test_a_report_is_there(look: Look, snapshot_app: Callable[..., None]) -> None:
    snapshot_app(look, lambda app: app.push_screen(report_is_there("proef.html", "312 kB")))
