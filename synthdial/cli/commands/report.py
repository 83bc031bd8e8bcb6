"""``synthdial-edge report``: one page about a study, for those who decide."""

import datetime
from pathlib import Path

import click

_EXAMPLES = """\b
Examples:
  synthdial-edge report demo.study -o report.html
  synthdial-edge report demo.study -o rapport.html --lang nl
  synthdial-edge report demo.study -o report.html --reference transcripts/
"""


@click.command(epilog=_EXAMPLES)
@click.argument("study", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The HTML file to write.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Conversations of people: a transcript, or a folder of them; the bundled ones by default.",
)
@click.option("--lang", "language", help="Language of the report, nl or en; that of the settings by default.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Of intervals, and of samples of large studies.",
)
@click.option("--date", "day", default="", help="Date of the report, YYYY-MM-DD; by default the study's newest event.")
@click.option("--name-raters", is_flag=True, help="Call raters by their names instead of by numbers.")
def command(
    study: Path,
    output: Path,
    references: tuple[Path, ...],
    language: str | None,
    seed: int,
    day: str,
    name_raters: bool,
) -> None:
    """Write a report of STUDY: how it was made, its figures, what raters said, examples and limits.

    The report is one HTML file that loads nothing and prints on A4. Conversations of people never stand in it.
    """
    from synthdial.cli.terminal import echo, size
    from synthdial.language import choose_language
    from synthdial.report import write_report

    if day:
        try:
            day = datetime.date.fromisoformat(day).isoformat()
        except ValueError:
            raise click.UsageError(f"--date wants a day as YYYY-MM-DD, not '{day}'.") from None
    written = write_report(
        study,
        output,
        choose_language(language),
        references=references,
        seed=seed,
        date=day,
        name_raters=name_raters,
        remark=lambda text: echo(text, err=True),
    )
    echo(f"Wrote {output} ({size(written)}).", err=True)
