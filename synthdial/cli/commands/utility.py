"""``synthdial-edge utility``: what a classifier learns from synthetic dialogues, tested on real ones."""

import io
import sys
from pathlib import Path

import click

from synthdial.files import replace_atomically

_EXAMPLES = """\b
Examples:
  synthdial-edge utility demo.study --real transcripts/ --task speaker
  synthdial-edge utility demo.study --real transcripts/ --task question --leave-out-prompted
  synthdial-edge utility demo.study --real transcripts/ --task topic --topics topics.tsv
  synthdial-edge utility demo.jsonl --real transcripts/ --task speaker --format json -o utility.json
"""


@click.command(epilog=_EXAMPLES)
@click.argument("study", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--real",
    "paths",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Conversations of people, anything that 'measure' reads; can be given more than once.",
)
@click.option(
    "--task",
    type=click.Choice(["speaker", "question", "topic"]),
    required=True,
    help="Who says a turn; whether it asks; what a conversation is about.",
)
@click.option(
    "--topics",
    "topics_file",
    type=click.Path(path_type=Path),
    help="What conversations are about: lines of an id or a file's name, a tab, and a topic.",
)
@click.option(
    "--window", type=click.IntRange(0), default=None, help="Words of a part whose topic is asked; 0 is all.  [100]"
)
@click.option(
    "--leave-out-prompted", is_flag=True, help="Do not test on real conversations that stood in a prompt of STUDY."
)
@click.option("--most", type=click.IntRange(2), default=None, help="Conversations of each side at most.  [1000]")
@click.option("--folds", type=click.IntRange(2), default=10, show_default=True, help="Parts of the real side.")
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True, help="How often parts are drawn.")
@click.option(
    "--resamples",
    type=click.IntRange(2),
    default=10,
    show_default=True,
    help="How often training conversations are drawn anew, for intervals.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of all that is drawn.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write there instead of to standard output.")
@click.option(
    "--label", "roles", multiple=True, help="A speaker's label and role, S1=Arts; can be given more than once."
)
@click.option("--speaker-column", help="The column of a table that says who speaks.")
@click.option("--text-column", help="The column of a table that says what is said.")
@click.option("--id-column", help="The column of a table that tells conversations apart.")
def command(
    study: Path,
    paths: tuple[Path, ...],
    task: str,
    topics_file: Path | None,
    window: int | None,
    leave_out_prompted: bool,
    most: int | None,
    folds: int,
    repeats: int,
    resamples: int,
    seed: int,
    form: str,
    output: Path | None,
    roles: tuple[str, ...],
    speaker_column: str | None,
    text_column: str | None,
    id_column: str | None,
) -> None:
    """Train a classifier on the synthetic dialogues of STUDY, and test it on real ones.

    Beside it stand the same classifier trained on real ones, never on one that it is tested on, and who always gives
    the most frequent answer. STUDY is a study, or anything that 'measure' reads; to ask about what may leave a study
    alone, export it first. Needs scikit-learn.
    """
    from synthdial.cli.options import labels_with
    from synthdial.cli.terminal import echo
    from synthdial.cli.utility_table import TrainingProgress, show_utility
    from synthdial.transcripts import ReadOptions
    from synthdial.utility import MOST, WINDOW, Question, UtilityRequest, measure_utility, read_topics, utility_bytes
    from synthdial.utility.classifier import require_sklearn

    if task != "topic" and (topics_file or window is not None):
        raise click.UsageError("--topics and --window are for the task 'topic'.")
    require_sklearn()
    question = Question(
        task=task,
        topics=read_topics(topics_file) if topics_file else {},
        window=WINDOW if window is None else window,
        folds=folds,
        repeats=repeats,
        resamples=resamples,
        seed=seed,
    )
    request = UtilityRequest(
        study=study,
        real=paths,
        question=question,
        leave_out_prompted=leave_out_prompted,
        most=most or MOST,
        reading=ReadOptions(labels_with(roles), speaker_column, text_column, id_column),
    )
    with TrainingProgress() as progress:
        found = measure_utility(
            request,
            standard_input=sys.stdin.buffer,
            remark=lambda text: echo(text, err=True),
            advance=progress.show,
        )
    if form == "table":
        text = io.StringIO()
        show_utility(found, text if output else sys.stdout)
        written = text.getvalue().encode()
    else:
        written = utility_bytes(form, found)
    if output:
        replace_atomically(output, [written])
    elif form != "table":
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
