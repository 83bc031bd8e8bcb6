"""Shards by a model, started as a job array of Slurm starts them: together the corpus that one machine writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_model import model_file, model_parts

from synthdial.study import Study
from synthdial.study.verify import verify

pytestmark = [pytest.mark.model, pytest.mark.slow]

SLURM = Path(__file__).parents[2] / "docs" / "slurm"
COUNT = 5


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as a command that a script can be given."""
    path = tmp_path_factory.mktemp("bin") / "synthdial-edge"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m synthdial "$@"\n')
    path.chmod(0o755)
    return path


def array(script: str, folder: Path, options: list[str], started: Path, tasks: int) -> None:
    """Run a script as Slurm runs it, once for each task of an array that is counted from 0."""
    for task in range(tasks):
        environment = os.environ | {
            "SLURM_ARRAY_TASK_ID": str(task),
            "SLURM_ARRAY_TASK_MIN": "0",
            "SLURM_ARRAY_TASK_MAX": str(tasks - 1),
            "SLURM_ARRAY_TASK_COUNT": str(tasks),
            "SLURM_CPUS_PER_TASK": "1",
            "COUNT": str(COUNT),
            "FOLDER": str(folder),
            "PARALLEL": "1",
            "OPTIONS": " ".join(options),
            "PROGRAM": str(started),
        }
        done = subprocess.run(
            ["bash", str(SLURM / script)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def dialogues(path: Path) -> dict[str, tuple[int, tuple]]:
    with Study(path, read_only=True) as study:
        assert verify(study).holds
        return {one.id: (one.provenance["seed"], one.turns) for one in study.dialogues()}


def test_an_array_of_three_writes_what_one_machine_writes(
    small_reference: Path, tables: None, started: Path, tmp_path: Path
) -> None:
    model = tmp_path / "tiny.gguf"
    model.write_bytes(model_file(*model_parts(context=8192)))
    options = [
        "--reference",
        str(small_reference),
        "--unchecked-references",
        "--model",
        str(model),
        "--preset",
        "plain",
    ]
    options += ["--max-words", "40", "--min-turns", "2"]
    whole = []
    for tasks in (1, 3):
        folder = tmp_path / f"of-{tasks}"
        array("batch.sbatch", folder, options, started, tasks)
        assert len(list(folder.glob("shard-*.study"))) == tasks
        array("merge.sbatch", folder, options, started, 1)
        whole.append(dialogues(folder / "all.study"))
    assert whole[0] == whole[1], "ids, seeds and, with one slot and as many threads, the words, too"
    assert [key[-4:] for key in whole[1]] == [f"{number:04d}" for number in range(1, COUNT + 1)]
    assert len({said for _, said in whole[0].values()}) == COUNT
    array("batch.sbatch", tmp_path / "of-3", options, started, 3)
    array("merge.sbatch", tmp_path / "of-3", options, started, 1)
    assert dialogues(tmp_path / "of-3" / "all.study") == whole[1], "again: nothing is left to do"
