"""How quick the screens are, in a terminal of their own: python benchmarks/tui.py [--keys 200] [--no-model]

Prints the time from the command to the first screen; the time to open a study of 10,000 dialogues and to answer a key
in it; and the time to answer a key while the embedded model writes sixteen dialogues at once.
"""

import argparse
import fcntl
import json
import os
import pty
import random
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from synthdial.dialogue import Speaker, Turn
from synthdial.engine.sampling import Sampling
from synthdial.study import Recipe, Study
from synthdial.study.checks import Check, Checks

DIALOGUES, TURNS, SLOTS = 10_000, 45, 16
COLUMNS, LINES = 120, 40
DOWN, ENTER, ESCAPE, TAB, F5, CTRL_Q = b"\x1b[B", b"\r", b"\x1b", b"\t", b"\x1b[15~", b"\x11"
WORDS = ("ja", "nee", "uh", "het", "nier", "kalium", "waarde", "bloeddruk", "dokter", "zout", "dialyse", "dan", "even")


class Terminal:
    """The program in a terminal, and what it writes there."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        environment = {**os.environ, "SYNTHDIAL_HOME": str(home), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "synthdial", "--lang", "en"],
            stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._seen = b""

    def until(self, *marks: str, seconds: float = 60.0) -> float:
        """Wait until one of the marks is written; the moment when it was."""
        wanted = [mark.encode() for mark in marks]
        end = time.perf_counter() + seconds
        while not any(mark in self._seen for mark in wanted):
            ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.perf_counter()))
            if not ready:
                raise SystemExit(f"The program did not show {marks}; last: {self._seen[-600:]!r}")
            self._seen += os.read(self._master, 1 << 16)
        return time.perf_counter()

    def press(self, keys: bytes) -> float:
        """Press keys; what was written before is forgotten. The moment of it."""
        while select.select([self._master], [], [], 0)[0]:
            os.read(self._master, 1 << 16)
        self._seen = b""
        os.write(self._master, keys)
        return time.perf_counter()

    def drain(self, seconds: float) -> None:
        """Let the program go on for a while."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._master], [], [], left)[0]:
                self._seen = (self._seen + os.read(self._master, 1 << 16))[-1 << 16 :]

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        os.close(self._master)


@contextmanager
def program(home: Path, folder: Path) -> Iterator[Terminal]:
    terminal = Terminal(home, folder)
    try:
        yield terminal
    finally:
        terminal.close()


def large_study(path: Path) -> list[str]:
    """A study of many dialogues and their checks, in one transaction; their ids."""
    recipe = Recipe("none", "a" * 64, "b" * 64, "c" * 64, "nefrologie-uitslagen", "natural", 8, 700, Sampling(), 1)
    chance = random.Random(1)
    plan = [{"phase": "history", "kind": "statement", "words": 12}] * TURNS
    made = json.dumps({**recipe.as_dict(), "ended_by": "plan", "plan": plan, "tokens": 900})
    ids = [recipe.dialogue_id(number) for number in range(1, DIALOGUES + 1)]
    with Study(path, create=True) as study:
        study.add_recipe(recipe)
        database = study._db
        database.execute("BEGIN")
        for number, key in enumerate(ids, 1):
            texts = [" ".join(chance.choices(WORDS, k=chance.randint(1, 24))) for _ in range(TURNS)]
            words = sum(len(text.split()) for text in texts)
            database.execute("INSERT INTO dialogues VALUES (?, ?, ?, ?, ?, 1)", (key, recipe.id, number, words, made))
            turns = [Turn(tuple(Speaker)[i % 2], text) for i, text in enumerate(texts)]
            rows = [(key, i, str(turn.speaker), turn.text) for i, turn in enumerate(turns)]
            database.executemany("INSERT INTO turns VALUES (?, ?, ?, ?)", rows)
            Checks(study).add(key, turns, Check(number % 9 > 0, {"longest_run": 4}, (), {"longest_run": 7}, "d" * 64))
        database.execute("COMMIT")
    return ids


def remember(home: Path, study: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "state.json").write_text(json.dumps({"recent": [str(study)]}), encoding="utf-8")


def told(name: str, seconds: Sequence[float], bar: float) -> None:
    milliseconds = sorted(1000 * each for each in seconds)
    spread = f"95 of 100 within {milliseconds[round(0.95 * (len(milliseconds) - 1))]:.0f} ms"
    print(f"{name:44} median {statistics.median(milliseconds):5.0f} ms, {spread} (bar {1000 * bar:.0f} ms)", flush=True)


def first_screen(home: Path, folder: Path, times: int) -> list[float]:
    """From the command to Home."""
    found = []
    for _ in range(times):
        with program(home, folder) as terminal:
            found.append(terminal.until("How to begin") - terminal.began)
            terminal.press(CTRL_Q)
    return found


def going_down(terminal: Terminal, ids: Sequence[str], times: int, chance: random.Random) -> list[float]:
    """From pressing Down to the line of the next dialogue."""
    found = []
    for key in ids[1 : times + 1]:
        terminal.drain(chance.uniform(0.02, 0.15))
        pressed = terminal.press(DOWN)
        found.append(terminal.until(key) - pressed)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=200, help="how many are pressed")
    parser.add_argument("--no-model", action="store_true", help="leave out what needs the model")
    arguments = parser.parse_args()
    chance = random.Random(2)
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name), Path(name, "home")
        home.mkdir()
        first_screen(home, folder, 1)
        told("first screen", first_screen(home, folder, 7), 0.7)
        study = folder / "large.study"
        ids = large_study(study)
        remember(home, study)
        with program(home, folder) as terminal:
            terminal.until("large.study")
            terminal.drain(1.0)
            pressed = terminal.press(ENTER)
            told(f"opening {DIALOGUES:,} dialogues", [terminal.until(ids[0]) - pressed], 1.0)
            told("a key in their list", going_down(terminal, ids, arguments.keys, chance), 0.05)
            pressed = terminal.press(b"\x1b[F")
            told("to its end", [terminal.until(ids[-1]) - pressed], 0.05)
        if arguments.no_model:
            return
        remember(home, study)
        if (models := Path.home() / ".local/share/synthdial-edge/models").is_dir():
            (home / "models").symlink_to(models)
        with program(home, folder) as terminal:
            terminal.until("large.study")
            terminal.press(b"n")
            terminal.until("Name of the file")
            terminal.drain(1.0)
            terminal.press(b"new\r")
            terminal.until("Write dialogues")
            terminal.drain(1.0)
            terminal.press(TAB * 4 + str(2 * SLOTS).encode() + F5)
            terminal.until("tokens/s", seconds=300)
            terminal.press(ESCAPE)
            terminal.until("Recent studies")
            terminal.drain(1.0)
            terminal.press(DOWN + ENTER)
            terminal.until(ids[0])
            told(f"a key while {SLOTS} dialogues are written", going_down(terminal, ids, arguments.keys, chance), 0.05)


if __name__ == "__main__":
    main()
