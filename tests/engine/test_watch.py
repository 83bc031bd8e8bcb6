"""What tells a worker that hangs from one that is slow; no process is started and no time passes."""

from dataclasses import replace

import pytest

from synthdial.engine import watch
from synthdial.engine.watch import Patience, Signs


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STILL_SECONDS", 10)
    monkeypatch.setattr(watch, "SPINNING_SECONDS", 100)


def looks(change, count: int) -> list[str]:
    """What is found when it is looked at once a second, and `change` says what is seen after so many seconds."""
    patience, signs = Patience(), Signs(answers=1, processor=5.0)
    found = [patience.look(change(signs, second), 1.0) for second in range(count + 1)]
    return [text for text in found if text]


def test_one_that_does_nothing_at_all_hangs() -> None:
    assert looks(lambda signs, _: signs, 9) == []
    assert looks(lambda signs, _: signs, 10) == ["did nothing for 10 seconds"]


def test_one_that_looks_around_now_and_then_hangs_all_the_same() -> None:
    assert looks(lambda signs, second: replace(signs, processor=5.0 + 0.001 * second), 10)


@pytest.mark.parametrize("share", [0.02, 1.0, 64.0])
def test_one_that_computes_is_slow(share: float) -> None:
    assert looks(lambda signs, second: replace(signs, processor=5.0 + share * second), 99) == []


def test_one_that_reads_from_a_disk_is_slow() -> None:
    assert looks(lambda signs, second: replace(signs, read=4096 * second), 1000) == []
    assert looks(lambda signs, second: replace(signs, in_disk=True), 1000) == []


def test_one_that_computes_for_ever_and_finishes_no_step_hangs() -> None:
    found = looks(lambda signs, second: replace(signs, processor=5.0 + second), 100)
    assert found == ["did not finish a step in 2 minutes"]


def test_one_that_answers_is_not_suspected_however_long_it_takes() -> None:
    assert looks(lambda signs, second: replace(signs, answers=second // 9), 1000) == []


def test_time_in_which_nobody_waits_does_not_count() -> None:
    patience, signs = Patience(), Signs(answers=1, processor=5.0)
    for _ in range(100):
        for _ in range(9):
            assert patience.look(signs, 1.0) is None
        patience.forget()
