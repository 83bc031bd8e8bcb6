"""The table of ``utility`` on a terminal: ways of training beside one another, and what differs."""

import math
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from synthdial.cli.bar import Bar
from synthdial.cli.terminal import printable
from synthdial.review.intervals import Estimate
from synthdial.utility import TASKS, Side, Utility

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

_WIDTH = 120  # where the output is no terminal


class TrainingProgress(Bar):
    """A bar of trainings."""

    def __init__(self) -> None:
        super().__init__(_columns)

    def __enter__(self) -> "TrainingProgress":
        return self


def _columns() -> "tuple[ProgressColumn, ...]":
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    return TextColumn("training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()


def show_utility(found: Utility, file: IO[str]) -> None:
    """A line a way of training, a line a difference, and what it comes to."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(Text(f"{found.task}: {TASKS[found.task]}", style="bold"))
    for name, side in (("synthetic", found.synthetic), ("real", found.real)):
        console.print(Text(f"{name:9}  {_told(side)}"))
    console.print()
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("trained on")
    for title in ("examples", "macro-F1", "accuracy", "words known"):
        table.add_column(title, justify="right")
    for arm in found.arms:
        examples = f"{arm.training:,.0f}" if arm.training else ""
        known = "" if math.isnan(arm.known) else f"{100 * arm.known:.0f} %"
        table.add_row(arm.name, examples, _estimate(arm.macro_f1), _estimate(arm.accuracy), known)
    table.add_row()
    for one in found.differences:
        table.add_row(f"{one.name} − {one.less}", "", _estimate(one.macro_f1, "+"), _estimate(one.accuracy, "+"), "")
    console.print(table)
    console.print()
    console.print(Text(found.sentence, style="bold"))
    for remark in found.remarks:
        console.print(Text(printable(remark), style="yellow"))
    console.print(
        "Tested on real dialogues, never on one that was trained on. In brackets 95 % intervals, of a bootstrap over "
        "real dialogues; differences draw them for both at once.",
        style="dim",
    )


def _told(side: Side) -> str:
    shares: Sequence[tuple[str, float]] = sorted(side.shares.items(), key=lambda item: -item[1])
    told = ", ".join(f"{100 * share:.0f} % {printable(name)}" for name, share in shares[:4])
    more = f" and {len(shares) - 4} more" if len(shares) > 4 else ""
    return f"{side.dialogues:,} dialogues, {side.examples:,} examples: {told}{more}"


def _estimate(estimate: Estimate, sign: str = "") -> str:
    if math.isnan(estimate.low):
        return f"{estimate.value:{sign}.2f}"
    return f"{estimate.value:{sign}.2f} ({estimate.low:{sign}.2f} to {estimate.high:{sign}.2f})"
