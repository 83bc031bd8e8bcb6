"""``synthdial-edge gate``: what leaves a study, what stays inside, and whether reviewers must accept."""

from pathlib import Path
from typing import Any

import click

from synthdial.outgoing import json_text
from synthdial.study import Study


@click.command(
    epilog="\b\nExamples:\n  synthdial-edge gate demo.study\n  synthdial-edge gate demo.study --require-acceptance\n"
    "  synthdial-edge gate demo.study 0007"
)
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("dialogue_id", metavar="[ID]", required=False)
@click.option(
    "--require-acceptance/--no-require-acceptance",
    "require",
    default=None,
    help="Whether a dialogue leaves only when reviewers accepted it; by default so once the study has a rater. Logged.",
)
@click.option("--by", help="Who says so; by default the user of this computer.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(study: Path, dialogue_id: str | None, require: bool | None, by: str | None, as_json: bool) -> None:
    """Say how many dialogues of STUDY may leave it and why others may not; with an ID, what its check found.

    What was found is shown side by side: the dialogue, and the de-identified reference.
    """
    from synthdial.cli.terminal import echo
    from synthdial.export.gate import Gate, counted, set_gate

    if require is not None:
        with Study(study) as opened:
            set_gate(opened, require_acceptance=require, by=by)
    with Study(study, read_only=True) as opened:
        if dialogue_id is not None:
            _show(opened, dialogue_id, as_json)
            return
        with opened.snapshot():  # a batch may write meanwhile
            gate = Gate(opened)
            standings = gate.standings()
    held = counted(standings.values())
    leaving = sum(not one.held for one in standings.values())
    if as_json:
        shown = {"require_acceptance": gate.requires_acceptance, "leaving": leaving, "held": held}
        click.echo(json_text(shown))
        return
    asked = "must be accepted by a reviewer" if gate.requires_acceptance else "need not be accepted by a reviewer"
    echo(f"{leaving} of {len(standings)} dialogues may leave {study}; they {asked}.")
    for reason, count in held.items():
        echo(f"{count} stay inside: {reason}.")


def _show(study: Study, wanted: str, as_json: bool) -> None:
    from synthdial.cli.terminal import echo
    from synthdial.export.gate import Gate

    dialogue = study.find(wanted)
    standing, check = Gate(study).standing(dialogue), study.check_of(dialogue.id)
    if as_json:
        shown: dict[str, Any] = {"dialogue": dialogue.id, "state": standing.state, "held": standing.held}
        if check is not None:
            shown |= {"figures": check.figures, "thresholds": check.thresholds, "findings": check.findings}
        click.echo(json_text(shown))
        return
    echo(
        f"{dialogue.id}: {standing.state}" + (f"; stays inside: {standing.held}." if standing.held else "; may leave.")
    )
    if standing.released:
        echo("Released by {by} on {at}: {reason}".format(**standing.released))
    for finding in check.findings if check is not None else ():
        measured = f"{finding.get('measure', 0):g}, at most {finding.get('limit', 0):g} allowed"
        echo(f"\n{str(finding.get('kind', '')).replace('_', ' ')}: {measured}")
        echo(f"  dialogue, turn {int(finding.get('turn', 0)) + 1}: {finding.get('text', '')}")
        there = finding.get("reference_text") or f"the original ({finding.get('identifier', '')}), which is not shown"
        echo(f"  {finding.get('reference', '')}: {there}")
