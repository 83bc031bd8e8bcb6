"""A worker that is killed, crashes, runs out of memory or hangs: the batch goes on, and nothing written is lost.

The worker and llama.cpp are real ones, with a model that is made in a moment.
"""

import io
import json
import resource
import signal
import sys
from pathlib import Path

import pytest
from harm import at_dialogue, at_turns, send, worker
from tiny_model import SPACE, model_file, model_parts
from trial import Trial

from synthdial.cli.main import main
from synthdial.engine import client, watch
from synthdial.errors import SynthdialError, UnwrittenError, WorkerDiedError
from synthdial.study import Study
from synthdial.study.batch import Progress, run_batch
from synthdial.study.control import Control
from synthdial.study.request import BatchRequest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.study"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does nothing for a second and a half hangs."""
    monkeypatch.setattr(watch, "STILL_SECONDS", 1.5)
    monkeypatch.setattr(watch, "_TICK_SECONDS", 0.05)


def numbers(study: Path) -> list[int]:
    with Study(study, read_only=True) as opened:
        return [dialogue.provenance["number"] for dialogue in opened.dialogues()]


@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"])
def test_whatever_ends_it_another_one_goes_on(path: Path, small_batch: BatchRequest, how: str) -> None:
    remarks: list[str] = []
    crash = at_turns(send(getattr(signal, how)), 4)
    assert run_batch(path, small_batch, remark=remarks.append, hear=crash).written == 8
    assert sorted(numbers(path)) == list(range(1, 9))
    (remark,) = [remark for remark in remarks if "Starting it again" in remark]
    assert f"({how})" in remark


def test_a_crash_leaves_no_image_of_its_memory_behind(path: Path, small_batch: BatchRequest) -> None:
    limits: list[object] = []
    run_batch(path, small_batch, hear=at_turns(lambda: limits.append(worker().rlimit(resource.RLIMIT_CORE)), 4))
    assert limits == [(0, 0)]


def test_one_that_may_take_no_more_memory_is_replaced(path: Path, small_batch: BatchRequest) -> None:
    remarks: list[str] = []

    def remark(text: str) -> None:
        remarks.append(text)
        if text.startswith("Reading the prompt") and len([r for r in remarks if r.startswith("Reading")]) == 1:
            limit = worker().memory_info().vms + (1 << 20)
            worker().rlimit(resource.RLIMIT_AS, (limit, limit))

    assert run_batch(path, small_batch, remark=remark).written == 8
    assert any("Starting it again" in remark for remark in remarks)


def test_one_that_hangs_is_ended_and_replaced(path: Path, small_batch: BatchRequest, impatient: None) -> None:
    remarks: list[str] = []
    stop = at_turns(send(signal.SIGSTOP), 4)
    assert run_batch(path, small_batch, remark=remarks.append, hear=stop).written == 8
    (remark,) = [remark for remark in remarks if "Starting it again" in remark]
    assert "did nothing for 2 seconds and was ended" in remark


def test_one_that_is_paused_on_purpose_does_not_hang(
    path: Path, small_batch: BatchRequest, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, remarks, looks = Control(), [], []
    look = watch.Patience.forget

    def forget(patience: watch.Patience) -> None:
        look(patience)
        if control.paused:
            looks.append(1)
            if len(looks) == 50:  # two seconds and a half, at this tick
                control.resume()

    monkeypatch.setattr(watch.Patience, "forget", forget)
    pause = at_turns(control.pause, 4)
    assert run_batch(path, small_batch, remark=remarks.append, hear=pause, control=control).written == 8
    assert len(looks) >= 50 and not any("again" in remark for remark in remarks)


def test_a_dialogue_at_which_workers_crash_twice_is_named_and_all_others_are_written(
    path: Path, small_batch: BatchRequest
) -> None:
    reports: list[Progress] = []
    crash = at_dialogue(send(signal.SIGSEGV), 5)
    with pytest.raises(UnwrittenError, match=r"1 of 8 dialogues could not be written, .* twice: 5\.") as caught:
        run_batch(path, small_batch, hear=crash, report=reports.append)
    assert caught.value.numbers == (5,)
    assert sorted(numbers(path)) == [1, 2, 3, 4, 6, 7, 8]
    assert reports[-1].done == 7 and not reports[-1].finished
    assert run_batch(path, small_batch).written == 1


def test_a_worker_that_always_crashes_ends_the_batch_with_one_message(path: Path, small_batch: BatchRequest) -> None:
    with pytest.raises(WorkerDiedError, match="SIGSEGV"):
        run_batch(path, small_batch, remark=lambda text: send(signal.SIGSEGV)() if "Reading" in text else None)


def test_the_command_says_which_are_missing_exports_the_others_and_ends_with_a_status_of_its_own(
    path: Path, trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from synthdial.cli.commands import batch

    def harmed(study: Path, request: BatchRequest, **options: object) -> object:
        return run_batch(study, request, hear=at_dialogue(send(signal.SIGSEGV), 2), **options)  # type: ignore[arg-type]

    target = path.with_suffix(".txt")
    monkeypatch.setattr(batch, "run_batch", harmed)
    monkeypatch.setattr(sys, "argv", ["synthdial-edge", *trial.command(path, "--export", str(target))[4:]])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 3
    said = capsys.readouterr().err
    assert "synthdial-edge: 1 of 8 dialogues could not be written" in said and "twice: 2." in said
    assert "Traceback" not in said
    assert len(numbers(path)) == 7
    assert target.read_text("utf-8").count("Arts:") >= 7


def test_it_speaks_after_each_pass_of_the_network_unless_it_just_did(monkeypatch: pytest.MonkeyPatch) -> None:
    from synthdial.engine import worker as side

    now = [100.0]
    monkeypatch.setattr(side.time, "perf_counter", lambda: now[0])
    answers = io.BytesIO()
    speaker = side.Worker(answers)
    for passed in (1.0, 0.1, 0.1, 0.1, 7.0):
        now[0] += passed
        speaker._say_alive()
    assert [json.loads(line)["is"] for line in answers.getvalue().splitlines()] == ["alive"] * 3


def test_a_text_may_have_more_tokens_than_bytes(tmp_path: Path) -> None:
    fields, tensors = model_parts()
    kind, (inner, tokens) = fields["tokenizer.ggml.tokens"]
    fields["tokenizer.ggml.tokens"] = kind, (inner, [token if token != SPACE else "~" for token in tokens])
    (tmp_path / "x.gguf").write_bytes(model_file(fields, tensors))
    with client.Engine() as engine:
        engine.open(tmp_path / "x.gguf", vocab_only=True)
        assert engine.count_tokens(["  x" * 40]) == [3 * 80 + 40 + 3], "three bytes for each space, one before the text"


def test_what_is_no_answer_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    with client.Engine() as engine:
        engine.about()
        monkeypatch.setattr(engine._process, "stdout", Pipe([b'{"is": 3}\n', b"garbage\n"]))
        for _ in range(2):
            with pytest.raises(SynthdialError, match="no answer"):
                engine._next_line()


class Pipe:
    """Stands in for a pipe."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines = lines

    def readline(self) -> bytes:
        return self._lines.pop(0)

    def close(self) -> None:
        """Nothing to close."""
