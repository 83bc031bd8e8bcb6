"""``synthdial-edge profile``: the turn-taking of reference conversations, without their text."""

from pathlib import Path

import click

from synthdial.errors import SynthdialError
from synthdial.measure.sources import dialogues_of, pieces
from synthdial.structure import FEWEST, build_profile, describe, write_profile
from synthdial.transcripts import ReadOptions


@click.command(
    epilog="\b\nExamples:\n  synthdial-edge profile transcripts/ -o profile.json\n"
    "  synthdial-edge profile ward.csv --label S1=Arts --label S2=Patiënt -o profile.json"
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The JSON file to write.")
@click.option(
    "--few", is_flag=True, help=f"Accept fewer than {FEWEST} conversations, though they could point at a person."
)
@click.option(
    "--label", "roles", multiple=True, help="A speaker's label and role, S1=Arts; can be given more than once."
)
def command(paths: tuple[Path, ...], output: Path, few: bool, roles: tuple[str, ...]) -> None:
    """Write how the conversations of PATHS take turns: aggregates only, no text.

    PATHS are transcripts and studies of any kind that 'measure' reads, and folders of them.
    """
    from synthdial.cli.options import labels_with
    from synthdial.cli.terminal import echo

    options = ReadOptions(labels_with(roles))
    dialogues = []
    for piece in pieces(list(paths)):
        for dialogue in dialogues_of(piece, options):
            if isinstance(dialogue, str):
                echo(dialogue, err=True)
            else:
                dialogues.append(dialogue)
    if len(dialogues) < FEWEST and not few:
        raise SynthdialError(
            f"There are {len(dialogues)} conversations. A profile of fewer than {FEWEST} could point at a person.",
            "Give more, or say --few if that is no matter here.",
        )
    profile = build_profile(dialogues)
    write_profile(profile, output)
    echo(describe(profile))
    echo(f"\nWritten to {output}.", err=True)
