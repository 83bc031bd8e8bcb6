"""How the tables of ``results`` are laid out: figures are never cut, and texts are broken where there is no room."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from synthdial.cli.terminal import printable
from synthdial.review.intervals import Estimate
from synthdial.review.results import REASONS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

DASH = "–"
"""What stands where there is no figure."""

_BY = ("person", "role", "scenario", "preset", "model", "recipe")

MOST_GROUPS = 12
"""Groups that a table has room for."""


def table_of(*columns: str | tuple[str, int]) -> "Table":
    """A table whose columns hold figures, but for those with a width: text that is broken at it, or not at all if 0."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        if isinstance(column, str):
            table.add_column(column, justify="right", no_wrap=True)
        else:
            table.add_column(column[0], max_width=column[1] or None, no_wrap=not column[1], overflow="fold")
    return table


def add_row(table: "Table", *cells: str, style: str | None = None) -> None:
    """Add a row of texts, shown as they are."""
    from rich.text import Text

    table.add_row(*(Text(printable(cell)) for cell in cells), style=style)


def show(console: "Console", title: str, table: "Table | None" = None) -> None:
    """Print a title and its table."""
    from rich.text import Text

    console.print()
    console.print(Text(title, style="bold cyan"))
    if table is not None:
        console.print(table)


def many(count: int, what: str) -> str:
    """So many of something."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def number(value: float, digits: int = 2) -> str:
    """A figure; a dash where it is undefined."""
    return DASH if math.isnan(value) else f"{value:.{digits}f}"


def estimate(figure: Estimate, digits: int = 2) -> str:
    """A figure and its interval, where that is known."""
    value, low, high = (number(part, digits) for part in (figure.value, figure.low, figure.high))
    return value if DASH in (low, high) else f"{value} ({low} to {high})"


def percent(share: Estimate) -> str:
    """A share and its interval, in hundreds."""
    if math.isnan(share.value):
        return DASH
    return f"{100 * share.value:.0f} % ({100 * share.low:.0f} to {100 * share.high:.0f})"


def why(reason: str) -> str:
    """Why a figure is missing."""
    return REASONS[reason]["en"] if reason in REASONS else reason


def compared(groups: Iterable[tuple[str, Hashable]]) -> list[str]:
    """By what groups are worth a table: there are several, and not the same dialogues under another name.

    Parameters
    ----------
    groups : iterable of (str, hashable)
        By what each is a group, and its figures.
    """
    figures: dict[str, Counter[Hashable]] = {}
    for by, each in groups:
        figures.setdefault(by, Counter())[each] += 1
    shown: list[str] = []
    for by in _BY:
        own = figures.get(by, Counter())
        # real conversations are one group, to be compared with the rest
        if (own.total() > 1 or (own and by == "person")) and own not in [figures[other] for other in shown]:
            shown.append(by)
    return shown


def group_name(by: str, group: str) -> str:
    """What a group of dialogues is called; of a recipe, the eight digits that its dialogues' ids begin with."""
    whole = {"all": "all by a model", "person": "real conversations"}
    return whole.get(by) or (group[:8] if by == "recipe" else group)
