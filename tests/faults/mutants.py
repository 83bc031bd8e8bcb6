"""Damaged files, hundreds of each kind, in processes that may take so much time and memory and no more."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from readers import HALF_AS_MANY, KINDS, TESTS, Mutant

MOST_SECONDS = 10  # of the processor, so that it is the same on a machine that is busy; and a minute by the clock
MOST_WAITED = 60
_READERS = Path(__file__).with_name("readers.py")


class _Server:
    """A process that reads damaged files, and another one where it came to its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask(self, kind: str, number: int) -> Mutant:
        process = self._started()
        assert process.stdin is not None
        process.stdin.write(f"{kind} {number}\n")
        process.stdin.flush()
        try:
            line = self._answers.get(timeout=MOST_WAITED)
        except queue.Empty:
            self.close()
            return Mutant(kind, number, "hung", problem="it hung for a minute")
        if not line:
            status = process.wait()
            self._process = None
            return Mutant(kind, number, "died", problem=f"the process ended with {status}")
        mutant = Mutant(**json.loads(line))
        if mutant.problem is None and mutant.seconds > MOST_SECONDS:
            return replace(mutant, outcome="hung", problem=f"it took {mutant.seconds:.0f} seconds of the processor")
        return mutant

    def _started(self) -> "subprocess.Popen[str]":
        if self._process is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
            self._answers = queue.SimpleQueue()
            self._process = subprocess.Popen(
                [sys.executable, str(_READERS), str(self._folder)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self._folder,
                env={**os.environ, "PYTHONPATH": path},
            )  # fmt: skip
            threading.Thread(target=self._listen, args=(self._process, self._answers), daemon=True).start()
        return self._process

    @staticmethod
    def _listen(process: "subprocess.Popen[str]", answers: "queue.SimpleQueue[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            answers.put(line)
        answers.put("")

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def run_mutants(
    folder: Path, runs: int, seed: int, *, kinds: Sequence[str] = tuple(KINDS), at_once: int = 2
) -> list[Mutant]:
    """So many damaged files of each kind, from number ``seed * 1,000,000`` on."""

    def cases() -> Iterator[tuple[str, int]]:
        for kind in kinds:
            for number in range(runs // 2 if kind in HALF_AS_MANY else runs):
                yield kind, seed * 1_000_000 + number

    found: list[Mutant] = []
    waiting, lock = cases(), threading.Lock()

    def work(place: Path) -> None:
        server = _Server(place)
        while True:
            with lock:
                case = next(waiting, None)
            if case is None:
                server.close()
                return
            found.append(server.ask(*case))

    threads = [threading.Thread(target=work, args=(folder / f"mutants{number}",)) for number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found, key=lambda mutant: (list(KINDS).index(mutant.kind), mutant.number))


def summary(found: Sequence[Mutant]) -> str:
    """How many of each kind were read, refused, and a problem."""
    lines = [f"{len(found)} damaged files, {sum(mutant.problem is not None for mutant in found)} problems"]
    for kind in dict.fromkeys(mutant.kind for mutant in found):
        outcomes = Counter(mutant.outcome for mutant in found if mutant.kind == kind)
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        lines.append(f"  {kind}: {sum(outcomes.values())}: {told}")
    lines += [f"  {mutant.kind} {mutant.number}: {mutant.problem}" for mutant in found if mutant.problem is not None][
        :20
    ]
    return "\n".join(lines)
