"""How long somebody is at a task: the time between their acts, pauses left out."""

from collections.abc import Callable

LONGEST = 120.0
"""Seconds: whoever does nothing for longer has gone for coffee, and is counted no longer than this."""

STEP = 15.0
"""Seconds: what is noted is noted in steps of about this length, so that reading is not an event every second."""


class Attention:
    """Adds up the time between acts.

    Parameters
    ----------
    clock : callable
        Gives the time in seconds from any fixed moment on, and never goes back.

    Examples
    --------
    >>> moments = iter([0.0, 10.0, 500.0])
    >>> attention = Attention(lambda: next(moments))
    >>> attention.act()
    >>> attention.act()
    >>> attention.take()
    130.0
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self._seconds = 0.0

    def act(self) -> None:
        """Somebody did something: the time since the last act counts, up to `LONGEST`."""
        now = self._clock()
        self._seconds += min(max(now - self._last, 0.0), LONGEST)
        self._last = now

    def rest(self) -> None:
        """The time since the last act belongs to something else."""
        self._last = self._clock()

    @property
    def full(self) -> bool:
        """Whether a step has passed that was not taken yet."""
        return self._seconds >= STEP

    def take(self) -> float:
        """The seconds that were counted since this was asked last."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds
