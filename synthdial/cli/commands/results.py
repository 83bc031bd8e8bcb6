"""``synthdial-edge results``: what raters said of a study, counted."""

import io
import sys
from pathlib import Path

import click


@click.command(
    epilog="\b\nExamples:\n  synthdial-edge results demo.study\n  synthdial-edge results demo.study --lang nl\n"
    "  synthdial-edge results demo.study --format json -o results.json"
)
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write there instead of to standard output.")
@click.option(
    "--lang",
    type=click.Choice(["en", "nl"]),
    default="en",
    show_default=True,
    help="The language of the sentence that says whether metrics agree with people.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of bootstrap and permutations."
)
def command(study: Path, form: str, output: Path | None, lang: str, seed: int) -> None:
    """Count what raters said of STUDY: scores, their agreement, and whether metrics agree with them.

    Only what a rater has finished counts, and never the calibration round. The same seed gives the same figures.
    docs/results.md says what each of them is.
    """
    from synthdial.files import replace_atomically
    from synthdial.review.measures import study_results
    from synthdial.study import Study

    with Study(study, read_only=True) as opened:
        results = study_results(opened, seed=seed)
    if form == "table":
        from synthdial.cli.results_table import show_results

        if output is None:
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 knows no rho
            show_results(results, lang, sys.stdout)
            return
        text = io.StringIO()
        show_results(results, lang, text)
        content = text.getvalue().encode(errors="replace")
    else:
        from synthdial.review.write import csv_bytes, json_bytes

        content = (json_bytes if form == "json" else csv_bytes)(results)
    if output is not None:
        replace_atomically(output, [content])
        return
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
