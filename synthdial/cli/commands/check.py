"""``synthdial-edge check``: check dialogues that were never checked for what they copied."""

from pathlib import Path

import click

from synthdial.study import Study


@click.command(
    epilog="\b\nExamples:\n  synthdial-edge check demo.study\n"
    "  synthdial-edge check demo.study --reference transcripts/\n  synthdial-edge check demo.study --again"
)
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "--reference",
    "references",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The transcripts that were given to the batch; the bundled ones are known.",
)
@click.option("--again", is_flag=True, help="Check those that were checked before, too: after thresholds were changed.")
def command(study: Path, references: tuple[Path, ...], again: bool) -> None:
    """Check the dialogues of STUDY for what they copied from the references in their prompts.

    A batch checks what it writes; this is for studies of older versions. What is over the thresholds is quarantined.
    """
    from synthdial.cli.terminal import echo
    from synthdial.study.recheck import check_study

    with Study(study) as opened:
        done = check_study(opened, references, again=again, remark=lambda text: echo(text, err=True))
    echo(f"Checked {done.passed + done.quarantined} dialogues: {done.passed} passed, {done.quarantined} quarantined.")
    if done.known:
        echo(f"{done.known} were checked before; --again checks them once more.")
    for recipe, count in done.unknown.items():
        echo(
            f"{count} of the recipe {recipe} could not be checked: the references of its prompt are not known. Give "
            "them with --reference; or read the dialogues and release them by hand: synthdial-edge release."
        )
