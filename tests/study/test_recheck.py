"""Dialogues that were never checked, those of older studies, are checked against the references of their prompts."""

import dataclasses
import hashlib
from pathlib import Path

import pytest
from samples import RECIPE, turns
from test_admission import SAID, told

from synthdial.dialogue import Dialogue, Turn
from synthdial.prompt import bundled_references
from synthdial.study import Recipe, Study
from synthdial.study.recheck import check_study
from synthdial.transcripts import read_transcript

OWN = turns("Hoe gaat het?", "Goed.")


@pytest.fixture(autouse=True)
def no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthdial.study.recheck.deidentified", told)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "Wim Kuipers.txt"
    path.write_text(SAID, encoding="utf-8")
    return path


def recipe_with(*references: Dialogue) -> Recipe:
    text = "\0".join(reference.as_text() for reference in references)
    return dataclasses.replace(RECIPE, references_sha256=hashlib.sha256(text.encode()).hexdigest())


def study_of(path: Path, recipe: Recipe, count: int, *told: tuple[Turn, ...]) -> Path:
    """A study as an older version made it: nothing in it was checked."""
    with Study(path, create=True) as study:
        study.add_recipe(recipe)
        for number, said in enumerate(told, 1):
            made = {**recipe.as_dict(), "recipe": recipe.id, "references": count}
            study.add_dialogue(recipe, number, Dialogue(recipe.dialogue_id(number), said, made))
    return path


def states(path: Path) -> list[bool | None]:
    with Study(path, read_only=True) as study:
        checks = [study.check_of(dialogue.id) for dialogue in study.dialogues()]
    return [None if check is None else check.passed for check in checks]


@pytest.mark.parametrize("order", [(3,), (7, 2)])
def test_bundled_references_are_known(tmp_path: Path, order: tuple[int, ...]) -> None:
    every = [transcript.dialogue for transcript in bundled_references()]
    chosen = [every[n] for n in order]
    path = study_of(tmp_path / "a.study", recipe_with(*chosen), len(chosen), OWN, chosen[-1].turns[:20])
    with Study(path) as study:
        done = check_study(study)
    assert (done.passed, done.quarantined, done.unknown) == (1, 1, {})
    assert states(path) == [True, False]
    with Study(path) as study:
        assert check_study(study).known == 2
        assert check_study(study, again=True).passed == 1


def test_without_references_in_the_prompt_nothing_can_be_copied(tmp_path: Path) -> None:
    path = study_of(tmp_path / "a.study", recipe_with(), 0, OWN)
    with Study(path) as study:
        assert check_study(study).passed == 1


def test_references_of_ones_own_must_be_given(tmp_path: Path, reference: Path) -> None:
    original = read_transcript(reference).dialogue
    recipe = recipe_with(original)
    path = study_of(tmp_path / "a.study", recipe, 1, OWN, original.turns)
    with Study(path) as study:
        assert check_study(study).unknown == {recipe.id[:8]: 2}
    assert states(path) == [None, None]
    with Study(path) as study:
        done = check_study(study, [reference])
    assert (done.passed, done.quarantined) == (1, 1)


def test_of_an_original_nothing_is_stored(tmp_path: Path, reference: Path) -> None:
    original = read_transcript(reference).dialogue
    path = study_of(tmp_path / "a.study", recipe_with(original), 1, turns("De nieren doen het niet, Kuipers.", "Nee."))
    with Study(path) as study:
        check_study(study, [reference])
        (dialogue,) = study.dialogues()
        check = study.check_of(dialogue.id)
    assert check is not None and not check.passed
    assert {finding["reference_text"] for finding in check.findings} == {""}


def test_the_de_identified_form_is_known_too(tmp_path: Path, reference: Path) -> None:
    path = study_of(tmp_path / "a.study", recipe_with(told(read_transcript(reference).dialogue)[0]), 1, OWN)
    with Study(path) as study:
        assert check_study(study, [reference]).passed == 1


def test_other_references_than_those_of_the_prompt_check_nothing(tmp_path: Path, reference: Path) -> None:
    path = study_of(tmp_path / "a.study", RECIPE, 1, OWN)
    with Study(path) as study:
        assert check_study(study, [reference]).unknown == {RECIPE.id[:8]: 1}
