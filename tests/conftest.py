"""What all tests share: a user's folder of their own, and a small recipe for the real model."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from program import Program

from synthdial.engine.models import find_model


@pytest.fixture(scope="session", autouse=True)
def user_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, models and digests of the tests go into a folder of their own, never the user's."""
    home = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("SYNTHDIAL_HOME", str(home))
    patch.delenv("SYNTHDIAL_MODEL", raising=False)
    yield home
    patch.undo()


@pytest.fixture(scope="session")
def demo_model() -> Path:
    """The embedded model, put together once for all tests."""
    return find_model("gemma-3-270m").path


@pytest.fixture(scope="session")
def small_reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short reference, so that a prompt is read in a second."""
    path = tmp_path_factory.mktemp("references") / "kort.txt"
    path.write_text(
        "Arts: Goedemorgen. Hoe gaat het met u?\n"
        "Patiënt: Ja, gaat wel. Uh, nog wel moe.\n"
        "Arts: Moe. En de bloeddruk, heeft u die gemeten?\n"
        "Patiënt: Ja, die was goed.\n"
        "Arts: Mooi. Dan kijken we naar het kalium. Dat is 5,1.\n"
        "Patiënt: Is dat veel?\n"
        "Arts: Net iets te hoog. Let u een beetje op met tomaten en bananen.\n"
        "Patiënt: Oké.\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def program(small_reference: Path, demo_model: Path) -> Program:
    """The command line with a small recipe on the embedded model."""
    return Program(small_reference, demo_model)
