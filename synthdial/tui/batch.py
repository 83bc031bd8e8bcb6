"""A batch as the screens see it: what is being written, how far it is, and the hand on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from synthdial.language import mark

if TYPE_CHECKING:  # loading the engine's side takes longer than the first screen may
    from synthdial.dialogue import Turn
    from synthdial.engine.events import Event
    from synthdial.errors import SynthdialError
    from synthdial.study.batch import BatchResult, Progress
    from synthdial.study.control import Control
    from synthdial.study.request import BatchRequest

PREPARING, READING, WRITING, PAUSED = mark("preparing"), mark("reading the prompt"), mark("writing"), mark("paused")
LOST_ON_STOPPING = mark(
    "Finished dialogues are kept; those being written are lost. Starting it again goes on from there."
)
STOPPING, STOPPED, DONE, FAILED = mark("stopping"), mark("stopped"), mark("done"), mark("failed")


class Writer(Protocol):
    """What writes a batch; `synthdial.study.batch.run_batch`, or a script in tests."""

    def __call__(
        self,
        path: Path,
        request: "BatchRequest",
        *,
        report: Callable[["Progress"], None],
        remark: Callable[[str], None],
        hear: Callable[["Event", str], None],
        control: "Control",
    ) -> "BatchResult":
        """Write dialogues; see `synthdial.study.batch.run_batch`."""


def _hand() -> "Control":
    from synthdial.study.control import Control

    return Control(stand_back=True)


@dataclass
class Batch:
    """A batch that runs, or did.

    Attributes
    ----------
    study : Path
        Where it writes.
    request : BatchRequest
        What it makes.
    control : Control
        The hand on it.
    phase : str
        Where it is, a message.
    progress : Progress or None
        What it last reported.
    open : dict of str to list of Turn
        The dialogues that are being written, by id.
    finished : list of str
        The ids of those that this run finished.
    remarks : list of str
        What it said.
    error : SynthdialError or None
        Why it failed.
    """

    study: Path
    request: "BatchRequest"
    control: "Control" = field(default_factory=_hand)
    phase: str = PREPARING
    progress: "Progress | None" = None
    open: "dict[str, list[Turn]]" = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    error: "SynthdialError | None" = None

    @property
    def running(self) -> bool:
        """Whether it is not over yet."""
        return self.phase not in (STOPPED, DONE, FAILED)

    @property
    def shown(self) -> str:
        """Where it is, for a person: a batch that is paused is so wherever it is."""
        return PAUSED if self.control.paused and self.phase in (PREPARING, READING, WRITING) else self.phase

    def hear(self, event: "Event", dialogue: str) -> None:
        """Take in what the engine reported."""
        from synthdial.engine.events import DialogueWritten, PromptRead, TurnWritten

        if isinstance(event, PromptRead):
            self.phase = WRITING
            self.open.clear()  # a worker that took another's place begins them anew
        elif isinstance(event, TurnWritten):
            self.open.setdefault(dialogue, []).append(event.turn)
        elif isinstance(event, DialogueWritten):
            self.open.pop(dialogue, None)
            if event.turns:
                self.finished.append(dialogue)

    def remark(self, text: str) -> None:
        """Take in what it said; the last thing it says before it writes is that it reads the prompt."""
        self.remarks.append(text)
        if text.startswith("Reading the prompt"):
            self.phase = READING

    def end(self, error: "SynthdialError | None") -> None:
        """Take in that it is over."""
        self.error = error
        self.phase = FAILED if error else STOPPED if self.control.stopped else DONE
        self.open.clear()
