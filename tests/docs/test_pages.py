"""The pages that programs write are as they would write them, and every command has an example."""

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
