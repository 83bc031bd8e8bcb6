"""What workers tell the screens. Workers only post these; the application hears them and tells whoever shows them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from synthdial.engine.events import Event
    from synthdial.errors import SynthdialError
    from synthdial.export.gate import Gate
    from synthdial.export.gate import Standing as GateStanding
    from synthdial.review.results import Results
    from synthdial.review.table import Standing
    from synthdial.study.batch import BatchResult, Progress
    from synthdial.study.checks import Check
    from synthdial.study.looking import ReferenceLook
    from synthdial.tui.machine import Machine
    from synthdial.tui.prompting import Built, Reviewed
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
    """The prompt of a batch was built, or cannot be.

    Attributes
    ----------
    number : int
        Which of the prompts that were asked for.
    reviewed : Reviewed
        Whose reviewers have a say in it.
    built : Built or None
        It, and what it rests on.
    error : SynthdialError or None
        Why it cannot be built.
    """

    number: int
    reviewed: "Reviewed"
    built: "Built | None"
    error: "SynthdialError | None"


@dataclass
class Counted(Message):
    """The results of a study are there."""

    results: "Results"


@dataclass
class NothingYet(Message):
    """No rater has finished anything that counts; how far each is."""

    standings: "tuple[Standing, ...]"


@dataclass
class CountingFailed(Message):
    """Why there are no results."""

    error: "SynthdialError"


@dataclass
class ReportEnded(Message):
    """A report was written, or could not be.

    Attributes
    ----------
    path : Path
        Where.
    size : int
        Bytes.
    error : SynthdialError or None
        Why there is none.
    """

    path: Path
    size: int
    error: "SynthdialError | None"


@dataclass
class PassphraseTried(Message):
    """A passphrase was tried.

    Attributes
    ----------
    opened : bool
        Whether it opens the study.
    error : SynthdialError or None
        What else is wrong with the study.
    """

    opened: bool
    error: "SynthdialError | None"


@dataclass
class ReferencesProgressed(Message):
    """References are being de-identified.

    Attributes
    ----------
    number : int
        Which of the looks that were asked for.
    done, count : int
        How many are done, and of how many.
    remark : str
        What the library said meanwhile; empty where it said nothing.
    """

    number: int
    done: int = 0
    count: int = 0
    remark: str = ""


@dataclass
class ReferencesRead(Message):
    """References were de-identified and can be looked at, or could not be read.

    Attributes
    ----------
    number : int
        Which of the looks that were asked for.
    references : tuple of Path
        What was read.
    look : ReferenceLook or None
        They.
    error : SynthdialError or None
        Why they could not be read.
    """

    number: int
    references: tuple[Path, ...]
    look: "ReferenceLook | None"
    error: "SynthdialError | None"


@dataclass
class LookChanged(Message):
    """What was done with references that a person looks at is done, or could not be.

    Attributes
    ----------
    leaving : bool
        Whether the person leaves them.
    error : SynthdialError or None
        Why it could not be.
    """

    leaving: bool
    error: "SynthdialError | None"


@dataclass
class GateRead(Message):
    """How the gate of a study stands is known.

    Attributes
    ----------
    gate : Gate or None
        It; None for a task, which has none.
    """

    gate: "Gate | None"


@dataclass
class StandingsRead(Message):
    """It is known how some dialogues stand with the gate.

    Attributes
    ----------
    gate : Gate
        The gate that was asked.
    standings : mapping of str to Standing
        By id.
    error : SynthdialError or None
        Why the rest is not known.
    """

    gate: "Gate"
    standings: "dict[str, GateStanding]"
    error: "SynthdialError | None"


@dataclass
class StandingRead(Message):
    """It is known how one dialogue stands, and what its check found.

    Attributes
    ----------
    standing : Standing or None
        How it stands; None where that could not be read.
    check : Check or None
        Its last check.
    error : SynthdialError or None
        Why it could not be read.
    """

    standing: "GateStanding | None"
    check: "Check | None"
    error: "SynthdialError | None"


@dataclass
class Released(Message):
    """A dialogue was released by hand, or could not be.

    Attributes
    ----------
    error : SynthdialError or None
        Why it could not be.
    """

    error: "SynthdialError | None"
