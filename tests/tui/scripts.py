"""Batches that follow a script, and studies to open: no model is behind them."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from samples import RECIPE, dialogue

from synthdial.dialogue import Speaker, Turn
from synthdial.engine.events import DialogueWritten, PromptRead, TurnWritten
from synthdial.study import Study
from synthdial.study.batch import BatchResult, Progress


def study_of(path: Path, count: int) -> Path:
    """A study of so many short dialogues."""
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE)
        for number in range(1, count + 1):
            study.add_dialogue(RECIPE, number, dialogue(number, "Hoe gaat het?", "Goed hoor.", f"Fijn, {number}."))
    return path


class ScriptedWriter:
    """Takes the place of `run_batch`: says what a batch of two dialogues says, then waits until it is let go.

    Attributes
    ----------
    calls : list
        The studies and requests it was called with.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[Path, Any]] = []
        self.told = threading.Event()
        self.go_on = threading.Event()

    def __call__(
        self,
        path: Path,
        request: Any,
        *,
        report: Callable[[Progress], None],
        remark: Callable[[str], None],
        hear: Callable[[Any, str], None],
        control: Any,
    ) -> BatchResult:
        self.calls.append((path, request))
        remark("Reading the prompt (100 tokens) with gemma, then writing 2 dialogues at a time.")
        hear(PromptRead(100, 0.5), "")
        for number in (1, 2):
            hear(
                TurnWritten(number, Turn(Speaker.DOCTOR, f"Goedemorgen, zegt u het maar, nummer {number}.")),
                f"r-000{number}",
            )
            hear(TurnWritten(number, Turn(Speaker.PATIENT, "Ik ben zo moe, dokter.")), f"r-000{number}")
        study_of(path, 1)
        hear(
            DialogueWritten(
                number=1, seed=1, turns=(Turn(Speaker.DOCTOR, "Goedemorgen."),), ended_by="plan", tokens=40,
                taken_back=0, forced=0, planned=(), mean_log_probability=-2.0, seconds=1.0,
            ),
            "r-0001",
        )  # fmt: skip
        report(Progress(1, 2, 80.0, 61.0))
        self.told.set()
        while not control.stopped and not self.go_on.wait(0.005):
            pass
        done = 1 if control.stopped else 2
        report(Progress(done, 2, 80.0, 0.0, finished=True))
        return BatchResult(done, done, (), 80, 1.0)
