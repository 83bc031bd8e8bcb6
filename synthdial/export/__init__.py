"""Write a study's dialogues into files that other programs read, those that may leave it."""

from synthdial.export.gate import Gate, Standing, release, requires_acceptance, set_gate
from synthdial.export.write import Exported, export_study

__all__ = ["Exported", "Gate", "Standing", "export_study", "release", "requires_acceptance", "set_gate"]
