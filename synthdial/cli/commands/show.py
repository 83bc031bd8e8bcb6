"""``synthdial-edge show``: read dialogues on the terminal."""

import json
from pathlib import Path

import click

from synthdial.dialogue import Dialogue, Speaker
from synthdial.outgoing import json_text
from synthdial.study import Candidate, Study

_EXAMPLES = """\b
Examples:
  synthdial-edge show demo.study
  synthdial-edge show demo.study 0001
  synthdial-edge show demo.study 0001 --candidates
"""


@click.command(epilog=_EXAMPLES)
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("dialogue_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="As in an export, one JSON object a line.")
@click.option("--provenance", is_flag=True, help="Show how the dialogue was made too.")
@click.option("--candidates", is_flag=True, help="Show how each candidate was scored; with --json its text as well.")
def command(study: Path, dialogue_id: str | None, as_json: bool, provenance: bool, candidates: bool) -> None:
    """Show the dialogue of STUDY with that ID, or all.

    The beginning or the end of an id is enough, where it fits one dialogue only.
    """
    with Study(study, read_only=True) as opened:
        for dialogue in [opened.find(dialogue_id)] if dialogue_id else opened.dialogues():
            if candidates:
                written = opened.candidates_of(dialogue)
                if as_json:
                    _print_candidates(written)
                else:
                    _show_candidates(dialogue, written)
            elif as_json:
                from synthdial.export.formats.lines import json_line

                click.echo(json_line(dialogue), nl=False)
            else:
                _show(dialogue, provenance)


def _show(dialogue: Dialogue, provenance: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from synthdial.cli.terminal import printable

    console = Console(highlight=False, soft_wrap=False)
    scenario = dialogue.provenance.get("scenario", "")
    head = f"{dialogue.id}  {len(dialogue.turns)} turns, {dialogue.words} words, {scenario}"
    console.print(Text(printable(head), style="bold"))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    plan = dialogue.provenance.get("plan")
    planned = plan if isinstance(plan, list) and len(plan) == len(dialogue.turns) else [None] * len(dialogue.turns)
    if any(planned):
        table.add_column(no_wrap=True, style="dim")
        table.add_row("", "", "phase, kind, words planned and said")
    for turn, planning in zip(dialogue.turns, planned, strict=True):
        colour = "cyan" if turn.speaker is Speaker.DOCTOR else "green"
        cells = [Text(f"{turn.speaker}:", style=f"bold {colour}"), Text(printable(turn.text))]
        if isinstance(planning, dict):
            cells.append(Text(printable("{phase}, {kind}, {words}".format(**planning) + f"/{turn.words}")))
        table.add_row(*cells)
    console.print(table)
    if provenance:
        console.print(Text(printable(json.dumps(dict(dialogue.provenance), ensure_ascii=False, indent=2)), style="dim"))
    console.print()


def _print_candidates(candidates: list[Candidate]) -> None:
    from synthdial.export.formats.lines import as_record

    for candidate in candidates:
        record = {**as_record(candidate.dialogue), "kept": candidate.kept}
        click.echo(json_text(record))


def _show_candidates(dialogue: Dialogue, candidates: list[Candidate]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from synthdial.cli.terminal import printable
    from synthdial.study.score import WEIGHTS

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 160
    head = f"{dialogue.id}  {len(candidates)} written, 1 kept, {dialogue.provenance.get('scenario', '')}"
    console.print(Text(printable(head), style="bold"))
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False)
    for name in ("candidate", "", "score", *WEIGHTS, "turns", "words"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for candidate in candidates:
        told = candidate.dialogue
        found = told.provenance.get("score")
        parts = found if isinstance(found, dict) else {}
        cells = [str(candidate.candidate), "kept" if candidate.kept else ""]
        for name in ("total", *WEIGHTS):
            value = parts.get(name)
            cells.append(f"{value:.3f}" if isinstance(value, (int, float)) else "-")
        cells += [str(len(told.turns)), str(told.words)]
        table.add_row(*(Text(printable(cell)) for cell in cells), style="bold" if candidate.kept else "")
    console.print(table)
    console.print()
