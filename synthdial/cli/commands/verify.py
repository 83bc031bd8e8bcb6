"""``synthdial-edge verify``: hold the standalone program against its signed manifest."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synthdial.errors import SynthdialError
from synthdial.outgoing import json_text

if TYPE_CHECKING:
    from synthdial.bundle import Findings

_SHOWN = 20  # files of a kind that are named on a terminal
_EXAMPLES = """\b
Examples:
  synthdial-edge verify
  synthdial-edge verify /media/usb/synthdial-edge --key hospital.pub
"""


@click.command(epilog=_EXAMPLES)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), help="The public key that must have signed it (OpenSSH, Ed25519)."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def command(context: click.Context, folder: Path | None, key: Path | None, as_json: bool) -> None:
    """Verify every file of the standalone program in FOLDER; by default of the program that runs.

    Without --key a key in the folder of trusted keys counts, and if there is none the one that came with the bundle. A
    program that was tampered with can say what it likes of itself: verify with one that you trust, or with ssh-keygen
    and sha256sum (docs/verify.md). Status 1: something is missing, changed or added.
    """
    from synthdial import locations
    from synthdial.bundle import check_bundle
    from synthdial.cli.figures import MeasureProgress
    from synthdial.cli.terminal import echo

    if folder is None:
        if not getattr(sys, "frozen", False):
            raise SynthdialError(
                "This is no standalone program: there is no manifest to hold it against.",
                "Name the folder of one: synthdial-edge verify FOLDER",
            )
        folder = Path(sys.executable).parent
    trusted = locations.trusted_keys()
    with MeasureProgress(None) as progress:
        found = check_bundle(folder, key=key, trusted=trusted, advance=progress.advance)
    if as_json:
        signed: dict[str, Any] = {"key": found.key.fingerprint if found.key else None, "key_from": found.key_from}
        what = {"missing": found.missing, "changed": found.changed, "added": found.added, "remarks": found.remarks}
        about = dict(found.about)
        click.echo(
            json_text(
                {"whole": found.whole, **signed, "files": found.files, "bytes": found.size, **what, "about": about}
            )
        )
    else:
        _tell(found, trusted)
    for remark in found.remarks:
        echo(remark, err=True)
    context.exit(0 if found.whole else 1)


def _tell(found: "Findings", trusted: Path) -> None:
    from synthdial.cli.terminal import echo, size

    for name, paths in (("missing", found.missing), ("changed", found.changed), ("added", found.added)):
        for path in paths[:_SHOWN]:
            echo(f"{name}: {path}")
        if len(paths) > _SHOWN:
            echo(f"{name}: {len(paths) - _SHOWN} more; --json names all")
    about = found.about
    built = ", ".join(f"{name} {about[name]}" for name in sorted(about))
    if found.whole:
        echo(f"All {found.files} files ({size(found.size)}) are those of the manifest: {built}.")
    else:
        count = len(found.missing) + len(found.changed) + len(found.added)
        echo(
            f"{count} files are not as they were made, of {found.files} and {size(found.size)}: do not use this bundle."
        )
    if found.key is None:
        echo("The manifest is not signed: this shows what was copied badly, and not who made it.")
    elif found.key_from == "bundle":
        echo(f"It is signed with the key that came with it, {found.key.fingerprint}:")
        echo("this shows that nothing was changed since, and not who made it.")
        echo(f"Put the key of whom you trust into {trusted}, or name it with --key.")
    else:
        named = f" ({found.key.comment})" if found.key.comment else ""
        chosen = "named" if found.key_from == "given" else "trust"
        echo(f"Signed by {found.key.fingerprint}{named}, a key that you {chosen}.")
