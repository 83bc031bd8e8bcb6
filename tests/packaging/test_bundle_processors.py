"""The standalone program on processors of several ages: it takes the library that each can run, and writes with it.

A program that runs under qemu starts others natively; so the engine's own process is what runs there. PyInstaller's
first step, which starts the program once more, is done here by hand.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from synthdial.engine.client import Engine
from synthdial.engine.events import DialogueWritten
from synthdial.engine.protocol import WriteDialogues

pytestmark = [pytest.mark.bundle, pytest.mark.slow]

VARIANT = re.compile(r"libggml-cpu-(\w+)\.so")
OLD = {"Nehalem": "sse42", "SandyBridge": "sandybridge", "Haswell": "haswell"}
QEMU = shutil.which("qemu-x86_64")


def script(folder: Path, bundle: Path, before: str) -> Path:
    """A program that stands for the standalone one, under something else."""
    inside = bundle / "_internal"
    program = bundle / "synthdial-edge"
    path = folder / "program"
    path.write_text(
        f"#!/bin/sh\nexport LD_LIBRARY_PATH='{inside}' _PYI_ARCHIVE_FILE='{program}' _PYI_PARENT_PROCESS_LEVEL=1\n"
        f"export _PYI_APPLICATION_HOME_DIR='{inside}'\nexec {before} '{program}' \"$@\"\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def emulated(processor: str) -> str:
    if QEMU is None:
        pytest.skip("qemu-x86_64 is not installed (Debian: qemu-user)")
    return f"{QEMU} -cpu {processor}"


@pytest.fixture
def program(request: pytest.FixtureRequest, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program on a processor, as what an engine of this process starts."""
    path = script(tmp_path, bundle, emulated(request.param) if request.param else "")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(path))
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    return path


def variants(engine: Engine) -> set[str]:
    """Which of llama.cpp's libraries the engine's process has loaded."""
    return set(VARIANT.findall(Path(f"/proc/{engine.pid}/maps").read_text()))


def few_tokens(engine: Engine, model: Path) -> DialogueWritten:
    """What becomes of a dialogue in a few tokens: about a second each, emulated."""
    engine.open(model)
    request = WriteDialogues(
        segments=[("Arts: Hoe gaat het?\n", False)], lead="", jobs=[(1, 1)], foreign_label=r"\w+:",
        slots=1, threads=1, cells=64, slot_tokens=8, preset="plain", min_turns=2, max_words=8,
    )  # fmt: skip
    (written,) = [event for event in engine.write(request) if isinstance(event, DialogueWritten)]
    return written


@pytest.mark.parametrize(("program", "variant"), OLD.items(), indirect=["program"], ids=OLD)
def test_the_library_for_an_older_processor_is_taken(program: Path, variant: str) -> None:
    with Engine() as engine:
        about = engine.about()
        assert about["portable"]
        assert variants(engine) == {variant}


@pytest.mark.model
@pytest.mark.parametrize("program", ["Nehalem", "Haswell", ""], indirect=True, ids=["Nehalem", "Haswell", "host"])
def test_it_writes_there(program: Path, bundled_model: Path) -> None:
    with Engine() as engine:
        written = few_tokens(engine, bundled_model)
    assert written.tokens > 0
    # arithmetic that goes wrong would find its own tokens as unlikely as any of 262,144: -12.5
    assert -6.0 < written.mean_log_probability < 0.0


@pytest.mark.parametrize("program", [""], indirect=True, ids=["host"])
def test_the_host_takes_the_best_that_it_can_run(program: Path) -> None:
    with Engine() as engine:
        features = engine.about()["features"]
        taken = variants(engine)
    assert len(taken) == 1
    flags = Path("/proc/cpuinfo").read_text()
    if "avx2" in flags:
        assert "AVX2 = 1" in features
    if "avx512f" in flags:
        assert "AVX512 = 1" in features


def test_the_whole_program_runs_on_a_processor_of_2008(bundle: Path, tmp_path: Path) -> None:
    path = script(tmp_path, bundle, emulated("Nehalem"))
    (tmp_path / "a.txt").write_text("Arts: Goedemorgen.\nPatiënt: Dag dokter.\n", encoding="utf-8")
    environment = {"SYNTHDIAL_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    for arguments in (
        ["measure", "--by", "dialogue", "--format", "parquet", "-o", "a.parquet", "a.txt"],
        ["--version"],
    ):
        done = subprocess.run(
            [path, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.parquet").read_bytes().startswith(b"PAR1")
