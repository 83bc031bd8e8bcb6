"""The command line, run as a user would."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil


class Program:
    """The command line, run as a user would, in processes of their own."""

    def __init__(self, reference: Path, model: Path) -> None:
        self._recipe = [
            "--reference",
            str(reference),
            "--unchecked-references",
            "--model",
            str(model),
            "--max-words",
            "40",
            "--min-turns",
            "4",
        ]
        self._recipe += ["--preset", "plain"]

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start a command."""
        command = [sys.executable, "-P", "-m", "synthdial", *arguments]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            # what is started in the background of a script ignores Ctrl-C, and so would its children
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            **options,  # type: ignore[call-overload]
        )

    def run(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments, **options)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def batch(self, study: Path, count: int, *more: str) -> list[str]:
        """The arguments of a small batch."""
        return ["batch", str(study), "--count", str(count), *self._recipe, *more]

    def export(self, study: Path) -> list[dict]:
        """The dialogues of a study, as another program would read them."""
        target = study.with_suffix(".jsonl")
        done = self.run("export", str(study), "-o", str(target))
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def worker_of(process: subprocess.Popen) -> psutil.Process:
    """The engine's process of a running program."""
    (worker,) = psutil.Process(process.pid).children()
    return worker


def kill(pid: int) -> None:
    """End a process as the kernel would when memory runs out."""
    os.kill(pid, signal.SIGKILL)
