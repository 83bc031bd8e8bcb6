"""Damaged files of every kind end in a message or a result: no traceback, no hang, no more than a gigabyte.

A few of each, from a fixed seed; ``benchmarks/faults.py`` reads a thousand.
"""

import sys
from pathlib import Path

import mutants
import pytest
from readers import KINDS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="limits of memory")]


def test_a_damaged_file_is_read_or_refused_with_a_message(tmp_path: Path) -> None:
    found = mutants.run_mutants(tmp_path, 60, seed=3)
    assert [mutant for mutant in found if mutant.problem] == [], mutants.summary(found)
    assert {mutant.kind for mutant in found} == set(KINDS)
    for kind in ("text", "word", "model", "study", "settings"):
        outcomes = {mutant.outcome for mutant in found if mutant.kind == kind}
        assert {"read", "refused"} <= outcomes, f"{kind}: what is done to it is neither nothing nor everything"


def test_a_reader_that_fails_hangs_or_takes_memory_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import sys\n"
        "if 'readers.py' in ' '.join(sys.orig_argv):\n"
        "    import synthdial.tui.state as state\n"
        "    state.load_state = lambda: bytearray(3 << 30)\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = mutants.run_mutants(tmp_path / "read", 2, seed=3, kinds=("state",))
    assert [mutant.outcome for mutant in found] == ["traceback"] and "MemoryError" in str(found[0].problem)
