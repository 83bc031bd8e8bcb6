"""The command ``synthdial-edge``: finds the command that is meant and turns problems into one message."""

import importlib
import os
import sys
from pathlib import Path

import click

from synthdial.cli.sealing import seal_for
from synthdial.errors import SynthdialError, UnwrittenError
from synthdial.version import __version__

# the help text stands here too, so that --help loads no command
_COMMANDS = {
    "batch": "Write dialogues into a study, up to a count.",
    "merge": "Put the shards of a corpus, which several machines wrote, into one study.",
    "list": "List the dialogues of a study.",
    "show": "Show one dialogue, or all of a study.",
    "measure": "Measure lexical diversity, turn-taking, repetition and topic.",
    "compare": "Compare presets or models with one another and with people.",
    "utility": "Say what a classifier learns from synthetic dialogues, tested on real ones.",
    "review": "Read dialogues and rate them by a rubric, blind.",
    "results": "Say what reviewers found, how far they agree, and whether measures agree with them.",
    "report": "Write a report of a study: how it was made, its figures, what raters said.",
    "profile": "Write how conversations take turns, without their text.",
    "reference": "De-identify the conversations that a model is shown, and show what was found.",
    "export": "Write the dialogues that may leave a study, in one of seven formats, with a card beside them.",
    "again": "Make a shared corpus again, from the recipe file beside it.",
    "gate": "Say what may leave a study, and what stays inside and why.",
    "check": "Check dialogues that were never checked for what they copied.",
    "release": "Let one dialogue leave that the gate keeps inside, with a reason.",
    "audit": "Verify the log of a study, and print it.",
    "encrypt": "Encrypt a study with a passphrase.",
    "models": "List, describe, verify and take in models.",
    "verify": "Verify that the standalone program is whole, and who signed it.",
    "doctor": "Say what this machine can do, and what would be slow.",
}

_EXAMPLES = """\b
Examples:
  synthdial-edge batch demo.study --count 4
  synthdial-edge show demo.study 0001
  synthdial-edge batch demo.study --count 20 --scenario nefrologie-dialysekeuze --export demo.jsonl
  synthdial-edge list demo.study
  synthdial-edge measure demo.study
  synthdial-edge models list
  synthdial-edge doctor
"""


class _Commands(click.Group):
    """Commands that are loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command = importlib.import_module(f"synthdial.cli.commands.{name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from synthdial.toml_file import nearest

            message = f"{error.message} {nearest(args[0], _COMMANDS)}".strip()
            raise click.UsageError(message, ctx) from error


@click.group(
    cls=_Commands,
    epilog=_EXAMPLES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="synthdial-edge")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="What the screens speak; by default as the locale says.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    envvar="SYNTHDIAL_PASSPHRASE_FILE",
    show_envvar=True,
    help="The passphrase of encrypted studies: the first line of this file. Asked on a terminal by default.",
)
@click.pass_context
def cli(context: click.Context, lang: str | None, passphrase_file: Path | None) -> None:
    """Write synthetic Dutch doctor-patient conversations with a local language model, offline.

    Without a command it opens the screens.
    """
    from synthdial.cli.passphrase import PassphraseSource
    from synthdial.passphrase import asking

    context.obj = PassphraseSource(passphrase_file, asks=context.invoked_subcommand is not None)
    context.with_resource(asking(context.obj))
    if context.invoked_subcommand is not None:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(context.get_help())
        return
    from synthdial.tui.app import run

    run(lang=lang)


def _settle_home() -> None:
    """Where nobody knows the user's home, take one that is not there: nothing is read from it, and nothing kept."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/nonexistent"


def main() -> None:
    """Run the program; never returns.

    Exit codes: 0 done; 1 a problem the user can mend, in one message; 2 wrong usage; 3 a batch that wrote all but some
    dialogues, which the message names; 130 interrupted.
    """
    _settle_home()
    seal_for(sys.argv[1:])
    if sys.argv[1:2] == ["--engine-worker"]:  # a frozen program is its own worker
        from synthdial.engine.worker import main as worker

        worker()
    if sys.argv[1:2] == ["--chat-template"]:  # and its own renderer of chat templates
        from synthdial.chat_template import main as render

        render()
        sys.exit(0)
    if getattr(sys, "frozen", False):  # and its own measuring process
        import multiprocessing

        multiprocessing.freeze_support()
    try:
        # not cli.main: it ends the program with status 1 when nobody reads our output any more
        with cli.make_context("synthdial-edge", sys.argv[1:]) as context:
            cli.invoke(context)
        sys.stdout.flush()
        sys.exit(0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SynthdialError as error:
        from synthdial.cli.terminal import say_problem

        say_problem(error)
        sys.exit(3 if isinstance(error, UnwrittenError) else 1)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # whoever read our output has had enough; give the interpreter nothing left to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
