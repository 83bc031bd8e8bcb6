"""The worker process as the program sees it: held, let go, ended, and never left behind. No model is loaded."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from synthdial.engine.client import Engine
from synthdial.errors import WorkerDiedError

pytestmark = pytest.mark.slow

# a program that starts an engine, holds it, tells which process that is, and waits
HOLDS = (
    "from synthdial.engine.client import Engine\n"
    "engine = Engine()\n"
    "engine.about()\n"
    "engine.suspend()\n"
    "import os\n"
    "os.waitid(os.P_PID, engine.pid, os.WSTOPPED | os.WNOWAIT)\n"
    "print(engine.pid, flush=True)\n"
    "input()\n"
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as started:
        started.about()
        yield started


def test_a_worker_that_is_held_goes_on_where_it_was(engine: Engine) -> None:
    engine.suspend()
    os.waitid(os.P_PID, engine.pid, os.WSTOPPED | os.WNOWAIT)  # until it stands still
    engine.resume()
    assert engine.about()["llama_cpp"]


def test_holding_twice_takes_one_letting_go(engine: Engine) -> None:
    engine.suspend()
    engine.suspend()
    engine.resume()
    assert engine.about()["llama_cpp"]


def test_a_worker_that_was_ended_is_said_to_be_dead_to_whoever_asks(engine: Engine) -> None:
    engine.end()
    with pytest.raises(WorkerDiedError, match="signal 9"):
        engine.about()


def test_a_worker_that_is_held_can_be_ended(engine: Engine) -> None:
    engine.suspend()
    engine.end()
    with pytest.raises(WorkerDiedError, match="signal 9"):
        engine.about()


def test_a_worker_that_stands_back_comes_after_others_and_works(engine: Engine) -> None:
    before = psutil.Process(engine.pid).nice()
    engine.stand_back()
    assert psutil.Process(engine.pid).nice() > before
    assert engine.about()["llama_cpp"]


def test_a_worker_that_is_gone_can_be_held_and_let_go_without_harm(engine: Engine) -> None:
    engine.close()
    engine.suspend()
    engine.resume()
    engine.stand_back()


@pytest.mark.skipif(sys.platform == "win32", reason="there a process that is held stays when its program is killed")
def test_a_worker_that_is_held_goes_with_its_program_when_that_is_killed() -> None:
    command = [sys.executable, "-c", HOLDS]
    # the program has a session of its own, as one in a terminal has
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as program:
        assert program.stdout is not None
        worker = psutil.Process(int(program.stdout.readline()))
        program.kill()
    gone, alive = psutil.wait_procs([worker], timeout=20)
    assert alive == [] and len(gone) == 1
