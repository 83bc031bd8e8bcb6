"""Tables for panes: columns as wide as their figures, and a plot in the room that is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from synthdial.outgoing import printable
from synthdial.tui.widgets.line_pane import Line, shortened, wrapped

GAP = 2
_LEAST_NAME = 8  # cells: a name is not cut shorter
_LEAST_PLOT = 16  # cells: a narrower plot shows nothing
_MOST_PLOT = 61

Plot = Callable[[int], str]
"""Draws a cell in so many cells."""


@dataclass(frozen=True)
class Column:
    """A column: what stands over it, and whether it holds figures, which stand at its right."""

    head: str
    figures: bool = True


@dataclass(frozen=True)
class Row:
    """A row: its texts, one a column, a plot that may follow them, and a style."""

    cells: tuple[str, ...]
    plot: Plot | None = None
    style: str = ""


def table(columns: Sequence[Column], rows: Sequence[Row], width: int, axis: Plot | None = None) -> list[Line]:
    """The lines of a table that is at most `width` cells wide; its first column is shortened where it must be.

    Parameters
    ----------
    columns : sequence of Column
        The first one holds names.
    rows : sequence of Row
        As many cells each as there are columns.
    width : int
        Cells.
    axis : callable, optional
        Draws the head of the plots.
    """
    cells = [[printable(cell) for cell in row.cells] for row in rows]
    widths = [
        max([cell_len(column.head), *(cell_len(row[place]) for row in cells)]) for place, column in enumerate(columns)
    ]
    room = width - 1 - GAP * (len(columns) - 1)
    plotted = any(row.plot for row in rows)
    for_name = room - sum(widths[1:]) - (_LEAST_PLOT + GAP if plotted else 0)
    widths[0] = min(widths[0], max(_LEAST_NAME, for_name))
    plot = min(room - sum(widths) - GAP, _MOST_PLOT) if plotted else 0
    plot = plot if plot >= _LEAST_PLOT else 0
    head = _line([column.head for column in columns], columns, widths)
    if axis and plot:
        head += " " * GAP + axis(plot)
    lines = [Line((("quiet", shortened(head, width)),))]
    for row, texts in zip(rows, cells, strict=True):
        pieces = [(row.style, _line(texts, columns, widths))]
        if row.plot and plot:
            pieces.append(("plot", " " * GAP + row.plot(plot)))
        lines.append(Line(tuple(pieces)))
    return lines


def _line(texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    shown = []
    for text, column, cells in zip(texts, columns, widths, strict=True):
        fit = shortened(text, cells)
        padding = " " * (cells - cell_len(fit))
        shown.append(padding + fit if column.figures else set_cell_size(fit, cells))
    return " " + (" " * GAP).join(shown)


def title(text: str, width: int) -> list[Line]:
    """What a table is about, with a free line before it."""
    return [Line(), *(Line((("title", f" {row}"),)) for row in wrapped(text, width - 2))]


def note(text: str, width: int) -> list[Line]:
    """Something about a table, in small."""
    return [Line((("quiet", f" {row}"),)) for row in wrapped(text, width - 2)]


def told(text: str, width: int) -> list[Line]:
    """A sentence."""
    return [Line((("", f" {row}"),)) for row in wrapped(text, width - 2)]
