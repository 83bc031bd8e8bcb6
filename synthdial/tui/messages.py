"""What workers tell the screens. Workers only post these; the application hears them and tells whoever shows them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from synthdial.engine.events import Event
    from synthdial.errors import SynthdialError
    from synthdial.study.batch import BatchResult, Progress
    from synthdial.tui.machine import Machine
    from synthdial.tui.screens.home import Recent


@dataclass
class BatchProgressed(Message):
    """A batch got on."""

    progress: "Progress"


@dataclass
class BatchHeard(Message):
    """The engine reported something about a dialogue that is being written.

    Attributes
    ----------
    event : Event
        What it reported.
    dialogue : str
        The id of the dialogue; empty where it is about none.
    """

    event: "Event"
    dialogue: str


@dataclass
class BatchRemarked(Message):
    """A batch said something that a person may want to know."""

    text: str


@dataclass
class BatchEnded(Message):
    """A batch is over: done, stopped, or failed.

    Attributes
    ----------
    result : BatchResult or None
        What it did; None where it failed.
    error : SynthdialError or None
        Why it failed.
    """

    result: "BatchResult | None"
    error: "SynthdialError | None"


@dataclass
class MachineExamined(Message):
    """What the machine can do is known."""

    machine: "Machine"


@dataclass
class RecentRead(Message):
    """It is known what is in the studies that were opened last."""

    rows: "tuple[Recent, ...]"


@dataclass
class StudyRead(Message):
    """The list of a study's dialogues was read, or could not be.

    Attributes
    ----------
    rows : tuple of dict
        As of `synthdial.study.Study.summaries`.
    error : SynthdialError or None
        Why it could not be read.
    """

    rows: "tuple[dict[str, Any], ...]"
    error: "SynthdialError | None"


@dataclass
class PromptBuilt(Message):
    """The prompt of a batch was built, or cannot be."""

    text: str
    tokens: int
    remarks: tuple[str, ...]
    error: "SynthdialError | None"
