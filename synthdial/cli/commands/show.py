"""``synthdial-edge show``: read dialogues on the terminal."""

import json
from pathlib import Path

import click

from synthdial.dialogue import Dialogue, Speaker
from synthdial.study import Study


@click.command(epilog="\b\nExamples:\n  synthdial-edge show demo.study\n  synthdial-edge show demo.study 0001")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("dialogue_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="As in an export, one JSON object a line.")
@click.option("--provenance", is_flag=True, help="Show how the dialogue was made too.")
def command(study: Path, dialogue_id: str | None, as_json: bool, provenance: bool) -> None:
    """Show the dialogue of STUDY with that ID, or all.

    The beginning or the end of an id is enough, where it fits one dialogue only.
    """
    with Study(study, read_only=True) as opened:
        for dialogue in [opened.find(dialogue_id)] if dialogue_id else opened.dialogues():
            if as_json:
                from synthdial.export.write import json_line

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
    table.add_column(overflow="fold")
    for turn in dialogue.turns:
        colour = "cyan" if turn.speaker is Speaker.DOCTOR else "green"
        table.add_row(Text(f"{turn.speaker}:", style=f"bold {colour}"), Text(printable(turn.text)))
    console.print(table)
    if provenance:
        console.print(Text(printable(json.dumps(dict(dialogue.provenance), ensure_ascii=False, indent=2)), style="dim"))
    console.print()
