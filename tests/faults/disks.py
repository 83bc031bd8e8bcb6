"""Batches on a disk that fills up: ``python disks.py TRIAL SIZES``, in a mount namespace of its own.

Each run has a small file system in memory to itself, of a size that is given. One line of JSON a run.
"""

import dataclasses
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trial import Trial, problem_of_resuming, problem_of_study

from synthdial.errors import SynthdialError
from synthdial.study import Study

_PAGE = 4096
_ENOUGH = 16 << 20
_NAMESPACES = (["unshare", "--map-root-user", "--mount"], ["unshare", "--mount"])


@dataclass(frozen=True)
class Filled:
    """What became of one run.

    Attributes
    ----------
    size : int
        Bytes of its disk.
    full : bool
        Whether the disk became full.
    reported, kept : int
        Dialogues that it had reported, and that the study held.
    problem : str or None
        What is wrong.
    """

    size: int
    full: bool
    reported: int
    kept: int
    problem: str | None


def namespace() -> list[str] | None:
    """The command before a command that may mount a file system; None where there is none."""
    probe = ["sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    for command in _NAMESPACES:
        try:
            if subprocess.run([*command, *probe], capture_output=True, check=False).returncode == 0:
                return command
        except OSError:
            return None
    return None


def random_sizes(runs: int, seed: int) -> list[int]:
    """Sizes of so many disks, of whole pages."""
    chance = random.Random(seed)
    return [chance.randrange(1, 320) * _PAGE for _ in range(runs)]


def run_on_small_disks(trial: Trial, sizes: Sequence[int]) -> Iterator[Filled]:
    """A run on a disk of each of these sizes, in bytes; `namespace` must not be None."""
    before = namespace()
    assert before is not None
    command = [
        *before, sys.executable, __file__, json.dumps(dataclasses.asdict(trial), default=str), json.dumps(list(sizes)),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Filled(**json.loads(line))
    assert process.returncode == 0


def _run(trial: Trial, folder: Path, size: int) -> Filled:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        study = folder / "a.study"
        running = trial.start(study)
        status = running.wait()
        full, problem = status != 0, None
        if full:
            said = [line for line in running.errors.splitlines() if line.startswith("synthdial-edge: ")]
            if status != 1 or "Traceback" in running.errors:
                problem = f"it ended with {status}: {running.errors[-500:]}"
            elif len(said) != 1 or "full" not in said[0]:
                problem = f"it did not say what is wrong in one message: {said}"
        unclear = _problem_of_reading(study) if full else None
        subprocess.run(["mount", "-o", f"remount,size={_ENOUGH}", str(folder)], check=True)
        wrong, held = problem_of_study(study, running.reported)
        problem = problem or unclear
        problem = problem or wrong or problem_of_resuming(trial, study, held)
        return Filled(size, full, running.reported, len(held), problem)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _problem_of_reading(study: Path) -> str | None:
    """Whether a study on a full disk can be read, or is said to be on one."""
    try:
        with Study(study, read_only=True) as opened:
            len(opened)
    except SynthdialError as error:
        if not any(word in str(error) for word in ("full", "There is no study", "is empty")):
            return f"reading it says: {error}"
    return None


def summary(filled: list[Filled]) -> str:
    """How many runs met a full disk, and when."""
    full = [one for one in filled if one.full]
    wrong = [one for one in filled if one.problem]
    text = (
        f"{len(filled)} runs on disks of {min(one.size for one in filled) >> 10} to "
        f"{max(one.size for one in filled) >> 10} KiB: {len(full)} became full "
        f"({sum(not one.kept for one in full)} before the first dialogue), {sum(one.reported for one in full)} "
        f"dialogues had been reported; {len(wrong)} problems"
    )
    return "\n".join([text, *(f"  {one}" for one in wrong[:10])])


def main() -> None:
    """Run them."""
    values, sizes = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    for name in ("model", "home"):
        values[name] = Path(values[name])
    trial = Trial(**{**values, "options": tuple(values["options"])})
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            print(json.dumps(dataclasses.asdict(_run(trial, Path(folder), size))), flush=True)


if __name__ == "__main__":
    main()
