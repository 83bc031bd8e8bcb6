"""Tells a worker that hangs from one that is only slow, and ends it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

STILL_SECONDS = 120
"""How long a worker may say nothing, use no processor and read nothing: what waits for something that never comes."""

SPINNING_SECONDS = 1800
"""How long a worker may say nothing and read nothing while it uses the processor: threads that wait in a loop.

It speaks after each pass of the network. A pass of 128 tokens takes a model of 70 billion parameters on two old cores
about seven minutes.
"""

_TICK_SECONDS = 1.0
_LEAST_WORK = 0.1  # seconds of the processor: less is no sign of life, a driver may look around now and then


@dataclass(frozen=True)
class Signs:
    """What can be seen of a worker from outside.

    Attributes
    ----------
    answers : int
        Lines that it wrote so far.
    processor : float
        Seconds that its threads ran so far.
    read : int
        Bytes that were read from disks for it so far.
    in_disk : bool
        Whether it waits for a disk at this moment.
    """

    answers: int
    processor: float
    read: int = 0
    in_disk: bool = False


class Patience:
    """How long a worker has shown no sign of life.

    Time is counted in looks, so that it stands still where the program that looks does: on a machine that sleeps, or
    one that is so busy that nobody gets on.
    """

    def __init__(self) -> None:
        self._last: Signs | None = None
        self._still = self._spinning = 0.0

    def forget(self) -> None:
        """Nobody waits for it now."""
        self._last = None
        self._still = self._spinning = 0.0

    def look(self, signs: Signs, seconds: float) -> str | None:
        """Look at it.

        Parameters
        ----------
        signs : Signs
            What is seen.
        seconds : float
            How long ago the last look was; the time since then counts if nothing happened in it.

        Returns
        -------
        str or None
            What it does if it hangs, in words; None while it may only be slow.
        """
        last = self._last
        if last is None or signs.answers != last.answers or signs.read != last.read or signs.in_disk:
            self._last, self._still, self._spinning = signs, 0.0, 0.0
            return None
        self._spinning += seconds
        if signs.processor - last.processor >= _LEAST_WORK:
            self._last, self._still = signs, 0.0
        else:
            self._still += seconds
        if self._still >= STILL_SECONDS:
            return f"did nothing for {self._still:.0f} seconds"
        if self._spinning >= SPINNING_SECONDS:
            return f"did not finish a step in {self._spinning / 60:.0f} minutes"
        return None


class Watch:
    """Looks at a worker every second while the program waits for it, from a thread of its own.

    Parameters
    ----------
    pid : int
        The worker's process.
    end : callable
        Ends it; whoever waits for its answer then finds it dead.

    Attributes
    ----------
    found : str or None
        What it did when it was ended for hanging.
    held : bool
        Whether somebody holds the worker on purpose.
    """

    def __init__(self, pid: int, end: Callable[[], None]) -> None:
        self.found: str | None = None
        self.held = False
        self._answers = 0
        self._waiting = False
        self._over = threading.Event()
        self._end = end
        self._process = psutil.Process(pid)
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """The program begins to wait for an answer."""
        self._waiting = True

    def heard(self) -> None:
        """The worker said something."""
        self._answers += 1
        self._waiting = False

    def close(self) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        patience = Patience()
        while not self._over.wait(_TICK_SECONDS):
            if not self._waiting or self.held:
                patience.forget()
                continue
            try:
                found = patience.look(self._signs(), _TICK_SECONDS)
            except psutil.NoSuchProcess:
                return
            if found is not None:
                self.found = found
                self._end()
                return

    def _signs(self) -> Signs:
        answers = self._answers
        with self._process.oneshot():
            times = self._process.cpu_times()
            read = 0
            with suppress(AttributeError, psutil.AccessDenied):  # not every system counts them
                read = self._process.io_counters().read_bytes
            in_disk = self._process.status() == psutil.STATUS_DISK_SLEEP
        return Signs(answers, times.user + times.system, read, in_disk)
