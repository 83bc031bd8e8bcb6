"""``synthdial-edge encrypt``: encrypt a study with a passphrase."""

from pathlib import Path

import click


@click.command(
    epilog="\b\nExamples:\n  synthdial-edge encrypt demo.study\n"
    "  synthdial-edge --passphrase-file secret.txt encrypt demo.study --yes"
)
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "--yes", is_flag=True, help="A lost passphrase cannot be undone: you know that. Needed without a terminal."
)
def command(study: Path, yes: bool) -> None:
    """Encrypt STUDY with a passphrase, in its place; no copy in the clear is left beside it.

    Every command then needs the passphrase: it asks on a terminal, or reads it from --passphrase-file FILE (before the
    command) or from the file that SYNTHDIAL_PASSPHRASE_FILE names. A lost passphrase cannot be undone.
    """
    from synthdial.cli.passphrase import new_passphrase
    from synthdial.cli.terminal import echo
    from synthdial.study import Study
    from synthdial.study.encrypt import encrypt_study

    Study(study, read_only=True).close()  # say at once if it is none
    encrypt_study(study, new_passphrase(study, yes=yes))
    echo(f"{study} is encrypted. Copies that were made of it before, backups among them, are not.", err=True)
