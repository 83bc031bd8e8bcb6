"""What goes to a terminal: text shown as text, whatever stands in it, and problems as one message."""

import click

from synthdial.errors import SynthdialError
from synthdial.outgoing import printable

__all__ = ["duration", "echo", "printable", "say_problem", "size"]


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line, with what a terminal would obey made visible."""
    click.echo(printable(text), err=err)


def say_problem(error: SynthdialError) -> None:
    """Say what is wrong and what to do, on standard error."""
    echo(f"synthdial-edge: {error.message}", err=True)
    if error.hint:
        echo(error.hint, err=True)


def size(count: float) -> str:
    """A number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def duration(seconds: float) -> str:
    """A time for people."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
