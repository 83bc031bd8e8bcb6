"""Where nobody knows the user's home; tests/packaging runs the standalone program as such a user."""

import os
from pathlib import Path

import pytest

from synthdial import locations
from synthdial.cli.main import _settle_home


def _nobody_knows() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_nothing_is_looked_for_in_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SYNTHDIAL_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "is put back")
    monkeypatch.setattr(Path, "home", _nobody_knows)
    _settle_home()
    for place in (locations.user_settings(), locations.user_data(), locations.user_digests()):
        assert place.is_absolute() and not place.exists()


def test_a_home_that_is_known_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    _settle_home()
    assert os.environ["HOME"] == str(tmp_path)
