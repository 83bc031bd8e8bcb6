"""``synthdial-edge list``: the dialogues of a study in a table."""

from pathlib import Path
from typing import Literal

import click

from synthdial.export import Gate
from synthdial.outgoing import json_text
from synthdial.study import Study

_ROOM = 120
_SHORTENED = ("scenario", "model")
_WIDE = ("model", "log p")  # left out on a narrower terminal, as is the time of day


@click.command(epilog="\b\nExample:\n  synthdial-edge list demo.study")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(study: Path, as_json: bool) -> None:
    """List the dialogues of STUDY: turns, words, scenario, model, how each ended, and whether it may leave.

    A state is: passed, quarantined or never checked; accepted by reviewers, flagged by one, or released by hand.
    """
    with Study(study, read_only=True) as opened, opened.snapshot():  # a batch may write meanwhile
        standings = Gate(opened).standings()
        rows = ({**row, "state": standings[row["id"]].state} for row in opened.summaries())
        if as_json:
            for row in rows:
                click.echo(json_text(row))
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        from synthdial.cli.terminal import printable

        table = Table(box=None, header_style="bold", pad_edge=False)
        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = 160
        left_out = _WIDE if console.width < _ROOM else ()
        names = ("id", "turns", "words", "scenario", "preset", "model", "ended by", "log p", "date", "state")
        for name in names:
            if name not in left_out:
                justify: Literal["left", "right"] = "right" if name in ("turns", "words", "log p") else "left"
                # a column that may be shortened is one that may be wrapped, whose cells may not
                table.add_column(name, justify=justify, no_wrap=name not in _SHORTENED)
        count = 0
        for row in rows:
            mean = row["mean_log_probability"]
            cells = [row["id"], row["turns"], row["words"], row["scenario"], row["preset"], row["model"]]
            cells += [row["ended_by"], "" if mean is None else f"{mean:.2f}", str(row["date"])[:16].replace("T", " ")]
            cells.append(row["state"])
            if left_out:
                cells[names.index("date")] = cells[names.index("date")][:10]
            shown = (cell for name, cell in zip(names, cells, strict=True) if name not in left_out)
            table.add_row(*(Text(printable(str(cell)), no_wrap=True, overflow="ellipsis") for cell in shown))
            count += 1
        console.print(table)
        console.print(Text(f"{count} dialogues in {printable(str(study))}"))
