"""The lookup tables: quiet, without pickles, shipped ones first, damaged ones built anew."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synthdial.privacy.deidentify import tables

pytestmark = pytest.mark.slow


def test_deduce_says_nothing_on_standard_output_and_leaves_the_log_alone() -> None:
    program = (
        "import logging; from synthdial.privacy.deidentify import prepare; prepare();"
        "assert not logging.getLogger().handlers; logging.getLogger('x').info('hello')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "" and done.stderr == ""


def test_deduce_is_not_imported_before_it_is_used() -> None:
    program = "import sys, synthdial.privacy.deidentify; assert 'deduce' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_tables_hold_no_pickle() -> None:
    with np.load(tables.ready_tables(), allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


def test_shipped_tables_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = tmp_path / "shipped.npz"
    shipped.write_bytes(tables.ready_tables().read_bytes())
    monkeypatch.setattr(tables, "shipped_tables", lambda: shipped)
    assert tables.ready_tables() == shipped


def test_damaged_tables_are_built_anew_and_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    good = tables.ready_tables().read_bytes()
    own = tmp_path / "own.npz"
    own.write_bytes(good[: len(good) // 2])
    monkeypatch.setattr(tables, "shipped_tables", lambda: tmp_path / "none.npz")
    monkeypatch.setattr(tables, "user_tables", lambda: own)
    monkeypatch.setattr(tables, "build_tables", lambda target, remark: target.write_bytes(good))
    said: list[str] = []
    assert tables.ready_tables(said.append) == own
    assert len(said) == 1 and "once" in said[0]


def test_phrases_find_the_longest() -> None:
    collector = tables._Collector(None)
    collector.phrases = [["Oude", "Gracht"], ["Oude", "Gracht", "Noord"], ["Dam"]]
    phrases = tables.Phrases(*_arrays(collector))
    assert phrases.longest(["Oude", "Gracht", "Noord", "12"], 0) == 3
    assert phrases.longest(["Oude", "Gracht", "12"], 0) == 2
    assert phrases.longest(["Oude", "Dam"], 0) == 0
    assert phrases.longest(["op", "Dam"], 1) == 1


def _arrays(collector: tables._Collector) -> tuple[object, object, frozenset[str]]:
    nodes, ends, starts = collector.arrays(lambda word: word)
    return nodes, ends, frozenset(starts)
