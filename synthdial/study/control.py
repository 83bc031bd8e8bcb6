"""A hand on a batch that runs in another thread: pause it, let it go on, stop it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from synthdial.engine.client import Engine


class Control:
    """Pauses and stops a batch; every method can be called from any thread, at any time.

    A batch that is paused holds its memory and uses no processor. One that is stopped keeps every dialogue that was
    finished, and `synthdial.study.batch.run_batch` returns what it has.

    Parameters
    ----------
    stand_back : bool
        Whether other programs have the processor first, as screens need it that answer every key.
    """

    def __init__(self, *, stand_back: bool = False) -> None:
        self._stand_back = stand_back
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._stopped = False
        self._pauses: list[tuple[float, float]] = []  # those that are over, when they began and ended
        self._paused_at: float | None = None

    @property
    def paused(self) -> bool:
        """Whether the batch is paused."""
        return self._paused_at is not None

    @property
    def stopped(self) -> bool:
        """Whether the batch was told to stop."""
        return self._stopped

    def pause(self) -> None:
        """Hold the batch where it is, also in the middle of reading the prompt."""
        with self._lock:
            if self._paused_at is None and not self._stopped:
                self._paused_at = time.monotonic()
                if self._engine is not None:
                    self._engine.suspend()

    def resume(self) -> None:
        """Let a batch that is paused go on."""
        with self._lock:
            if self._paused_at is not None:
                self._pauses.append((self._paused_at, time.monotonic()))
                self._paused_at = None
                if self._engine is not None:
                    self._engine.resume()

    def stop(self) -> None:
        """End the batch, paused or not; dialogues that are being written are lost."""
        with self._lock:
            self._stopped = True
            if self._engine is not None:
                self._engine.end()

    @contextmanager
    def holding(self, engine: Engine) -> Iterator[None]:
        """Have a hand on an engine while it works for the batch."""
        with self._lock:
            before, self._engine = self._engine, engine
            if self._stand_back and engine is not before:
                engine.stand_back()
            if self._stopped:
                engine.end()
            elif self._paused_at is not None and engine is not before:
                engine.suspend()
        try:
            yield
        finally:
            with self._lock:
                self._engine = before

    def paused_within(self, seconds: float) -> float:
        """How many of the last so many seconds the batch was paused."""
        now = time.monotonic()
        since = now - seconds
        with self._lock:
            pauses = [*self._pauses, *([(self._paused_at, now)] if self._paused_at is not None else [])]
        return sum(max(0.0, end - max(begin, since)) for begin, end in pauses)
