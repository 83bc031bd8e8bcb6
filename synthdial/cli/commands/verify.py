"""``synthdial-edge verify``: hold the standalone program against its signed manifest."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synthdial.errors import SynthdialError

if TYPE_CHECKING:
    from synthdial.bundle import Findings

_SHOWN = 20  # files of a kind that are named on a terminal
_LONG = 32_000_000  # bytes
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
    from synthdial.cli.terminal import echo
    from synthdial.outgoing import json_text

    trusted = locations.trusted_keys()
    with _progress() as advance:
        found = check_bundle(folder or _own_folder(), key=key, trusted=trusted, advance=advance)
    if as_json:
        click.echo(json_text(_as_dict(found)))
    else:
        for line in _told(found, trusted):
            echo(line)
        for remark in found.remarks:
            echo(remark, err=True)
    context.exit(0 if found.whole else 1)


def _own_folder() -> Path:
    """The folder of the program that runs."""
    if not getattr(sys, "frozen", False):
        raise SynthdialError(
            "This is no standalone program: there is no manifest to hold it against.",
            "Name the folder of one: synthdial-edge verify FOLDER",
        )
    program = Path(sys.executable).resolve()
    if not Path(getattr(sys, "_MEIPASS", program)).resolve().is_relative_to(program.parent):
        raise SynthdialError(
            "This program is a single file: it has no manifest.",
            "Compare its SHA-256 with the one that you were given: sha256sum synthdial-edge",
        )
    return program.parent


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, where there is so much to read that it takes a while."""
    with contextlib.ExitStack() as until_done:
        bar: Any = None

        def advance(read: int, total: int) -> None:
            nonlocal bar
            if bar is None and total >= _LONG and sys.stderr.isatty():
                bar = until_done.enter_context(
                    click.progressbar(length=total, label="Reading", file=sys.stderr, show_eta=False)
                )
            if bar is not None:
                bar.update(read)

        yield advance


def _as_dict(found: "Findings") -> dict[str, object]:
    return {
        "folder": str(found.folder),
        "whole": found.whole,
        "key": found.key.fingerprint if found.key else None,
        "key_from": found.key_from,
        "files": found.files,
        "bytes": found.size,
        "missing": found.missing,
        "changed": found.changed,
        "added": found.added,
        "remarks": found.remarks,
        "about": dict(found.about),
    }


def _told(found: "Findings", trusted: Path) -> Iterator[str]:
    from synthdial.cli.terminal import size

    for name, paths in (("missing", found.missing), ("changed", found.changed), ("added", found.added)):
        for path in paths[:_SHOWN]:
            yield f"{name}: {_on_one_line(path)}"
        if len(paths) > _SHOWN:
            yield f"{name}: {len(paths) - _SHOWN} more; --json names all"
    built = ", ".join(f"{name} {value}" for name, value in sorted(found.about.items()))
    yield f"Looked at {found.files} files, {size(found.size)}, in {found.folder}{': ' if built else ''}{built}."
    if found.whole:
        yield "Each is as it was when the manifest was made, and there is no other."
    else:
        count = len(found.missing) + len(found.changed) + len(found.added)
        verb = "is" if count == 1 else "are"
        yield f"{count} {verb} not as when the manifest was made: do not use this bundle unless you know why."
    if found.key is None:
        yield "The manifest is not signed: this shows what was copied badly, and not who made it."
    elif found.key_from == "bundle":
        yield f"The manifest is signed with the key that came with it, {found.key.fingerprint}:"
        yield "this shows whether the bundle is whole, and not who made it."
        yield f"Put the key of whom you trust into {trusted}, or name it with --key."
    else:
        named = f" ({found.key.comment})" if found.key.comment else ""
        chosen = "named" if found.key_from == "given" else "trust"
        yield f"The manifest is signed by {found.key.fingerprint}{named}, a key that you {chosen}."


def _on_one_line(path: str) -> str:
    """A path that cannot pass for two: ends of lines are made visible, too."""
    return path.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
