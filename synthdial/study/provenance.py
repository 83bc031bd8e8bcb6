"""How a dialogue came to be, as it is stored with it: the recipe, the prompt, and the run."""

import datetime
import math
from collections.abc import Sequence
from typing import Any

from synthdial.engine.events import DialogueWritten
from synthdial.engine.fit import Fit
from synthdial.structure import PlannedTurn
from synthdial.study.request import Prepared
from synthdial.version import __version__


def provenance(
    prepared: Prepared, heard: DialogueWritten, number: int, plan: Fit, about: dict[str, Any]
) -> dict[str, Any]:
    """The provenance of a dialogue that was just written; docs/reference.md says what each key means.

    Parameters
    ----------
    prepared : Prepared
        The batch.
    heard : DialogueWritten
        What the engine told.
    number : int
        Which dialogue of the recipe it is.
    plan : Fit
        How the run fits the machine.
    about : dict
        Which llama.cpp it was.
    """
    mean = heard.mean_log_probability
    return {
        **prepared.recipe.as_dict(),
        "recipe": prepared.recipe.id,
        "number": number,
        "recipe_seed": prepared.recipe.seed,
        "seed": heard.seed,
        "prompt_style": prepared.prompt.style,
        "prompt_tokens": prepared.prompt.tokens,
        "references": len(prepared.prompt.chosen) - len(prepared.prompt.exemplars),
        **(
            {"exemplar_scores": [round(exemplar.score, 3) for exemplar in prepared.prompt.exemplars]}
            if prepared.prompt.exemplars
            else {}
        ),
        "ended_by": heard.ended_by,
        **(
            {"plan": _as_rows(heard.planned), "turns_rewritten": heard.taken_back, "forced_ends": heard.forced}
            if heard.planned
            else {}
        ),
        "tokens": heard.tokens,
        "seconds": round(heard.seconds, 3),
        "mean_log_probability": None if math.isnan(mean) else mean,
        "slots": plan.slots,
        "threads": plan.threads,
        "gpu_layers": plan.gpu_layers,
        "llama_cpp": about["llama_cpp"],
        "llama_cpp_python": about["llama_cpp_python"],
        "llama_cpp_build": about["features"],
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "version": __version__,
    }


def _as_rows(planned: Sequence[PlannedTurn]) -> list[dict[str, Any]]:
    """The plan as it is stored: an object for each turn."""
    return [{"phase": turn.phase, "kind": str(turn.kind), "words": turn.words} for turn in planned]
