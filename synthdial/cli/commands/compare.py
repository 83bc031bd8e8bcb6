"""``synthdial-edge compare``: sets of dialogues beside one another, and beside people's conversations."""

import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from synthdial.errors import SynthdialError
from synthdial.outgoing import json_text
from synthdial.transcripts import ReadOptions


@click.command(
    epilog="\b\nExamples:\n  synthdial-edge compare plain.study natural.study\n"
    "  synthdial-edge compare both.study --reference transcripts/\n"
    "  synthdial-edge compare small.study large.jsonl --reference transcripts/ --format json"
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--reference",
    "references",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Conversations of people: a transcript, or a folder of them; the bundled ones by default.",
)
@click.option("--scenario", help="Look for the terms of this scenario, where dialogues do not name their own.")
@click.option(
    "--length", nargs=2, type=int, metavar="LEAST MOST", default=(500, 1200), show_default=True, help="Words asked for."
)
@click.option(
    "--label", "roles", multiple=True, help="A speaker's label and role, S1=Arts; can be given more than once."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    paths: tuple[Path, ...],
    references: tuple[Path, ...],
    scenario: str | None,
    length: tuple[int, int],
    roles: tuple[str, ...],
    form: str,
) -> None:
    """Set the dialogues of PATHS beside one another and beside people's conversations.

    PATHS are studies, or anything that 'measure' reads. What one study holds of several presets or models is compared
    too. People's conversations are cut to the length of the dialogues first.
    """
    from synthdial.cli.options import labels_with
    from synthdial.cli.terminal import echo
    from synthdial.measure.standing import groups_of, standing
    from synthdial.metrics import scenario_lexicon
    from synthdial.prompt import bundled_references, load_scenario
    from synthdial.transcripts import read_transcripts

    if not 0 <= length[0] <= length[1]:
        raise click.UsageError("--length wants the least and the most words, in this order.")
    options = ReadOptions(labels_with(roles))
    terms = None
    if scenario:
        card = load_scenario(scenario)
        terms = scenario_lexicon(card.terms, card.name)
    if references:
        transcripts, warnings = read_transcripts(list(references), options)
        for warning in warnings:
            echo(warning, err=True)
    else:
        transcripts = bundled_references()
    people = [transcript.dialogue for transcript in transcripts]
    groups = groups_of(paths, options, remark=lambda text: echo(text, err=True))
    if not groups:
        raise SynthdialError("There is no dialogue to compare.", "Expected are studies, transcripts or JSON lines.")
    if len(groups) > 1:
        for name in [name for name, own in groups.items() if len(own) < 2]:
            echo(f"{name} holds {len(groups.pop(name))} dialogue and is left out: a comparison needs two.", err=True)
        if not groups:
            raise SynthdialError("No set holds two dialogues.", "A comparison needs two of each preset or model.")
    standings = [standing(name, own, people, terms=terms, asked=length) for name, own in groups.items()]
    if form == "json":
        click.echo(json_text(_plain([asdict(item) for item in standings]), indent=1))
        return
    from synthdial.cli.standings import show_standings

    show_standings(standings, sys.stdout)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: null where a figure is undefined."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
