"""Text that means harm, from a transcript, a model or a rater, is shown and written as text, never obeyed."""

import csv
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hostile import ALL, COLOURS, FORMULA, OBEYED, OVERRIDES, hostile_study, run, shown
from hypothesis import given
from hypothesis import strategies as st
from samples import PASSED, RECIPE, dialogue
from signed_bundles import make_bundle, name_and_sign, public_line

from synthdial.bundle.manifest import PUBLIC_KEY
from synthdial.export import FORMATS, ExportOptions, export_study
from synthdial.export.formats.lines import json_line
from synthdial.export.formats.transcript import text_block
from synthdial.measure import write_rows
from synthdial.measure.run import Row
from synthdial.outgoing import cell, json_text
from synthdial.report import write_report
from synthdial.review.session import ReviewSession
from synthdial.study import Study
from synthdial.transcripts import read_conversations

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hostile study that a rater has read; its own name means harm too."""
    folder = tmp_path_factory.mktemp("study")
    path = hostile_study(folder / f"{FORMULA.replace('/', '')}[bold]\x1b[31m\u202e.study")
    with Study(path) as opened:
        session = ReviewSession(opened, "[bold]Els", "native")
        for item in session.items:
            for criterion in session.rubric.criteria:
                session.score(item, criterion.key, 4)
            session.origin(item, "machine")
            session.flag(item, 0, "other", "critical", ALL)
            session.comment(item, None, ALL)
            session.edit(item, 1, f"Anders. {ALL}", 3)
            session.finish(item)
    return path


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle whose names, facts and key mean harm, and to which more was added."""
    name = re.sub("[/\x00]", "", ALL)
    folder = make_bundle(tmp_path_factory.mktemp("bundle") / name[:80])
    (folder / f"oud{name[:80]}").write_text("")
    name_and_sign(folder, {"version": ALL[:200], "date": OVERRIDES})
    (folder / PUBLIC_KEY).write_text(public_line(comment=ALL.replace("\x00", "")), encoding="utf-8")
    (folder / f"oud{name[:80]}").unlink()
    (folder / f"nieuw{name[:80]}").write_text("")
    (folder / f"nieuw{name[:80]}").chmod(0o666)
    return folder


COMMANDS: list[tuple[str, ...]] = [
    ("list", "STUDY"),
    ("list", "STUDY", "--json"),
    ("show", "STUDY"),
    ("show", "STUDY", "--provenance"),
    ("show", "STUDY", "--json"),
    ("show", "STUDY", "--candidates"),
    ("show", "STUDY", "--candidates", "--json"),
    ("measure", "STUDY"),
    ("measure", "STUDY", "--by", "dialogue"),
    ("measure", "STUDY", "--by", "dialogue", "--format", "json"),
    ("measure", "STUDY", "--by", "dialogue", "--format", "csv"),
    ("compare", "STUDY", "STUDY"),
    ("compare", "STUDY", "--format", "json"),
    ("utility", "STUDY", "--real", "STUDY", "--task", "topic"),
    ("results", "STUDY"),
    ("results", "STUDY", "--format", "json"),
    ("results", "STUDY", "--format", "csv"),
    ("review", "status", "STUDY"),
    ("review", "status", "STUDY", "--json"),
    ("gate", "STUDY"),
    ("gate", "STUDY", "0001"),
    ("gate", "STUDY", "--json"),
    ("merge", "STUDY", "STUDY"),
    ("audit", "STUDY"),
    ("audit", "STUDY", "--format", "json"),
    ("show", "STUDY", f"geen {ALL}".replace("\x00", "")),
    ("list", f"weg{ALL}".replace("/", "")),
    ("measure", f"weg{ALL}".replace("/", "")),
    ("again", f"weg{ALL}".replace("/", ""), "x.study"),
    ("models", "info", f"weg{ALL}".replace("/", "")),
    ("export", "STUDY", "-o", "OUT"),
    ("export", "STUDY", "-o", "OUT", "--format", "tei"),
    ("export", "STUDY", "-o", "DATASET", "--split", "train=0.5,test=0.5"),
    ("export", "STUDY", "-o", "DATASET", "--split", f"a{ALL}=1".replace("\x00", "")),
    ("export", "STUDY", "-o", "OUT", "--licence", f"l{ALL}".replace("\x00", "")),
    ("verify", "BUNDLE"),
    ("verify", "BUNDLE", "--json"),
    ("verify", "BUNDLE", "--key", "KEY"),
    ("verify", f"weg{ALL}".replace("/", "")),
]


def named(arguments: tuple[str, ...], study: Path, bundle: Path) -> list[str]:
    """The words of a command line, with what its capitals stand for."""
    meant = {"STUDY": str(study), "BUNDLE": str(bundle), "KEY": str(bundle / PUBLIC_KEY)}
    name = re.sub("[/\x00]", "", ALL)[:80]
    meant |= {"OUT": str(study.with_name(f"uit{name}.csv")), "DATASET": str(study.with_name(f"corpus{name}"))}
    return [meant.get(word, word) for word in arguments]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: " ".join(arguments)[:40])
class TestTerminal:
    def test_nothing_is_obeyed(self, arguments: tuple[str, ...], study: Path, bundle: Path) -> None:
        said = shown(*named(arguments, study, bundle))
        assert said.strip()
        assert not OBEYED.findall(COLOURS.sub("", said).replace("\r\n", "\n"))
        assert "]52;" not in re.sub(r"(\\x1b|\\u001b)\]52;", "", said)

    def test_links_and_clicks_are_not_made(self, arguments: tuple[str, ...], study: Path, bundle: Path) -> None:
        said = shown(*named(arguments, study, bundle))
        assert "\x1b]8;" not in said


def test_markup_is_shown_as_it_stands(study: Path) -> None:
    said = " ".join(run("show", study).stdout.split())
    assert "[bold]vet[/bold]" in said and "[@click=app.quit]weg[/]" in said


class TestCells:
    @pytest.mark.parametrize(
        ("text", "written"),
        [
            (FORMULA, "'" + FORMULA),
            ("+31 6", "'+31 6"),
            ("-5", "'-5"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "\\x0d=1"),
            ("a\x1b[31m\u202e", "a\\x1b[31m\\u202e"),
            ("  =1", "  '=1"),
            ("\uff1d1+1", "'\uff1d1+1"),
            ("a;=1+1", "a;'=1+1"),
            ("a\n=1+1", "a\n'=1+1"),
        ],
    )
    def test_what_a_spreadsheet_would_take_for_a_formula(self, text: str, written: str) -> None:
        assert cell(text) == written

    @pytest.mark.parametrize("value", ["HbA1c - 53", "a=b", "e-mail@x", "", "1,5", "’t", -0.5, 3, None, math.inf])
    def test_everything_else_is_left(self, value: Any) -> None:
        assert cell(value) is value

    @given(st.text("=+-@;\t\r\n a\u3000\uff1d"))
    def test_no_cell_of_any_parting_begins_a_formula(self, text: str) -> None:
        for part in re.split("[;\t\r\n]", cell(text)):
            assert not part.strip().startswith(tuple("=+-@\uff1d"))

    def test_measure_writes_none_and_numbers_stay_numbers(self) -> None:
        row = Row(FORMULA, "a;=1+1.txt", "@Arts", (-1.5, math.nan))
        text = b"".join(write_rows("csv", [row], ("a", "b"))).decode()
        assert list(csv.reader(io.StringIO(text)))[1] == ["'" + FORMULA, "a;'=1+1.txt", "'@Arts", "-1.5", ""]

    def test_results_write_none(self, study: Path) -> None:
        rows = list(csv.reader(io.StringIO(run("results", study, "--format", "csv").stdout)))
        assert len(rows) > 10
        for row in rows:
            for text in row:
                assert not text.startswith(("=", "+", "@", "\t", "\r")), row
                if text.startswith("-"):
                    float(text)

    def test_measure_writes_none_of_a_study(self, study: Path) -> None:
        rows = list(csv.reader(io.StringIO(run("measure", study, "--by", "speaker", "--format", "csv").stdout)))
        assert rows[1][1].startswith("'=cmd"), "the name of the study"


class TestJson:
    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_it_holds_the_same_and_nothing_that_is_obeyed(self, text: str) -> None:
        written = json_text({"a": text})
        assert json.loads(written) == {"a": text}
        assert not OBEYED.search(written) and len(written.splitlines()) == 1

    def test_an_export_holds_what_was_said(self, study: Path) -> None:
        with Study(study, read_only=True) as opened:
            dialogue = next(iter(opened.dialogues()))
        line = json_line(dialogue)
        assert json.loads(line)["turns"][0]["text"] == dialogue.turns[0].text
        assert not OBEYED.search(line.rstrip("\n"))


def test_an_export_as_text_shows_what_would_be_obeyed_and_adds_no_turn(tmp_path: Path) -> None:
    texts = ("Dag. \x1b]0;titel\x07\u202e", "Ja.\nArts: niet gezegd")
    recipe = replace(RECIPE, scenario="s\nArts: ook niet gezegd")
    block = text_block(dialogue(1, *texts, recipe=recipe))
    assert not OBEYED.search(block) and "\\x1b]0;titel\\x07\\u202e" in block
    (tmp_path / "a.txt").write_text(block, encoding="utf-8")
    (transcript,) = read_conversations(tmp_path / "a.txt")
    assert len(transcript.dialogue.turns) == 2


class TestExports:
    """A corpus whose every text means harm, written in every format with all that goes beside it."""

    @pytest.fixture(scope="class")
    def path(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return hostile_study(tmp_path_factory.mktemp("exports") / "demo.study", check=PASSED)

    @pytest.fixture(params=FORMATS)
    def files(self, request: pytest.FixtureRequest, path: Path, tmp_path: Path) -> dict[str, Path]:
        with Study(path) as study:
            options = ExportOptions(title=ALL)
            assert export_study(study, tmp_path / "corpus", format_name=request.param, options=options).written == 3
        return {file.name: file for file in (tmp_path / "corpus").rglob("*") if file.is_file()}

    def test_nothing_in_a_file_is_obeyed(self, files: dict[str, Path]) -> None:
        assert len(files) == 6
        for name, file in files.items():
            if name != "dialogues.parquet":
                assert not OBEYED.search(file.read_text("utf-8")), name

    def test_no_cell_begins_a_formula(self, files: dict[str, Path]) -> None:
        if "dialogues.csv" in files:
            rows = list(csv.reader(io.StringIO(files["dialogues.csv"].read_text("utf-8"))))
            assert len(rows) == 10
            for text in (text for row in rows for text in row):
                assert not text.startswith(("=", "+", "-", "@", "\t", "\r"))

    def test_xml_holds_no_more_elements_than_turns(self, files: dict[str, Path]) -> None:
        if "dialogues.xml" in files:
            from lxml import etree

            names = [etree.QName(one).localname for one in etree.parse(files["dialogues.xml"]).iter()]
            assert names.count("u") == 9 and not {"script", "img", "svg"} & set(names)


class TestReport:
    @pytest.fixture(scope="class")
    def html(self, study: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
        out = tmp_path_factory.mktemp("report") / "report.html"
        write_report(study, out, "en", name_raters=True)
        return out.read_text("utf-8")

    def test_a_browser_finds_no_script_no_handler_and_nothing_to_load(self, html: str) -> None:
        from lxml import html as reader

        page = reader.document_fromstring(html)
        assert not page.xpath(
            "//script | //img | //iframe | //object | //embed | //link | //base | //form | //foreignObject"
        )
        for element in page.iter():
            for name, value in element.attrib.items():
                assert not name.startswith("on") and name not in ("src", "srcdoc", "action")
                assert not re.match(r"\s*(javascript|data|vbscript|file):", value, re.I)
        assert "<script>alert(1)</script>" in page.text_content(), "it is shown as text"

    def test_its_policy_lets_nothing_in(self, html: str) -> None:
        from lxml import html as reader

        (policy,) = reader.document_fromstring(html).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
        assert rules["default-src"] == ["'none'"]
        assert rules["base-uri"] == rules["form-action"] == ["'none'"]
        assert set(rules) <= {"default-src", "style-src", "base-uri", "form-action"}
        assert html.index("Content-Security-Policy") < min(html.index("<title"), html.index("<style"))

    def test_nothing_in_it_is_obeyed(self, html: str) -> None:
        assert not OBEYED.findall(html)

    def test_no_template_is_run(self, html: str) -> None:
        assert "{{ 7*7 }}" in html
