"""``synthdial-edge compare``: sets of dialogues beside one another and beside people, as a table and as JSON."""

import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import RECIPE, dialogue, turns

from synthdial import bundled_references
from synthdial.cli.main import cli, main
from synthdial.cli.standings import show_standings
from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.export.formats.lines import json_line
from synthdial.measure.standing import FIGURES, standing
from synthdial.study import Study

pytestmark = pytest.mark.slow

PEOPLE = [transcript.dialogue for transcript in bundled_references()]
REGULAR = [
    Dialogue(f"d{k}", turns(*(f"Het kalium is nu 4,{k} dus dat is heel goed, meneer." for _ in range(30))))
    for k in range(6)
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["compare", *map(str, arguments)])


def written(path: Path, dialogues: list[Dialogue]) -> Path:
    path.write_text("".join(json_line(made) for made in dialogues), encoding="utf-8")
    return path


def table(result: Result) -> dict[str, str]:
    """Each line of the table by what it begins with."""
    assert result.exit_code == 0, result.output
    parts = (re.split(r"\s{2,}", line, maxsplit=1) for line in result.stdout.splitlines() if "  " in line.strip())
    return {head.strip(): rest for head, rest in parts}


def sets(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(result.stdout, parse_constant=refuse)


@pytest.fixture
def regular(tmp_path: Path) -> Path:
    return written(tmp_path / "regelmaat.jsonl", REGULAR)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven conversations of people."""
    folder = tmp_path_factory.mktemp("folder") / "mensen"
    folder.mkdir()
    for person in PEOPLE[:7]:
        (folder / f"{person.id}.txt").write_text(person.as_text(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, people: Path) -> Result:
    """The table of two sets."""
    return run(written(tmp_path_factory.mktemp("lines") / "regelmaat.jsonl", REGULAR), people)


class TestTable:
    def test_each_set_has_people_cut_to_its_length_beside_it(self, shown: Result) -> None:
        people = ["people,", "cut", "alike"]
        assert shown.stdout.splitlines()[0].split() == ["regelmaat.jsonl", *people, "mensen", *people]
        cells = re.split(r"\s{2,}", table(shown)["n_words"].strip())
        short, long = (float(cell.split()[0]) for cell in cells[1::2])
        assert short < long, "the regular ones have fewer words"
        rows = table(shown)
        assert rows["dialogues"].split() == ["6", "7"]
        assert set(FIGURES) <= set(rows)
        for title in ("scenario's terms spoken", "turns that repeat an earlier one", "distance from people"):
            assert title in rows
        assert "95 % bootstrap interval" in shown.stdout

    def test_what_people_do_not_do_is_marked(self, shown: Result) -> None:
        rows = table(shown)
        assert rows["cv"].count("↓") == 1 and "↑" not in rows["cv"], "of the regular ones alone"
        assert re.match(r"0\.000 \(0\.000 to 0\.000\) ↓ ", rows["cv"])
        assert "↓" in rows["hesitations"]

    def test_people_have_a_mean_and_a_range(self, shown: Result) -> None:
        assert re.search(r"1\.\d\d\d \([01]\.\d\d\d to 1\.\d\d\d\)$", table(shown)["cv"].rstrip())

    def test_shares_are_given_in_hundreds(self, shown: Result) -> None:
        rows = table(shown)
        assert "96.7 (96.7 to 96.7) %" in rows["turns that repeat an earlier one"], "all but the first of 30"
        assert "0.0 (0.0 to 0.0) %" in rows["turns that end inside a sentence"]
        assert rows["told from people by turn-taking: AUC"].startswith("1.00")

    def test_what_is_not_known_is_a_dash(self, shown: Result) -> None:
        rows = table(shown)
        for title in ("scenario's terms spoken", "log-probability a sampled token", "tokens a second, all slots"):
            assert rows[title].split() == ["–", "–"]

    def test_a_study_of_two_presets_has_two_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "beide.study"
        with Study(path, create=True) as study:
            for preset in ("plain", "natural"):
                recipe = replace(RECIPE, preset=preset)
                study.add_recipe(recipe)
                for number in (1, 2):
                    study.add_dialogue(recipe, number, dialogue(number, recipe=recipe))
        result = run(path)
        assert "beide.study plain gemma" in result.stdout and "beide.study natural gemma" in result.stdout
        rows = table(result)
        assert rows["dialogues"].split() == ["2", "2"]
        assert "-2.50" in rows["log-probability a sampled token"]
        assert rows["told from people by turn-taking: AUC"].count("–") == 2, "of two dialogues nobody knows"

    def test_on_a_narrow_terminal_sets_stand_below_one_another(
        self, shown: Result, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Narrow(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.setenv("COLUMNS", "100")
        people = [standing(name, REGULAR, PEOPLE) for name in ("een", "twee")]
        show_standings(people, file := Narrow())
        lines = re.sub(r"\x1b\[[\d;]*m", "", file.getvalue()).splitlines()
        assert max(map(len, lines)) <= 100
        assert [line.split()[0] for line in lines if "people, cut alike" in line] == ["een", "twee"]

    def test_a_set_of_one_dialogue_is_left_out(self, tmp_path: Path, regular: Path) -> None:
        one = written(tmp_path / "een.jsonl", REGULAR[:1])
        result = run(regular, one)
        assert result.stdout.splitlines()[0].split()[0] == "regelmaat.jsonl" and "een.jsonl" not in result.stdout
        assert result.stderr == "een.jsonl holds 1 dialogue and is left out: a comparison needs two.\n"

    def test_a_name_cannot_take_over_the_terminal(self, tmp_path: Path) -> None:
        result = run(written(tmp_path / "\x1b[2J[red]x.jsonl", REGULAR))
        assert result.exit_code == 0 and "\x1b" not in result.stdout
        assert "[red]x.jsonl" in result.stdout


class TestJson:
    def test_it_holds_every_figure_of_every_set(self, regular: Path, people: Path) -> None:
        first, second = sets(run(regular, people, "--format", "json"))
        assert (first["name"], first["dialogues"]) == ("regelmaat.jsonl", 6)
        assert (second["name"], second["dialogues"]) == ("mensen", 7)
        assert [figure["name"] for figure in first["figures"]] == list(FIGURES)
        cv = next(figure for figure in first["figures"] if figure["name"] == "cv")
        assert cv["mean"] == 0.0 and cv["p10"] < cv["people"] < cv["p90"]
        assert first["auc"][0] > 0.9 > second["auc"][0]
        assert first["distance"][0] > second["distance"][0]

    def test_what_is_not_known_is_null(self, regular: Path, tmp_path: Path) -> None:
        two = written(tmp_path / "twee.jsonl", REGULAR[:2])
        result = run(two, "--format", "json")
        assert "NaN" not in result.stdout and "Infinity" not in result.stdout
        (row,) = sets(result)
        assert row["auc"] == [None, None, None]
        assert {count["name"]: count["mean"] for count in row["counts"]}["terms"] is None

    def test_a_name_is_left_as_it_is(self, tmp_path: Path) -> None:
        (row,) = sets(run(written(tmp_path / "NaN-Infinity.jsonl", REGULAR), "--format", "json"))
        assert row["name"] == "NaN-Infinity.jsonl"

    def test_what_another_program_noted_does_no_harm(self, tmp_path: Path) -> None:
        notes = {"mean_log_probability": "-", "forced_ends": [], "tokens": "veel", "seconds": -1, "slots": 10**400}
        noted = [Dialogue(made.id, made.turns, {**notes, "scenario": {}}) for made in REGULAR]
        (row,) = sets(run(written(tmp_path / "x.jsonl", noted), "--format", "json"))
        assert {count["name"]: count["mean"] for count in row["counts"]}["tokens_per_second"] is None


class TestOptions:
    def test_a_reference_takes_the_place_of_the_bundled_ones(self, regular: Path, people: Path) -> None:
        (own,), (bundled,) = (
            sets(run(regular, *more, "--format", "json")) for more in (["--reference", people], [])
        )  # fmt: skip
        at = FIGURES.index("cv")
        assert own["figures"][at]["mean"] == bundled["figures"][at]["mean"]
        assert own["figures"][at]["people"] != bundled["figures"][at]["people"]

    def test_references_can_be_given_one_by_one(self, regular: Path, people: Path) -> None:
        each = [part for file in sorted(people.iterdir()) for part in ("--reference", file)]
        one, other = (sets(run(regular, *given, "--format", "json")) for given in (each, ["--reference", people]))
        assert one == other

    def test_a_scenario_says_which_terms_to_look_for(self, regular: Path) -> None:
        rows = table(run(regular, "--scenario", "nefrologie-uitslagen"))
        assert "9.1 (9.1 to 9.1) %" in rows["scenario's terms spoken"], "kalium alone, of eleven"

    def test_words_asked_for_can_be_named(self, regular: Path, shown: Result) -> None:
        assert table(shown)["dialogues as long as asked for"].startswith("0.0 (0.0 to 0.0) %")
        assert "100.0 (100.0 to 100.0) %" in table(run(regular, "--length", 300, 400))["dialogues as long as asked for"]

    def test_labels_of_ones_own_are_known(self, tmp_path: Path) -> None:
        folder = tmp_path / "eigen"
        folder.mkdir()
        for person in PEOPLE[:5]:
            text = person.as_text().replace("Arts:", "Spreker1:").replace("Patiënt:", "Spreker2:")
            (folder / f"{person.id}.txt").write_text(text, encoding="utf-8")
        rows = table(run(folder, "--label", "Spreker1=Arts", "--label", "Spreker2=Patiënt"))
        assert rows["dialogues"].split() == ["5"]


class TestMessages:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["nergens.study"], "cannot be read"),
            (["leeg"], "holds no transcript"),
            (["leeg.jsonl"], "no dialogue to compare"),
            (["een.jsonl"], "een.jsonl holds 1 dialogues and there are 12 references"),
            (["zes.jsonl", "--reference", "vier"], "zes.jsonl holds 6 dialogues and there are 4 references"),
            (["zes.jsonl", "--reference", "nergens"], "nergens"),
            (["zes.jsonl", "--scenario", "nefrologie-uitslag"], "Did you mean 'nefrologie-uitslagen'"),
            (["zes.jsonl", "--label", "S1=Buurman"], "names no role"),
        ],
    )
    def test_what_cannot_be_compared_is_one_message_and_status_1(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        message: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("leeg").mkdir()
        Path("leeg.jsonl").touch()
        written(Path("een.jsonl"), REGULAR[:1])
        written(Path("zes.jsonl"), REGULAR)
        Path("vier").mkdir()
        for person in PEOPLE[:4]:
            Path("vier", f"{person.id}.txt").write_text(person.as_text(), encoding="utf-8")
        error = run(*arguments).exception
        assert isinstance(error, SynthdialError) and message in str(error)
        monkeypatch.setattr(sys, "argv", ["synthdial-edge", "compare", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        shown = capsys.readouterr()
        assert shown.out == "" and shown.err.startswith("synthdial-edge: ") and message in shown.err

    @pytest.mark.parametrize("arguments", [[], ["x.study", "--format", "csv"], ["x.study", "--length", "500"]])
    def test_wrong_usage_is_status_2(self, arguments: list[str]) -> None:
        result = run(*arguments)
        assert result.exit_code == 2 and "Error: " in result.stderr and result.stdout == ""

    def test_a_line_that_cannot_be_read_is_named_and_the_rest_compared(self, regular: Path) -> None:
        with regular.open("a", encoding="utf-8") as file:
            file.write("onzin\n")
        result = run(regular)
        assert table(result)["dialogues"].split() == ["6"] and "line 7" in result.stderr

    def test_help_gives_examples(self) -> None:
        result = run("--help")
        assert result.exit_code == 0 and "synthdial-edge compare plain.study natural.study" in result.stdout
