"""Drawings on a terminal: how long dialogues and turns are, beside a reference's."""

import itertools
from typing import IO, TYPE_CHECKING

import numpy as np

from synthdial.metrics import CorpusAccumulator
from synthdial.metrics.corpus import LONGEST

if TYPE_CHECKING:
    from rich.table import Table

_WIDTH = 30
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_TURN_BINS = (0, 1, 2, 3, 5, 9, 17, 33, 65, LONGEST + 1)


def show_plots(own: CorpusAccumulator, reference: CorpusAccumulator | None, file: IO[str]) -> None:
    """Histograms of turns and words per dialogue, and of the words of a turn, in shares; the reference beside them."""
    from rich.console import Console

    console = Console(file=file, highlight=False)
    corpora = [own] if reference is None else [own, reference]
    for name, title in (("n_turns", "Turns per dialogue"), ("n_words", "Words per dialogue")):
        if all(name in corpus.distributions.names for corpus in corpora):
            console.print(_histogram(title, *_of_measure(corpora, name)))
    lengths = [corpus.turn_lengths for corpus in corpora]
    labels = ["0", "1", "2", "3-4", "5-8", "9-16", "17-32", "33-64", "65+"]
    shares = [[float(row[low:high].sum()) for low, high in itertools.pairwise(_TURN_BINS)] for row in lengths]
    console.print(_histogram("Words per turn", labels, shares))


def _of_measure(corpora: list[CorpusAccumulator], name: str) -> tuple[list[str], list[list[float]]]:
    spreads = [corpus.distributions.spread(name) for corpus in corpora]
    low = min(float(values[0]) for values, _ in spreads)
    high = max(float(values[-1]) for values, _ in spreads)
    edges = np.unique(np.linspace(low, high + 1, 11).astype(int))
    labels = [f"{a}-{b - 1}" if b - a > 1 else str(a) for a, b in itertools.pairwise(edges.tolist())]
    counts = []
    for values, count in spreads:
        place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(labels) - 1)
        counts.append(np.bincount(place, weights=count, minlength=len(labels)).tolist())
    return labels, counts


def _histogram(title: str, labels: list[str], counts: list[list[float]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    shares = [np.array(row) / max(1.0, sum(row)) for row in counts]
    top = max(float(row.max()) for row in shares) or 1.0
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    for at, label in enumerate(labels):
        for side, (row, colour) in enumerate(zip(shares, ("cyan", "yellow"), strict=False)):
            bar = Text(_bar(float(row[at]) / top), style=colour)
            bar.append(f" {100 * row[at]:.0f} %{'  reference' if side else ''}", style="dim")
            table.add_row(label if not side else "", bar)
    return table


def _bar(share: float) -> str:
    whole, rest = divmod(round(share * _WIDTH * 8), 8)
    return "█" * whole + _EIGHTHS[rest].strip()
