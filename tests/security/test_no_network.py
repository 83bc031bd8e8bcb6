"""The program opens no socket that leaves the machine: every part of it, traced, where there is no network at all."""

import os
import re
import sys
from pathlib import Path

import pytest

from synthdial.airgap.check import Step, all_steps, take_tables
from synthdial.airgap.strace import OPTIONS, outside
from synthdial.airgap.watch import PYTHON, run_watched

pytestmark = pytest.mark.slow

STEPS = tuple(step.name for step in all_steps(None))
LINE = re.compile(r"^(?:\d+ +)?\w+\(")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tables: None) -> Path:
    """Where all steps work, one after the other."""
    path = tmp_path_factory.mktemp("quiet")
    (path / "check.txt").write_text("Arts: Goedemorgen mevrouw De Vries.\nPatiënt: Dag.\n", encoding="utf-8")
    take_tables(path / "home")
    return path


@pytest.mark.model
class TestEveryPart:
    @pytest.mark.parametrize("name", STEPS)
    def test_it_asks_for_no_network(
        self, name: str, folder: Path, demo_model: Path, isolated: list[str], tracer: str
    ) -> None:
        (step,) = [step for step in all_steps(demo_model) if step.name == name]
        trace = folder / f"{STEPS.index(name)}.trace"
        seen = run_watched(
            [*isolated, tracer, *OPTIONS, "-o", str(trace), *command(step, folder)],
            PYTHON,
            folder,
            environment=os.environ
            | {"SYNTHDIAL_HOME": str(folder / "home"), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
            keys=step.keys,
        )
        assert seen.status == 0, seen.said
        assert outside(trace.read_text(errors="replace").splitlines()) == []
        assert seen.attempts == ()

    def test_what_was_traced_are_calls(self, folder: Path, isolated: list[str], tracer: str) -> None:
        lines = [line for path in folder.glob("*.trace") for line in path.read_text(errors="replace").splitlines()]
        calls = [line for line in lines if LINE.match(line)]
        assert any("socketpair(AF_UNIX" in line for line in calls)  # of the screens


def command(step: Step, folder: Path) -> list[str]:
    arguments = [str(folder / word) if word.startswith("check.") else word for word in step.arguments]
    return [sys.executable, "-P", "-m", "synthdial", *arguments]
