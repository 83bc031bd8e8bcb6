"""``synthdial-edge export``: write a study's dialogues to a file."""

from pathlib import Path

import click

from synthdial.export import export_study
from synthdial.study import Study


@click.command(epilog="\b\nExamples:\n  synthdial-edge export demo.study -o demo.jsonl\n"
               "  synthdial-edge export demo.study -o demo.txt")  # fmt: skip
@click.argument("study", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A .jsonl or .txt file.")
def command(study: Path, output: Path) -> None:
    """Write all dialogues of STUDY to a file; its ending decides the format."""
    from synthdial.cli.terminal import echo

    with Study(study, read_only=True) as opened:
        count = export_study(opened, output)
    echo(f"Exported {count} dialogues to {output}.", err=True)
