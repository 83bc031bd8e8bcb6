"""Whether a study needs its passphrase is known before it is opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.passphrase import asking, forget_keys
from synthdial.study import Study
from synthdial.study.unlock import is_locked, unlock

pytestmark = pytest.mark.slow

SECRET = "vier woorden zonder verband"


@pytest.fixture(autouse=True)
def no_key_is_known() -> Iterator[None]:
    forget_keys()
    yield
    forget_keys()


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "a.study"
    with Study(path, create=True, passphrase=SECRET) as study:
        study.add_recipe(RECIPE)
        study.add_dialogue(RECIPE, 1, dialogue())
    forget_keys()
    return path


def test_it_opens_with_its_passphrase_and_is_not_asked_for_again(sealed: Path) -> None:
    assert is_locked(sealed)
    assert not unlock(sealed, "een andere zin dan die") and is_locked(sealed)
    assert unlock(sealed, SECRET) and not is_locked(sealed)
    with Study(sealed, read_only=True) as study:
        assert len(study) == 1


def test_what_the_command_was_given_opens_it(sealed: Path) -> None:
    with asking(lambda study, attempt: SECRET if attempt == 1 else None):
        assert not is_locked(sealed)


def test_what_the_command_was_given_may_be_wrong(sealed: Path) -> None:
    with asking(lambda study, attempt: "een andere zin dan die" if attempt == 1 else None):
        assert is_locked(sealed)


def test_others_are_not_locked(tmp_path: Path) -> None:
    Study(tmp_path / "open.study", create=True).close()
    (tmp_path / "brief.txt").write_text("Geachte collega, " * 100, "utf-8")
    for name in ("open.study", "brief.txt", "gone.study"):
        assert not is_locked(tmp_path / name)
    with pytest.raises(SynthdialError, match="is not a study"):
        unlock(tmp_path / "brief.txt", SECRET)
