"""An engine that follows a script in place of a model, for tests of what a batch does with what it hears."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synthdial.dialogue import Speaker, Turn
from synthdial.engine.client import OpenedModel
from synthdial.engine.events import DialogueWritten, Event
from synthdial.engine.gguf import Header
from synthdial.engine.models import FoundModel
from synthdial.engine.protocol import WriteDialogues
from synthdial.study import batch, request

TURNS = (Turn(Speaker.DOCTOR, "Hoe gaat het?"), Turn(Speaker.PATIENT, "Goed."))
Writing = Callable[[WriteDialogues, int], Iterator[Event]]


def heard(job: tuple[int, int], turns: tuple[Turn, ...] = TURNS, log_probability: float = -2.0) -> DialogueWritten:
    """What the engine tells when the dialogue of a job is done."""
    return DialogueWritten(
        job[0],
        job[1],
        turns,
        "model",
        tokens=10,
        taken_back=0,
        forced=0,
        planned=(),
        mean_log_probability=log_probability,
        seconds=1.0,
    )


class ScriptedEngine:
    """Stands in for the worker process; `writing` says what each order to write leads to."""

    writing: Writing
    orders: list[WriteDialogues]
    told: list[str]

    def __enter__(self) -> "ScriptedEngine":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def close(self) -> None:
        """Nothing to end."""

    def suspend(self) -> None:
        type(self).told.append("suspend")

    def resume(self) -> None:
        type(self).told.append("resume")

    def stand_back(self) -> None:
        type(self).told.append("stand back")

    def end(self) -> None:
        type(self).told.append("end")

    def about(self) -> dict[str, Any]:
        return {"devices": [], "gpu_build": False, "llama_cpp": "1", "llama_cpp_python": "2", "features": "none"}

    def open(self, path: Path, **_: object) -> OpenedModel:
        return OpenedModel(n_ctx_train=8192, n_vocab=1000, bos="", eos="")

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [len(text) // 4 for text in texts]

    def write(self, order: WriteDialogues) -> Iterator[Event]:
        type(self).orders.append(order)
        return type(self).writing(order, len(self.orders))


def scripted_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    """Let batches use an engine that follows a script; every dialogue is `TURNS` unless the test says otherwise."""

    class Engine(ScriptedEngine):
        orders: list[WriteDialogues] = []  # noqa: RUF012
        told: list[str] = []  # noqa: RUF012
        writing = staticmethod(lambda order, _: (heard(job) for job in order.jobs))

    fields = {
        "general.architecture": "toy",
        "toy.block_count": 1,
        "toy.embedding_length": 64,
        "toy.context_length": 8192,
    }
    header = Header(tmp_path / "toy.gguf", 1000, fields, {"blk.0.a": 1}, 1000)
    monkeypatch.setattr(batch, "Engine", Engine)
    monkeypatch.setattr(request, "find_model", lambda wanted: FoundModel("toy", tmp_path / "toy.gguf", "the test"))
    monkeypatch.setattr(request, "read_header", lambda path: header)
    monkeypatch.setattr(request, "model_digest", lambda path: "0" * 64)
    return Engine
