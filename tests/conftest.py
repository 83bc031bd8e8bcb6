"""What all tests share: a user's folder of their own, and a small recipe for the real model."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from synthdial.engine.models import find_model


@pytest.fixture(scope="session", autouse=True)
def user_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, models and digests of the tests go into a folder of their own, never the user's."""
    home = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("SYNTHDIAL_HOME", str(home))
    patch.delenv("SYNTHDIAL_MODEL", raising=False)
    yield home
    patch.undo()


@pytest.fixture(scope="session")
def demo_model() -> Path:
    """The embedded model, put together once for all tests."""
    return find_model("gemma-3-270m").path


@pytest.fixture(scope="session")
def small_reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short reference, so that a prompt is read in a second."""
    path = tmp_path_factory.mktemp("references") / "kort.txt"
    path.write_text(
        "Arts: Goedemorgen. Hoe gaat het met u?\n"
        "Patiënt: Ja, gaat wel. Uh, nog wel moe.\n"
        "Arts: Moe. En de bloeddruk, heeft u die gemeten?\n"
        "Patiënt: Ja, die was goed.\n"
        "Arts: Mooi. Dan kijken we naar het kalium. Dat is 5,1.\n"
        "Patiënt: Is dat veel?\n"
        "Arts: Net iets te hoog. Let u een beetje op met tomaten en bananen.\n"
        "Patiënt: Oké.\n",
        encoding="utf-8",
    )
    return path


class Program:
    """The command line, run as a user would, in processes of their own."""

    def __init__(self, reference: Path, model: Path) -> None:
        self._recipe = ["--reference", str(reference), "--model", str(model), "--max-words", "40", "--min-turns", "4"]
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


@pytest.fixture(scope="session")
def program(small_reference: Path, demo_model: Path) -> Program:
    """The command line with a small recipe on the embedded model."""
    return Program(small_reference, demo_model)


def worker_of(process: subprocess.Popen) -> psutil.Process:
    """The engine's process of a running program."""
    (worker,) = psutil.Process(process.pid).children()
    return worker


def kill(pid: int) -> None:
    """End a process as the kernel would when memory runs out."""
    os.kill(pid, signal.SIGKILL)
