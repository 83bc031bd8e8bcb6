"""What reviewers of a study said, for the prompt of a batch: dialogues that are examples, sentences that instruct."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdial.cli.terminal import echo
from synthdial.errors import SynthdialError
from synthdial.prompt.choose import Exemplar

if TYPE_CHECKING:
    from synthdial.review.lessons import Learned

_ACCEPTED = "accepted"


def wanted_exemplars(wanted: str, least: float) -> tuple[Exemplar, ...]:
    """The dialogues that ``--exemplars STUDY:accepted`` asks for.

    Raises
    ------
    SynthdialError
        When it is written otherwise, or the study has none.
    """
    from synthdial.review.exemplars import exemplars_from

    path, _, which = wanted.rpartition(":")
    if not path or which != _ACCEPTED:
        raise SynthdialError(
            f"--exemplars is '{wanted}'.", f"Expected is a study and which of its dialogues, STUDY:{_ACCEPTED}."
        )
    return exemplars_from(Path(path), least)


def learned_instructions(path: Path, *, show: bool, ask: bool) -> tuple[str, ...]:
    """The sentences that ``--learn-from STUDY`` puts into the prompt, after a person has seen them.

    Parameters
    ----------
    path : Path
        The study.
    show : bool
        Print them on standard error, with the counts that they come from.
    ask : bool
        Ask whether they are wanted.

    Raises
    ------
    SynthdialError
        When nothing was flagged that gives an instruction, when there is nobody to ask, or when they are not wanted.
    """
    from synthdial.review.lessons import learn_from

    learned = learn_from(path)
    if ask and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SynthdialError(
            "--learn-from shows its instructions and asks before it uses them, and nobody is here to answer.",
            "Look at them with --dry-run, then give --yes.",
        )
    if show:
        read = _counted(learned.rated, "rated dialogue")
        echo(f"What raters flagged, in {read} of {path}, becomes instructions for the model:", err=True)
        _show(learned)
    if ask and not _agreed(len(learned.lessons)):
        raise SynthdialError(
            "Nothing was written: the instructions are not wanted.", "Leave --learn-from out to write without them."
        )
    return learned.instructions


def _show(learned: "Learned") -> None:
    from synthdial.review.lessons import CRITICAL_WEIGHT

    for lesson in learned.lessons:
        severe = f", {lesson.critical} critical" if lesson.critical else ""
        told = f"{_counted(lesson.count, 'flag')}{severe}; {lesson.share:.0%} of what was flagged"
        echo(f"\n  {lesson.kind}: {told}", err=True)
        echo(f"    {lesson.sentences['nl']}", err=True)
        echo(f"    ({lesson.sentences['en']})", err=True)
    echo(
        f"\nShares are per rater and dialogue, and a critical flag counts for {CRITICAL_WEIGHT}. What raters wrote "
        "beside their flags never goes into a prompt: it may hold private things.",
        err=True,
    )
    if learned.other:
        flags = _counted(learned.other, "flag")
        echo(f"Without an instruction: {flags} of the kind 'other', whose notes alone say why.", err=True)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _agreed(count: int) -> bool:
    """Whether the person at the terminal wants the sentences; standard output stays for data."""
    what = "this sentence" if count == 1 else f"these {count} sentences"
    click.echo(f"Put {what} into the prompt? [y/N] ", nl=False, err=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "j", "ja")
