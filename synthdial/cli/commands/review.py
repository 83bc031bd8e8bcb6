"""``synthdial-edge review``: read dialogues and rate them, here or on other machines."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdial.errors import SynthdialError
from synthdial.study import Study

if TYPE_CHECKING:
    from synthdial.review.anchors import Anchored

_OPEN = "open"

_EXAMPLES = """\b
Examples:
  synthdial-edge review demo.study
  synthdial-edge review demo.study --rater "Els de Wit" --role clinician
  synthdial-edge review demo.study --rater Bram --role native --anchors bundled
  synthdial-edge review open demo.study --rater Bram --role native
  synthdial-edge review status demo.study
  synthdial-edge review export-task demo.study -o bram.synthdial --rater Bram --role native
  synthdial-edge review bram.synthdial
  synthdial-edge review merge demo.study bram.synthdial

\b
'review STUDY' is short for 'review open STUDY', whose options are in 'review open --help'.
A study that is named like a command is given with its folder: review ./merge
"""


class _Review(click.Group):
    """A group whose first argument may be a study in the place of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [_OPEN, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Review, epilog=_EXAMPLES, options_metavar="[STUDY |", subcommand_metavar="COMMAND] [OPTIONS]...")
def command() -> None:
    """Read the dialogues of STUDY and rate them by a rubric, blind; everything is saved as it is pressed.

    docs/review.md tells how: rubrics, the order, the calibration round, anchors, several machines, what is stored.
    """


@command.command(_OPEN)
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--rater", help="Who rates; asked for if it is not given.")
@click.option("--role", help="As what: native, clinician, or the role of a rubric of your own.")
@click.option("--rubric", help="By what: native, clinician, or a TOML file; by default that of the role.")
@click.option("--seed", type=int, help="From which a new rater's order is drawn; by default from study and name.")
@click.option("--calibration", is_flag=True, help="Begin with a calibration round even where dialogues are few.")
@click.option("--anchors", help="Mix in conversations of people: 'bundled', or transcripts of your own.")
@click.option(
    "--anchors-are-deidentified", is_flag=True, help="Nobody can be recognised in your own: you vouch for that."
)
@click.option("--label", "roles", multiple=True, help="A speaker's label and role in --anchors, S1=Arts; repeatable.")
@click.option("--lang", help="The language of the screens: nl or en.")
def open_review(
    study: Path,
    rater: str | None,
    role: str | None,
    rubric: str | None,
    seed: int | None,
    calibration: bool,
    anchors: str | None,
    anchors_are_deidentified: bool,
    roles: tuple[str, ...],
    lang: str | None,
) -> None:
    """Open STUDY, or a task made from one, for a rater."""
    from synthdial.review.anchors import add_anchors
    from synthdial.review.raters import known_raters
    from synthdial.review.session import ReviewRequest

    _check_path(study)
    with Study(study) as opened:
        if anchors is not None:
            from synthdial.cli.options import labels_with
            from synthdial.transcripts import ReadOptions

            options = ReadOptions(labels_with(roles))
            _say_anchors(add_anchors(opened, anchors, are_deidentified=anchors_are_deidentified, options=options))
        known = known_raters(opened)
        if rater is None and role is None and rubric is None and _is_task(opened) and len(known) == 1:
            rater = known[0].name  # whom the task was made for
        request = ReviewRequest(study, rater, role, rubric, seed, calibration)
        request.check(opened)  # say here what is wrong, not on a screen
    from synthdial.tui.app import run

    run(study, lang=lang, review=request)


def _check_path(study: Path) -> None:
    if not study.exists():
        from synthdial.toml_file import nearest

        hint = nearest(str(study), command.commands)
        raise SynthdialError(f"There is no study {study}.", hint or f"Make one: synthdial-edge batch {study} --count 8")


def _is_task(study: Study) -> bool:
    from synthdial.study.reviews import Reviews

    return Reviews(study).is_task


def _say_anchors(anchored: "Anchored") -> None:
    from synthdial.cli.terminal import echo

    for warning in anchored.warnings:
        echo(warning, err=True)
    if anchored.added:
        echo(f"Took in {anchored.added} conversations of people; they are mixed into what is not begun.", err=True)


@command.command("export-task")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--rater", help="Whom it is for; one who has begun gets what is left.")
@click.option("--role", help="As what they judge: native, clinician, or the role of a rubric of your own.")
@click.option("--rubric", help="By what: native, clinician, or a TOML file; by default that of the role.")
@click.option("--count", type=int, help="Dialogues at most, besides the calibration round; all by default.")
def export_task_command(
    study: Path, output: Path, rater: str | None, role: str | None, rubric: str | None, count: int | None
) -> None:
    """Write dialogues of STUDY and a rubric, and nothing else, to a file for another machine."""
    from synthdial.cli.terminal import echo
    from synthdial.review.rubric import load_rubric
    from synthdial.review.task import export_task

    asked = None if rubric is None else load_rubric(rubric)
    with Study(study) as opened:
        task = export_task(opened, output, rater=rater, role=role, rubric=asked, count=count)
    first = f", {task.calibration} of them in the calibration round" if task.calibration else ""
    echo(f"Wrote {output}: {task.dialogues} dialogues{first}, to be rated as {task.rubric.role}.", err=True)
    if task.quarantined:
        why = f"'synthdial-edge gate {study}' says why"
        echo(f"{task.quarantined} dialogues are quarantined and do not go along: {why}.", err=True)
    if task.anchors:
        echo(f"{task.anchors} bundled conversations go along, to be mixed in.", err=True)
    if task.anchors_kept_here:
        echo(f"{task.anchors_kept_here} conversations of your own stay in {study}: they never leave it.", err=True)
    name = "" if rater else " --rater NAME"
    echo(f"There: synthdial-edge review {output.name}{name}    Then here: "
         f"synthdial-edge review merge {study} {output.name}", err=True)  # fmt: skip


@command.command("merge")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def merge_command(study: Path, files: tuple[Path, ...]) -> None:
    """Bring the ratings in FILES, tasks that were made from STUDY, back into it; twice does no harm."""
    from synthdial.cli.terminal import echo, say_problem
    from synthdial.review.merge import merge

    with Study(study) as opened:
        report = merge(opened, list(files))
    for file in report.files:
        who = ", ".join(file.raters) or "nobody"
        known = f", {file.known} were there already" if file.known else ""
        echo(f"{file.path}: {file.added} new acts of {who}{known}." if file.added
             else f"{file.path}: already there; nothing new.", err=True)  # fmt: skip
        for conflict in file.conflicts:
            echo(
                f"  {conflict.rater} said two things of {conflict.dialogue}, {conflict.what}: "
                f"{_said(conflict.counts)} counts, it was said later; {_said(conflict.other)} is kept beside it.",
                err=True,
            )
    for problem in report.refused[:-1]:
        say_problem(problem)
    if report.refused:
        raise report.refused[-1]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "accepted" if value else "rejected"
    return "'cannot judge'" if value is None else str(value)


@command.command("status")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def status(study: Path, as_json: bool) -> None:
    """Say how far each rater of STUDY is; for whoever keeps it, not for raters."""
    from dataclasses import asdict

    from synthdial.cli.terminal import printable
    from synthdial.outgoing import json_text
    from synthdial.review.table import standings

    with Study(study, read_only=True) as opened:
        found = standings(opened)
    if as_json:
        for standing in found:
            click.echo(json_text(asdict(standing)))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not found:
        console.print(Text(f"Nobody has reviewed {printable(str(study))} yet."))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("rater", "role", "done", "begun", "of", "last"):
        table.add_column(name, justify="right" if name in ("done", "begun", "of") else "left", no_wrap=True)
    for one in found:
        last = one.last[:16].replace("T", " ") + " UTC" if one.last else ""
        cells = (one.rater, one.role, one.done, one.begun, "" if one.total is None else one.total, last)
        table.add_row(*(Text(printable(str(cell))) for cell in cells))
    console.print(table)
