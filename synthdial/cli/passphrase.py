"""Where commands have a passphrase from: a file that is named, or a person at the terminal, without echo."""

import sys
from pathlib import Path

import click

from synthdial.cli.terminal import echo
from synthdial.errors import SynthdialError
from synthdial.passphrase import SHORTEST, checked_new, read_passphrase

_MOST_TRIES = 3


class PassphraseSource:
    """What commands ask for the passphrase of an encrypted study; a `synthdial.passphrase.Source`.

    Parameters
    ----------
    file : Path, optional
        Its first line is the passphrase; nobody is asked then.
    asks : bool
        Whether a person may be asked: not while screens are shown, which ask themselves.
    """

    def __init__(self, file: Path | None, *, asks: bool = True) -> None:
        self.file = file
        self._asks = asks

    def __call__(self, study: Path, attempt: int) -> str | None:
        """The passphrase; None where it is wrong, or nobody is there to be asked."""
        if self.file is not None:
            return read_passphrase(self.file) if attempt == 1 else None
        if not (self._asks and _terminal()) or attempt > _MOST_TRIES:
            return None
        if attempt > 1:
            echo("That passphrase does not open it.", err=True)
        given: str = click.prompt(f"Passphrase of {study}", hide_input=True, err=True)
        return given


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def new_passphrase(study: Path, *, yes: bool) -> str:
    """A passphrase for a study that is to be encrypted, after it was said that a lost one cannot be undone.

    Parameters
    ----------
    study : Path
        The study.
    yes : bool
        That is known.

    Raises
    ------
    SynthdialError
        When there is nobody to ask and no file, when the two that were typed differ, or when it is too short.
    """
    source = _source()
    echo(
        f"Without its passphrase nobody can read {study} any more: not its owner, not the makers of this program. A "
        "lost passphrase cannot be undone. Keep it in a safe place.",
        err=True,
    )
    if source.file is not None:
        if not yes:
            raise SynthdialError("Nothing was encrypted.", "Say that you know that: --yes.")
        return checked_new(read_passphrase(source.file))
    if not _terminal():
        raise SynthdialError(
            "There is nobody to ask for a passphrase.", "Give --passphrase-file FILE before the command, and --yes."
        )
    if not yes:
        click.confirm("Go on?", abort=True, err=True)
    first: str = click.prompt(f"New passphrase, {SHORTEST} characters or more", hide_input=True, err=True)
    checked_new(first)
    second: str = click.prompt("The same again", hide_input=True, err=True)
    if first != second:
        raise SynthdialError("The two passphrases differ; nothing was encrypted.", "Try again.")
    return first


def _source() -> PassphraseSource:
    found = click.get_current_context().find_object(PassphraseSource)
    return found or PassphraseSource(None)
