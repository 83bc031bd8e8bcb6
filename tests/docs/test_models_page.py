"""The page about models quotes messages that the program says, and sizes that the catalogue has."""

import ast
import re
from pathlib import Path

from synthdial.engine.fit import memory_needed
from synthdial.engine.gguf import read_header
from synthdial.engine.models import read_catalogue

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "models.md").read_text("utf-8")


def texts() -> set[str]:
    """Every text of the program, with points in the place of what is filled in."""
    found: set[str] = set()
    for path in (ROOT / "synthdial").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.add("".join(str(one.value) if isinstance(one, ast.Constant) else "..." for one in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_messages_are_quoted_as_the_program_says_them() -> None:
    quoted = re.findall(r'^\| "(.+?)" \|', PAGE, re.MULTILINE)
    assert len(quoted) >= 10
    every = texts()
    assert not [text for text in quoted if not any(text in one for one in every)]


def test_sizes_are_those_of_the_catalogue() -> None:
    rows = re.findall(r"^  \| ([a-z][^|]+?) \| ([\d.]+) GB \|", PAGE, re.MULTILINE)
    named = {name: float(size) for names, size in rows for name in names.split(", ")}
    assert len(named) >= 6
    for name, size in named.items():
        assert abs(read_catalogue()[name].bytes / 1e9 - size) < 0.06


def test_what_the_embedded_model_needs_is_what_the_program_reckons(demo_model: Path) -> None:
    header = read_header(demo_model)
    beside = (memory_needed(header, 8192, 4) - header.size) / 1e9
    assert f"| gemma-3-270m | 0.25 GB | {beside:.1f} GB | {header.cache_bytes_per_token / 1e3:.0f} kB |" in PAGE
