"""Texts that mean harm, a study full of them, and what must never come out."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from samples import RECIPE, dialogue

from synthdial.study import Study
from synthdial.study.checks import Check

ESCAPES = "\x1b[31m\x1b]0;titel\x07\x1b]52;c;ZWlsIQ==\x07\x1bPq\x1b\\ \x9b31m\x9d0;titel\x9c \x07\x08\x7f"
OVERRIDES = "\u202eneppA\u202c \u2066x\u2069 \u200f\u061c"
MARKUP = "[bold]vet[/bold] [@click=app.quit]weg[/] [link=file:///etc/passwd]hier[/link] [/] [$error]x"
FORMULA = "=cmd|' /C calc'!A0"
HTML = "<script>alert(1)</script><img src=x onerror=alert(1)></svg></style></title>\"'&<!--{{ 7*7 }}{% raw %}"
ALL = f"{FORMULA} {ESCAPES} {OVERRIDES} {MARKUP} {HTML}"

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What a terminal obeys, but for ends of lines and tabs."""


def hostile_study(
    path: Path, texts: tuple[str, ...] = (ALL, f"Ja. {ALL}", "Hm-hm."), check: Check | None = None
) -> Path:
    """A study whose every text means harm: what is said, model, scenario, how it ended."""
    recipe = replace(RECIPE, model=f"m{ALL}", scenario=f"s{ALL}")
    with Study(path, create=True) as study:
        study.add_recipe(recipe)
        for number in (1, 2, 3):
            study.add_dialogue(recipe, number, dialogue(number, *texts, recipe=recipe), check)
    return path


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """The program, with its output taken by another program."""
    command = [sys.executable, "-P", "-m", "synthdial", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def shown(*arguments: str | Path) -> str:
    """What the program writes to a terminal."""
    here, there = os.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "200", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-P", "-m", "synthdial", *map(str, arguments)]
    with subprocess.Popen(command, stdin=there, stdout=there, stderr=there, env=environment) as process:
        os.close(there)
        pieces = []
        while True:
            try:
                piece = os.read(here, 1 << 16)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            pieces.append(piece)
        process.wait()
    os.close(here)
    return b"".join(pieces).decode("utf-8")


COLOURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")
"""What the program itself says to a terminal: colours."""
