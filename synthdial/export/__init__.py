"""Write a study's dialogues into files that other programs read, those that may leave it."""

from synthdial.export.contents import ExportedFile, Target, choose_target
from synthdial.export.formats import FORMATS
from synthdial.export.gate import Gate, Standing, release, requires_acceptance, set_gate
from synthdial.export.write import Exported, ExportOptions, export_study

__all__ = [
    "FORMATS",
    "ExportOptions",
    "Exported",
    "ExportedFile",
    "Gate",
    "Standing",
    "Target",
    "choose_target",
    "export_study",
    "release",
    "requires_acceptance",
    "set_gate",
]
