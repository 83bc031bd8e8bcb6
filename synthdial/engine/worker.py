"""The worker process: it alone loads llama.cpp, so that a native crash or an out-of-memory kill ends it and no more.

It ends when its standard input does, so that it never outlives the program.
"""

import os
import queue
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from synthdial.airgap.seal import seal
from synthdial.dialogue import Speaker
from synthdial.engine import llama
from synthdial.engine.decoder import Decoder, Job
from synthdial.engine.director import PlainDirector, Script
from synthdial.engine.events import DialogueWritten
from synthdial.engine.open_turn import heard_in
from synthdial.engine.phrases import phrases_of
from synthdial.engine.planned import PhaseGuide, PlannedDirector, Style
from synthdial.engine.protocol import About, CountTokens, OpenModel, Request, WriteDialogues, pack, unpack_request
from synthdial.engine.sampling import Sampling
from synthdial.engine.terms import Term
from synthdial.errors import OutOfMemoryError, SynthdialError
from synthdial.structure.plan import Kind, PlannedTurn

_PULSE_SECONDS = 0.25


class _SpeakingContext(llama.Context):
    """A context that tells after each pass of the network that there was one."""

    tell: Callable[[], None]

    def decode(self, rows: Sequence[tuple[int, int, int, bool]]) -> None:
        """Run the network over some tokens of some sequences."""
        super().decode(rows)
        self.tell()


class Worker:
    """Answers requests, one after another.

    Parameters
    ----------
    answers : binary file
        Where the answers go.
    """

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._spoke = 0.0
        self._model: llama.Model | None = None
        self._adapter: llama.Adapter | None = None

    def serve(self, requests: Iterator[Request]) -> None:
        """Answer requests until there are no more."""
        llama.start()
        for request in requests:
            try:
                self._answer(request)
            except OutOfMemoryError as error:
                self._say("memory", message=error.message, hint=error.hint)
            except SynthdialError as error:
                self._say("error", message=error.message, hint=error.hint)
            except MemoryError:
                self._say("memory", message="The memory is used up.", hint="Use fewer slots (--parallel).")
            except Exception as error:
                # the border of the process: whatever went wrong is reported to the program, which shows one sentence
                self._say("fault", message=f"{type(error).__name__}: {error}", trace=traceback.format_exc())

    def _say(self, kind: str, **values: Any) -> None:
        self._answers.write(pack(kind, values))
        self._answers.flush()
        self._spoke = time.perf_counter()

    def _say_alive(self) -> None:
        """Say so, unless something was said just now."""
        if time.perf_counter() - self._spoke > _PULSE_SECONDS:
            self._say("alive")

    def _answer(self, request: Request) -> None:
        if isinstance(request, OpenModel):
            self._open(request)
        elif isinstance(request, About):
            self._say("about", **llama.build_info())
        elif isinstance(request, CountTokens):
            model = self._opened()
            self._say("counted", counts=[len(model.tokenize(text)) for text in request.texts])
        else:
            self._write(request)

    def _opened(self) -> llama.Model:
        if self._model is None:
            raise SynthdialError("No model is open in the engine.", "This is a fault of the program; report it.")
        return self._model

    def _open(self, request: OpenModel) -> None:
        if self._model is not None:
            self._model.close()
        self._adapter = None  # it went with its model
        self._model = model = llama.Model(Path(request.path), request.gpu_layers, request.vocab_only)
        if request.adapter and not request.vocab_only:
            self._adapter = llama.Adapter(model, Path(request.adapter))
        self._say(
            "opened",
            n_ctx_train=model.n_ctx_train,
            n_vocab=model.n_vocab,
            bos=model.special_text("bos"),
            eos=model.special_text("eos"),
        )

    def _write(self, request: WriteDialogues) -> None:
        model = self._opened()
        prompt = prompt_tokens(model, request.segments)
        cells = max(request.cells, len(prompt) + request.slots * request.slot_tokens)
        context = _SpeakingContext(model, cells, request.slots, request.threads, adapter=self._adapter)
        context.tell = self._say_alive
        try:
            decoder = Decoder(model, context, prompt, request.slots, Sampling(**request.sampling))
            self._say("prompt", tokens=len(prompt), seconds=decoder.clock.prompt)
            script = make_script(model, request.lead, re.compile(request.foreign_label))
            last_pulse = time.perf_counter()
            for event in decoder.run(_jobs(request, script, prompt)):
                values = asdict(event)
                if isinstance(event, DialogueWritten):
                    self._say("dialogue", **values)
                else:
                    self._say("turn", **values)
                if time.perf_counter() - last_pulse > _PULSE_SECONDS:
                    self._say("pulse", **asdict(decoder.clock))
                    last_pulse = time.perf_counter()
            self._say("written", **asdict(decoder.clock))
        finally:
            context.close()


def _jobs(request: WriteDialogues, script: Script, prompt: list[int]) -> Iterator[Job]:
    if not request.plans:
        for number, seed in request.jobs:
            director = PlainDirector(
                script, min_turns=request.min_turns, max_words=request.max_words, max_tokens=request.slot_tokens
            )
            yield Job(number, seed, director)
        return
    phrases = phrases_of(script.continue_with)
    heard = heard_in(prompt)
    for _, direction in request.guides:
        heard |= heard_in(script.continue_with(f" {direction}"))
    guides = [PhaseGuide(*guide) for guide in request.guides]
    terms = [Term(name, tuple(forms), phase, doctor_only) for name, forms, phase, doctor_only in request.terms]
    for (number, seed), plan in zip(request.jobs, request.plans, strict=True):
        planned = PlannedDirector(
            script,
            phrases,
            [PlannedTurn(Speaker(who), words, Kind(kind), phase) for who, words, kind, phase in plan],
            guides=guides,
            terms=terms,
            style=Style(request.style.get("hesitations") or 0.0, request.style.get("mattr")),
            heard=heard,
            max_words=request.max_words,
            max_tokens=request.slot_tokens,
        )
        yield Job(number, seed, planned)


def prompt_tokens(model: llama.Model, segments: list[tuple[str, bool]]) -> list[int]:
    """Tokens of a prompt: special markers only where a chat template put them, one beginning token at most."""
    tokens: list[int] = []
    bos = model.special_text("bos")
    for i, (text, special) in enumerate(segments):
        begin = i == 0 and not (special and bos and text.startswith(bos))
        tokens.extend(model.tokenize(text, special=special, begin=begin))
    return tokens


def continuation(model: llama.Model, before: str, text: str) -> list[int]:
    """Tokens of a text as it goes on after another; some tokenizers put a space before a text on its own."""
    head, whole = model.tokenize(before), model.tokenize(before + text)
    return whole[len(head) :] if whole[: len(head)] == head else model.tokenize(text)


def make_script(model: llama.Model, lead: str, foreign_label: re.Pattern[str]) -> Script:
    """What a director must know about this model's tokens."""
    before = "a" if lead else "\n"
    return Script(
        opening={speaker: continuation(model, before, f"{lead}{speaker}:") for speaker in Speaker},
        open_with=lambda text: continuation(model, before, f"{lead}{text}"),
        labels={speaker: continuation(model, "a", f"\n{speaker}:") for speaker in Speaker},
        continue_with=lambda text: continuation(model, "a", text),
        piece=model.piece,
        is_end=model.is_end,
        blank_line_tokens=len(continuation(model, "a", "\n\n")) == 1,
        foreign_label=foreign_label,
    )


def _requests(lines: BinaryIO) -> Iterator[Request]:
    """Requests as they come. The end of the input ends the process at once, also in the middle of a dialogue."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        for line in lines:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield unpack_request(waiting.get())


def _leave_no_traces() -> None:
    """See to it that a crash writes no text to a disk: no image of the memory, and no debugger that looks into it."""
    os.environ["GGML_NO_BACKTRACE"] = "1"  # or llama.cpp starts a debugger when it fails
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Run the worker on standard input and output."""
    seal()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program decides what Ctrl-C means
    _leave_no_traces()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what native code prints is no answer
    Worker(answers).serve(_requests(sys.stdin.buffer))


if __name__ == "__main__":
    main()
