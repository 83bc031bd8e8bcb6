"""``synthdial-edge results``: the tables, and the same for other programs."""

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from review_studies import study_of
from samples import RECIPE, dialogue

from synthdial import bundled_references
from synthdial.cli.commands.results import command
from synthdial.cli.results_table import show_results
from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.review.anchors import add_anchors
from synthdial.review.judgements import Judgement, ReviewData, Subject
from synthdial.review.results import results
from synthdial.review.session import ReviewSession
from synthdial.review.write import COLUMNS
from synthdial.study import Study

pytestmark = pytest.mark.slow


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, list(map(str, arguments)))


def table(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80 and "…" not in result.stdout
    return result.stdout


def rate(session: ReviewSession, chance: random.Random) -> None:
    """Everything that a rater may do, by chance."""
    for item in session.items:
        for criterion in session.rubric.criteria:
            session.score(item, criterion.key, chance.choice([1, 2, 3, 4, 5, None]))
        session.origin(item, chance.choice(["person", "machine"]))
        session.accept(item, chance.random() < 0.6)
        if chance.random() < 0.4:
            session.flag(item, 0, "unnatural", "minor")
            session.edit(item, 0, "Goedendag.", 4)
        session.finish(item)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dialogues of two presets and bundled conversations of people, rated by two native speakers and a clinician."""
    path = tmp_path_factory.mktemp("study") / "demo.study"
    people = bundled_references()
    chance = random.Random(3)
    with Study(path, create=True) as study:
        for preset in ("plain", "natural"):
            recipe = replace(RECIPE, preset=preset)
            study.add_recipe(recipe)
            for number in range(1, 8):
                begin = chance.randrange(10)
                said = people[number].dialogue.turns[begin : begin + 16]
                made = dialogue(number, recipe=recipe)
                study.add_dialogue(recipe, number, Dialogue(made.id, said, made.provenance))
        add_anchors(study, "bundled")
        for name, role in (("Els de Wit", "native"), ("Bram", "native"), ("dr. Aarts", "clinician")):
            rate(ReviewSession(study, name, role), chance)
    return path


@pytest.fixture(scope="module")
def shown(path: Path) -> str:
    return table(path)


class TestTable:
    def test_it_begins_with_what_there_is_and_the_answer(self, shown: str) -> None:
        assert re.match(r"\d+ dialogues and \d+ real conversations, 3 raters \(1 clinician, 2 native\), ", shown)
        assert "Whether metrics agree with people cannot be said yet" in shown

    def test_every_part_is_there(self, shown: str) -> None:
        for title in (
            "Scores of what a model wrote",
            "Scores of real conversations",
            "Real conversations less what a model wrote",
            "Scores by preset",
            "Agreement: Krippendorff's alpha",
            "Agreement of two raters: weighted kappa",
            "Metrics and scores: Spearman's rho",
            "Raters: how they use the scale",
            "Flags, of what a rater read",
            "Written by a person or a machine?",
            "Accepted for the corpus",
            "Turns written anew",
        ):
            assert f"\n{title}" in shown
        assert "Scores by recipe" not in shown, "the recipes are the two presets again"
        assert "Medical accuracy" in shown and "Els de Wit" in shown and "50 % is chance" in shown

    def test_the_sentence_can_be_dutch_and_the_rest_stays(self, path: Path) -> None:
        text = table(path, "--lang", "nl")
        assert "Of de maten overeenkomen met het oordeel van mensen" in text and "\nRaters: how they use" in text

    def test_the_same_seed_shows_the_same(self, path: Path, shown: str) -> None:
        assert table(path, "--seed", 0) == shown != table(path, "--seed", 1)

    def test_one_rater_has_scores_and_no_agreement_and_it_says_why(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "one.study", 5)
        with Study(path) as study:
            rate(ReviewSession(study, "Els", "native"), random.Random(1))
        text = table(path)
        assert re.search(r"\nFluency +\d", text)
        assert "Not known: only one rater scored it. It takes two raters" in text
        assert "weighted kappa" not in text

    def test_long_and_strange_names_are_shown_whole_and_do_no_harm(self) -> None:
        """Sixty raters' names, roles, models and criteria at their worst: 80 columns, nothing cut, no escape."""
        long = "een heel erg lange naam van iemand uit het ziekenhuis"
        names = [f"{long} {k} \x1b[2J[red]" for k in range(4)]
        made = {f"d{k}": Subject(f"d{k}", "r" * 64, long, f"model-{k % 2}-" + "x" * 50, long) for k in range(12)}
        chance = random.Random(0)
        judged = tuple(
            Judgement(name, "een rol met een lange naam", key, criterion, chance.randint(1, 5))
            for name in names
            for key in made
            for criterion in ("fluency", "een criterium met een lange naam en nog meer woorden")
        )
        metrics = {key: {"patient_question_share": chance.random()} for key in made}
        counted = results(ReviewData(made, judged), metrics, resamples=50, permutations=50)
        text = io.StringIO()
        show_results(counted, "en", text)
        lines = text.getvalue().splitlines()
        assert max(map(len, lines)) <= 80 and "\x1b" not in text.getvalue() and "…" not in text.getvalue()
        assert "[red]" in text.getvalue() and "patient_question_share" in text.getvalue()

    def test_it_can_go_into_a_file(self, path: Path, shown: str, tmp_path: Path) -> None:
        target = tmp_path / "results.txt"
        result = run(path, "-o", target)
        assert result.exit_code == 0 and result.output == "" and target.read_text("utf-8") == shown


class TestJson:
    def test_it_holds_every_part(self, path: Path) -> None:
        result = run(path, "--format", "json")

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is no JSON")

        whole = json.loads(result.stdout, parse_constant=refuse)
        assert whole["raters"] == {"clinician": ["dr. Aarts"], "native": ["Bram", "Els de Wit"]}
        assert {"scores", "differences", "agreement", "pairs", "correlations", "severity", "flags"} < set(whole)
        assert len(whole["correlations"]) == 26 * 8
        assert whole["sentence"]["nl"].startswith("Of de maten")

    def test_it_can_go_into_a_file(self, path: Path, tmp_path: Path) -> None:
        target = tmp_path / "sub" / "results.json"
        assert run(path, "--format", "json", "-o", target).output == ""
        assert json.loads(target.read_text("utf-8")) == json.loads(run(path, "--format", "json").stdout)


class TestCsv:
    def test_it_holds_the_figures_of_the_json(self, path: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(run(path, "--format", "csv").stdout)))
        whole = json.loads(run(path, "--format", "json").stdout)
        assert tuple(rows[0]) == COLUMNS
        assert {row["table"] for row in rows} == {
            "scores", "differences", "agreement", "pairs", "correlations", "severity", "flags", "origin", "edits",
            "verdicts",
        }  # fmt: skip
        rho = [row for row in rows if row["table"] == "correlations" and row["figure"] == "rho"]
        for row, record in zip(rho, whole["correlations"], strict=True):
            assert (row["metric"], row["criterion"], row["reason"]) == (
                record["metric"], record["criterion"], record["reason"],
            )  # fmt: skip
            assert (float(row["value"]) if row["value"] else None) == record["rho"]["value"]
            assert (float(row["low"]) if row["low"] else None) == record["rho"]["low"]
        given = [int(row["value"]) for row in rows if row["table"] == "scores" and row["figure"].startswith("given")]
        assert given == [count for score in whole["scores"] for count in score["distribution"]]
        assert not any("nan" in row.values() for row in rows)


def test_where_letters_are_not_known_the_figures_still_are(path: Path, shown: str) -> None:
    code = "from synthdial.cli.commands.results import command; command()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert done.stdout.decode("ascii") == shown.encode("ascii", errors="replace").decode("ascii") != shown


class TestMessages:
    @pytest.mark.parametrize("content", [None, "nothing rated"])
    def test_where_there_is_nothing_to_count_it_is_one_message(self, tmp_path: Path, content: str | None) -> None:
        path = tmp_path / "x.study"
        if content:
            study_of(path, 2)
        error = run(path).exception
        assert isinstance(error, SynthdialError)
        assert ("has been rated" if content else "There is no study") in error.message and error.hint

    @pytest.mark.parametrize("arguments", [[], ["x", "--format", "xml"], ["x", "--lang", "fr"], ["x", "--seed", "-1"]])
    def test_wrong_usage_is_status_2(self, arguments: list[str]) -> None:
        result = run(*arguments)
        assert result.exit_code == 2 and "Error: " in result.stderr

    def test_help_loads_nothing_heavy(self) -> None:
        code = (
            "import sys; from synthdial.cli.commands.results import command\n"
            "print(sorted({'numpy', 'rich', 'textual', 'matplotlib', 'scipy'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"
