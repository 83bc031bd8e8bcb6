"""``synthdial-edge measure``: figures for people and for programs, the same from every kind of source."""

import csv
import io
import json
import math
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from synthdial.cli.main import cli
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.export.formats.lines import json_line
from synthdial.measure import MeasureRequest, measure
from synthdial.metrics import METRICS, Measurer

DIALOGUES = [
    Dialogue(
        f"gesprek-{k}",
        (
            Turn(Speaker.DOCTOR, f"Goedemorgen, wat kan ik voor u doen vandaag, meneer {k}?"),
            Turn(Speaker.PATIENT, "Uh, ik heb pijn in mijn rug. " * (k + 1)),
            Turn(Speaker.DOCTOR, "Ja ja."),
            Turn(Speaker.PATIENT, "En ik slaap slecht, de laatste tijd."),
        ),
    )
    for k in range(7)
]


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["measure", *map(str, arguments)], input=stdin, catch_exceptions=True)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "gesprekken.jsonl"
    path.write_text("".join(json_line(dialogue) for dialogue in DIALOGUES), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "transcripten"
    folder.mkdir()
    for dialogue in DIALOGUES:
        (folder / f"{dialogue.id}.txt").write_text(dialogue.as_text(), encoding="utf-8")
    return folder


def figures(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_json_by_dialogue_is_a_list_of_flat_objects_in_full_precision(lines: Path) -> None:
    rows = figures(run(lines, "--by", "dialogue", "--format", "json"))
    assert [row["id"] for row in rows] == [dialogue.id for dialogue in DIALOGUES]
    for row, dialogue in zip(rows, DIALOGUES, strict=True):
        assert list(row) == ["id", "source", *METRICS]
        assert row["source"] == "gesprekken.jsonl"
        expected = Measurer().dialogue(dialogue)
        assert {name: math.nan if row[name] is None else row[name] for name in METRICS} == pytest.approx(
            expected, rel=0, abs=0, nan_ok=True
        )
    assert rows[0]["hdd"] is None and rows[-1]["hdd"] is not None, "undefined below 42 words"


def test_a_folder_lines_and_standard_input_give_the_same_figures(lines: Path, folder: Path) -> None:
    def without_source(rows: list[dict]) -> list[dict]:
        return [{key: value for key, value in row.items() if key != "source"} for row in rows]

    expected = without_source(figures(run(lines, "--format", "json")))
    assert without_source(figures(run(folder, "--format", "json"))) == expected
    assert without_source(figures(run("-", "--format", "json", stdin=lines.read_text(encoding="utf-8")))) == expected


def test_the_number_of_processes_changes_nothing(lines: Path, folder: Path) -> None:
    one, two = (run(lines, folder, "--format", "csv", "--jobs", jobs).stdout for jobs in (1, 2))
    assert one == two and len(one.splitlines()) == 15


def test_large_corpora_go_to_all_processors(lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = MeasureRequest((lines,))
    expected = list(measure(request))
    monkeypatch.setattr("synthdial.measure.run._WORTH_PROCESSES", 1000)
    monkeypatch.setattr("synthdial.measure.run._processors", lambda: 2)
    started = []
    pool = ProcessPoolExecutor
    monkeypatch.setattr(
        "synthdial.measure.run.ProcessPoolExecutor", lambda jobs, **rest: started.append(jobs) or pool(jobs, **rest)
    )
    assert repr(list(measure(request))) == repr(expected)
    assert started == [2]


def test_chat_messages_are_read(tmp_path: Path) -> None:
    chat = tmp_path / "chat.jsonl"
    messages = [
        {"role": "system", "content": "Je bent arts."},
        {"role": "user", "content": "Ik heb pijn."},
        {"role": "assistant", "content": "Waar doet het pijn?"},
    ]
    chat.write_text(json.dumps({"messages": messages}) + "\n", encoding="utf-8")
    (row,) = figures(run(chat, "--format", "json"))
    assert (row["n_words"], row["doctor_question_share"], row["id"]) == (7, 1.0, "chat.jsonl-1")


def test_csv_and_parquet_are_read_by_others(lines: Path, tmp_path: Path) -> None:
    rows = figures(run(lines, "--format", "json", "--metrics", "cv,hdd"))
    table = list(csv.DictReader(io.StringIO(run(lines, "--format", "csv", "--metrics", "cv,hdd").stdout)))
    assert [float(row["cv"]) for row in table] == [row["cv"] for row in rows]
    assert table[0]["hdd"] == ""
    target = tmp_path / "figures.parquet"
    assert run(lines, "--format", "parquet", "--metrics", "cv,hdd", "-o", target).exit_code == 0
    assert pyarrow.parquet.read_table(target).to_pylist() == rows


def test_by_speaker_is_a_row_for_each(lines: Path) -> None:
    rows = figures(run(lines, "--by", "speaker", "--format", "json"))
    assert [row["speaker"] for row in rows[:2]] == ["Arts", "Patiënt"]
    assert rows[0]["n_words"] == 12 and rows[0]["n_turns"] == 2 and rows[0]["question_share"] == 0.5
    assert "Patiënt" in run(lines, "--by", "speaker").stdout


def test_by_corpus_says_how_each_measure_is_distributed(lines: Path) -> None:
    whole = json.loads(run(lines, "--by", "corpus", "--format", "json", "--metrics", "n_words").stdout)
    values = [dialogue.words for dialogue in DIALOGUES]
    (row,) = whole["measures"]
    assert (row["name"], row["n"], row["mean"]) == ("n_words", 7, sum(values) / 7)
    assert whole["dialogues"] == 7 and whole["openings"][0] == {"opening": "goedemorgen wat kan", "share": 1.0}
    assert 0 < whole["distinct_2"] < 1 and whole["near_duplicate_share"] > 0.5
    table = list(csv.DictReader(io.StringIO(run(lines, "--by", "corpus", "--format", "csv").stdout)))
    assert [row["name"] for row in table] == list(METRICS)


def test_a_reference_stands_beside_with_distances_and_the_auc(lines: Path, folder: Path) -> None:
    shown = run(lines, "--reference", folder).stdout
    assert "reference: mean" in shown and "AUC 0." in shown and "of 100 cases" in " ".join(shown.split())
    compared = json.loads(run(lines, "--reference", folder, "--format", "json").stdout)
    assert compared["auc"] < 0.75, "the same dialogues"
    row = next(row for row in compared["measures"] if row["name"] == "n_words")
    assert row["own_mean"] == row["reference_mean"] and row["distance"] == 0.0
    assert "distance" in run(lines, "--reference", folder, "--format", "csv").stdout.splitlines()[0]
    assert run(lines, "--reference", folder, "--by", "speaker").exit_code == 2


def test_plots_draw_turns_words_and_lengths(lines: Path, folder: Path) -> None:
    shown = run(lines, "--reference", folder, "--plot").stdout
    for title in ("Turns per dialogue", "Words per dialogue", "Words per turn"):
        assert title in shown
    assert "█" in shown and "reference" in shown
    assert "Words per turn" in run(lines, "--plot").stdout


def test_labels_and_columns_are_named_by_options(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("x;y\nS1;Hoe gaat het?\nS2;Goed.\n", encoding="utf-8")
    named = ("--speaker-column", "x", "--text-column", "y")
    (row,) = figures(run(table, *named, "--label", "S1=Arts", "--label", "S2=patiënt", "--format", "json"))
    assert (row["n_words"], row["doctor_question_share"]) == (4, 1.0)
    error = run(table, *named, "--label", "S1=Buurman").exception
    assert isinstance(error, SynthdialError) and "S1=Arts" in str(error)


def test_the_table_has_units_and_marks_what_people_do_not_do(lines: Path) -> None:
    shown = run(lines).stdout
    assert "Turn-taking" in shown and "per 100 words" in shown
    assert "0.900 to 1.380" in shown and "↓" in shown
    assert "7 dialogues" in shown and "PriMock57" in shown
    assert "fewer than 42 words" in shown, "why a measure is undefined"
    assert "gesprek-3" in run(lines, "--by", "dialogue").stdout


def test_terms_come_from_a_scenario_or_a_file(lines: Path, tmp_path: Path) -> None:
    terms = tmp_path / "termen.txt"
    terms.write_text("pijn\nrug\nhart\n", encoding="utf-8")
    (row, *_) = figures(run(lines, "--lexicon", terms, "--format", "json"))
    assert row["term_coverage"] == pytest.approx(2 / 3)
    (row, *_) = figures(run(lines, "--scenario", "nefrologie-dialysekeuze", "--format", "json"))
    assert row["term_coverage"] == 0.0
    assert run(lines, "--scenario", "nefrologie-dialysekeuze", "--lexicon", terms).exit_code == 2


def test_a_line_that_cannot_be_read_is_named_and_the_rest_is_measured(lines: Path) -> None:
    with lines.open("a", encoding="utf-8") as file:
        file.write('{"turns": 3}\nnonsense\n{"id": "x", "turns": [{"speaker": "Postbode", "text": "Hallo"}]}\n')
    result = run(lines, "--format", "json")
    assert len(figures(result)) == 7
    for reason in ("line 8", "line 9", "line 10: the speaker 'Postbode' is not known"):
        assert reason in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nergens.jsonl"], "cannot be read"),
        (["leeg"], "holds no transcript"),
        (["leeg.jsonl"], "no dialogue to measure"),
        (["leeg.jsonl", "--metrics", "matr"], "mattr"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("leeg").mkdir()
    Path("leeg.jsonl").touch()
    error = run(*arguments).exception
    assert isinstance(error, SynthdialError) and message in str(error)


def test_a_file_that_was_there_stays_when_measuring_fails(lines: Path, tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    target.write_text("old")
    assert run(tmp_path / "nergens.jsonl", "--format", "json", "-o", target).exception
    assert target.read_text() == "old"
