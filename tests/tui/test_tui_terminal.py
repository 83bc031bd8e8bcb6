"""What becomes of ``synthdial-edge`` without a command: in a terminal, without one, and in one that cannot show it."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from synthdial.tui.terminal import is_plain_locale

COMMAND = [sys.executable, "-P", "-m", "synthdial"]


class Terminal:
    """The program in a terminal of 80 by 24."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        self._master, slave = pty.openpty()
        settings = {"SYNTHDIAL_HOME": str(home), "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
        settings |= {"LC_ALL": "C.UTF-8", **environment}
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **settings}
        )
        os.close(slave)
        self.seen = ""

    def until(self, mark: str) -> None:
        """Read what it writes until a mark stands in it, or it ends."""
        raw = b""
        while mark not in self.seen:
            assert select.select([self._master], [], [], 30)[0], f"no {mark!r} in {self.seen[-400:]!r}"
            try:
                raw += os.read(self._master, 1 << 16)
            except OSError:
                break
            self.seen = raw.decode("utf-8", "replace")
        assert mark in self.seen

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def end(self) -> int:
        """Read to the end; the exit status."""
        while select.select([self._master], [], [], 30)[0]:
            try:
                if not os.read(self._master, 1 << 16):
                    break
            except OSError:
                break
        os.close(self._master)
        return self.process.wait(timeout=30)


@pytest.mark.parametrize(("language", "title"), [("nl", "Zo begint u"), ("en", "How to begin")])
def test_in_a_terminal_it_opens_home_in_the_language_that_is_wanted(tmp_path: Path, language: str, title: str) -> None:
    terminal = Terminal(tmp_path, "--lang", language)
    terminal.until(title)
    terminal.press(b"\x11")
    assert terminal.end() == 0


def test_the_locale_says_which_language_where_none_is_wanted(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, LANGUAGE="nl")
    terminal.until("Zo begint u")
    terminal.press(b"\x11")
    assert terminal.end() == 0


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PYTHONIOENCODING": "latin-1"}, "cannot show Dutch letters and lines"),
        ({"PYTHONIOENCODING": "ascii"}, "LC_ALL=C.UTF-8 synthdial-edge"),
        ({"TERM": "dumb"}, "This terminal (dumb) cannot show screens."),
        ({"TERM": "dumb", "LANGUAGE": "nl"}, "Deze terminal (dumb) kan geen schermen tonen."),
    ],
)
def test_a_terminal_that_cannot_show_it_is_told_so(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    terminal = Terminal(tmp_path, **environment)
    terminal.until(said)
    assert terminal.end() == 1
    assert "Traceback" not in terminal.seen and "\x1b" not in terminal.seen


def test_a_mistake_in_the_settings_is_said_before_the_screens(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('theme = "pink"\n', "utf-8")
    terminal = Terminal(tmp_path)
    terminal.until("theme must be one of dark, light, contrast, not 'pink'")
    assert terminal.end() == 1


def test_without_a_terminal_it_prints_the_help() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("Usage:") and "batch" in done.stdout and "\x1b" not in done.stdout


def test_another_language_is_wrong_usage() -> None:
    done = subprocess.run([*COMMAND, "--lang", "fr"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 2 and "'fr' is not one of 'nl', 'en'" in done.stderr


@pytest.mark.parametrize(
    ("environment", "plain"),
    [
        ({}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "POSIX"}, True),
        ({"LANG": "nl_NL.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "nl_NL.UTF-8"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),  # as Python itself sets it
        ({"LANG": "C.UTF-8"}, False),
    ],
)
def test_a_locale_without_letters_is_known(
    environment: dict[str, str], plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert is_plain_locale() is plain
