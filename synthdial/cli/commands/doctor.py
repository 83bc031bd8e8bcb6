"""``synthdial-edge doctor``: what this machine can do, and whether the program leaves the network alone."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from synthdial.airgap.check import AirGapReport


@click.command(epilog="\b\nExamples:\n  synthdial-edge doctor\n  synthdial-edge doctor --air-gap")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--air-gap", is_flag=True, help="Run every part of the program and watch whether it asks for a network.")
def command(as_json: bool, air_gap: bool) -> None:
    """Say what this machine can do: processor, memory, GPU, model, llama.cpp, and what would be slow and why.

    With --air-gap the status is 0 only if every part ran to its end and none of them asked for a network.
    """
    if air_gap:
        _air_gap(as_json)
        return
    import json

    from synthdial.cli.terminal import echo
    from synthdial.engine.examine import examine_machine

    report = examine_machine()
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        return
    for name, value in report.facts.items():
        echo(f"{name + ':':12} {value}")
    echo()
    for advice in report.advice or ("Nothing here would be slower than it must be.",):
        echo(f"- {advice}")


def _air_gap(as_json: bool) -> None:
    import json
    import sys
    from dataclasses import asdict

    from synthdial.cli.terminal import echo
    from synthdial.engine.models import find_model
    from synthdial.errors import SynthdialError

    if sys.platform == "win32":
        raise SynthdialError("This check does not work on Windows.", "Run it on Linux; the program is the same.")
    from synthdial.airgap.check import StepFound, check_air_gap

    try:
        model = find_model().path.resolve()
    except SynthdialError:
        model = None  # the step that writes says so

    def tell(step: StepFound) -> None:
        if not as_json:
            echo(f"{step.name + ':':26} {step.failed or ('FOUND' if step.attempts else 'nothing asked for')}")
            for attempt in step.attempts:
                echo(f"    {attempt}")

    report = check_air_gap(model, tell=tell)
    if as_json:
        click.echo(json.dumps({**asdict(report), "found": report.found, "complete": report.complete}, indent=2))
    else:
        _conclude(report)
    if report.found or not report.complete:
        raise click.exceptions.Exit(1)


def _conclude(report: "AirGapReport") -> None:
    from synthdial.airgap.filter import REFUSE
    from synthdial.airgap.watch import kernel_answers
    from synthdial.cli.terminal import echo

    echo()
    echo(f"Watched so: {report.method.sees}.")
    unseen = [step.name for step in report.steps if step.failed]
    if unseen:
        echo(f"Not checked to the end: {', '.join(unseen)}.")
    if report.found:
        echo("The program asked for a network: see above. Do not use it where that matters, and report it.")
    elif not unseen:
        echo(f"Nothing was found: {len(report.steps)} parts ran and asked for no socket that leaves this machine.")
    if kernel_answers(REFUSE):
        echo("In use, the kernel refuses such sockets to the program and to all that it starts.")
    else:
        echo("In use, this system does not refuse them to the program: it asks for none all the same.")
