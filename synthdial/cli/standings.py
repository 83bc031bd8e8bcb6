"""The table of ``compare`` on a terminal: sets of dialogues beside one another and beside people."""

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import IO, TYPE_CHECKING

from synthdial.cli.figures import number
from synthdial.cli.terminal import printable
from synthdial.measure.standing import Figure, Standing
from synthdial.metrics import METRICS

if TYPE_CHECKING:
    from rich.table import Table

_COUNTS = {
    "terms": ("scenario's terms spoken", "%"),
    "log_probability": ("log-probability a sampled token", "nats"),
    "open_turns": ("turns that end inside a sentence", "%"),
    "forced_ends": ("turns ended where the model hardly would", "%"),
    "repeated_turns": ("turns that repeat an earlier one", "%"),
    "as_long_as_asked": ("dialogues as long as asked for", "%"),
    "tokens_per_second": ("tokens a second, all slots", ""),
}
_TITLE, _SET = 42, 55  # columns of a terminal


def show_standings(standings: Sequence[Standing], file: IO[str]) -> None:
    """A line a figure; a column for each set and one for people cut to its length; outside their range is marked."""
    from rich.console import Console

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console.width = _TITLE + _SET * len(standings)
    abreast = max(1, (console.width - _TITLE) // _SET)  # the others below
    for first in range(0, len(standings), abreast):
        console.print(_table(standings[first : first + abreast]))
    console.print(
        "A mean over dialogues and its 95 % bootstrap interval; people: mean, and 10th to 90th percentile, of their "
        "conversations cut to the same length. ↓ ↑: outside that range. Distance: 1-Wasserstein, in interquartile "
        "ranges, mean over the turn measures.",
        style="dim",
    )


def _table(standings: Sequence[Standing]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", max_width=_TITLE)
    for standing in standings:
        table.add_column(Text(printable(standing.name)), justify="right")
        table.add_column("people, cut alike", justify="right", style="dim")
    table.add_row("dialogues", *_beside(str(standing.dialogues) for standing in standings))
    for at, figure in enumerate(standings[0].figures):
        own = [standing.figures[at] for standing in standings]
        table.add_row(figure.name, *chain.from_iterable((_with_mark(each), _around(each)) for each in own))
    for at, figure in enumerate(standings[0].counts):
        title, unit = _COUNTS[figure.name]
        table.add_row(title, *_beside(_counted(standing.counts[at], unit) for standing in standings))
    table.add_row(
        "told from people by turn-taking: AUC",
        *_beside((_three(standing.auc) for standing in standings), "0.5 or less: not told"),
    )
    table.add_row("distance from people", *_beside((_three(standing.distance) for standing in standings), "0 is none"))
    return table


def _beside(cells: Iterable[str], people: str = "") -> list[str]:
    """A cell a set, and what stands in the column of people beside it."""
    return [text for cell in cells for text in (cell, people)]


def _around(figure: Figure) -> str:
    """People's mean and range."""
    mean = number(figure.people, figure.name)
    if math.isnan(figure.p10):
        return mean
    return f"{mean} ({number(figure.p10, figure.name)} to {number(figure.p90, figure.name)})"


def _with_mark(figure: Figure) -> str:
    mark = " "
    if not math.isnan(figure.p10) and not math.isnan(figure.mean):
        mark = "↓" if figure.mean < figure.p10 else "↑" if figure.mean > figure.p90 else " "
    mean, low, high = (number(value, _named(figure)) for value in (figure.mean, figure.low, figure.high))
    return f"{mean} ({low} to {high}) {mark}"


def _named(figure: Figure) -> str:
    return figure.name if figure.name in METRICS else "cv"


def _counted(figure: Figure, unit: str) -> str:
    if math.isnan(figure.mean):
        return "–"
    scale, digits = (100, 1) if unit == "%" else (1, 2 if unit == "nats" else 0)
    mean, low, high = (f"{scale * value:.{digits}f}" for value in (figure.mean, figure.low, figure.high))
    return f"{mean} ({low} to {high}) {unit}".rstrip()


def _three(values: tuple[float, float, float]) -> str:
    if math.isnan(values[0]):
        return "–"
    return "{:.2f} ({:.2f} to {:.2f})".format(*values)
