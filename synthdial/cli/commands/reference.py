"""``synthdial-edge reference``: what points at a person in reference conversations."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdial.errors import SynthdialError
from synthdial.outgoing import json_text

if TYPE_CHECKING:
    from synthdial.privacy.deidentify import Deidentified

_EXAMPLES = """\b
Examples:
  synthdial-edge reference check transcripts/
  synthdial-edge reference check consult.txt --way placeholders
  synthdial-edge reference check transcripts/ -o deidentified/
  synthdial-edge reference check transcripts/ --for demo.study
"""


@click.group()
def command() -> None:
    """De-identify the conversations that a model is shown."""


@command.command(epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--way",
    type=click.Choice(["surrogates", "placeholders"]),
    default="surrogates",
    show_default=True,
    help="Invented names, shifted dates and numbers of the same form, or [naam 1].",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the surrogates, together with the text.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the de-identified transcripts there.")
@click.option(
    "--label", "roles", multiple=True, help="A speaker's label and role, S1=Arts; can be given more than once."
)
@click.option(
    "--for",
    "study",
    type=click.Path(path_type=Path),
    metavar="STUDY",
    help="Look at them for a study: mark what was missed, and say that nothing is left. Its batches then take them in.",
)
@click.option("--by", help="Who looks, with --for; by default the user of this computer.")
def check(
    paths: tuple[Path, ...],
    way: str,
    form: str,
    seed: int,
    output: Path | None,
    roles: tuple[str, ...],
    study: Path | None,
    by: str | None,
) -> None:
    """Show what is found in PATHS, transcripts and folders of them, before and after.

    Nothing is written unless -o names a folder; the original text is never stored. Read what is left: no program
    finds everything.
    """
    from synthdial.cli.options import labels_with
    from synthdial.cli.terminal import echo
    from synthdial.privacy.deidentify import deidentify, findings_record, prepare, write_references
    from synthdial.transcripts import ReadOptions, read_transcripts

    transcripts, warnings = read_transcripts(list(paths), ReadOptions(labels_with(roles)))
    for warning in warnings:
        echo(warning, err=True)
    prepare(lambda sentence: echo(sentence, err=True))
    if study is not None:
        from synthdial.cli.checking import check_for

        if (way, seed, form, output) != ("surrogates", 0, "table", None):
            raise SynthdialError("--for shows what a batch uses: surrogates, drawn with the seed 0, as a table.")
        read = [str(transcript.path) for transcript in transcripts]
        check_for(study, [transcript.dialogue for transcript in transcripts], lambda told: _show(read, told), by)
        return
    references = [deidentify(transcript.dialogue, way=way, seed=seed) for transcript in transcripts]
    names = [str(transcript.path) for transcript in transcripts]
    if form == "json":
        for name, reference in zip(names, references, strict=True):
            click.echo(json_text(findings_record(reference, name)))
    else:
        _show(names, references)
    if output is not None:
        written = write_references(references, output)
        echo(f"Written to {output}: {len(written)} transcripts, under names of their own.", err=True)


def _show(names: list[str], references: list["Deidentified"]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from synthdial.cli.terminal import printable

    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        console.width = 160
    totals: Counter[str] = Counter()
    for name, reference in zip(names, references, strict=True):
        console.print(Text(printable(f"{name}  {len(reference.findings)} found"), style="bold"))
        table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column("turn", justify="right")
        table.add_column("kind", no_wrap=True)
        table.add_column("before", overflow="fold", ratio=3)
        table.add_column("after", overflow="fold", ratio=1)
        for finding in reference.findings:
            before = Text(printable(finding.before[-30:]), style="dim")
            before.append(printable(finding.original), style="bold red")
            before.append(printable(finding.after[:30]), style="dim")
            after = Text(printable(finding.replacement), style="green")
            table.add_row(str(finding.identifier.turn + 1), finding.kind.value, before, after)
            totals[finding.kind.value] += 1
        if reference.findings:
            console.print(table)
        console.print()
    counts = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    counts.add_column("kind", no_wrap=True)
    counts.add_column("found", justify="right")
    for kind in references[0].counts:
        counts.add_row(kind.value, str(totals[kind.value]))
    console.print(counts)
