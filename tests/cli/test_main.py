"""The command as a user runs it: in a process of its own, with its exit codes and its two streams."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from samples import PASSED, RECIPE, dialogue

from synthdial.dialogue import Dialogue
from synthdial.study import Study
from synthdial.version import __version__

pytestmark = pytest.mark.slow

MARKUP = "[red]rood[/red] [link=http://x]y[/link]"
HOSTILE = f"\x1b[2J\x1b]0;titel\x07 \x9b31m \u202egoed {MARKUP} \r weg"


def run(*args: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "synthdial", *map(str, args)]
    wide = {"COLUMNS": "200", "PYTHONUTF8": "1"}
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env={**os.environ, **wide, **environment}, timeout=60
    )


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study whose every text comes from somebody who means harm."""
    path = tmp_path_factory.mktemp("study") / "demo.study"
    told = dialogue(1, HOSTILE, HOSTILE)
    names = ("scenario", "preset", "model", "ended_by", "date")
    with Study(path, create=True) as opened:
        opened.add_recipe(RECIPE)
        opened.add_dialogue(
            RECIPE, 1, Dialogue(told.id, told.turns, {**told.provenance, **dict.fromkeys(names, HOSTILE)}), PASSED
        )
        opened.add_dialogue(RECIPE, 2, dialogue(2), PASSED)
    return path


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of one dialogue that was chosen of two, and one that was written once."""
    path = tmp_path_factory.mktemp("study") / "chosen.study"
    recipe = dataclasses.replace(RECIPE, candidates=2)
    parts = {"structure": 0.5, "terms": None, "repetition": 0.75, "leakage": 1.0, "confidence": 0.125}
    with Study(path, create=True) as opened:
        opened.add_recipe(recipe)
        opened.add_recipe(RECIPE)
        for candidate, total in ((1, 0.25), (2, 0.625)):
            told = dialogue(1, f"Dit is {candidate}.", HOSTILE, recipe=recipe)
            made = {**told.provenance, "candidate": candidate, "score": {"total": total, **parts}}
            written = Dialogue(recipe.candidate_id(1, candidate), told.turns, made)
            opened.add_candidate(recipe, 1, candidate, written)
        opened.keep(recipe, 1, 2)
        opened.add_dialogue(RECIPE, 2, dialogue(2))
    return path


@pytest.fixture(scope="module")
def hostile_id(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study") / "id.study"
    with Study(path, create=True) as opened:
        opened.add_recipe(RECIPE)
        opened.add_dialogue(RECIPE, 1, Dialogue(HOSTILE, dialogue(1).turns))
    return path


class TestUsage:
    def test_help_names_the_commands_and_gives_examples(self) -> None:
        done = run("--help")
        assert done.returncode == 0
        assert done.stderr == ""
        for part in ("batch", "list", "show", "export", "models", "doctor", "Examples:"):
            assert part in done.stdout

    @pytest.mark.parametrize("command", ["batch", "models"])
    def test_each_command_has_help(self, command: str) -> None:
        done = run(command, "-h")
        assert done.returncode == 0
        assert "synthdial-edge " + command in done.stdout

    def test_version(self) -> None:
        done = run("--version")
        assert (done.returncode, done.stdout, done.stderr) == (0, f"synthdial-edge, version {__version__}\n", "")

    @pytest.mark.parametrize(
        "args", [["--wrong"], ["list"], ["batch", "x.study"], ["batch", "x.study", "--count", "veel"]]
    )
    def test_wrong_usage_is_status_2(self, args: list[str]) -> None:
        done = run(*args)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Usage:" in done.stderr
        assert "Traceback" not in done.stderr

    def test_an_unknown_command_suggests_the_nearest(self) -> None:
        done = run("bach")
        assert done.returncode == 2
        assert "'bach'" in done.stderr
        assert "Did you mean 'batch'?" in done.stderr


class TestProblems:
    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["show", "weg.study"], "There is no study weg.study."),
            (["list", "weg.study"], "There is no study weg.study."),
            (["export", "weg.study", "-o", "weg.txt"], "There is no study weg.study."),
            (["batch", "weg.study", "--count", "0"], "count is 0; it must be 1 or more."),
            (
                ["batch", "weg.study", "--count", "1", "--temperature", "9"],
                "temperature is 9.0; it must lie from 0 up to 5.",
            ),
            (["batch", "weg.study", "--count", "1", "--preset", "plan"], "There is no preset 'plan'."),
            (
                ["batch", "weg.study", "--count", "1", "--export", "weg.docx"],
                "An export cannot be written as 'weg.docx'.",
            ),
            (["models", "add", "weg.gguf"], "The model file weg.gguf cannot be read: No such file or directory."),
        ],
    )
    def test_one_message_on_standard_error_and_status_1(
        self, args: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        done = run(*args)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"synthdial-edge: {message}\n")
        assert len(done.stderr.splitlines()) <= 2
        assert not Path("weg.study").exists()

    def test_a_file_that_is_no_study(self, tmp_path: Path) -> None:
        (tmp_path / "a.study").write_text("Arts: ja\n")
        done = run("list", tmp_path / "a.study")
        assert (done.returncode, done.stdout) == (1, "")
        assert "is not a study of this program" in done.stderr
        assert "Traceback" not in done.stderr


class TestHostileText:
    @pytest.mark.parametrize("args", [["show"], ["show", "--provenance"], ["list"]])
    def test_it_is_shown_and_not_obeyed(self, study: Path, args: list[str]) -> None:
        done = run(*args, study)
        assert (done.returncode, done.stderr) == (0, "")
        for control in "\x1b\x07\x9b\u202e\r":
            assert control not in done.stdout
        assert "\\x1b[2J" in done.stdout
        assert "[red]rood[/red]" in done.stdout or args == ["list"]  # whose columns are narrow

    def test_in_the_name_of_a_dialogue_too(self, hostile_id: Path) -> None:
        done = run("show", hostile_id)
        assert done.returncode == 0
        assert "[red]rood[/red]" in done.stdout
        for control in "\x1b\x07\x9b\u202e\r":
            assert control not in done.stdout

    @pytest.mark.parametrize("args", [["show", "--json"], ["list", "--json"]])
    def test_json_is_data_for_programs_without_an_escape_in_it(self, study: Path, args: list[str]) -> None:
        done = run(*args, study)
        assert "\x1b" not in done.stdout
        first = json.loads(done.stdout.split("\n")[0])
        assert first["scenario"] == HOSTILE

    def test_in_a_message(self, study: Path) -> None:
        done = run("show", study, "\x1b[2J")
        assert done.returncode == 1
        assert "\x1b" not in done.stderr
        assert "holds no dialogue '\\x1b[2J'" in done.stderr


class TestStudies:
    def test_show_finds_a_dialogue_by_the_end_of_its_id(self, study: Path) -> None:
        done = run("show", study, "0002")
        assert done.returncode == 0
        assert RECIPE.dialogue_id(2) in done.stdout
        assert "’t Gaat wel." in done.stdout
        assert RECIPE.dialogue_id(1) not in done.stdout

    def test_export_writes_the_file_and_says_so(self, study: Path, tmp_path: Path) -> None:
        done = run("export", study, "-o", tmp_path / "demo.jsonl")
        assert (done.returncode, done.stdout) == (0, "")
        first, second = done.stderr.splitlines()
        assert first == f"Exported 2 dialogues to {tmp_path / 'demo.jsonl'}."
        assert second == "Beside it: demo.card.md, demo.croissant.json, demo.recipe.json, demo.sha256."
        assert len((tmp_path / "demo.jsonl").read_text("utf-8").splitlines()) >= 2

    def test_a_reader_that_has_had_enough_is_no_problem(self, study: Path) -> None:
        command = [sys.executable, "-m", "synthdial", "show", "--json", str(study)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0


class TestCandidates:
    def test_a_table_shows_the_parts_of_each_and_which_was_kept(self, chosen: Path) -> None:
        done = run("show", chosen, "0001", "--candidates")
        assert (done.returncode, done.stderr) == (0, "")
        head, names, first, second, *_ = done.stdout.splitlines()
        assert "-0001  2 written, 1 kept" in head
        assert names.split()[:7] == [
            "candidate", "score", "structure", "terms", "repetition", "leakage", "confidence",
        ]  # fmt: skip
        assert first.split()[:7] == ["1", "0.250", "0.500", "-", "0.750", "1.000", "0.125"]
        assert second.split()[:8] == ["2", "kept", "0.625", "0.500", "-", "0.750", "1.000", "0.125"]

    def test_json_gives_one_object_a_candidate_with_its_text(self, chosen: Path) -> None:
        done = run("show", chosen, "0001", "--candidates", "--json")
        first, second = [json.loads(line) for line in done.stdout.splitlines()]
        assert (first["kept"], second["kept"]) == (False, True)
        assert first["id"] == f"{second['id']}c1"
        assert [record["turns"][0]["text"] for record in (first, second)] == ["Dit is 1.", "Dit is 2."]
        assert second["provenance"]["score"]["total"] == 0.625

    def test_a_dialogue_without_a_choice_is_one_row(self, chosen: Path) -> None:
        done = run("show", chosen, "0002", "--candidates")
        assert done.returncode == 0
        assert done.stdout.splitlines()[2].split()[:3] == ["1", "kept", "-"]

    @pytest.mark.parametrize("args", [["show"], ["show", "--json"], ["list"], ["list", "--json"]])
    def test_everything_else_shows_kept_ones_alone(self, chosen: Path, args: list[str]) -> None:
        done = run(*args, chosen)
        assert done.returncode == 0
        assert "Dit is 1." not in done.stdout and "-0001c" not in done.stdout
        assert done.stdout.count("-0001") == 1

    def test_too_many_are_a_message(self) -> None:
        done = run("batch", "weg.study", "--count", "1", "--candidates", "17")
        assert (done.returncode, done.stderr) == (1, "synthdial-edge: candidates is 17; it must be 16 or less.\n")


class TestImports:
    @pytest.mark.parametrize("module", ["synthdial", "synthdial.study.batch", "synthdial.cli.main"])
    def test_the_core_loads_neither_screen_nor_model(self, module: str) -> None:
        program = f"import sys, {module}\nprint(*sorted({{'textual', 'rich', 'llama_cpp'}} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout == "\n"

    def test_every_name_of_the_library_is_there(self) -> None:
        program = (
            "import sys, synthdial as s\n[getattr(s, name) for name in s.__all__]\nprint('llama_cpp' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout == "False\n"
