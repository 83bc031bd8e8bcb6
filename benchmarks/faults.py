"""Breaks things many times and counts what broke: python benchmarks/faults.py [kills real-kills disks cuts mutants]

Batches are killed at random moments, on disks that fill up, and before power cuts; files of every kind are damaged and
read. Prints a line for each and ends with status 1 if anything was lost, hung, or ended in a traceback. The programs
that do it stand in ``tests/faults``, where the tests do fewer of the same. docs/faults.md says what is counted.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "faults")]

import disks  # noqa: E402
import kills  # noqa: E402
import mutants  # noqa: E402
import power  # noqa: E402
from tiny_model import write_tiny_model  # noqa: E402
from trial import Trial  # noqa: E402

from synthdial.engine.models import find_model  # noqa: E402
from synthdial.errors import SynthdialError  # noqa: E402

REAL_OPTIONS = ("--max-words", "20", "--min-turns", "2", "--parallel", "2")
TOPPED_UP = (3, 240)  # dialogues of a study after its first and second run; so many fill the log up to a checkpoint


def tiny_trial(folder: Path) -> Trial:
    """Batches of a model that is made here, in a folder of their own."""
    home = folder / "home"
    home.mkdir()
    return Trial(write_tiny_model(folder / "klein.gguf"), home)


def real_trial(folder: Path) -> Trial:
    """Batches of the embedded model, four dialogues of 20 words."""
    trial = tiny_trial(folder)
    os.environ["SYNTHDIAL_HOME"] = str(trial.home)
    return Trial(find_model("gemma-3-270m").path, trial.home, count=4, options=REAL_OPTIONS)


def run_kills(folder: Path, runs: int, seed: int) -> tuple[str, int]:
    killed = kills.run_kills(tiny_trial(folder), folder / "runs", runs, seed)
    return kills.summary(killed), sum(one.problem is not None for one in killed)


def run_real_kills(folder: Path, runs: int, seed: int) -> tuple[str, int]:
    killed = kills.run_kills(real_trial(folder), folder / "runs", runs, seed, at_once=1)
    return kills.summary(killed), sum(one.problem is not None for one in killed)


def run_disks(folder: Path, runs: int, seed: int) -> tuple[str, int]:
    if disks.namespace() is None:
        return "left out: no file system may be mounted here", 1
    filled = list(disks.run_on_small_disks(tiny_trial(folder), disks.random_sizes(runs, seed)))
    return disks.summary(filled), sum(one.problem is not None for one in filled)


def run_cuts(folder: Path, runs: int, seed: int) -> tuple[str, int]:
    deeds, study = power.record(tiny_trial(folder), folder, TOPPED_UP)
    cuts = power.run_cuts(deeds, study, folder, runs, seed)
    return power.summary(cuts, deeds), sum(cut.problem is not None for cut in cuts)


def run_mutants(folder: Path, runs: int, seed: int) -> tuple[str, int]:
    with suppress(SynthdialError):  # without the embedded model small ones alone are damaged
        os.environ["REAL_MODEL"] = str(find_model("gemma-3-270m").path)
    found = mutants.run_mutants(folder, runs, seed)
    return mutants.summary(found), sum(one.problem is not None for one in found)


PARTS: dict[str, tuple[Callable[[Path, int, int], tuple[str, int]], int]] = {
    "kills": (run_kills, 300),
    "real-kills": (run_real_kills, 50),
    "disks": (run_disks, 50),
    "cuts": (run_cuts, 200),
    "mutants": (run_mutants, 1000),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all by default")
    parser.add_argument("--runs", type=int, help="in place of the usual number; of mutants, for each kind of file")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    problems = 0
    for name in given.parts or PARTS:
        run, usual = PARTS[name]
        folder = Path(tempfile.mkdtemp(prefix="faults-"))
        (folder / "runs").mkdir()
        began = time.perf_counter()
        told, wrong = run(folder, given.runs or usual, given.seed)
        problems += wrong
        print(f"{name}: {told}; {time.perf_counter() - began:.0f} s, seed {given.seed}", flush=True)
        shutil.rmtree(folder)
    sys.exit(problems > 0)


if __name__ == "__main__":
    main()
