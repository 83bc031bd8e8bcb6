"""What is tried again when workers die, one at a time, and what is given up: the engine here follows a script."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import TURNS, ScriptedEngine, heard, scripted_engine

from synthdial.engine.events import Event, PromptRead
from synthdial.engine.protocol import WriteDialogues
from synthdial.errors import UnwrittenError, WorkerDiedError
from synthdial.study import Study
from synthdial.study.batch import run_batch
from synthdial.study.request import BatchRequest


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    return scripted_engine(monkeypatch, tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.study"


def numbers(study: Path) -> list[int]:
    with Study(study, read_only=True) as opened:
        return [dialogue.provenance["number"] for dialogue in opened.dialogues()]


def dies_at(engine: type[ScriptedEngine], *poison: int) -> None:
    """Let the worker die as soon as one of these dialogues is in the air; it writes the shortest first."""

    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        yield PromptRead(100, 1.0)
        for at, job in enumerate(order.jobs):
            if poison and set(poison) & {number for number, _ in order.jobs[at : at + order.slots]}:
                raise WorkerDiedError("The engine's process was ended by signal 11 (SIGSEGV).")
            yield heard(job)

    engine.writing = staticmethod(writing)


def test_a_dialogue_that_workers_die_at_is_tried_once_more_and_named_while_the_others_go_on(
    engine: type[ScriptedEngine], path: Path
) -> None:
    dies_at(engine, 7)
    with pytest.raises(UnwrittenError, match=r"1 of 20 dialogues .* died at each twice: 7\.") as caught:
        run_batch(path, BatchRequest(count=20, preset="plain", parallel=4))
    assert caught.value.numbers == (7,)
    assert numbers(path) == [n for n in range(1, 21) if n != 7]
    tried = [order for order in engine.orders if 7 in [job for job, _ in order.jobs]]
    assert [order.slots for order in tried] == [4, 1], "the second time alone"
    assert len({seed for order in tried for job, seed in order.jobs if job == 7}) == 1, "it is the same dialogue"


def test_the_next_run_tries_again_what_was_given_up(engine: type[ScriptedEngine], path: Path) -> None:
    dies_at(engine, 2)
    with pytest.raises(UnwrittenError):
        run_batch(path, BatchRequest(count=3, preset="plain"))
    dies_at(engine)
    assert run_batch(path, BatchRequest(count=3, preset="plain")).written == 1
    assert numbers(path) == [1, 2, 3]


def test_several_that_workers_die_at_are_all_named(engine: type[ScriptedEngine], path: Path) -> None:
    dies_at(engine, 2, 5)
    with pytest.raises(UnwrittenError) as caught:
        run_batch(path, BatchRequest(count=6, preset="plain"))
    assert caught.value.numbers == (2, 5)
    assert numbers(path) == [1, 3, 4, 6]


def test_what_was_not_yet_begun_is_not_suspected(engine: type[ScriptedEngine], path: Path) -> None:
    def writing(order: WriteDialogues, call: int) -> Iterator[Event]:
        if call == 1:
            yield PromptRead(100, 1.0)
            raise WorkerDiedError("The engine's process was ended by signal 9 (SIGKILL).")
        yield from (heard(job) for job in order.jobs)

    engine.writing = staticmethod(writing)
    run_batch(path, BatchRequest(count=9, preset="plain", parallel=4))
    assert [([job for job, _ in order.jobs], order.slots) for order in engine.orders] == [
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], 4),
        ([5, 6, 7, 8, 9], 2),  # fewer at a time: perhaps it was memory
        ([1, 2, 3, 4], 1),
    ]


def test_fewer_and_fewer_are_written_at_a_time_while_workers_die(engine: type[ScriptedEngine], path: Path) -> None:
    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        yield PromptRead(100, 1.0)
        if order.slots > 2:
            raise WorkerDiedError("The memory is used up.")
        yield from (heard(job) for job in order.jobs)

    engine.writing = staticmethod(writing)
    assert run_batch(path, BatchRequest(count=40, preset="plain", parallel=16)).written == 40
    assert [order.slots for order in engine.orders] == [16, 8, 4, 2, 1]


def test_workers_that_only_die_end_the_batch(engine: type[ScriptedEngine], path: Path) -> None:
    dies_at(engine, *range(1, 41))
    with pytest.raises(WorkerDiedError, match="SIGSEGV"):
        run_batch(path, BatchRequest(count=40, preset="plain", parallel=16))
    assert [order.slots for order in engine.orders] == [16, 8, 4, 2, 1]


def test_what_comes_to_nothing_is_named_beside_what_workers_die_at(engine: type[ScriptedEngine], path: Path) -> None:
    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        yield PromptRead(100, 1.0)
        for job in order.jobs:
            if job[0] == 3:
                raise WorkerDiedError("The engine's process was ended by signal 11 (SIGSEGV).")
            yield heard(job, TURNS[:1] if job[0] == 1 else TURNS)

    engine.writing = staticmethod(writing)
    with pytest.raises(UnwrittenError, match=r"twice: 3\. .*nothing usable for 1 dialogues, in 3 attempts each: 1\."):
        run_batch(path, BatchRequest(count=4, preset="plain", parallel=1))
    assert numbers(path) == [2, 4]


def test_a_worker_that_dies_while_the_batch_is_prepared_is_replaced_once(
    engine: type[ScriptedEngine], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = []

    def about_to_die(self: ScriptedEngine, texts: list[str]) -> list[int]:
        if len(deaths) < most:
            deaths.append(1)
            raise WorkerDiedError("The engine's process was ended by signal 9 (SIGKILL).")
        return [len(text) // 4 for text in texts]

    monkeypatch.setattr(ScriptedEngine, "count_tokens", about_to_die)
    most, remarks = 1, []
    assert run_batch(path, BatchRequest(count=1, preset="plain"), remark=remarks.append).written == 1
    assert sum("Starting it again" in remark for remark in remarks) == 1
    most = 3
    with pytest.raises(WorkerDiedError):
        run_batch(path, BatchRequest(count=2, preset="plain"))


def test_a_study_whose_first_run_was_ended_before_its_tables_were_made_is_filled(
    engine: type[ScriptedEngine], path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")  # the first thing that is written
    assert path.stat().st_size > 0
    assert run_batch(path, BatchRequest(count=2, preset="plain")).written == 2
