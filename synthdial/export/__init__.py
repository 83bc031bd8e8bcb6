"""Write a study's dialogues into files that other programs read."""

from synthdial.export.write import export_study

__all__ = ["export_study"]
