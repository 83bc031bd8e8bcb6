"""Which dialogues of a batch are tried again, how, and which are given up, when workers die or write nothing usable."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import TracebackType

from synthdial.engine.client import Engine
from synthdial.errors import UnwrittenError, WorkerDiedError

MOST_ATTEMPTS = 3  # at a dialogue that comes to nothing, each with another seed
MOST_DEATHS = 2  # of workers at one dialogue: it is tried once more
_MOST_DEATHS_BEFORE = 3  # one after the other, of workers that had not even read the prompt
_MOST_IDLE_DEATHS = 5  # one after the other, of workers that finished nothing, though they wrote one at a time
_MOST_NAMED = 20


class Why(Enum):
    """Why a dialogue is given up."""

    DIED = "workers died at it"
    NOTHING = "nothing usable was written"


class Workers:
    """The worker process of a batch, and the one that takes its place; a context manager.

    Parameters
    ----------
    start : callable
        Starts one.

    Attributes
    ----------
    engine : Engine
        The one of now.
    """

    def __init__(self, start: Callable[[], Engine]) -> None:
        self._start = start
        self.engine = start()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()

    def replace(self) -> None:
        """End the worker of now, if it lives, and start another."""
        self.engine.close()
        self.engine = self._start()


class Attempts:
    """What became of the jobs of a run; a job is a dialogue, or one of its candidates.

    A worker writes several dialogues at once, so when it dies nobody knows which of them it was. Those that were in the
    air are tried once more, one at a time, after all others; one that a worker dies at again is given up. Each death
    halves how many are written at a time, since memory is what runs out most.

    Attributes
    ----------
    given_up : dict of int to Why
        Jobs that are not tried any more, and why.
    """

    def __init__(self) -> None:
        self.given_up: dict[int, Why] = {}
        self._nothing: Counter[int] = Counter()
        self._deaths: Counter[int] = Counter()
        self._most_slots: int | None = None
        self._idle_deaths = 0
        self._order: Sequence[int] = ()
        self._slots = 0
        self._began = False
        self._finished: set[int] = set()

    def which_seed(self, job: int) -> int:
        """How often a job came to nothing; it has another seed each time."""
        return self._nothing[job]

    def choose(self, missing: Sequence[int]) -> tuple[list[int], int | None]:
        """The jobs of the next round, none where nothing is left to try, and how many at a time, None for any."""
        left = [job for job in missing if job not in self.given_up]
        sound = [job for job in left if not self._deaths[job]]
        return (sound, self._most_slots) if sound else (left, 1)

    def begin(self, order: Sequence[int], slots: int) -> None:
        """A worker was asked for these jobs, in this order, so many at a time."""
        self._order, self._slots = order, slots
        self._began = False
        self._finished = set()

    def prompt_read(self) -> None:
        """It read the prompt: the first dialogues are in the air."""
        self._began = True

    def finished(self, job: int) -> None:
        """It finished a job, usable or not."""
        self._began = True
        self._finished.add(job)
        self._idle_deaths = 0

    def died(self, death: WorkerDiedError) -> None:
        """It died: note what was in the air.

        Raises
        ------
        WorkerDiedError
            When workers only die here.
        """
        in_the_air = set(self._order[: self._slots + len(self._finished)]) - self._finished if self._began else set()
        self._idle_deaths += 1
        if not in_the_air and self._idle_deaths >= _MOST_DEATHS_BEFORE:
            raise death
        if self._slots <= 1 and self._idle_deaths >= _MOST_IDLE_DEATHS:
            raise death
        for job in in_the_air:
            self._deaths[job] += 1
            if self._deaths[job] == MOST_DEATHS:
                self.given_up[job] = Why.DIED
        if self._order:
            self._most_slots = max(1, self._slots // 2)
        self._order = ()

    def came_to_nothing(self, jobs: Sequence[int]) -> None:
        """These were tried in a round that went to its end, and nothing usable was written for them."""
        self._nothing.update(jobs)
        for job in jobs:
            if self._nothing[job] == MOST_ATTEMPTS:
                self.given_up[job] = Why.NOTHING


def unwritten(given_up: Mapping[int, Why], count: int) -> UnwrittenError:
    """That some dialogues of a batch could not be written: which, and why.

    Parameters
    ----------
    given_up : mapping of int to Why
        Their numbers in the recipe, and why.
    count : int
        How many there shall be in all.
    """
    died = sorted(number for number, why in given_up.items() if why is Why.DIED)
    nothing = sorted(number for number, why in given_up.items() if why is Why.NOTHING)
    messages = []
    if died:
        messages.append(
            f"{len(died)} of {count} dialogues could not be written, since the engine's process died at each twice: "
            f"{_named(died)}."
        )
    if nothing:
        messages.append(
            f"The model wrote nothing usable for {len(nothing)} dialogues, in {MOST_ATTEMPTS} attempts each: "
            f"{_named(nothing)}."
        )
    hint = "The others are in the study. The same command tries these again."
    if not died:
        hint = "Try other sampling values, a larger --max-words, another model, or another --prompt-style."
    return UnwrittenError(" ".join(messages), hint, tuple(sorted(given_up)))


def _named(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_NAMED]))
    return f"{shown} and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else shown
