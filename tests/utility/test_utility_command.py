"""``synthdial-edge utility`` as a user runs it: tables, files, and what is refused."""

import csv
import io
import json
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from planted import about, corpus
from samples import RECIPE, dialogue

from synthdial.cli.commands.utility import command
from synthdial.cli.main import cli
from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.utility import FORMATS, MOST, TASKS, WINDOW

pytest.importorskip("sklearn")
pytestmark = pytest.mark.slow

QUICK = ("--repeats", "1", "--folds", "3", "--resamples", "2")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["utility", *map(str, arguments)])


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, SynthdialError), result.output
    return str(result.exception)


def transcripts(folder: Path, dialogues: list[Dialogue]) -> Path:
    folder.mkdir()
    for one in dialogues:
        (folder / f"{one.id}.txt").write_text(one.as_text(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study") / "made.study"
    with Study(path, create=True) as opened:
        opened.add_recipe(RECIPE)
        for number, one in enumerate(corpus("made", 10, 1), 1):
            opened.add_dialogue(
                RECIPE, number, Dialogue(RECIPE.dialogue_id(number), one.turns, dialogue(number).provenance)
            )
    return path


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return transcripts(tmp_path_factory.mktemp("real") / "real", corpus("real", 8, 2))


def test_a_table_says_what_it_comes_to(study: Path, real: Path) -> None:
    text = said(run(study, "--real", real, "--task", "speaker", *QUICK))
    assert "10 dialogues" in text and "8 dialogues" in text
    for name in ("most frequent answer", "answers shuffled", "real and synthetic", "real − most frequent answer"):
        assert name in text
    assert "Synthetic dialogues teach this task:" in text
    assert "10 synthetic dialogues do not tell what stood in their prompts" in text


def test_json_has_every_figure(study: Path, real: Path) -> None:
    found = json.loads(run(study, "--real", real, "--task", "question", "--format", "json", *QUICK).stdout)
    assert found["task"] == "question" and found["real"]["dialogues"] == 8 and found["seed"] == 0
    arms = {arm["name"]: arm for arm in found["arms"]}
    assert arms["most frequent answer"]["known"] is None
    for arm in arms.values():
        assert arm["macro_f1"]["low"] <= arm["macro_f1"]["value"] <= arm["macro_f1"]["high"]
    assert found["differences"][0]["name"] in arms and found["sentence"]


def test_csv_has_a_row_a_way_and_a_difference(study: Path, real: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert said(run(study, "--real", real, "--task", "speaker", "--format", "csv", "-o", target, *QUICK)) == ""
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert [row["trained_on"] for row in rows if row["less"]] and [row for row in rows if not row["less"]]
    for row in rows:
        assert float(row["macro_f1_low"]) <= float(row["macro_f1"]) <= float(row["macro_f1_high"])
    (majority,) = [row for row in rows if row["trained_on"] == "most frequent answer"]
    assert majority["known_words"] == ""


def test_a_table_can_be_written_to_a_file(study: Path, real: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    assert said(run(study, "--real", real, "--task", "speaker", "-o", target, *QUICK)) == ""
    assert "macro-F1" in target.read_text(encoding="utf-8")


def test_topics_of_a_file(tmp_path: Path) -> None:
    made, others = about("made", 4, 1), about("real", 3, 2)
    (tmp_path / "topics.tsv").write_text(
        "".join(f"{one.id}\t{one.provenance['scenario']}\n" for one in [*made, *others]), encoding="utf-8"
    )
    sides = transcripts(tmp_path / "made", made), transcripts(tmp_path / "real", others)
    arguments = (sides[0], "--real", sides[1], "--task", "topic", "--topics", tmp_path / "topics.tsv", "--window", "40")
    text = said(run(*arguments, *QUICK))
    assert "zout" in text and "Synthetic dialogues teach this task:" in text


def test_topics_are_shown_as_text(tmp_path: Path) -> None:
    made, others = about("made", 4, 1), about("real", 3, 2)
    bad = {"zout": "\x1b[31mzout\u202e", "stenen": "[bold]stenen[/bold] [/]", "druk": "=1+1"}
    lines = [f"{one.id}\t{bad[one.provenance['scenario']]}\n" for one in [*made, *others]]
    (tmp_path / "topics.tsv").write_text("".join(lines), encoding="utf-8")
    sides = transcripts(tmp_path / "made", made), transcripts(tmp_path / "real", others)
    arguments = (sides[0], "--real", sides[1], "--task", "topic", "--topics", tmp_path / "topics.tsv", "--window", "40")
    text = said(run(*arguments, *QUICK))
    assert "\x1b" not in text and "\u202e" not in text
    assert "\\x1b[31mzout" in text and "[bold]stenen[/bold] [/]" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--real", "nowhere", "--task", "speaker"), "nowhere cannot be read"),
        (("--real", "EMPTY", "--task", "speaker"), "holds no transcript"),
        (("--real", "REAL", "--task", "topic"), "have one topic, nefrologie-uitslagen"),
        (("--real", "FEW", "--task", "speaker"), "10 synthetic and 3 real dialogues"),
        (("--real", "REAL", "--task", "topic", "--topics", "nowhere"), "nowhere cannot be read"),
    ],
)
def test_what_cannot_be_answered_is_one_message(
    arguments: tuple[str, ...], message: str, study: Path, real: Path, tmp_path: Path
) -> None:
    places = {"REAL": real, "EMPTY": tmp_path / "empty", "FEW": transcripts(tmp_path / "few", corpus("few", 3, 1))}
    places["EMPTY"].mkdir()
    assert message in refused(study, *(places.get(word, word) for word in arguments))


def test_topics_are_for_topics(study: Path, real: Path) -> None:
    result = run(study, "--real", real, "--task", "speaker", "--window", "50")
    assert result.exit_code == 2 and "for the task 'topic'" in result.output


def test_without_scikit_learn_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    assert "pip install 'synthdial-edge[analysis]'" in refused("nowhere", "--real", "nowhere", "--task", "speaker")


def test_help_says_what_the_library_has(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {option.name: option for option in command.params}
    assert isinstance(options["task"].type, click.Choice) and list(options["task"].type.choices) == list(TASKS)
    assert isinstance(options["form"].type, click.Choice) and list(options["form"].type.choices) == ["table", *FORMATS]
    text = run("--help").stdout
    assert f"[{WINDOW}]" in text and f"[{MOST}]" in text


def test_scikit_learn_is_loaded_by_nobody_else() -> None:
    import subprocess

    code = "import sys, synthdial.cli.main, synthdial.utility; synthdial.cli.main.cli.get_command(None, 'utility'); "
    code += "assert not {'sklearn', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
