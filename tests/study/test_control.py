"""A hand on a batch: paused, let go, stopped, from another thread or from what it reports."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import TURNS, ScriptedEngine, heard, scripted_engine

from synthdial.engine.events import Clock, DialogueWritten, Event, PromptRead, TurnWritten
from synthdial.engine.protocol import WriteDialogues
from synthdial.errors import WorkerDiedError
from synthdial.study import Study, control
from synthdial.study.batch import Progress, run_batch
from synthdial.study.control import Control
from synthdial.study.request import BatchRequest


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    return scripted_engine(monkeypatch, tmp_path)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is, in seconds."""
    now = [100.0]
    monkeypatch.setattr(control.time, "monotonic", lambda: now[0])
    return now


def stored(path: Path) -> int:
    with Study(path, read_only=True) as study:
        return len(study)


class TestStopping:
    def test_what_is_finished_is_kept_and_the_same_batch_goes_on_from_there(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        path, hand = tmp_path / "a.study", Control()

        def stop_at_two(progress: Progress) -> None:
            if progress.done == 2:
                hand.stop()

        result = run_batch(path, BatchRequest(count=5), report=stop_at_two, control=hand)
        assert (result.written, result.done, len(result.ids)) == (2, 2, 2)
        assert stored(path) == 2
        assert run_batch(path, BatchRequest(count=5)).written == 3
        assert stored(path) == 5

    def test_the_last_report_does_not_say_that_it_is_finished(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        hand, reports = Control(), []

        def report(progress: Progress) -> None:
            reports.append(progress)
            hand.stop()

        run_batch(tmp_path / "a.study", BatchRequest(count=3), report=report, control=hand)
        assert not reports[-1].finished

    def test_a_worker_that_is_ended_by_it_is_not_started_again(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        hand, remarks = Control(), []

        def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
            yield heard(order.jobs[0])
            hand.stop()  # in another thread, while the worker is in the middle of a step
            raise WorkerDiedError("The engine's process was ended by signal 9.")

        engine.writing = staticmethod(writing)
        result = run_batch(tmp_path / "a.study", BatchRequest(count=3), remark=remarks.append, control=hand)
        assert result.written == 1 and len(engine.orders) == 1
        assert engine.told == ["end"]
        assert not any("again" in remark for remark in remarks)

    def test_before_it_begins_it_leaves_no_study(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        hand = Control()
        hand.stop()
        result = run_batch(tmp_path / "a.study", BatchRequest(count=3), control=hand)
        assert (result.written, result.done, result.ids) == (0, 0, ())
        assert list(tmp_path.glob("a.study*")) == [] and engine.orders == []

    def test_what_comes_to_nothing_because_of_it_is_no_failed_attempt(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        hand = Control()

        def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
            hand.stop()
            yield from (heard(job, ()) for job in order.jobs)

        engine.writing = staticmethod(writing)
        assert run_batch(tmp_path / "a.study", BatchRequest(count=2), control=hand).written == 0

    def test_a_batch_that_is_paused_can_be_stopped(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        hand = Control()
        hand.pause()
        hand.stop()
        assert hand.stopped
        assert run_batch(tmp_path / "a.study", BatchRequest(count=2), control=hand).written == 0


class TestPausing:
    def test_the_worker_is_held_and_let_go(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        hand, seen = Control(), []

        def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
            hand.pause()
            seen.append(hand.paused)
            hand.resume()
            seen.append(hand.paused)
            yield from (heard(job) for job in order.jobs)

        engine.writing = staticmethod(writing)
        assert run_batch(tmp_path / "a.study", BatchRequest(count=1), control=hand).written == 1
        assert seen == [True, False] and engine.told == ["suspend", "resume"]

    def test_a_worker_that_begins_while_it_is_paused_is_held_at_once(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        hand = Control()
        hand.pause()
        run_batch(tmp_path / "a.study", BatchRequest(count=1), control=hand)
        assert engine.told == ["suspend"]

    def test_twice_is_once(self, clock: list[float]) -> None:
        hand = Control()
        hand.pause()
        clock[0] = 105.0
        hand.pause()
        clock[0] = 110.0
        hand.resume()
        hand.resume()
        assert hand.paused_within(100.0) == 10.0

    @pytest.mark.parametrize(("seconds", "paused"), [(5, 0), (10, 0), (14, 4), (20, 10), (35, 15), (1000, 15)])
    def test_only_the_part_that_lies_in_the_time_counts(
        self, clock: list[float], seconds: float, paused: float
    ) -> None:
        hand = Control()  # paused from 100 to 105 and from 110 to 120; it is 130
        for at, act in ((100, hand.pause), (105, hand.resume), (110, hand.pause), (120, hand.resume)):
            clock[0] = float(at)
            act()
        clock[0] = 130.0
        assert hand.paused_within(seconds) == paused

    def test_a_pause_that_goes_on_counts_so_far(self, clock: list[float]) -> None:
        hand = Control()
        hand.pause()
        clock[0] = 107.0
        assert hand.paused_within(60.0) == 7.0

    def test_its_time_counts_neither_for_the_speed_nor_for_the_dialogue(
        self, engine: type[ScriptedEngine], tmp_path: Path, clock: list[float]
    ) -> None:
        hand, reports = Control(), []

        def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
            clock[0] += 4
            hand.pause()
            clock[0] += 1000
            hand.resume()
            clock[0] += 1
            # the worker knows of no pause: its own clock went on
            made = heard(order.jobs[0])
            yield DialogueWritten(**{name: getattr(made, name) for name in made.__slots__} | {"seconds": 1005.0})
            yield Clock(total=1005.0, tokens=50)

        engine.writing = staticmethod(writing)
        result = run_batch(tmp_path / "a.study", BatchRequest(count=1), report=reports.append, control=hand)
        assert (result.tokens, result.seconds) == (50, 5.0)
        assert reports[-1].tokens_per_second == 10.0
        with Study(tmp_path / "a.study", read_only=True) as study:
            assert next(iter(study.dialogues())).provenance["seconds"] == 5.0


def test_each_thing_is_told_with_the_dialogue_it_is_about_which_is_on_the_disk_when_it_is_done(
    engine: type[ScriptedEngine], tmp_path: Path
) -> None:
    path = tmp_path / "a.study"

    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        yield PromptRead(100, 1.0)
        for job in order.jobs:
            yield TurnWritten(job[0], TURNS[0])
            yield heard(job)

    told: list[tuple[str, str]] = []

    def hear(event: Event, dialogue: str) -> None:
        told.append((type(event).__name__, dialogue[-4:]))
        if isinstance(event, DialogueWritten):
            with Study(path, read_only=True) as study:
                assert study.find(dialogue).turns == event.turns

    engine.writing = staticmethod(writing)
    run_batch(path, BatchRequest(count=2), hear=hear)
    assert told == [
        ("PromptRead", ""),
        ("TurnWritten", "0001"),
        ("DialogueWritten", "0001"),
        ("TurnWritten", "0002"),
        ("DialogueWritten", "0002"),
    ]


@pytest.mark.parametrize(("control", "told"), [(Control(), []), (Control(stand_back=True), ["stand back"])])
def test_a_worker_stands_back_where_it_shall(
    engine: type[ScriptedEngine], tmp_path: Path, control: Control, told: list[str]
) -> None:
    run_batch(tmp_path / "a.study", BatchRequest(count=1), control=control)
    assert engine.told == told
