"""The program's side of the engine: starts the worker process, asks, and listens."""

import json
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from synthdial.dialogue import Speaker, Turn
from synthdial.engine.events import Clock, DialogueWritten, Event, PromptRead, TurnWritten
from synthdial.engine.protocol import About, CountTokens, OpenModel, Request, WriteDialogues, pack_request
from synthdial.engine.watch import Watch
from synthdial.errors import SynthdialError, WorkerDiedError
from synthdial.structure.plan import Kind, PlannedTurn

WORKER_ARGUMENT = "--engine-worker"  # makes a frozen program the worker

_HINTS = {
    "SIGKILL": "Perhaps the memory ran out: try a smaller --parallel.",
    "SIGBUS": "Perhaps the model file was changed or its disk taken away while it was in use.",
    "SIGILL": "llama.cpp was built for another processor; 'synthdial-edge doctor' says for which.",
    "SIGTERM": "Try again.",
}
_NATIVE_FAULT = "llama.cpp failed. If it does so again, try 'synthdial-edge models verify', or another model."


@dataclass(frozen=True)
class OpenedModel:
    """What the engine says of a model that it has opened."""

    n_ctx_train: int
    n_vocab: int
    bos: str
    eos: str


class Engine:
    """A worker process, as a context manager.

    Raises
    ------
    SynthdialError
        From every method, when the worker reports a problem; `WorkerDiedError` when it ended, ran out of memory, or was
        ended since it hung (see `synthdial.engine.watch`).
    """

    def __init__(self) -> None:
        frozen = getattr(sys, "frozen", False)
        # -P: a module in the current directory must not stand in for one of ours
        command = (
            [sys.executable, WORKER_ARGUMENT] if frozen else [sys.executable, "-P", "-m", "synthdial.engine.worker"]
        )
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0 if sys.platform != "win32" else None,  # Ctrl-C on the terminal goes to the program alone
        )
        self._last_words: deque[str] = deque(maxlen=20)
        self._listener = threading.Thread(target=self._listen_to_stderr, daemon=True)
        self._listener.start()
        self._watch = Watch(self.pid, self._process.kill)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The worker's process number."""
        return self._process.pid

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        self._watch.close()
        self._process.kill()
        self._process.wait()
        self._listener.join(timeout=1)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue  # a request that the dead worker never read

    def suspend(self) -> None:
        """Hold the worker where it is; it keeps its memory and uses no processor. It can be ended all the same."""
        self._watch.held = True
        if self._process.poll() is None:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(self.pid).suspend()

    def resume(self) -> None:
        """Let a worker that is held go on."""
        if self._process.poll() is None:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(self.pid).resume()
        self._watch.held = False

    def stand_back(self) -> None:
        """Let other programs have the processor first, for as long as the worker lives."""
        if self._process.poll() is None:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process = psutil.Process(self.pid)
                if sys.platform == "win32":
                    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
                else:
                    process.nice(min(19, int(process.nice()) + 10))

    def end(self) -> None:
        """End the worker from another thread: who waits for its answer there gets a `WorkerDiedError`."""
        self._process.kill()

    def about(self) -> dict[str, Any]:
        """Which llama.cpp this is, and which devices it sees."""
        return self._ask(About(), "about")

    def open(
        self, path: Path, *, vocab_only: bool = False, gpu_layers: int = 0, adapter: Path | None = None
    ) -> OpenedModel:
        """Load a model, and an adapter that was found to fit it."""
        named = str(adapter.resolve()) if adapter else None
        return OpenedModel(**self._ask(OpenModel(str(path.resolve()), vocab_only, gpu_layers, named), "opened"))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        return list(self._ask(CountTokens(list(texts)), "counted")["counts"])

    def write(self, request: WriteDialogues) -> Iterator[Event]:
        """Write dialogues; yields what the worker reports, as it comes."""
        self._send(request)
        while True:
            kind, values = self._receive()
            if kind == "turn":
                yield TurnWritten(values["number"], _turn(values["turn"]))
            elif kind == "dialogue":
                values["turns"] = tuple(_turn(turn) for turn in values["turns"])
                values["planned"] = tuple(_planned(turn) for turn in values["planned"])
                yield DialogueWritten(**values)
            elif kind == "prompt":
                yield PromptRead(**values)
            else:
                yield Clock(**values)
                if kind == "written":
                    return

    def _ask(self, request: Request, expected: str) -> dict[str, Any]:
        self._send(request)
        kind, values = self._receive()
        if kind != expected:
            raise SynthdialError(f"The engine answered '{kind}' to '{expected}'.", "This is a fault of the program.")
        return values

    def _send(self, request: Request) -> None:
        assert self._process.stdin is not None
        self._watch.begin()
        try:
            self._process.stdin.write(pack_request(request))
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._death() from None

    def _receive(self) -> tuple[str, dict[str, Any]]:
        kind = "alive"
        while kind == "alive":
            values = self._next_line()
            kind = values.pop("is")
        if kind == "error":
            raise SynthdialError(values["message"], values["hint"])
        if kind == "memory":
            self.end()
            raise WorkerDiedError(values["message"], values["hint"])
        if kind == "fault":
            raise SynthdialError(
                f"The engine failed: {values['message']}.", "This is a fault of the program; report it."
            )
        return kind, values

    def _next_line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        self._watch.begin()
        line = self._process.stdout.readline()
        self._watch.heard()
        if not line.endswith(b"\n"):
            raise self._death()
        try:
            values = json.loads(line)
            if not isinstance(values["is"], str):
                raise ValueError("no kind")
        except (ValueError, TypeError, KeyError) as error:
            self.end()
            raise WorkerDiedError("The engine's process said something that is no answer, and was ended.") from error
        return values  # type: ignore[no-any-return]

    def _death(self) -> WorkerDiedError:
        status = self._process.wait()
        self._listener.join(timeout=1)
        if self._watch.found is not None:
            return WorkerDiedError(f"The engine's process {self._watch.found} and was ended.", "Try again.")
        hint = ""
        if status < 0:
            name = signal.Signals(-status).name if -status in set(signal.Signals) else ""
            how = f"was ended by signal {-status}" + (f" ({name})" if name else "")
            hint = _HINTS.get(name, _NATIVE_FAULT)
        else:
            how = f"ended with status {status}"
        last = f" Its last words: {self._last_words[-1]}" if self._last_words else ""
        return WorkerDiedError(f"The engine's process {how}.{last}", hint)

    def _listen_to_stderr(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            text = line.decode("utf-8", errors="replace").strip()
            if text:
                self._last_words.append(text)


def _planned(values: dict[str, Any]) -> PlannedTurn:
    return PlannedTurn(Speaker(values["speaker"]), values["words"], Kind(values["kind"]), values["phase"])


def _turn(values: dict[str, str]) -> Turn:
    return Turn(Speaker(values["speaker"]), values["text"])
