"""The table of ``compare`` on a terminal: sets of dialogues beside one another and beside people."""

import math
from collections.abc import Sequence
from typing import IO

from synthdial.cli.figures import number
from synthdial.cli.terminal import printable
from synthdial.measure.standing import Figure, Standing
from synthdial.metrics import METRICS

_COUNTS = {
    "terms": ("scenario's terms spoken", "%"),
    "log_probability": ("log-probability a sampled token", "nats"),
    "open_turns": ("turns that end inside a sentence", "%"),
    "forced_ends": ("turns ended where the model hardly would", "%"),
    "repeated_turns": ("turns that repeat an earlier one", "%"),
    "as_long_as_asked": ("dialogues as long as asked for", "%"),
    "tokens_per_second": ("tokens a second, all slots", ""),
}


def show_standings(standings: Sequence[Standing], file: IO[str]) -> None:
    """A line a figure, a column a set, people's figures last; a mean outside people's range is marked."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console.width = 60 + 30 * len(standings)
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True)
    for standing in standings:
        table.add_column(Text(printable(standing.name)), justify="right")
    table.add_column("people", justify="right", style="dim", no_wrap=True)
    table.add_row("dialogues", *(str(standing.dialogues) for standing in standings))
    for at, figure in enumerate(standings[0].figures):
        cells = [_with_mark(standing.figures[at]) for standing in standings]
        around = f"{number(figure.people, figure.name)}  {_range(figure)}"
        table.add_row(figure.name, *cells, around)
    for at, figure in enumerate(standings[0].counts):
        title, unit = _COUNTS[figure.name]
        table.add_row(title, *(_counted(standing.counts[at], unit) for standing in standings))
    table.add_row(
        "told from people by turn-taking: AUC",
        *(_three(standing.auc) for standing in standings),
        "0.5 or less: not told",
    )
    table.add_row("distance from people", *(_three(standing.distance) for standing in standings), "0 is none")
    console.print(table)
    console.print(
        "A mean over dialogues and its 95 % bootstrap interval; people: mean, and 10th to 90th percentile, of their "
        "conversations cut to the same length. ↓ ↑: outside that range. Distance: 1-Wasserstein, in interquartile "
        "ranges, mean over the turn measures.",
        style="dim",
    )


def _range(figure: Figure) -> str:
    if math.isnan(figure.p10):
        return ""
    return f"{number(figure.p10, figure.name)} to {number(figure.p90, figure.name)}"


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
