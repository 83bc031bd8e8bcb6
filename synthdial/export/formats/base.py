"""What a format is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from synthdial.dialogue import Dialogue, Speaker


@dataclass(frozen=True)
class WriterOptions:
    """What a writer may be told.

    Attributes
    ----------
    assistant : Speaker
        Whose turns a chat model is to learn.
    """

    assistant: Speaker = Speaker.DOCTOR


class Writer(Protocol):
    """Writes one file."""

    def begin(self) -> bytes:
        """What stands before the first dialogue."""

    def add(self, dialogue: Dialogue) -> bytes:
        """A dialogue; what is due by now of a format that writes several together."""

    def end(self) -> bytes:
        """What is left, and what stands after the last."""


class BlockWriter:
    """A format in which each dialogue is a block of its own, and nothing stands before or after."""

    def begin(self) -> bytes:
        """Nothing."""
        return b""

    def end(self) -> bytes:
        """Nothing."""
        return b""


@dataclass(frozen=True)
class Format:
    """A format: the ending of its files, and what writes one."""

    ending: str
    writer: Callable[[WriterOptions], Writer]
