"""Transcripts are read with the bundled labels, whatever the settings of who runs the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from synthdial.transcripts import known_labels


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SYNTHDIAL_HOME", str(folder))
    known_labels.cache_clear()
    yield folder
    known_labels.cache_clear()
