"""Home: recent studies, what the machine can do, and the way to everything else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scripts import study_of
from showing import MACHINE, Look, app_for, scene, text_of
from textual.widgets import Input

from synthdial.tui.screens.dialogue import DialogueScreen
from synthdial.tui.screens.generate import GenerateScreen
from synthdial.tui.screens.home import HomeScreen
from synthdial.tui.screens.study import StudyScreen
from synthdial.tui.state import State, load_state
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.reading import Reading
from synthdial.tui.widgets.rows import Rows


async def settled(pilot) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@scene
async def test_it_says_what_the_machine_can_do() -> None:
    async with app_for().run_test() as pilot:
        await settled(pilot)
        assert "gemma-3-270m, 253 MB" in text_of(pilot.app) and "2 threads, no GPU" in text_of(pilot.app)


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (replace(MACHINE, models=()), "No model is installed"),
        (replace(MACHINE, gpu="NVIDIA H100"), "GPU: NVIDIA H100"),
        (replace(MACHINE, engine_problem="no library"), "The engine does not start: no library"),
    ],
)
@scene
async def test_it_says_what_is_missing(machine, said: str) -> None:
    async with app_for(examine=lambda: machine).run_test() as pilot:
        await settled(pilot)
        assert said in text_of(pilot.app)


@scene
async def test_who_begins_is_told_how_in_three_steps() -> None:
    async with app_for("nl").run_test() as pilot:
        await settled(pilot)
        shown = text_of(pilot.app)
        assert all(f"{number}  " in shown for number in (1, 2, 3)) and "Zo begint u" in shown


@scene
async def test_a_new_study_gets_a_name_and_leads_to_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with app_for().run_test() as pilot:
        await settled(pilot)
        await pilot.press("n", *"proef", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, GenerateScreen) and pilot.app.screen.path == Path("proef.study")
        assert not Path("proef.study").exists(), "made when the first dialogue is written"


@scene
async def test_a_study_that_is_there_is_not_made_anew(tmp_path: Path) -> None:
    path = study_of(tmp_path / "a.study", 1)
    async with app_for().run_test() as pilot:
        await pilot.press("n")
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        assert "is there already" in text_of(pilot.app)


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Give a name"), ("/nowhere/a.study", "no folder"), ("missing.study", "no file")]
)
@scene
async def test_a_file_that_will_not_do_is_said_to_be_so(typed: str, said: str) -> None:
    async with app_for().run_test() as pilot:
        await pilot.press("o")
        pilot.app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        await pilot.pause()
        assert said in text_of(pilot.app)


@scene
async def test_a_study_is_opened_read_and_remembered(tmp_path: Path) -> None:
    path = study_of(tmp_path / "a.study", 3)
    async with app_for().run_test() as pilot:
        await pilot.press("o")
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen) and "3 dialogues" in text_of(pilot.app)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, DialogueScreen) and "Fijn, 2." in text_of(pilot.app)
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, HomeScreen)
        assert [row.count for row in pilot.app.screen.query_one(Rows).rows] == [3]
    assert load_state().recent == (str(path),)


@scene
async def test_a_study_that_is_gone_is_faint_and_can_be_taken_off_the_list(tmp_path: Path) -> None:
    state = State(recent=(str(tmp_path / "gone.study"),))
    async with app_for(state=state).run_test() as pilot:
        await settled(pilot)
        assert "not found" in text_of(pilot.app)
        await pilot.press("d")
        await settled(pilot)
        assert "gone.study" not in text_of(pilot.app)
    assert load_state().recent == ()


@scene
async def test_what_is_no_study_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "brief.txt"
    path.write_text("Geachte collega, " * 100)
    async with app_for().run_test() as pilot:
        pilot.app.open_study(path)
        await settled(pilot)
        assert "is not a study" in " ".join(text_of(pilot.app).split()) or "no study" in text_of(pilot.app)


@scene
async def test_the_plan_stands_beside_the_turns(tmp_path: Path) -> None:
    from samples import RECIPE, dialogue

    from synthdial.dialogue import Dialogue
    from synthdial.study import Study

    path, made = tmp_path / "plan.study", dialogue(1, "Hoe gaat het?", "Goed hoor.")
    plan = [{"phase": "opening", "kind": "question", "words": 4}, {"phase": "opening", "kind": "answer", "words": 2}]
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE)
        study.add_dialogue(RECIPE, 1, Dialogue(made.id, made.turns, {**made.provenance, "plan": plan}))
    async with app_for("nl").run_test() as pilot:
        pilot.app.push_screen(DialogueScreen(path, [made.id]))
        await settled(pilot)
        assert pilot.app.screen.query_one(Reading).lines
        assert "opening, vraag 4/3" in text_of(pilot.app)


@scene
async def test_languages_and_looks_change_at_a_key_and_are_remembered() -> None:
    async with app_for().run_test() as pilot:
        await settled(pilot)
        await pilot.press("f2", "f3")
        await settled(pilot)
        assert "Nieuwe studie" in text_of(pilot.app) and pilot.app.look == "light"
        assert pilot.app.screen.query(Phrase)
    assert (load_state().language, load_state().theme) == ("nl", "light")


@scene
async def test_a_window_that_is_too_small_says_so_and_nothing_is_lost() -> None:
    async with app_for().run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("n", *"proef")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "80 × 24" in text_of(pilot.app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "proef"


class TestPictures:
    def test_home(self, look: Look, snapshot_app: Callable[..., None]) -> None:
        snapshot_app(look)

    def test_study(
        self, look: Look, snapshot_app: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        path = study_of(Path("demo.study"), 12)
        snapshot_app(look, lambda app: app.open_study(path))

    def test_help(self, look: Look, snapshot_app: Callable[..., None]) -> None:
        snapshot_app(look, press=["question_mark"])
