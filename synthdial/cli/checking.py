"""A person looks at de-identified references for a study: marks what was missed, and says that nothing is left."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdial.cli.terminal import echo
from synthdial.errors import SynthdialError

if TYPE_CHECKING:
    from synthdial.dialogue import Dialogue
    from synthdial.privacy.deidentify import Deidentified


def check_for(
    study: Path,
    dialogues: "Sequence[Dialogue]",
    show: "Callable[[list[Deidentified]], None]",
    by: str | None = None,
) -> None:
    """Show references as a batch of the study would use them, until a person finds nothing left; note that they did.

    What they type as missed is hashed, and stands in no file; the references are known by their digests.

    Parameters
    ----------
    study : Path
        The study; made if it is not there.
    dialogues : sequence of Dialogue
        The originals.
    show : callable
        Shows what was found.
    by : str, optional
        Who looks; by default the user of the operating system.

    Raises
    ------
    SynthdialError
        When nobody is there to look, or they do not say that nothing is left; marks are kept.
    """
    from synthdial.privacy.deidentify import Kind, deidentify
    from synthdial.study import Study
    from synthdial.study.references import ReferenceChecks

    if not _terminal():
        raise SynthdialError(
            "References are checked by a person, and nobody is here to look at them.",
            "Run it on a terminal; batches without one go on from there.",
        )
    with Study(study, create=True) as opened:
        checks = ReferenceChecks(opened)
        while True:
            marks = checks.marks()
            told = [deidentify(dialogue, known=marks) for dialogue in dialogues]
            show(told)
            for one in told:
                echo(f"\n{one.dialogue.id}\n{one.dialogue.as_text()}")
            missed = click.prompt(
                "Is anything left that points at a person? Type it as it stands there, or press Enter",
                default="", show_default=False, err=True,
            )  # fmt: skip
            if not missed.strip():
                break
            kind = click.prompt("What is it", type=click.Choice([str(kind) for kind in Kind]), default="name", err=True)
            checks.note_marks(marks.with_mark(missed, Kind(kind)), by)
        if not click.confirm("You have read all of it, and nothing in it points at a person?", err=True):
            raise SynthdialError("The references count as not checked.", "What was marked is remembered.")
        new = checks.note_checked((one.digest for one in told), by)
    echo(f"{len(told)} references are checked for {study}, {new} of them new.", err=True)


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
