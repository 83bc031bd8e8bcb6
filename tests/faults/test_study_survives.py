"""The study after a kill, on a full disk, and after the power failed: sound, with every dialogue that was reported.

Few runs each, from fixed seeds; ``benchmarks/faults.py`` does many.
"""

import shutil
import sys
from pathlib import Path

import disks
import kills
import power
import pytest
from power import Deed
from trial import Trial

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="signals, tmpfs and LD_PRELOAD")]


@pytest.fixture(scope="module")
def recorded(trial: Trial, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Deed], Path]:
    """Two batches, one of which tops up the study of the other."""
    if shutil.which("gcc") is None:
        pytest.skip("no C compiler")
    return power.record(trial, tmp_path_factory.mktemp("power"), (2, trial.count))


def test_killed_at_any_moment_nothing_is_lost(trial: Trial, tmp_path: Path) -> None:
    killed = kills.run_kills(trial, tmp_path, 9, seed=20261127)
    assert [one for one in killed if one.problem] == []
    assert {one.who for one in killed} == set(kills.WHO)
    assert any(0 < one.kept < trial.count for one in killed), "some were killed in the middle"


@pytest.mark.skipif(disks.namespace() is None, reason="no file system may be mounted here")
def test_on_a_disk_that_fills_up_it_says_so_once_and_nothing_is_lost(trial: Trial) -> None:
    filled = list(disks.run_on_small_disks(trial, [size << 10 for size in (4, 40, 260, 400, 4000)]))
    assert [one for one in filled if one.problem] == []
    assert [one.full for one in filled] == [True, True, True, True, False]
    assert not filled[0].kept and 0 < filled[3].kept < trial.count


def test_after_a_power_cut_everything_that_was_reported_is_there(
    recorded: tuple[list[Deed], Path], tmp_path: Path
) -> None:
    cuts = power.run_cuts(*recorded, tmp_path, 100, seed=1)
    assert [cut for cut in cuts if cut.problem] == []
    assert any(cut.unsynced and cut.reported for cut in cuts)


def test_a_disk_that_only_says_that_it_synced_is_found_out(recorded: tuple[list[Deed], Path], tmp_path: Path) -> None:
    deeds, study = recorded
    lying = [deed for deed in deeds if deed.what != "s"]
    assert any(cut.problem for cut in power.run_cuts(lying, study, tmp_path, 100, seed=1))
