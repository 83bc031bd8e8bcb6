"""Studies: recipes, dialogues, and runs that fill them."""

from synthdial.study.recipe import DEFAULT_PRESET, PRESETS, Recipe
from synthdial.study.study import Candidate, Study

__all__ = ["DEFAULT_PRESET", "PRESETS", "Candidate", "Recipe", "Study"]
