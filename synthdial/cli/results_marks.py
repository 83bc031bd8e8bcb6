"""The tables of ``results`` about what raters did beside scoring."""

import math
from typing import TYPE_CHECKING

from synthdial.cli.results_layout import (
    DASH,
    MOST_GROUPS,
    add_row,
    compared,
    estimate,
    group_name,
    many,
    percent,
    show,
    table_of,
)
from synthdial.cli.terminal import printable
from synthdial.review.marks import Origin
from synthdial.review.results import Results

if TYPE_CHECKING:
    from rich.console import Console

_PER = {"1000 turns": "1,000 turns", "dialogue": "dialogue"}


def show_flags(results: Results, console: "Console") -> None:
    """Flags by kind and severity, and all of them by how a dialogue was made."""
    if not results.flags:
        return
    table = table_of(("kind", 22), ("severity", 10), "flags", "rate", ("for each", 12))
    for each in results.flags:
        if each.by == "all" and (each.count or not each.kind):
            add_row(table, each.kind or "all", each.severity, str(each.count), estimate(each.rate), _PER[each.per])
    show(console, "Flags, of what a rater read", table)
    groups = [each for each in results.flags if not each.kind and each.by != "all"]
    table = table_of(("", 10), ("", 24), "flags", "rate", ("for each", 12))
    for by in compared((each.by, (each.count, each.readings, each.turns)) for each in groups):
        for each in [each for each in groups if each.by == by][:MOST_GROUPS]:
            figures = (str(each.count), estimate(each.rate), _PER[each.per])
            add_row(table, _kind(by), group_name(by, each.group), *figures)
    if table.row_count:
        show(console, "Flags by how it was made", table)


def _kind(by: str) -> str:
    return "" if by in ("all", "person") else by


def show_origin(results: Results, console: "Console") -> None:
    """What raters took for a person's and for a machine's."""
    if not results.origin:
        return
    table = table_of(("role", 12), ("what it was", 20), "person", "machine", "right")
    for each in results.origin:
        for what, person, machine, right in (
            ("a real conversation", each.person_as_person, each.person_as_machine, each.person_as_person),
            ("a model's", each.machine_as_person, each.machine_as_machine, each.machine_as_machine),
        ):
            if person + machine:
                share = f"{100 * right / (person + machine):.0f} %"
                add_row(table, each.role or "all", what, str(person), str(machine), share)
    show(console, "Written by a person or a machine? What raters said", table)
    for each in results.origin:
        console.print(f"{printable(each.role) or 'All'}: {_told(each)}", style="dim", markup=False)


def _told(each: Origin) -> str:
    if math.isnan(each.balanced):  # of one kind only: how many are right says nothing of telling two kinds apart
        return f"a model's was taken for a person's in {percent(each.fooled)}; real conversations were not rated."
    return (
        f"right in {percent(each.accuracy)}; {100 * each.majority:.0f} % would be right by always naming the more "
        f"frequent. Balanced accuracy {100 * each.balanced:.0f} %, where 50 % is chance."
    )


def show_verdicts(results: Results, console: "Console") -> None:
    """What was accepted, and what was written anew."""
    groups = results.verdicts
    table = table_of(("", 10), ("", 24), "dialogues", "accepted", "rejected", "share")
    for by in ["all", *compared((each.by, (each.dialogues, each.accepted, each.rejected)) for each in groups)]:
        for each in [each for each in groups if each.by == by][:MOST_GROUPS]:
            counts = (str(each.dialogues), str(each.accepted), str(each.rejected))
            add_row(table, _kind(by), group_name(by, each.group), *counts, percent(each.share))
    if table.row_count:
        show(console, "Accepted for the corpus: what raters said", table)
    edits = results.edits
    if edits.edits:
        show(console, "Turns written anew")
        seconds = DASH if math.isnan(edits.seconds) else f"{edits.seconds:.0f}"
        console.print(
            f"{many(edits.turns, 'turn')} of {many(edits.dialogues, 'dialogue')} by {many(edits.raters, 'rater')}: "
            f"median {edits.distance:.0f} characters changed, {seconds} seconds."
        )
