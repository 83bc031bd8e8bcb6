"""A recipe and dialogues that tests put into studies."""

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.engine.sampling import Sampling
from synthdial.study import Recipe
from synthdial.study.checks import Check

RECIPE = Recipe(
    model="gemma",
    model_sha256="a" * 64,
    prompt_sha256="b" * 64,
    references_sha256="c" * 64,
    scenario="nefrologie-uitslagen",
    preset="plain",
    min_turns=8,
    max_words=700,
    sampling=Sampling(),
    seed=1,
)

PASSED = Check(True, {"longest_run": 3}, (), {"longest_run": 7}, "d" * 64)
FOUND = {"kind": "longest_run", "measure": 9, "limit": 7, "turn": 0, "text": "van a tot z", "reference": "reference 1"}
COPIED = Check(False, {"longest_run": 9}, (FOUND | {"reference_text": "Van a tot z"},), {"longest_run": 7}, "d" * 64)


def turns(*texts: str) -> tuple[Turn, ...]:
    """Turns of doctor and patient alternately."""
    return tuple(Turn((Speaker.DOCTOR, Speaker.PATIENT)[i % 2], text) for i, text in enumerate(texts))


def dialogue(number: int = 1, *texts: str, recipe: Recipe = RECIPE) -> Dialogue:
    """The recipe's dialogue of that number, with what a run notes about it."""
    seed = recipe.dialogue_seed(number)
    provenance = {**recipe.as_dict(), "recipe": recipe.id, "number": number, "seed": seed, "ended_by": "model"}
    provenance |= {"mean_log_probability": -2.5, "date": "2026-01-02T03:04:05+00:00"}
    return Dialogue(recipe.dialogue_id(number), turns(*(texts or ("Hoe gaat het?", "’t Gaat wel."))), provenance)
