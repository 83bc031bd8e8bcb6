"""``synthdial-edge report``: a page is written, and what cannot be is one message."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from review_studies import answer, study_of

from synthdial.cli.commands.report import command
from synthdial.errors import SynthdialError
from synthdial.review.session import ReviewSession
from synthdial.study import Study

pytestmark = pytest.mark.slow


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments)])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return study_of(tmp_path / "een.study", 4)


class TestWritten:
    def test_it_is_a_page_for_its_owner_alone(self, study: Path, tmp_path: Path) -> None:
        out = tmp_path / "nieuw" / "rapport.html"
        result = run(study, "-o", out)
        assert result.exit_code == 0, result.output
        assert result.stdout == "" and f"Wrote {out}" in result.stderr
        assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        assert out.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize(("language", "title"), [("nl", "Rapport over een"), ("en", "Report on een")])
    def test_it_speaks_the_language_asked_for(self, study: Path, tmp_path: Path, language: str, title: str) -> None:
        out = tmp_path / "r.html"
        assert run(study, "-o", out, "--lang", language).exit_code == 0
        assert f"<h1>{title}</h1>" in out.read_text(encoding="utf-8")

    def test_or_that_of_the_environment(self, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for value, lang in (("nl_NL.UTF-8", "nl"), ("C.UTF-8", "en")):
            monkeypatch.setenv("LANGUAGE", value)
            assert run(study, "-o", tmp_path / "r.html").exit_code == 0
            assert f'<html lang="{lang}">' in (tmp_path / "r.html").read_text(encoding="utf-8")

    def test_the_same_study_date_and_seed_are_the_same_bytes(self, study: Path, tmp_path: Path) -> None:
        with Study(study) as opened:
            session = ReviewSession(opened, "Els", "native")
            for item in session.items:
                answer(session, item, score=1 + item.number)
        pages = []
        for name, seed in (("a", 0), ("b", 0), ("c", 5)):
            out = tmp_path / f"{name}.html"
            assert run(study, "-o", out, "--date", "2026-12-01", "--seed", seed, "--lang", "nl").exit_code == 0
            pages.append(out.read_bytes())
        assert pages[0] == pages[1] != pages[2]
        assert "1 december 2026" in pages[0].decode()

    def test_raters_are_named_when_asked_for(self, study: Path, tmp_path: Path) -> None:
        with Study(study) as opened:
            session = ReviewSession(opened, "Els Bosuil", "native")
            for item in session.items:
                answer(session, item)
        for options, named in (((), False), (("--name-raters",), True)):
            assert run(study, "-o", tmp_path / "r.html", *options).exit_code == 0
            assert ("Els Bosuil" in (tmp_path / "r.html").read_text(encoding="utf-8")) is named

    def test_what_cannot_be_read_of_the_references_is_said(self, study: Path, tmp_path: Path) -> None:
        folder = tmp_path / "mensen"
        folder.mkdir()
        for number in range(5):
            (folder / f"{number}.txt").write_text("Arts: Hoe gaat het met u?\nPatiënt: Goed hoor.\n" * 9, "utf-8")
        (folder / "stuk.txt").write_text("geen gesprek", "utf-8")
        result = run(study, "-o", tmp_path / "r.html", "--reference", folder)
        assert result.exit_code == 0 and "stuk.txt" in result.stderr


class TestMessages:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["nergens.study", "-o", "r.html"], "There is no study nergens.study"),
            (["tekst.txt", "-o", "r.html"], "tekst.txt"),
            (["een.study", "-o", "een.study"], "is the study itself"),
            (["een.study", "-o", "."], "cannot be written"),
            (["een.study", "-o", "r.html", "--lang", "fr"], "--lang must be one of nl, en"),
            (["een.study", "-o", "r.html", "--reference", "nergens"], "nergens"),
        ],
    )
    def test_a_problem_is_one_message(
        self, study: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
    ) -> None:
        monkeypatch.chdir(study.parent)
        Path("tekst.txt").write_text("Arts: Dag.\n" * 200)
        before = study.read_bytes()
        error = run(*arguments).exception
        assert isinstance(error, SynthdialError) and message in str(error)
        assert study.read_bytes() == before and not Path("r.html").exists()

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["een.study"],
            ["een.study", "-o", "r.html", "--date", "gisteren"],
            ["een.study", "-o", "r", "--seed", "-1"],
        ],
    )
    def test_wrong_usage_is_status_2(self, study: Path, arguments: list[str]) -> None:
        assert run(*arguments).exit_code == 2

    def test_an_older_report_stays_when_a_new_one_fails(self, study: Path, tmp_path: Path) -> None:
        out = tmp_path / "r.html"
        out.write_text("oud")
        assert run(study, "-o", out, "--reference", tmp_path / "nergens").exit_code != 0
        assert out.read_text() == "oud"

    def test_help_gives_examples(self) -> None:
        result = run("--help")
        assert result.exit_code == 0 and "synthdial-edge report demo.study -o report.html" in result.stdout
