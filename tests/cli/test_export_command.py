"""The command ``export``: what it is told, what it says, and what is there then."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import PASSED, RECIPE, dialogue

from synthdial.cli.commands import export
from synthdial.cli.main import cli
from synthdial.errors import SynthdialError
from synthdial.export import FORMATS
from synthdial.study import Study

pytestmark = pytest.mark.slow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "demo.study"
    with Study(path, create=True) as study:
        for scenario in ("a", "b", "c", "d"):
            recipe = replace(RECIPE, scenario=scenario)
            study.add_recipe(recipe)
            study.add_dialogue(recipe, 1, dialogue(1, recipe=recipe), PASSED)
    return path


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(cli, ["export", *map(str, arguments)])
    if isinstance(done.exception, SynthdialError):
        raise done.exception
    return done


def test_it_offers_the_formats_that_there_are() -> None:
    (option,) = (one for one in export.command.params if one.name == "format_name")
    assert tuple(option.type.choices) == tuple(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_written_to_a_folder_and_to_a_file(name: str, path: Path, tmp_path: Path) -> None:
    ending = FORMATS[name].ending
    assert run(path, "-o", tmp_path / "corpus", "--format", name).exit_code == 0
    assert run(path, "-o", tmp_path / f"uit{ending}", "--format", name).exit_code == 0
    in_folder = (tmp_path / "corpus" / "data" / f"dialogues{ending}").read_bytes()
    assert in_folder == (tmp_path / f"uit{ending}").read_bytes()


def test_what_it_says_goes_to_standard_error_and_names_every_split(path: Path, tmp_path: Path) -> None:
    done = run(path, "-o", f"{tmp_path}/corpus/", "--split", "train=0.5,test=0.5")
    assert done.stdout == ""
    first, train, test, beside = done.stderr.splitlines()
    assert first == f"Exported 4 dialogues to {tmp_path / 'corpus'}."
    assert train == "  train: 2 dialogues, data/train.jsonl" and test == "  test: 2 dialogues, data/test.jsonl"
    assert beside == "Beside it: README.md, croissant.json, recipe.json, SHA256SUMS."


def test_a_name_that_ends_in_a_slash_is_a_folder(path: Path, tmp_path: Path) -> None:
    run(path, "-o", f"{tmp_path}/corpus.v1/", "--no-card")
    assert (tmp_path / "corpus.v1" / "data" / "dialogues.jsonl").exists()
    with pytest.raises(SynthdialError, match=r"cannot be written as 'corpus\.v2'"):
        run(path, "-o", tmp_path / "corpus.v2")


def test_another_seed_draws_other_splits(path: Path, tmp_path: Path) -> None:
    drawn = set()
    for seed in range(8):
        run(path, "-o", tmp_path / f"{seed}", "--split", "train=0.5,test=0.5", "--seed", str(seed), "--no-card")
        lines = (tmp_path / f"{seed}" / "data" / "train.jsonl").read_text("utf-8").splitlines()
        drawn.add(frozenset(json.loads(line)["scenario"] for line in lines))
    assert len(drawn) > 1


def test_without_a_card_it_says_which_one_is_out_of_date(path: Path, tmp_path: Path) -> None:
    run(path, "-o", tmp_path / "uit.csv")
    done = run(path, "-o", tmp_path / "uit.csv", "--no-card")
    assert "Of an earlier export, and no longer right: uit.card.md, " in done.stderr
    assert "Beside it" not in done.stderr


def test_it_says_what_it_cannot_do_before_it_does_anything(path: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    for arguments, message in (
        (("uit.docx",), "cannot be written as 'uit.docx'"),
        (("uit.csv", "--format", "tei"), "format tei cannot be written as 'uit.csv'"),
        (("uit.csv", "--split", "train=0.5,test=0.5"), "Splits are files of one folder"),
        (("uit", "--split", "train=0.5,test=0.6"), "add up to 1.1, not to 1"),
        (("uit", "--split", "a=0.2,b=0.2,c=0.2,d=0.2,e=0.2"), "5 splits, and dialogues of 4 scenarios"),
    ):
        with pytest.raises(SynthdialError, match=message):
            run(path, "-o", tmp_path / arguments[0], *arguments[1:])
    left = sorted(file for file in tmp_path.iterdir() if file.name != "uit")  # a folder may have been made
    assert left == before and not list((tmp_path / "uit").iterdir())
