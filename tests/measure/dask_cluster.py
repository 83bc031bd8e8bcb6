"""A Dask cluster on this machine alone, started with Dask's own commands, each worker in a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_MOST_SECONDS = 90


def until(found: Callable[[], Any], what: str) -> Any:
    """Wait for something to be so, and give it."""
    end = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.02)
    raise AssertionError(f"waited in vain until {what}")


class Cluster:
    """A scheduler, and workers as they are started.

    Parameters
    ----------
    folder : Path
        Where logs and what workers write go.
    protocol : str
        ``tcp`` or ``tls``.
    environment : mapping
        More variables for all processes.
    """

    def __init__(self, folder: Path, protocol: str = "tcp", environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._environment = os.environ | dict(environment or {})
        self._started: list[subprocess.Popen[bytes]] = []
        known = folder / "scheduler.json"
        arguments = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--protocol", protocol]
        self.scheduler = self._start("scheduler", *arguments, "--scheduler-file", str(known))
        self.address = until(lambda: known.exists() and _address(known), "the scheduler listens")

    def worker(self, *more: str, before: tuple[str, ...] = (), preload: str = "") -> subprocess.Popen[bytes]:
        """Start a worker of one thread, and wait until it is known.

        Parameters
        ----------
        more : str
            Options of ``dask worker``.
        before : tuple of str
            A command that starts it.
        preload : str
            Python that it runs first.
        """
        number = len(self._started)
        if preload:
            (self.folder / f"preload{number}.py").write_text(preload)
            more = (*more, "--preload", str(self.folder / f"preload{number}.py"))
        if "--nanny" not in more:
            more = (*more, "--no-nanny")
        own = ["--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--name", f"worker-{number}"]
        own += ["--local-directory", str(self.folder / str(number))]
        process = self._start("worker", self.address, *own, *more, before=before)
        until(lambda: "Registered to:" in self.log(number) or process.poll(), "the worker is known")
        assert process.poll() is None, self.log(number)
        return process

    def log(self, number: int) -> str:
        """What a process said."""
        return (self.folder / f"{number}.log").read_text(errors="replace")

    @property
    def logs(self) -> str:
        """What all said."""
        return "".join(self.log(number) for number in range(len(self._started)))

    def close(self) -> None:
        """End all of it."""
        for process in reversed(self._started):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a nanny and its worker
            process.wait()

    def _start(self, which: str, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        command = [*before, sys.executable, "-P", "-m", f"distributed.cli.dask_{which}", *arguments]
        log = (self.folder / f"{len(self._started)}.log").open("wb")
        with log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=self._environment, start_new_session=True)
        self._started.append(process)
        return process


def _address(path: Path) -> str:
    try:
        return str(json.loads(path.read_text())["address"])
    except ValueError:  # it is being written
        return ""
