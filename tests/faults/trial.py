"""A batch that something is done to, and what must hold of its study afterwards."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from synthdial.errors import SynthdialError
from synthdial.study import Study


@dataclass(frozen=True)
class Trial:
    """A recipe, and how its batches are started.

    Attributes
    ----------
    model, home : Path
        The model, and the user's folder of the runs.
    count : int
        Dialogues of each batch.
    options : tuple of str
        More options of ``synthdial-edge batch``.
    environment : dict
        More variables for its processes.
    before : str
        Python that is run in the program's process before the command line.
    """

    model: Path
    home: Path
    count: int = 24
    options: tuple[str, ...] = ("--max-words", "40", "--min-turns", "2", "--parallel", "4", "--threads", "1")
    environment: dict[str, str] = field(default_factory=dict)
    before: str = ""

    def command(self, study: Path, *more: str) -> list[str]:
        """The batch as a user would type it."""
        start = [sys.executable, "-P", "-m", "synthdial"]
        if self.before:
            start = [sys.executable, "-P", "-c", f"{self.before}\nfrom synthdial.cli.main import main\nmain()"]
        return [
            *start, "batch", str(study), "--count", str(self.count), "--model", str(self.model),
            "--max-references", "0", "--preset", "plain", "--json", *self.options, *more,
        ]  # fmt: skip

    def start(self, study: Path, *more: str) -> "Running":
        """Start it."""
        return Running(self.command(study, *more), {**os.environ, "SYNTHDIAL_HOME": str(self.home), **self.environment})


class Running:
    """A batch that runs; what it reports is read as it comes."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        self.reported = 0
        self._changed = threading.Condition()
        self.finished = self._ended = False
        self.errors = ""
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._listen, self._hear_errors)]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(ValueError):  # half a line of a program that was killed
                progress = json.loads(line)
                with self._changed:
                    self.reported, self.finished = progress["done"], "finished" in progress
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _hear_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()

    def until(self, reported: int, seconds: float = 120) -> None:
        """Wait until so many dialogues were reported, it ends, or so many seconds have passed."""
        with self._changed:
            self._changed.wait_for(lambda: self.reported >= reported or self._ended, seconds)

    def wait(self, seconds: float = 120) -> int:
        """Wait until it ends; its status."""
        status = self.process.wait(timeout=seconds)
        for thread in self._threads:
            thread.join(timeout=30)
        assert self.process.stdout is not None and self.process.stderr is not None
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def worker(self) -> psutil.Process | None:
        """Its engine's process, None while there is none."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children():
                if child.status() != psutil.STATUS_ZOMBIE:
                    return child
        return None

    def kill(self, who: str) -> psutil.Process | None:
        """End the ``program``, its ``worker``, or ``both``, as the kernel does; the worker, None if there was none."""
        worker = self.worker()
        if who != "program" and worker is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.send_signal(signal.SIGKILL)
        if who != "worker":
            self.process.kill()
        return worker


def problem_of_study(study: Path, reported: int) -> tuple[str | None, dict[str, tuple[str, ...]]]:
    """What is wrong with a study of which so many dialogues were reported; and what it holds, texts by id."""
    if not study.exists():
        return (f"{reported} were reported and there is no study" if reported else None), {}
    try:
        with contextlib.closing(sqlite3.connect(study)) as db:
            sound = db.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as error:
        return f"SQLite cannot open it: {error}", {}
    if sound != [("ok",)]:
        return f"not sound: {sound}", {}
    try:
        with Study(study, read_only=True) as opened:
            held = {dialogue.id: tuple(str(turn.text) for turn in dialogue.turns) for dialogue in opened.dialogues()}
            count = len(opened)
    except SynthdialError as error:
        if "is empty" in error.message and not reported:
            return None, {}
        return f"it cannot be opened: {error}", {}
    if count != len(held):
        return "a dialogue is there twice", held
    if count < reported:
        return f"{reported} were reported, {count} are there", held
    return None, held


def problem_of_resuming(trial: Trial, study: Path, before: dict[str, tuple[str, ...]]) -> str | None:
    """Run the batch again to its end; what is wrong then."""
    again = trial.start(study)
    status = again.wait()
    if status or not again.finished:
        return f"resumed, it ended with {status}: {again.errors[-500:]}"
    wrong, after = problem_of_study(study, trial.count)
    if wrong:
        return f"resumed: {wrong}"
    if len(after) != trial.count:
        return f"resumed, it holds {len(after)} of {trial.count}"
    if any(after.get(key) != turns for key, turns in before.items()):
        return "resumed, a dialogue is not what it was"
    left = sorted(path.name for path in study.parent.iterdir() if path != study)
    return f"files are left: {left}" if left else None
