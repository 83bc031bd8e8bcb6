"""Studies: recipes, dialogues, and runs that fill them."""

from synthdial.study.recipe import PRESETS, Recipe
from synthdial.study.study import Study

__all__ = ["PRESETS", "Recipe", "Study"]
