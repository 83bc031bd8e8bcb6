"""From an empty folder to a finished report, in a real terminal: dialogues, a review, results, a page."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthdial.dialogue import Dialogue
from synthdial.study import Study

pytestmark = pytest.mark.model

TMUX = shutil.which("tmux")
PATIENCE = 120.0  # seconds until something is taken for hanging; nothing is measured


class Tmux:
    """The program in a window of tmux that has a server of its own."""

    def __init__(self, folder: Path, home: Path, size: tuple[int, int], language: str) -> None:
        assert TMUX is not None
        self._command = [TMUX, "-S", str(folder / "tmux"), "-f", os.devnull]
        environment = {"SYNTHDIAL_HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        program = [sys.executable, "-P", "-m", "synthdial", "--lang", language]
        columns, lines = map(str, size)
        self._tmux(
            "new-session", "-d", "-s", "a", "-x", columns, "-y", lines, "-c", str(folder / "work"), *program,
            env=os.environ | environment,
        )  # fmt: skip

    def _tmux(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run([*self._command, *arguments], env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys, by the names that tmux has for them."""
        self._tmux("send-keys", "-t", "a", *keys)

    def until(self, mark: str) -> str:
        """What stands on the screen, once a mark does."""
        end = time.monotonic() + PATIENCE
        while mark not in (shown := self._tmux("capture-pane", "-p", "-t", "a")):
            assert time.monotonic() < end, f"no {mark!r} in:\n{shown}"
            time.sleep(0.05)
        return shown

    def until_gone(self, mark: str) -> None:
        """Wait until a mark is no longer on the screen."""
        end = time.monotonic() + PATIENCE
        while mark in (shown := self._tmux("capture-pane", "-p", "-t", "a")):
            assert time.monotonic() < end, f"{mark!r} is still in:\n{shown}"
            time.sleep(0.05)

    def go_to(self, hint: str) -> None:
        """Go from field to field until one shows its hint."""
        for _ in range(60):
            for _ in range(10):  # a key takes a moment
                if hint in self._tmux("capture-pane", "-p", "-t", "a"):
                    return
                time.sleep(0.05)
            self.press("Tab")
        raise AssertionError(f"no field says {hint!r}")

    def close(self) -> None:
        subprocess.run([*self._command, "kill-server"], capture_output=True, timeout=60)


WORDS = {
    "nl": {
        "home": "Zo begint u", "name": "Naam van het bestand", "form": "Aantal gesprekken", "written": "2 van 2",
        "most": "Woorden, ten hoogste", "role": "druk op het cijfer",
        "count": "Hoeveel van deze gesprekken", "length": "Een gesprek eindigt voordat",
        "study": "2 gesprekken", "who": "Wie beoordeelt?", "review": "0 van 2 klaar", "second": "1 van 2 klaar",
        "thanks": "Alles is klaar", "results": "Resultaten", "report": "Bestand van het rapport", "done": "klaar",
        "title": "Rapport over",
    },
    "en": {
        "home": "How to begin", "name": "Name of the file", "form": "How many dialogues", "written": "2 of 2",
        "most": "Most words of each", "role": "press its number",
        "count": "How many of this kind", "length": "A dialogue ends before",
        "study": "2 dialogues", "who": "Who reviews?", "review": "0 of 2 done", "second": "1 of 2 done",
        "thanks": "Everything is done", "results": "Results", "report": "File of the report", "done": "ready",
        "title": "Report on",
    },
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path


@pytest.fixture(params=[((80, 24), "nl"), ((160, 50), "en")], ids=["nl-80x24", "en-160x50"])
def journey(
    request: pytest.FixtureRequest, folder: Path, user_home: Path, demo_model: Path
) -> Iterator[tuple[Tmux, dict[str, str]]]:
    if TMUX is None:
        pytest.skip("tmux is not installed")
    size, language = request.param
    terminal = Tmux(folder, folder / "home", size, language)
    yield terminal, WORDS[language]
    terminal.close()


def test_from_an_empty_folder_to_a_report(journey: tuple[Tmux, dict[str, str]], folder: Path) -> None:
    terminal, words = journey
    study = folder / "work" / "proef.study"
    terminal.until(words["home"])
    terminal.press("n")
    terminal.until(words["name"])
    terminal.press("p", "r", "o", "e", "f", "Enter")
    terminal.until(words["form"])
    terminal.go_to(words["count"])
    terminal.press("2")  # what a field held is selected
    terminal.until(f"{words['form']:26}2")
    terminal.go_to(words["length"])
    terminal.press("6", "0")
    terminal.until(f"{words['most']:26}60")
    terminal.press("F5")
    terminal.until(words["written"])
    terminal.press("Escape")
    terminal.until(words["home"])
    terminal.press("Enter")
    terminal.until(words["study"])
    terminal.press("r")
    terminal.until(words["who"])
    terminal.press("E", "l", "s")
    terminal.until("Els")
    terminal.press("Enter")
    terminal.until(words["role"])
    terminal.press("1")
    terminal.until("● 1")
    terminal.press("Enter")
    terminal.until(words["review"])
    for mark in (words["second"], words["thanks"]):
        terminal.press("4", "3", "5", "2", "2", "a", "Enter")
        terminal.until(mark)
    terminal.press("Enter")
    terminal.until_gone(words["thanks"])
    terminal.press("Escape")
    terminal.until("nefrologie-uitslagen")
    terminal.press("s")
    terminal.until(words["results"])
    terminal.until("4,00" if words is WORDS["nl"] else "4.00")
    terminal.press("p")
    terminal.until(words["report"])
    terminal.press("Enter")
    terminal.until("proef.html (")
    terminal.press("Enter")
    terminal.until_gone("proef.html (")
    terminal.press("C-q")
    page = (folder / "work" / "proef.html").read_text(encoding="utf-8")
    assert words["title"] in page and "</html>" in page
    with Study(study, read_only=True) as opened:
        written: list[Dialogue] = list(opened.dialogues())
    assert len(written) == 2 and any(one.turns[0].text in page for one in written)
    assert sorted(path.name for path in (folder / "work").iterdir()) == ["proef.html", "proef.study"]
