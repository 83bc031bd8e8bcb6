"""``synthdial-edge audit``: verify the log of a study, and print it."""

import re
from pathlib import Path

import click

from synthdial.errors import SynthdialError
from synthdial.outgoing import json_text
from synthdial.study import Study
from synthdial.study.audit import AuditLog, Entry
from synthdial.study.verify import Verified, verify

_DIGEST = re.compile("[0-9a-f]{64}")


@click.command(
    epilog="\b\nExamples:\n  synthdial-edge audit demo.study\n  synthdial-edge audit demo.study --format json\n"
    "  synthdial-edge audit demo.study --holds 3f0c1a..."
)
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--holds", metavar="HASH", help="A hash that was noted before: the log must still contain it.")
def command(study: Path, form: str, holds: str | None) -> None:
    """Verify the log of STUDY and print it: who did what, when, with which version.

    Status 1 where it does not hold; the first entry that is broken is named.
    """
    with Study(study, read_only=True) as opened:
        verified = verify(opened, holds=holds)
        if form == "json":
            _print_json(opened, verified)
        else:
            _print_table(opened, verified)
        has_log = opened.has_log
    if not verified.holds:
        more = f" ({len(verified.broken) - 1} more)" if len(verified.broken) > 1 else ""
        raise SynthdialError(
            f"The log of {study} does not hold. {verified.broken[0]}{more}",
            "The file was changed by something else than this program, or is damaged. Keep it, and compare a copy.",
        )
    from synthdial.cli.terminal import echo

    if has_log:
        echo(f"The log holds: {verified.entries} entries, the newest with the hash {verified.head}.", err=True)
        echo("Note that hash elsewhere: --holds HASH shows later that nothing up to it was changed.", err=True)
    else:
        echo(
            f"{study} has no log yet: it was made before studies had one, which begins when it is written to.", err=True
        )


def _print_json(study: Study, verified: Verified) -> None:
    shown = {
        "holds": verified.holds,
        "entries": verified.entries,
        "head": verified.head,
        "broken": [{"seq": one.seq, "action": one.action, "why": one.why} for one in verified.broken],
        "log": [_as_dict(entry) for entry in AuditLog(study).entries()],
    }
    click.echo(json_text(shown, indent=1))


def _as_dict(entry: Entry) -> dict[str, object]:
    try:
        return entry.as_dict()
    except ValueError:  # one that was tampered with
        return {**vars(entry)}


def _in_short(entry: Entry) -> str:
    """What an entry says, with digests cut to their beginning."""
    try:
        details = entry.details
    except (ValueError, TypeError):
        return str(entry.detail)
    said = []
    for name, value in details.items():
        text = value if isinstance(value, str) else json_text(value)
        said.append(f"{name}: {text[:8] if _DIGEST.fullmatch(text) else text}")
    return ", ".join(said)


def _print_table(study: Study, verified: Verified) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from synthdial.cli.terminal import printable

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 1000  # an entry a line
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("entry", "when", "who", "what", "version", "hash", "detail"):
        table.add_column(name, justify="right" if name == "entry" else "left", no_wrap=name != "detail")
    broken = {one.seq for one in verified.broken}
    for entry in AuditLog(study).entries():
        when = str(entry.at)[:19].replace("T", " ")
        cells = (entry.seq, when, entry.actor, entry.action, entry.version, str(entry.hash)[:8], _in_short(entry))
        style = "bold red" if entry.seq in broken else ""
        table.add_row(*(Text(printable(str(cell))) for cell in cells), style=style)
    console.print(table)
