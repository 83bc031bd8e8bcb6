"""References are looked at by a person before a batch takes them in: what was found and missed, and who checked."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from deidentified import without_tables
from scripted import scripted_engine
from scripts import ScriptedWriter
from showing import Look, app_for, scene, text_of
from textual.widgets import Input

from synthdial.study import Study
from synthdial.study import request as requests
from synthdial.study.looking import look_at
from synthdial.study.references import ReferenceChecks
from synthdial.tui.screens.generate import GenerateScreen
from synthdial.tui.screens.missed import MissedScreen
from synthdial.tui.screens.problem import Problem
from synthdial.tui.screens.prompt import PromptScreen
from synthdial.tui.screens.question import Question
from synthdial.tui.screens.references import ReferencesScreen
from synthdial.tui.state import load_state
from synthdial.tui.widgets.reference_text import ReferenceText, line_ranges

FIRST = """Arts: Dag mevrouw Kuipers.
Patiënt: Dag dokter, ik ben van de kaasboerderij aan de rand van het dorp.
"""
SECOND = """Arts: Hoe gaat het?
Patiënt: Goed. De kaasboerderij doet het ook goed.
"""


@pytest.fixture(autouse=True)
def no_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    without_tables(monkeypatch)
    monkeypatch.setattr("synthdial.study.audit.system_user", lambda: "els")
    Path("refs").mkdir()
    Path("refs/a.txt").write_text(FIRST, "utf-8")
    Path("refs/b.txt").write_text(SECOND, "utf-8")


STUDY = Path("proef.study")


async def settled(pilot) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def asked(pilot, references: str = "refs", key: str = "f5") -> None:
    """What comes after a batch of these references is asked for."""
    pilot.app.open_generate(STUDY)
    await pilot.pause()
    model = pilot.app.screen.query_one("#model")
    model.set_options([("toy", "toy")])
    model.value = "toy"
    pilot.app.screen.query_one("#references", Input).value = references
    await pilot.press(key)
    await settled(pilot)


async def on(pilot, word: str) -> None:
    """Put the cursor on a word."""
    text = pilot.app.screen.query_one(ReferenceText)
    await pilot.press("home")
    for _ in range(60):
        if text.chosen_text == word:
            return
        await pilot.press("right")
    raise AssertionError(f"{word} was not reached")


def ready() -> ScriptedWriter:
    """A writer that waits for nobody."""
    writer = ScriptedWriter()
    writer.go_on.set()
    return writer


def checked() -> Sequence[str]:
    with Study(STUDY, read_only=True) as study:
        return [one.by for one in ReferenceChecks(study).checked().values()]


class TestLooking:
    @scene
    async def test_it_shows_what_was_found_before_and_after(self) -> None:
        async with app_for("nl", writer=ready()).run_test() as pilot:
            await asked(pilot)
            shown = text_of(pilot.app)
            assert isinstance(pilot.app.screen, ReferencesScreen) and pilot.app.batch is None
            assert "Referentie 1 van 2: nog niet nagekeken." in shown and "Gevonden: 1 × naam" in shown
            assert "Dag mevrouw Kuipers." in shown and "zoals het was" in shown
            await on(pilot, "Kuipers")
            assert "naam: Kuipers wordt Bakker" in text_of(pilot.app)
            await pilot.press("tab")
            await pilot.pause()
            assert "Dag mevrouw Bakker." in text_of(pilot.app) and "in de prompt komt" in text_of(pilot.app)
            await pilot.press("n")
            await pilot.pause()
            assert "Referentie 2 van 2" in text_of(pilot.app) and "Er is niets gevonden" in text_of(pilot.app)

    @scene
    async def test_leaving_starts_nothing_and_makes_nothing(self) -> None:
        writer = ready()
        async with app_for(writer=writer).run_test() as pilot:
            await asked(pilot)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, GenerateScreen) and "Not started" in text_of(pilot.app)
            assert writer.calls == [] and not STUDY.exists()

    @scene
    async def test_the_bundled_ones_need_no_look(self) -> None:
        writer = ready()
        async with app_for(writer=writer).run_test() as pilot:
            await asked(pilot, references="")
            await settled(pilot)
            assert len(writer.calls) == 1

    @scene
    async def test_what_cannot_be_read_is_said(self) -> None:
        async with app_for(writer=ready()).run_test() as pilot:
            await asked(pilot, references="weg")
            assert isinstance(pilot.app.screen, Problem)


class TestChecking:
    @scene
    async def test_once_each_is_checked_the_batch_goes_on(self) -> None:
        writer = ready()
        async with app_for(writer=writer).run_test() as pilot:
            await asked(pilot)
            await pilot.press("c")
            await pilot.pause()
            assert isinstance(pilot.app.screen, Question) and "els" in text_of(pilot.app)
            await pilot.press("enter")
            await settled(pilot)
            assert "Reference 2 of 2: not checked yet." in text_of(pilot.app) and writer.calls == []
            assert checked() == ["els"]
            await pilot.press("c", "enter")
            await settled(pilot)
            assert len(writer.calls) == 1 and checked() == ["els", "els"]

    @scene
    async def test_all_can_be_checked_after_each_was_opened(self) -> None:
        writer = ready()
        async with app_for(writer=writer).run_test() as pilot:
            await asked(pilot)
            await pilot.press("a")
            await pilot.pause()
            assert isinstance(pilot.app.screen, ReferencesScreen), "the second was not opened"
            await pilot.press("n", "a")
            await pilot.pause()
            assert isinstance(pilot.app.screen, Question) and "these 2 conversations" in text_of(pilot.app)
            await pilot.press("enter")
            await settled(pilot)
            assert checked() == ["els", "els"]

    @scene
    async def test_who_does_not_say_so_has_checked_nothing(self) -> None:
        async with app_for(writer=ready()).run_test() as pilot:
            await asked(pilot)
            await pilot.press("c", "escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, ReferencesScreen) and not STUDY.exists()

    @scene
    async def test_what_was_checked_before_is_not_asked_again(self) -> None:
        look = look_at(STUDY, [Path("refs")])
        look.note_checked([0, 1])
        writer = ready()
        async with app_for(writer=writer).run_test() as pilot:
            await asked(pilot)
            await settled(pilot)
            assert len(writer.calls) == 1

    @scene
    async def test_the_prompt_is_shown_only_after_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(requests, "Engine", scripted_engine(monkeypatch, tmp_path))
        async with app_for().run_test(size=(120, 50)) as pilot:
            await asked(pilot, key="f6")
            await pilot.press("n", "a", "enter")
            await settled(pilot)
            await settled(pilot)
            assert isinstance(pilot.app.screen, PromptScreen), text_of(pilot.app)
            assert "Kuipers" not in pilot.app.screen._text


class TestMarking:
    @scene
    async def test_what_was_missed_is_replaced_everywhere_and_remembered(self) -> None:
        async with app_for("nl", writer=ready()).run_test() as pilot:
            await asked(pilot)
            await on(pilot, "kaasboerderij")
            assert "Niet gevonden: kaasboerderij" in text_of(pilot.app)
            await pilot.press("plus", "plus", "plus", "m")
            await pilot.pause()
            assert isinstance(pilot.app.screen, MissedScreen) and "kaasboerderij aan de rand" in text_of(pilot.app)
            await pilot.press("escape", "left", "left", "left", "m", "4", "enter")
            await settled(pilot)
            assert "plaats: kaasboerderij wordt Deventer" in text_of(pilot.app)
            await pilot.press("n")
            await pilot.pause()
            assert "Gevonden: 1 × plaats" in text_of(pilot.app)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, GenerateScreen)
        with Study(STUDY, read_only=True) as study:
            assert [row[1:] for row in ReferenceChecks(study).marks().as_rows()] == [(1, "place")]
        kept = b"".join(path.read_bytes() for path in Path().glob("proef.study*")) + repr(load_state()).encode()
        assert b"kaasboer" not in kept and b"Kuipers" not in kept and b"a.txt" not in kept

    @scene
    async def test_a_mark_can_be_taken_back(self) -> None:
        async with app_for(writer=ready()).run_test() as pilot:
            await asked(pilot)
            await on(pilot, "kaasboerderij")
            await pilot.press("m", "enter")
            await settled(pilot)
            assert "2 × name" in text_of(pilot.app)
            await pilot.press("u")
            await settled(pilot)
            assert "1 × name" in text_of(pilot.app) and "Not found: kaasboerderij" in text_of(pilot.app)

    @scene
    async def test_what_is_replaced_already_is_not_marked(self) -> None:
        async with app_for(writer=ready()).run_test() as pilot:
            await asked(pilot)
            await on(pilot, "Kuipers")
            await pilot.press("m")
            await pilot.pause()
            assert isinstance(pilot.app.screen, ReferencesScreen)


class TestLines:
    @pytest.mark.parametrize("width", [4, 7, 20, 200])
    @pytest.mark.parametrize("text", ["", "een twee drie", "woord " * 50, "a" * 100, "é\u0301 ⚑ 你好 你好", " x  y "])
    def test_no_word_is_lost_and_no_line_is_too_wide(self, text: str, width: int) -> None:
        from rich.cells import cell_len

        ranges = line_ranges(text, width)
        assert "".join("".join(text[a:b] for a, b in ranges).split()) == "".join(text.split())
        assert all(cell_len(text[a:b]) <= width for a, b in ranges)


def opened(app) -> None:
    look = look_at(STUDY, [Path("refs")])
    app.push_screen(ReferencesScreen(look))


def test_references_before(look: Look, snapshot_app: Callable[..., None]) -> None:
    snapshot_app(look, opened, press=["end", "m", "4", "enter"])


def test_references_after(look: Look, snapshot_app: Callable[..., None]) -> None:
    snapshot_app(look, opened, press=["right", "right", "tab"])


def test_what_was_missed(look: Look, snapshot_app: Callable[..., None]) -> None:
    snapshot_app(look, opened, press=["down", "right", "plus", "m"])


def test_it_is_said_to_be_checked(look: Look, snapshot_app: Callable[..., None]) -> None:
    snapshot_app(look, opened, press=["c"])
