"""The recipe file of an export: everything from which its dialogues can be made again, as JSON."""

from typing import Any

from synthdial import locations
from synthdial.export.composition import SETTINGS, VERSIONS, Making
from synthdial.export.facts import Facts
from synthdial.outgoing import json_text
from synthdial.prompt import bundled_scenarios, load_scenario
from synthdial.study.again import FORMAT


def recipe_bytes(facts: Facts) -> bytes:
    """The recipe file; `synthdial.study.again` reads it, and docs/card.md says what its keys are."""
    composition = facts.composition
    content = {
        "format": FORMAT,
        "title": facts.title,
        "version": facts.version,
        "exported": facts.day,
        "dialogues": composition.total.dialogues,
        "turns": composition.total.turns,
        "words": composition.total.words,
        "held": dict(facts.held),
        "require_acceptance": facts.requires_acceptance,
        "models": [
            {"name": one.model, "sha256": one.sha256, "licence": one.licence or None, "dialogues": one.dialogues}
            for one in facts.terms
        ],
        "recipes": [_recipe(making) for making in composition.makings],
        "scenarios": _scenarios(composition.makings),
    }
    return (json_text(content, indent=1) + "\n").encode()


def _recipe(making: Making) -> dict[str, Any]:
    known = making.imported
    return {
        "id": making.id,
        "count": making.count,
        "dialogues": making.dialogues,
        "recipe": dict(making.content),
        "references": {
            "are": known.get("references_are"),
            "given": known.get("references_given"),
            "in_prompt": known.get("references_in_prompt", making.usual("references")),
            "sha256": making.content.get("references_sha256"),
        },
        "prompt_style": making.usual("prompt_style"),
        "run": {name: making.usual(name) for name in SETTINGS},
        "runs": {name: _counts(making, name) for name in (*SETTINGS, *VERSIONS)},
        "written": [making.first, making.last],
    }


def _counts(making: Making, name: str) -> dict[str, int]:
    return {str(value): count for value, count in making.noted.get(name, {}).items()}


def _scenarios(makings: tuple[Making, ...]) -> dict[str, dict[str, Any] | None]:
    """The bundled cards by name, as they are now; None for those that a study does not hold.

    Whether a card is the one that stood in the prompt is told by the prompt's digest, not by its name.
    """
    bundled = set(bundled_scenarios())
    found: dict[str, dict[str, Any] | None] = {}
    for name in dict.fromkeys(making.text("scenario") for making in makings):
        found[name] = None
        if name in bundled:
            text = locations.bundled("scenarios", f"{name}.toml").read_text("utf-8")
            found[name] = {"sha256": load_scenario(name).digest, "toml": text}
    return found
