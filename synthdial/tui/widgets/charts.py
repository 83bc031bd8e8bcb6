"""Plots of one line each, of characters alone: a bar, an interval on a scale, and the scale."""

import math
from collections.abc import Sequence

from synthdial.review.intervals import Estimate
from synthdial.tui.widgets.glyphs import Glyphs

Scale = tuple[float, float]
"""The lowest and the highest figure that a plot has room for."""


def _place(value: float, scale: Scale, width: int) -> int:
    """The cell that a figure is in; at an end where it lies beyond it."""
    share = (value - scale[0]) / (scale[1] - scale[0])
    return max(0, min(round(share * (width - 1)), width - 1))


def interval(figure: Estimate, scale: Scale, ticks: Sequence[float], width: int, glyphs: Glyphs) -> str:
    """A mean and its interval on a scale.

    Parameters
    ----------
    figure : Estimate
        The interval is left out where it is not known, everything where there is no figure.
    scale : (float, float)
        Its ends.
    ticks : sequence of float
        Where a dot helps the eye.
    width : int
        Cells, 2 or more.
    glyphs : Glyphs
        The signs to draw with.

    Returns
    -------
    str
        Of `width` cells.
    """
    cells = [" "] * width
    for tick in ticks:
        cells[_place(tick, scale, width)] = glyphs.dot
    if not (math.isnan(figure.low) or math.isnan(figure.high)):
        low, high = _place(figure.low, scale, width), _place(figure.high, scale, width)
        cells[low : high + 1] = glyphs.line * (high - low + 1)
        cells[low], cells[high] = glyphs.low, glyphs.high
    if not math.isnan(figure.value):
        cells[_place(figure.value, scale, width)] = glyphs.mean
    return "".join(cells)


def axis(scale: Scale, ticks: Sequence[float], width: int) -> str:
    """The figures of a scale, each over its tick; one that finds no room is left out."""
    cells = [" "] * width
    free = 0
    for tick in ticks:
        text = f"{tick:g}"
        start = max(0, min(_place(tick, scale, width) - len(text) // 2, width - len(text)))
        if start >= free:
            cells[start : start + len(text)] = text
            free = start + len(text) + 1
    return "".join(cells)


def bar(value: float, most: float, width: int, glyphs: Glyphs) -> str:
    """A bar as long as a figure is of the largest; one that is not 0 is at least one cell long."""
    if not most or math.isnan(value) or value <= 0:
        return ""
    return glyphs.full * max(1, min(round(value / most * width), width))
