"""``synthdial-edge merge``: put the shards of a corpus into one study."""

from pathlib import Path

import click

from synthdial.errors import SynthdialError
from synthdial.study.join import Held, Joined, join_studies

_EXAMPLES = """\b
Examples:
  synthdial-edge batch shard-1.study --count 100 --shard 1/2
  synthdial-edge batch shard-2.study --count 100 --shard 2/2
  synthdial-edge merge all.study shard-1.study shard-2.study
"""
_MOST_NAMED = 5


@click.command(epilog=_EXAMPLES)
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("shards", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--encrypt", is_flag=True, help="Encrypt a study that is made now, with a passphrase.")
@click.option("--yes", is_flag=True, help="Do not ask about --encrypt.")
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
def command(study: Path, shards: tuple[Path, ...], encrypt: bool, yes: bool, quiet: bool) -> None:
    """Put the dialogues of SHARDS, studies of parts of a corpus, into STUDY; twice does no harm.

    STUDY is made if it is not there. Checks, candidates and provenance come along; what is quarantined stays so. What
    a person released by hand, and which references were looked at, holds for the study in which it was done alone.
    """
    from synthdial.cli.passphrase import new_passphrase
    from synthdial.cli.terminal import echo, say_problem

    made = not study.exists() or not study.stat().st_size
    passphrase = new_passphrase(study, yes=yes) if encrypt and made else None
    report = join_studies(study, shards, passphrase=passphrase, tell=lambda joined: _tell(joined, study, quiet=quiet))
    if not quiet:
        for held in report.held:
            echo(_told(study, held))
    for problem in report.refused[:-1]:
        say_problem(problem)
    if report.refused:
        raise report.refused[-1]
    if report.conflicts:
        raise SynthdialError(
            f"{report.conflicts} dialogues differ from those of the same id in {study}, and were left out.",
            "They are in their own studies still. The same recipe was run twice, with other slots, threads or builds.",
        )


def _tell(joined: Joined, study: Path, *, quiet: bool) -> None:
    from synthdial.cli.terminal import echo

    taken = joined.taken
    if not quiet:
        known = f", {taken.known} were there already" if taken.known else ""
        rest = f" and {taken.candidates} candidates" if taken.candidates else ""
        new = f"{taken.dialogues} new dialogues{rest}{known}." if taken.is_new else "already there; nothing new."
        echo(f"{joined.path}: {new}")
        if taken.quarantined:
            echo(f"  {taken.quarantined} of them are quarantined, as they were. See: synthdial-edge gate {study}")
        if taken.released:
            echo(f"  {_named(taken.released)} had been released by hand; in {study} that is to be done anew.")
    if taken.conflicts:
        echo(f"{joined.path}: another text than in {study} have {_named(taken.conflicts)}.", err=True)


def _named(ids: list[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more


def _told(study: Path, held: Held) -> str:
    text = f"{study} holds {held.dialogues} dialogues of the recipe {held.recipe[:8]}"
    lost = held.last - held.dialogues
    if not lost:
        return f"{text}."
    named = ", ".join(map(str, held.missing[:_MOST_NAMED]))
    more = f" and {lost - _MOST_NAMED} more" if lost > _MOST_NAMED else ""
    return f"{text}; up to number {held.last} are missing {named}{more}."
