"""``synthdial-edge doctor``: what this machine can do."""

import click


@click.command(epilog="\b\nExample:\n  synthdial-edge doctor")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(as_json: bool) -> None:
    """Say what this machine can do: processor, memory, GPU, model, llama.cpp, and what would be slow and why."""
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
