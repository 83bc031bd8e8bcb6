"""Figures of conversations."""

from synthdial.metrics.turns import HUMAN_RANGES, turn_figures

__all__ = ["HUMAN_RANGES", "turn_figures"]
