"""``synthdial-edge export``: write the dialogues that may leave a study to a file or a dataset folder."""

import os
from pathlib import Path

import click

from synthdial.study import Study

_FORMATS = ("jsonl", "chat", "csv", "parquet", "text", "sdialog", "tei")
_EXAMPLES = """\b
Examples:
  synthdial-edge export demo.study -o demo.jsonl
  synthdial-edge export demo.study -o demo.txt
  synthdial-edge export demo.study -o demo.parquet --title "Dialyse, proef 1"
  synthdial-edge export demo.study -o chat.jsonl --format chat --assistant patient
  synthdial-edge export demo.study -o dataset/ --format parquet --split train=0.5,test=0.5
"""


@click.command(epilog=_EXAMPLES)
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    required=True,
    help="A file (.jsonl, .csv, .parquet, .txt, .xml), or a folder for a dataset: NAME/.",
)
@click.option(
    "--format", "format_name", type=click.Choice(_FORMATS), help="By default as the ending says; jsonl in a folder."
)
@click.option("--split", "split", help="Parts by scenario in a folder, such as train=0.8,test=0.2.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Draws which scenario goes where.")
@click.option(
    "--assistant",
    type=click.Choice(["doctor", "patient"]),
    default="doctor",
    show_default=True,
    help="Whose turns a chat model is to learn.",
)
@click.option("--title", help="Of the dataset, for its card.")
@click.option(
    "--licence", help="Of the dataset, an SPDX name such as cc-by-4.0; by default what the model's terms allow."
)
@click.option("--no-card", is_flag=True, help="Write no dataset card, description, recipe and checksums beside it.")
@click.option("--by", help="Who exports; by default the user of this computer.")
def command(
    study: Path,
    output: str,
    format_name: str | None,
    split: str | None,
    seed: int,
    assistant: str,
    title: str | None,
    licence: str | None,
    no_card: bool,
    by: str | None,
) -> None:
    """Write the dialogues of STUDY that may leave it to a file or a dataset folder.

    Those may leave that passed the check for copied text and, where the study asks for it, were accepted by a reviewer;
    'synthdial-edge gate' says which. Why each may leave is written beside the file, to NAME.decisions.jsonl, as are a
    dataset card, a Croissant description, the recipe that makes it again, and checksums. docs/export.md says what each
    format holds.
    """
    from synthdial.cli.gate import ExportProgress, tell_export
    from synthdial.dialogue import Speaker
    from synthdial.export import ExportOptions, export_study
    from synthdial.export.formats.base import WriterOptions
    from synthdial.export.split import read_splits

    options = ExportOptions(
        splits=read_splits(split) if split else {},
        seed=seed,
        writing=WriterOptions(Speaker.DOCTOR if assistant == "doctor" else Speaker.PATIENT),
        folder=output.endswith(("/", os.sep)),
        documents=not no_card,
        title=title,
        licence=licence,
    )
    target = Path(output)
    with Study(study) as opened, ExportProgress(len(opened)) as progress:
        done = export_study(opened, target, format_name=format_name, options=options, by=by, advance=progress.advance)
    tell_export(study, target, done, err=True)
