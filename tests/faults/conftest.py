"""A small recipe whose batches take a moment, with the real worker and the real llama.cpp."""

import pytest
from tiny_model import write_tiny_model
from trial import Trial

from synthdial.study.request import BatchRequest


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Eight short dialogues by the tiny model, started as a user would."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "home").mkdir()
    return Trial(write_tiny_model(folder / "klein.gguf"), folder / "home", count=8)


@pytest.fixture
def small_batch(trial: Trial) -> BatchRequest:
    """The same, for the library."""
    return BatchRequest(
        count=8, model=str(trial.model), preset="plain", max_references=0, max_words=40, min_turns=2, parallel=3,
        threads=1,
    )  # fmt: skip
