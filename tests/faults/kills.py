"""Batches whose program, worker or both are killed at random moments, as the kernel kills: nothing is lost."""

import random
import shutil
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
from trial import Trial, problem_of_resuming, problem_of_study

WHO = ("program", "worker", "both")


@dataclass(frozen=True)
class Moment:
    """When: after so many dialogues were reported, and so many seconds more."""

    reported: int
    seconds: float


@dataclass(frozen=True)
class Killed:
    """What became of one run.

    Attributes
    ----------
    who : str
        Who was killed.
    moment : Moment
        When.
    reported, kept : int
        Dialogues that it had reported, and that the study held.
    problem : str or None
        What is wrong.
    """

    who: str
    moment: Moment
    reported: int
    kept: int
    problem: str | None


def usual_seconds(trial: Trial, folder: Path) -> float:
    """How long the batch takes when nobody disturbs it."""
    folder.mkdir()
    began = time.perf_counter()
    status = trial.start(folder / "a.study").wait()
    assert status == 0, "the batch does not run at all"
    return time.perf_counter() - began


def run_killed(trial: Trial, folder: Path, who: str, moment: Moment) -> Killed:
    """Start a batch, kill at a moment, look at the study, and run it to its end."""
    folder.mkdir()
    study = folder / "a.study"
    running = trial.start(study)
    if moment.reported:
        running.until(moment.reported)
    running.until(trial.count + 1, moment.seconds)
    worker = running.kill(who)
    status = running.wait()
    problem = None
    if who == "worker" and (status or not running.finished):
        problem = f"the batch ended with {status}: {running.errors[-500:]}"
    if worker is not None and psutil.wait_procs([worker], timeout=30)[1]:
        problem = "the worker outlived the program"
    wrong, held = problem_of_study(study, running.reported)
    problem = problem or wrong or problem_of_resuming(trial, study, held)
    shutil.rmtree(folder)
    return Killed(who, moment, running.reported, len(held), problem)


def run_kills(trial: Trial, folder: Path, runs: int, seed: int, *, at_once: int = 2) -> list[Killed]:
    """So many runs, killed at random moments: a third anywhere in the run, the others while dialogues are written."""
    seconds = usual_seconds(trial, folder / "usual")
    chance = random.Random(seed)

    def moment(run: int) -> Moment:
        if run // len(WHO) % 3 == 0:
            return Moment(0, chance.uniform(0.0, seconds))
        return Moment(chance.randrange(1, trial.count), chance.uniform(0.0, 0.03))

    plans = [(folder / str(run), WHO[run % len(WHO)], moment(run)) for run in range(runs)]
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda plan: run_killed(trial, *plan), plans))


def summary(killed: list[Killed]) -> str:
    """How many of each kind, and where in the run they fell."""
    kinds = Counter(one.who for one in killed)
    before = sum(not one.kept for one in killed)
    wrong = [one for one in killed if one.problem]
    text = (
        f"{len(killed)} runs killed ({', '.join(f'{kinds[who]} {who}' for who in WHO)}): {before} before the first "
        f"dialogue, {len(killed) - before} after; {sum(one.reported for one in killed)} dialogues had been reported; "
        f"{len(wrong)} problems"
    )
    return "\n".join([text, *(f"  {one}" for one in wrong[:10])])
