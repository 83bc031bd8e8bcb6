"""What all tests share: a user's folder of their own, and a small recipe for the real model."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from program import Program

from synthdial.engine.models import find_model
from synthdial.privacy.deidentify import build_tables, shipped_tables, user_tables

# no test depends on the time it takes
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def user_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, models and digests of the tests go into a folder of their own, never the user's."""
    home = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("SYNTHDIAL_HOME", str(home))
    patch.delenv("SYNTHDIAL_MODEL", raising=False)
    yield home
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def unsealed() -> Iterator[None]:
    """A test that runs the program in this process does not close the network off for it: that is for good."""
    patch = pytest.MonkeyPatch()
    patch.setattr("synthdial.airgap.seal.install", lambda verdict: 0)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def tables(user_home: Path, pytestconfig: pytest.Config) -> None:
    """The lookup tables of de-identification, built once for all runs of the tests: it takes a minute and a half."""
    if shipped_tables().exists() or user_tables().exists():
        return
    kept = pytestconfig.cache.mkdir("deduce") / user_tables().name
    if not kept.exists():
        build_tables(kept)
    user_tables().parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(kept, user_tables())
    except OSError:
        user_tables().write_bytes(kept.read_bytes())


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
def program(small_reference: Path, demo_model: Path, tables: None) -> Program:
    """The command line with a small recipe on the embedded model."""
    return Program(small_reference, demo_model)
