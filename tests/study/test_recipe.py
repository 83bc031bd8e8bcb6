"""A recipe's id and seeds: the same recipe tops up the same corpus, on any machine, on any day."""

import dataclasses
import subprocess
import sys

import pytest
from samples import RECIPE

from synthdial.engine.sampling import Sampling
from synthdial.study import PRESETS, Recipe

CHANGED = {
    "model_sha256": "d" * 64, "prompt_sha256": "d" * 64, "references_sha256": "d" * 64, "scenario": "x",
    "preset": "x", "min_turns": 9, "max_words": 701, "seed": 2, "profile_sha256": "d" * 64,
    "candidates": 2, "exemplars": ("d691e3bb-0001",), "instructions": ("Niemand noemt een naam.",),
    "adapter_sha256": "d" * 64,
}  # fmt: skip
NAMES = ("model", "adapter")
SAMPLING = {
    "temperature": 0.81, "top_k": 41, "top_p": 0.96, "min_p": 0.06, "repeat_penalty": 1.2, "repeat_window": 65,
}  # fmt: skip


def test_the_id_is_64_hexadecimal_digits() -> None:
    assert len(RECIPE.id) == 64
    assert int(RECIPE.id, 16)
    assert RECIPE.dialogue_id(7) == f"{RECIPE.id[:8]}-0007"
    assert RECIPE.dialogue_id(12345) == f"{RECIPE.id[:8]}-12345"


def test_the_id_never_changes() -> None:
    # studies in the world hold it: should this fail, they could not be topped up any more
    assert RECIPE.id == "c542afc9cf44b71ae3b48a9c191e835dea1e5d3795b0cca265c70b521501b8ca"
    assert RECIPE.dialogue_seed(1) == 288403799


def test_the_id_is_the_same_in_another_process() -> None:
    program = (
        f"from synthdial.engine.sampling import Sampling\nfrom synthdial.study import Recipe\nprint({RECIPE!r}.id)"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == RECIPE.id


@pytest.mark.parametrize("name", NAMES)
def test_names_of_model_and_adapter_are_no_part_of_the_id(name: str) -> None:
    assert dataclasses.replace(RECIPE, **{name: "anders"}).id == RECIPE.id


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Recipe) if field.name not in NAMES])
def test_every_other_field_changes_the_id(name: str) -> None:
    changes = {name: CHANGED[name]} if name != "sampling" else {"sampling": Sampling(temperature=0.5)}
    assert dataclasses.replace(RECIPE, **changes).id != RECIPE.id


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Sampling)])
def test_every_sampling_value_changes_the_id(name: str) -> None:
    sampling = Sampling(**{name: SAMPLING[name]})  # type: ignore[arg-type]
    assert dataclasses.replace(RECIPE, sampling=sampling).id != RECIPE.id


@pytest.mark.parametrize("seed", range(20))
def test_seeds_of_ten_thousand_dialogues_are_distinct_and_never_0(seed: int) -> None:
    recipe = dataclasses.replace(RECIPE, seed=seed)
    seeds = [recipe.dialogue_seed(number) for number in range(1, 10_001)]
    assert len(set(seeds)) == 10_000
    assert 0 < min(seeds) <= max(seeds) < 2**31


def test_another_attempt_and_another_recipe_have_other_seeds() -> None:
    first = {RECIPE.dialogue_seed(number) for number in range(1, 101)}
    second = {RECIPE.dialogue_seed(number, 1) for number in range(1, 101)}
    other = {dataclasses.replace(RECIPE, seed=2).dialogue_seed(number) for number in range(1, 101)}
    assert len(first | second | other) == 300
    assert RECIPE.dialogue_seed(5) == RECIPE.dialogue_seed(5, 0)


def test_a_recipe_without_a_choice_is_stored_as_before_there_was_one() -> None:
    assert "candidates" not in RECIPE.as_dict()
    assert dataclasses.replace(RECIPE, candidates=4).as_dict() == {**RECIPE.as_dict(), "candidates": 4}


def test_a_recipe_that_learned_nothing_from_reviewers_is_stored_as_before_it_could() -> None:
    assert not {"exemplars", "instructions"} & set(RECIPE.as_dict())
    learned = dataclasses.replace(RECIPE, exemplars=("a-0001",), instructions=("Niemand noemt een naam.",))
    assert learned.as_dict() == {
        **RECIPE.as_dict(),
        "exemplars": ("a-0001",),
        "instructions": ("Niemand noemt een naam.",),
    }


def test_the_first_candidate_has_the_seed_of_the_dialogue_and_others_their_own() -> None:
    chosen = dataclasses.replace(RECIPE, candidates=4)
    assert chosen.dialogue_seed(3, 1, candidate=1) == RECIPE.dialogue_seed(3, 1)
    seeds = {chosen.dialogue_seed(n, attempt, c) for n in range(1, 101) for attempt in (0, 1) for c in range(1, 17)}
    assert len(seeds) == 3200


def test_a_candidate_is_named_after_its_dialogue() -> None:
    assert RECIPE.candidate_id(7, 2) == f"{RECIPE.dialogue_id(7)}c2"


def test_the_plain_preset_is_there() -> None:
    assert "plain" in PRESETS
