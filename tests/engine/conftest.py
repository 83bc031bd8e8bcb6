"""The tests of the engine see no model, no settings and no digests but their own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthdial.transcripts import known_labels

sys.path.insert(0, str(Path(__file__).parents[1]))  # gguf_files


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SYNTHDIAL_HOME", str(folder))
    monkeypatch.delenv("SYNTHDIAL_MODEL", raising=False)
    known_labels.cache_clear()
    yield folder
    known_labels.cache_clear()
