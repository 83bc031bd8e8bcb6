"""The pages that programs write are as they would write them, and every command has an example."""

import re

import commands as reference
import metrics as measures
import pytest

from synthdial.metrics import METRICS


def test_the_page_is_what_the_commands_say() -> None:
    assert reference.TARGET.read_text("utf-8") == reference.page(), "run python docs/commands.py"


def test_every_command_stands_in_it() -> None:
    text = reference.TARGET.read_text("utf-8")
    names = [name for name, _, _ in reference.every_command()]
    assert len(names) > 25
    for name in names:
        assert f"\n## {name}\n" in text


@pytest.mark.parametrize("name", [name for name, _, _ in reference.every_command()])
def test_a_command_has_an_example(name: str) -> None:
    group = name.split()[0]
    shown = [
        line
        for found, other, _ in reference.every_command()
        if found.split()[0] == group
        for line in reference.examples(other)
    ]
    own = [line for line in shown if f" {name} " in f"{line} " or (group == name and f" {name}" in line)]
    assert own, f"{name} has no example in its epilog, nor in that of {group}"


def test_every_measure_has_its_formula() -> None:
    assert set(measures.FORMULAS) == set(METRICS)
    assert measures.TARGET.read_text("utf-8") == measures.page(), "run python docs/metrics.py"


def test_every_source_is_told_in_full_and_each_is_named() -> None:
    names = [source.split(", *")[0] for source in measures.SOURCES]
    text = measures.page()
    named = {part for _, source in measures.FORMULAS.values() for part in re.findall(r"[A-Z][^;,]+? \d{4}", source)}
    assert len(named) > 20
    assert named <= set(names)
    assert all(text.count(name) > 1 for name in names)


def test_no_page_waits_for_what_was_to_be_filled_in() -> None:
    waiting = {
        (page.name, line)
        for page in reference.TARGET.parent.glob("*.md")
        for line in re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL).splitlines()
        if re.fullmatch(r"[A-Z]{4,}|.*\b(TODO|TBD|FIXME)\b.*", line)
    }
    assert not waiting
