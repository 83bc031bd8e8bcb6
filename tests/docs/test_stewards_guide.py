"""The script of the guide for data stewards does what it says at every status that a batch ends with."""

import os
import re
import subprocess
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[2] / "docs" / "stewards.md").read_text("utf-8")


def night(folder: Path, statuses: list[int]) -> tuple[int, int]:
    """Run the script with a program that ends with these in turn: the script's status, and its attempts."""
    (script,) = re.findall(r"```sh\n(.+?)```", GUIDE, re.DOTALL)
    (folder / "night.sh").write_text(script, "utf-8")
    program = folder / "synthdial-edge"
    program.write_text(
        f"#!/bin/bash\nstatuses=({' '.join(map(str, statuses))})\necho $* >> asked\n"
        'status=${statuses[$(($(wc -l < asked) - 1))]}\n[ "$status" -lt 0 ] && kill "$status" $$\nexit "$status"\n',
        "utf-8",
    )
    program.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(["sh", "night.sh"], cwd=folder, env={**os.environ, "PATH": path}, check=False)
    asked = (folder / "asked").read_text("utf-8").splitlines()
    assert len(set(asked)) == 1 and asked[0].startswith("batch my.study --count 20")
    return done.returncode, len(asked)


@pytest.mark.parametrize(
    ("statuses", "ends", "attempts"),
    [
        ([0], 0, 1),
        ([1], 1, 1),
        ([2], 1, 1),
        ([3, 3, 0], 0, 3),
        ([130, -9, -15, 0], 0, 4),
        ([3, 3, 3, 3, 3], 3, 5),
        ([3, 1], 1, 2),
    ],
)
def test_a_night(tmp_path: Path, statuses: list[int], ends: int, attempts: int) -> None:
    assert night(tmp_path, statuses) == (ends, attempts)
