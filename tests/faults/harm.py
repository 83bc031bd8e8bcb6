"""Does something to the worker of a batch at a chosen moment of what the batch hears."""

import contextlib
import os
from collections.abc import Callable

import psutil

from synthdial.engine.events import Event, TurnWritten


def worker() -> psutil.Process:
    """The engine's process of a batch that runs in this process; a `ValueError` where there is none."""
    (found,) = [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "synthdial.engine.worker" in child.cmdline()
    ]
    return found


def at_turns(do: Callable[[], None], *turns: int) -> Callable[[Event, str], None]:
    """Something to hear with, that does it at these turns, counted from 1."""
    heard = [0]

    def hear(event: Event, dialogue: str) -> None:
        if isinstance(event, TurnWritten):
            heard[0] += 1
            if heard[0] in turns:
                do()

    return hear


def at_dialogue(do: Callable[[], None], number: int) -> Callable[[Event, str], None]:
    """Something to hear with, that does it whenever that dialogue has a turn."""

    def hear(event: Event, dialogue: str) -> None:
        if isinstance(event, TurnWritten) and event.number == number:
            do()

    return hear


def send(signal: int) -> Callable[[], None]:
    """Send the worker a signal, as the kernel does; nothing where it is dead and what it said is still being heard."""

    def do() -> None:
        with contextlib.suppress(ValueError):
            os.kill(worker().pid, signal)

    return do
