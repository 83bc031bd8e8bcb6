"""Pictures of the boxes over a screen, and of what is read: the prompt, and a dialogue with its plan."""

from collections.abc import Callable
from pathlib import Path

import pytest
from samples import RECIPE, dialogue
from showing import Look

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.tui.app import SynthdialApp
from synthdial.tui.batch import LOST_ON_STOPPING
from synthdial.tui.screens.dialogue import DialogueScreen
from synthdial.tui.screens.prompt import PromptScreen
from synthdial.tui.screens.question import Question

PROMPT = (
    """Je schrijft gesprekken tussen een arts en een patiënt in gewone, gesproken Nederlandse taal.

GESPREK 1. Uitslagen na de vakantie

Arts: Komt u verder, de deur mag dicht.
Patiënt: Ja. Dank u wel.
"""
    + "Arts: Zo. U bent dinsdag geprikt, toch?\nPatiënt: Woensdag. Uh, nee, dinsdag.\n" * 30
)


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of one dialogue that follows a plan."""
    monkeypatch.chdir(tmp_path)
    said = (
        "Goedemorgen. Hoe gaat het met u sinds de vorige keer dat wij elkaar hier op de polikliniek gezien hebben?",
        "Ja. Gaat wel.",
        "Mooi. De uitslagen zijn binnen: het kalium is 5,1.",
        "Is dat veel?",
    )
    kinds = (("opening", "question"), ("opening", "answer"), ("results", "statement"), ("results", "question"))
    made = dialogue(1, *said)
    plan = [{"phase": phase, "kind": kind, "words": 6 + place} for place, (phase, kind) in enumerate(kinds)]
    with Study(Path("demo.study"), create=True) as study:
        study.add_recipe(RECIPE)
        study.add_dialogue(RECIPE, 1, Dialogue(made.id, made.turns, {**made.provenance, "plan": plan}))
    return Path("demo.study")


def test_a_dialogue_and_its_plan(look: Look, snapshot_app: Callable[..., None], planned: Path) -> None:
    snapshot_app(look, lambda app: app.push_screen(DialogueScreen(planned, [RECIPE.dialogue_id(1)])))


def test_the_prompt(look: Look, snapshot_app: Callable[..., None]) -> None:
    remarks = ("References in the prompt: uitslagen (9 terms, 1762 tokens).",)
    snapshot_app(look, lambda app: app.push_screen(PromptScreen(PROMPT, 2541, remarks)), press=["pagedown"])


def test_a_file_is_asked_for(look: Look, snapshot_app: Callable[..., None]) -> None:
    snapshot_app(look, press=["o", *"demo.study", "enter"])


def test_a_question(look: Look, snapshot_app: Callable[..., None]) -> None:
    snapshot_app(look, lambda app: app.push_screen(Question("Stop writing?", LOST_ON_STOPPING, yes="Stop")))


def test_a_problem(look: Look, snapshot_app: Callable[..., None]) -> None:
    error = SynthdialError("The study a.study is locked by another program.", "Wait until it is done, or close it.")
    snapshot_app(look, lambda app: app.problem(error))


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 8), (5, 3)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_window_that_is_too_small(language: str, size: tuple[int, int], snap_compare: Callable[..., bool]) -> None:
    from showing import app_for

    app: SynthdialApp = app_for(language)
    assert snap_compare(app, terminal_size=size)
