"""The check of ``doctor --air-gap``: each part of the program runs, watched for whether it asks for a network."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthdial.airgap.watch import Method, Watched, best_method, run_watched
from synthdial.errors import SynthdialError

_HOME = "home"
_QUIT = b"\x11"  # Ctrl+Q
_TRANSCRIPT = "Arts: Goedemorgen mevrouw De Vries, hoe gaat het?\nPatiënt: Gaat wel, ik ben op 3 maart gevallen.\n"
_RATED = (b"4", b"4", b"4", b"4", b"2", b"\r")  # each criterion, person or machine, done


@dataclass(frozen=True)
class Step:
    """A part of the program.

    Attributes
    ----------
    name : str
        In words.
    arguments : tuple of str
        Of the command.
    keys : tuple of bytes
        What is typed, where it has screens.
    needs : str
        The file of an earlier step that it works on; empty for none.
    """

    name: str
    arguments: tuple[str, ...]
    keys: tuple[bytes, ...] = ()
    needs: str = ""


@dataclass(frozen=True)
class StepFound:
    """What was seen of a step.

    Attributes
    ----------
    name : str
        The step's.
    attempts : tuple of str
        What it asked of a network.
    failed : str
        Why it was not seen to its end; empty where it was.
    """

    name: str
    attempts: tuple[str, ...]
    failed: str = ""


@dataclass(frozen=True)
class AirGapReport:
    """What the check found.

    Attributes
    ----------
    method : Method
        How the program was watched.
    steps : tuple of StepFound
        In the order in which they ran.
    """

    method: Method
    steps: tuple[StepFound, ...]

    @property
    def found(self) -> bool:
        """Whether anything asked for a network."""
        return any(step.attempts for step in self.steps)

    @property
    def complete(self) -> bool:
        """Whether every step was seen to its end."""
        return not any(step.failed for step in self.steps)


def all_steps(model: Path | None) -> tuple[Step, ...]:
    """The parts of the program, from writing to the export; without a model that writes, writing fails and is told."""
    chosen = ("--model", str(model)) if model else ()
    brief = ("--count", "2", "--max-words", "80", "--preset", "plain", "--quiet", *chosen)
    return (
        Step("writing dialogues", ("batch", "check.study", *brief)),
        Step("putting studies together", ("merge", "check.all", "check.study"), needs="check.study"),
        Step("listing", ("list", "check.study"), needs="check.study"),
        Step("showing", ("show", "check.study", "--provenance"), needs="check.study"),
        Step("measuring", ("measure", "check.study", "--jobs", "2", "--by", "dialogue"), needs="check.study"),
        Step("screens", (), (b"\x1b[B", b"?", b"\x1b", _QUIT)),
        Step(
            "reviewing on the screens",
            ("review", "check.study", "--rater", "check", "--role", "native"),
            (*_RATED, *_RATED, b"?", b"\x1b", _QUIT),
            needs="check.study",
        ),
        Step(
            "a task for a rater",
            ("review", "export-task", "check.study", "--role", "native", "-o", "check.task"),
            needs="check.study",
        ),
        Step("taking a task back", ("review", "merge", "check.study", "check.task"), needs="check.task"),
        Step("results", ("results", "check.study", "--format", "json"), needs="check.study"),
        Step("report", ("report", "check.study", "-o", "check.html"), needs="check.study"),
        Step("profile", ("profile", "check.study", "--few", "-o", "check.json"), needs="check.study"),
        Step("what may leave", ("gate", "check.study"), needs="check.study"),
        Step("what was copied", ("check", "check.study"), needs="check.study"),
        Step("the log", ("audit", "check.study"), needs="check.study"),
        Step("de-identification", ("reference", "check", "check.txt")),
        Step("export", ("export", "check.study", "-o", "check.jsonl"), needs="check.study"),
        Step(
            "making it again",
            ("again", "check.recipe.json", "check.again", "--check", *chosen),
            needs="check.recipe.json",
        ),
        Step("models", ("models", "list")),
        Step("the machine", ("doctor",)),
    )


def check_air_gap(
    model: Path | None,
    *,
    steps: Sequence[Step] | None = None,
    method: Method | None = None,
    tell: Callable[[StepFound], None] = lambda step: None,
) -> AirGapReport:
    """Run each part of the program in a passing folder and see whether it asks for a network.

    Nothing of the user's is read but the model and the tables of de-identification, and nothing is left behind.

    Parameters
    ----------
    model : Path, optional
        The model that writes.
    steps : sequence of Step, optional
        What is run; by default all of `all_steps`.
    method : Method, optional
        How it is watched; by default the best that works here.
    tell : callable
        Is given each step as it ends.

    Raises
    ------
    SynthdialError
        When there is no room for the passing folder.
    """
    method = method or best_method()
    found = []
    try:
        with tempfile.TemporaryDirectory(prefix="synthdial-air-gap-") as name:
            folder = Path(name)
            (folder / "check.txt").write_text(_TRANSCRIPT, encoding="utf-8")
            take_tables(folder / _HOME)
            for step in all_steps(model) if steps is None else steps:
                seen = _run(step, method, folder)
                tell(seen)
                found.append(seen)
    except OSError as error:
        raise SynthdialError(
            f"The check cannot be made: {error.strerror}.", "Make room in the temporary folder."
        ) from error
    return AirGapReport(method, tuple(found))


def take_tables(home: Path) -> None:
    """Take along the user's tables of de-identification, if they are built: to build them takes a minute and more."""
    from synthdial.privacy.deidentify import user_tables

    tables = user_tables()
    if tables.exists():
        (home / tables.parent.name).mkdir(parents=True)
        shutil.copyfile(tables, home / tables.parent.name / tables.name)


def _run(step: Step, method: Method, folder: Path) -> StepFound:
    if step.needs and not (folder / step.needs).exists():
        return StepFound(step.name, (), f"there is no {step.needs}, since a step before it did not end well")
    frozen = getattr(sys, "frozen", False)
    program = [sys.executable] if frozen else [sys.executable, "-P", "-m", "synthdial"]
    environment = os.environ | {
        "SYNTHDIAL_HOME": str(folder / _HOME),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
    }
    arguments = [str(folder / word) if word.startswith("check.") else word for word in step.arguments]
    seen = run_watched([*program, *arguments], method, folder, environment=environment, keys=step.keys)
    return StepFound(step.name, seen.attempts, _failure(seen))


def _failure(seen: Watched) -> str:
    if seen.status is None:
        return "it did not come to its end"
    if seen.status:
        lines = [line for line in seen.said.splitlines() if line.strip()]
        return f"it ended with status {seen.status}: {lines[-1] if lines else 'it said nothing'}"
    return ""
