"""``synthdial-edge again``: a stranger makes a corpus again with the recipe file, and gets the same dialogues."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from program import Program
from tiny_model import model_file, model_parts

from synthdial.cli.main import cli
from synthdial.study import Study

FIXED = ("--parallel", "2", "--threads", "2", "--gpu-layers", "0")
RECIPES = (("--seed", "3"), ("--seed", "4", "--temperature", "0.5", "--scenario", "huisarts-hoesten"))


@dataclass(frozen=True)
class Shared:
    """A corpus of two recipes, exported, and what its recipe file does not hold."""

    folder: Path
    program: Program
    needed: tuple[str, ...]

    def again(self, study: str, *more: str) -> Any:
        return self.program.run("again", str(self.folder / "corpus/recipe.json"), str(self.folder / study), *more)

    def made(self, study: str) -> dict[str, Any]:
        with Study(self.folder / study, read_only=True) as opened:
            return {one.id: (one.turns, one.provenance["seed"]) for one in opened.dialogues()}


@pytest.fixture(scope="module", params=["tiny", "embedded"])
def shared(
    request: pytest.FixtureRequest, small_reference: Path, tables: None, tmp_path_factory: pytest.TempPathFactory
) -> Shared:
    """With a model that is made in a moment, and with the embedded one."""
    folder = tmp_path_factory.mktemp("again")
    model = folder / "klein.gguf"
    if request.param == "tiny":
        model.write_bytes(model_file(*model_parts(context=32768)))  # room for a reference of a byte a token
    else:
        model = request.getfixturevalue("demo_model")
    program = Program(small_reference, model)
    for more in RECIPES:
        done = program.run(*program.batch(folder / "een.study", 3, *more, *FIXED))
        assert done.returncode == 0, done.stderr
    done = program.run("export", str(folder / "een.study"), "-o", str(folder / "corpus"))
    assert done.returncode == 0, done.stderr
    needed = ("--reference", str(small_reference), "--unchecked-references", "--model", str(model))
    return Shared(folder, program, needed)


@pytest.mark.model
@pytest.mark.slow
class TestAgain:
    def test_the_same_dialogues_come_of_it(self, shared: Shared) -> None:
        recipes = json.loads((shared.folder / "corpus/recipe.json").read_text("utf-8"))["recipes"]
        assert recipes and all(one["count"] == 3 for one in recipes)
        done = shared.again("twee.study", *shared.needed)
        assert done.returncode == 0, done.stderr
        first, second = shared.made("een.study"), shared.made("twee.study")
        assert len(second) == 3 * len(recipes)
        assert second == {key: first[key] for key in second}
        assert f"holds {len(second)} dialogues of {len(recipes)} recipes." in " ".join(done.stdout.split())

    def test_it_can_be_asked_first(self, shared: Shared) -> None:
        done = shared.again("drie.study", "--check", *shared.needed)
        assert done.returncode == 0 and "recipes can be made again here as they were." in done.stdout
        assert not (shared.folder / "drie.study").exists()

    def test_what_is_missing_is_said_and_nothing_is_written(self, shared: Shared) -> None:
        done = shared.again("vier.study")
        assert done.returncode == 1 and "Give them with --reference." in done.stderr
        assert not (shared.folder / "vier.study").exists()


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    done = CliRunner().invoke(cli, ["again", str(tmp_path / "x.json"), str(tmp_path / "y.study")])
    assert done.exit_code != 0 and not (tmp_path / "y.study").exists()
