"""``synthdial-edge export``: write the dialogues that may leave a study to a file."""

from pathlib import Path

import click

from synthdial.export import export_study
from synthdial.study import Study


@click.command(epilog="\b\nExamples:\n  synthdial-edge export demo.study -o demo.jsonl\n"
               "  synthdial-edge export demo.study -o demo.txt")  # fmt: skip
@click.argument("study", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A .jsonl or .txt file.")
@click.option("--by", help="Who exports; by default the user of this computer.")
def command(study: Path, output: Path, by: str | None) -> None:
    """Write the dialogues of STUDY that may leave it to a file; its ending decides the format.

    Those may leave that passed the check for copied text and, where the study asks for it, were accepted by a reviewer;
    'synthdial-edge gate' says which. Why each may leave is written beside the file, to NAME.decisions.jsonl.
    """
    from synthdial.cli.gate import tell_export

    with Study(study) as opened:
        done = export_study(opened, output, by=by)
    tell_export(study, output, done, err=True)
