"""A bar of what is done, on a terminal alone."""

import io
import sys

import pytest

from synthdial.cli.figures import MeasureProgress
from synthdial.cli.gate import ExportProgress
from synthdial.cli.utility_table import TrainingProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("bar", [ExportProgress(4), MeasureProgress(4)])
def test_it_is_drawn_when_it_takes_longer_than_a_second(
    bar: ExportProgress | MeasureProgress, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, clock = Terminal(), [bar._from - 0.5]
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("synthdial.cli.bar.time.monotonic", lambda: clock[0])
    with bar:
        bar.advance(1)
        assert terminal.getvalue() == ""
        clock[0] += 1
        bar.advance(1)
    assert terminal.getvalue()


def test_trainings_are_counted_from_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with TrainingProgress() as bar:
        bar.show(2, 7)
    assert "training" in terminal.getvalue() and "2/7" in terminal.getvalue()


def test_nothing_is_drawn_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingProgress() as bar:
        bar.show(2, 7)
    assert capsys.readouterr().err == ""
