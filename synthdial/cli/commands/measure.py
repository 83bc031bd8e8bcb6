"""``synthdial-edge measure``: lexical diversity, turn-taking, repetition and topic of conversations."""

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import click

from synthdial.airgap.seal import close_tcp
from synthdial.cli.figures import MeasureProgress, show_comparison, show_corpus, show_dialogues, show_speakers
from synthdial.cli.options import labels_with
from synthdial.cli.sealing import looked_up
from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically
from synthdial.measure import (
    FORMATS,
    MeasureRequest,
    comparison_bytes,
    corpus_bytes,
    measure,
    measure_corpus,
    total_size,
    write_rows,
)
from synthdial.metrics import (
    METRICS,
    CorpusAccumulator,
    Lexicon,
    chosen_metrics,
    compare,
    load_lexicon,
    scenario_lexicon,
)
from synthdial.transcripts import ReadOptions

_EXAMPLES = """\b
Examples:
  synthdial-edge measure demo.study
  synthdial-edge measure transcripts/ --by dialogue --format csv -o figures.csv
  synthdial-edge measure demo.jsonl --by speaker --metrics turns
  synthdial-edge measure demo.study --scenario nefrologie-dialysekeuze --metrics topic
  synthdial-edge measure demo.study --reference transcripts/ --plot
  synthdial-edge measure /shared/corpus.jsonl --scheduler tls://node1:8786 -o figures.csv --format csv
  zcat corpus.jsonl.gz | synthdial-edge measure - --by dialogue --format parquet -o figures.parquet
"""


@click.command(epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--by",
    type=click.Choice(["dialogue", "speaker", "corpus"]),
    default=None,
    help="A row a dialogue, a row for each speaker of each, or all together (a table's default).",
)
@click.option("--reference", type=click.Path(path_type=Path), help="Compare with the conversations of another PATH.")
@click.option("--plot", is_flag=True, help="Draw turns and words per dialogue, and how long turns are.")
@click.option("--metrics", "names", default="", help="Measures or groups of them, with commas between; all by default.")
@click.option("--scenario", default=None, help="Look for the terms of a scenario: a bundled name, or a TOML file.")
@click.option("--lexicon", type=click.Path(path_type=Path), help="Look for the terms of a file, also of SNOMED CT.")
@click.option("--wordnet", type=click.Path(path_type=Path), help="Look for synonyms too: a wordnet in WN-LMF.")
@click.option("--format", "form", type=click.Choice(["table", *FORMATS]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write there instead of to standard output.")
@click.option(
    "--label", "roles", multiple=True, help="A speaker's label and role, S1=Arts; can be given more than once."
)
@click.option("--speaker-column", help="The column of a table that says who speaks.")
@click.option("--text-column", help="The column of a table that says what is said.")
@click.option("--id-column", help="The column of a table that tells conversations apart.")
@click.option("--jobs", type=click.IntRange(1), help="Processes that measure; all processors for more than 16 MB.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Measure on a Dask cluster, whose workers see PATHS on shared storage: tls://HOST:PORT or tcp://HOST:PORT.",
)
def command(
    paths: tuple[Path, ...],
    by: str | None,
    reference: Path | None,
    plot: bool,
    names: str,
    scenario: str | None,
    lexicon: Path | None,
    wordnet: Path | None,
    form: str,
    output: Path | None,
    roles: tuple[str, ...],
    speaker_column: str | None,
    text_column: str | None,
    id_column: str | None,
    jobs: int | None,
    scheduler: str | None,
) -> None:
    """Measure the conversations of PATHS: studies, folders, transcripts, JSON lines ('-' is standard input).

    A table shows beside each value what people do, and marks a value outside that range.
    """
    if scheduler is None:
        close_tcp()
    elif jobs is not None:
        raise click.UsageError("--jobs is about processes of this machine, --scheduler about others: give one of them.")
    by = by or ("corpus" if form == "table" or reference or plot else "dialogue")
    metrics = chosen_metrics([name.strip() for name in names.split(",") if name.strip()]) or tuple(METRICS)
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise SynthdialError("Parquet is a binary format.", "Name a file with -o.")
    if scenario and lexicon:
        raise click.UsageError("--scenario and --lexicon both name the terms: give one of them.")
    request = MeasureRequest(
        paths=paths,
        metrics=metrics,
        by="speaker" if by == "speaker" else "dialogue",
        terms=_terms(scenario, lexicon, wordnet),
        jobs=jobs,
        reading=ReadOptions(labels_with(roles), speaker_column, text_column, id_column),
        scheduler=None if scheduler is None else looked_up(scheduler),
    )

    def reading(progress: MeasureProgress) -> dict[str, Any]:
        return {
            "standard_input": sys.stdin.buffer,
            "remark": progress.remark,
            "advance": progress.advance,
        }

    if by == "corpus" or reference or plot:
        if by != "corpus":
            raise click.UsageError("--reference and --plot are of whole corpora: leave --by out.")
        with MeasureProgress(total_size(list(paths))) as progress:
            own = measure_corpus(request, **reading(progress))
        other = None
        if reference:
            with MeasureProgress(total_size([reference])) as progress:
                other = measure_corpus(replace(request, paths=(reference,)), **reading(progress))
        _report(own, other, metrics, form, output, plot)
        return
    with MeasureProgress(total_size(list(paths))) as progress:
        rows = measure(request, **reading(progress))
        if form != "table":
            _write(write_rows(form, rows, metrics), output)
            return
        show = show_speakers if by == "speaker" else show_dialogues
        _print(lambda file: show(rows, metrics, file), output)


def _report(
    own: CorpusAccumulator,
    other: CorpusAccumulator | None,
    metrics: tuple[str, ...],
    form: str,
    output: Path | None,
    plot: bool,
) -> None:
    if other is not None:
        comparison = compare(own, other, metrics)
        if form != "table":
            _write([comparison_bytes(form, comparison)], output)
            return
        _print(lambda file: show_comparison(comparison, file), output)
    elif form != "table":
        _write([corpus_bytes(form, own.figures())], output)
        return
    else:
        _print(lambda file: show_corpus(own.figures(), file), output)
    if plot and output is None:
        from synthdial.cli.plots import show_plots

        show_plots(own, other, sys.stdout)


def _print(show: Callable[[IO[str]], None], output: Path | None) -> None:
    if output is None:
        show(sys.stdout)
        return
    text = io.StringIO()
    show(text)
    replace_atomically(output, [text.getvalue().encode()])


def _write(blocks: Iterable[bytes], output: Path | None) -> None:
    if output is not None:
        replace_atomically(output, blocks)
        return
    for block in blocks:
        sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()


def _terms(scenario: str | None, lexicon: Path | None, wordnet: Path | None) -> Lexicon | None:
    terms = None
    if lexicon:
        terms = load_lexicon(lexicon)
    elif scenario:
        from synthdial.prompt import load_scenario

        loaded = load_scenario(scenario)
        terms = scenario_lexicon(loaded.terms, loaded.name)
    if wordnet is None:
        return terms
    if terms is None:
        raise click.UsageError("--wordnet widens terms: give them with --scenario or --lexicon.")
    from synthdial.cli.terminal import echo
    from synthdial.metrics.wordnet import widen_with_wordnet

    terms, added = widen_with_wordnet(terms, wordnet)
    echo(f"The wordnet added {added} forms to {len(terms.terms)} terms.", err=True)
    return terms
