"""``synthdial-edge release``: let one dialogue leave that the gate keeps inside."""

from pathlib import Path

import click

from synthdial.study import Study


@click.command(epilog='\b\nExample:\n  synthdial-edge release demo.study 0007 --reason "Only the greeting is shared"')
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("dialogue_id", metavar="ID")
@click.option("--reason", required=True, help="Why it may leave; logged, and written beside every export.")
@click.option("--by", help="Who releases it; by default the user of this computer.")
def command(study: Path, dialogue_id: str, reason: str, by: str | None) -> None:
    """Let the dialogue of STUDY with that ID leave, whatever keeps it inside: for a data steward who has read it.

    The log holds who released it, when and why. A text that is changed afterwards stays inside again.
    """
    from synthdial.cli.terminal import echo
    from synthdial.export import release

    with Study(study) as opened:
        released = release(opened, dialogue_id, reason, by)
    echo(f"Released {released.id}; the next export takes it along, and says who released it and why.", err=True)
