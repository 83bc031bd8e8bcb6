"""What the tests of the standalone program share: the program as it was built, and an empty root to run it in.

They need `make bundle` (or `make bundle-folder`) before them; without it they are skipped.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from room import Room, missing

CHECKOUT = Path(__file__).parent.parent.parent
FOLDER = Path(os.environ.get("SYNTHDIAL_BUNDLE_FOLDER", CHECKOUT / "dist" / "synthdial-edge"))


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The folder of the standalone program."""
    if not (FOLDER / "synthdial-edge").exists():
        pytest.skip(f"there is no standalone program in {FOLDER}: make bundle")
    return FOLDER.resolve()


@pytest.fixture(scope="session")
def bundled_model(bundle: Path) -> Path:
    """The demo model inside it."""
    found = sorted((bundle / "models").glob("*.gguf"))
    if not found:
        pytest.skip("this standalone program was built without the model: make bundle")
    return found[0]


@pytest.fixture(scope="module")
def room(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """An empty root with the program in it."""
    if reason := missing():
        pytest.skip(reason)
    root = tmp_path_factory.mktemp("room") / "root"
    yield Room(root, bundle)
    shutil.rmtree(root)
