"""Write docs/commands.md, the reference of every command, from what the commands say of themselves.

    python docs/commands.py            # writes it
    python docs/commands.py --check    # ends with status 1 where it is not as it would be written

A sentence about a command or an option stands in its module in synthdial/cli/commands, an example in its epilog.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from synthdial.cli.main import cli

TARGET = Path(__file__).with_name("commands.md")
_HEAD = """\
# Commands

What every command and option does. This page is written by `python docs/commands.py` from `--help`, and the tests run
each example.

Every command takes `-h` or `--help`. Status: 0 done; 1 a problem that you can mend, said in one message; 2 wrong usage;
3 a batch that wrote all but some dialogues, which the message names; 130 interrupted. What is said for people goes to
standard error, what is asked for to standard output.

"""


def commands(
    group: click.Group, context: click.Context, before: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its full name, and those below it after it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        if not command.hidden:
            yield " ".join((*before, name)), command, inner
            if isinstance(command, click.Group):
                yield from commands(command, inner, (*before, name))


def every_command() -> list[tuple[str, click.Command, click.Context]]:
    """The commands of the program."""
    return list(commands(cli, click.Context(cli, info_name="synthdial-edge")))


def examples(command: click.Command) -> list[str]:
    """The command lines of a command's epilog."""
    lines = (command.epilog or "").replace("\b", "").splitlines()
    return [line.strip() for line in lines if re.match(r"\s+\S", line)]


def page() -> str:
    """The whole page."""
    found = every_command()
    parts = [_HEAD, "| command | |\n|---|---|\n"]
    for name, command, _ in found:
        parts.append(f"| [{name}](#{anchor(name)}) | {_cell(command.get_short_help_str(200))} |\n")
    parts.append(f"\n## synthdial-edge\n\n{_text(cli)}\n\n{_options(cli, click.Context(cli))}{_examples(cli)}")
    for name, command, context in found:
        usage = " ".join(command.collect_usage_pieces(context))
        parts.append(
            f"\n## {name}\n\n    synthdial-edge {name} {usage}\n\n{_text(command)}\n\n{_options(command, context)}"
        )
        parts.append(_examples(command))
    return "".join(parts).rstrip() + "\n"


def anchor(heading: str) -> str:
    """What a link to a heading ends in."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _text(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\f")[0].replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _examples(command: click.Command) -> str:
    shown = examples(command)
    return "Examples:\n\n" + "".join(f"    {line}\n" for line in shown) if shown else ""


def _options(command: click.Command, context: click.Context) -> str:
    rows = []
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and not parameter.hidden and "--help" not in parameter.opts:
            record = parameter.get_help_record(context)
            if record:
                rows.append(f"| `{record[0].replace('|', ' or ')}` | {_cell(record[1])} |\n")
    return "| option | |\n|---|---|\n" + "".join(rows) + "\n" if rows else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description="Write docs/commands.md from what the commands say of themselves.")
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        TARGET.write_text(page(), encoding="utf-8")
        return 0
    if TARGET.read_text("utf-8") == page():
        return 0
    print("docs/commands.md is not what the commands say: run python docs/commands.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
