"""Studies whose facts are known, exported with the documents beside them."""

from dataclasses import replace
from pathlib import Path

from review_studies import Clock, answer, ids_by_key
from samples import COPIED, PASSED, RECIPE, dialogue

from synthdial.dialogue import Dialogue
from synthdial.export import export_study
from synthdial.export.write import ExportOptions
from synthdial.prompt import bundled_references
from synthdial.review.session import ReviewSession
from synthdial.study import Recipe, Study
from synthdial.study.checks import Check

MADE = {
    "slots": 8,
    "threads": 2,
    "gpu_layers": 0,
    "prompt_style": "base",
    "references": 1,
    "version": "0.0.9",
    "llama_cpp": "b7000",
    "llama_cpp_python": "0.3.36",
}
IMPORTED = {
    "references_are": "bundled",
    "references_given": 12,
    "references_in_prompt": 1,
    "references_sha256": "c" * 64,
    "exemplars": [],
}
SPLITS = {"train": 0.5, "test": 0.5}


def recipe(scenario: str = RECIPE.scenario, model: str = "gemma-3-270m", **values: object) -> Recipe:
    """A recipe of a model that the catalogue knows."""
    return replace(RECIPE, scenario=scenario, model=model, **values)  # type: ignore[arg-type]


def talk(number: int, of: Recipe) -> Dialogue:
    """The recipe's dialogue of that number: what is said comes from a bundled conversation, the first twenty turns."""
    bundled = bundled_references()
    made = dialogue(number, recipe=of)
    return Dialogue(made.id, bundled[number % len(bundled)].dialogue.turns[:20], {**made.provenance, **MADE})


def fill(
    study: Study, of: Recipe, count: int, *, first: int = 1, check: Check | None = PASSED, **imported: object
) -> None:
    """So many dialogues of a recipe, with one check for all."""
    study.add_recipe(of, IMPORTED | imported)
    for number in range(first, first + count):
        study.add_dialogue(of, number, talk(number, of), check)


def two_scenarios(path: Path) -> Path:
    """Six dialogues of one scenario, four of another, and two that stay inside: one copied, one was never checked."""
    with Study(path, create=True) as study:
        fill(study, recipe(), 6)
        fill(study, recipe("nefrologie-dialysekeuze", seed=7), 4)
        fill(study, recipe(), 1, first=7, check=COPIED)
        fill(study, recipe(), 1, first=8, check=None)
    return path


def rate(path: Path, scores: dict[str, list[int]], accepted: int = 2) -> list[int]:
    """Raters who give every dialogue, in the study's order, the scores that are listed by their names.

    They accept the first ones. Returns the places of those that count: the round for practice does not.
    """
    practised = set()
    for name, given in scores.items():
        with Study(path) as study:
            order = [found.id for found in study.dialogues()]
            session = ReviewSession(study, name, "native", clock=Clock())
            keys = ids_by_key(study)
            for item in session.items:
                place = order.index(keys[item.key])
                session.accept(item, place < accepted)
                answer(session, item, given[place])
                practised |= {place} if item.calibration else set()
    return [place for place in range(len(order)) if place not in practised]


def exported(path: Path, target: str = "corpus", **options: object) -> Path:
    """Export a study beside itself; the folder or file."""
    out = path.with_name(target)
    with Study(path) as study:
        export_study(
            study,
            out,
            format_name=options.pop("format_name", None),
            options=ExportOptions(**options),
            by="Noor",  # type: ignore[arg-type]
        )
    return out
