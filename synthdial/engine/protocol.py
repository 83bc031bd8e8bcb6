"""What the program and its worker process say to each other: one JSON object a line.

The program writes requests to the worker's standard input and reads its answers from the worker's standard output.
Beside the answers that a request names there are ``alive``, after a pass of the network when nothing was said for a
while, and three that end a request: ``error`` (a problem that the user can mend), ``memory`` (there is too little, and
the program ends the worker) and ``fault`` (of the program).
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from synthdial.engine.sampling import Sampling


@dataclass(frozen=True)
class OpenModel:
    """Load a model and the adapter for it; with `vocab_only` only its vocabulary. Answered by `opened`."""

    path: str
    vocab_only: bool
    gpu_layers: int = 0
    adapter: str | None = None


@dataclass(frozen=True)
class CountTokens:
    """Count the tokens of each text. Answered by `counted`."""

    texts: list[str]


@dataclass(frozen=True)
class WriteDialogues:
    """Write dialogues. Answered by any number of `turn`, `dialogue` and `pulse`, then `written`.

    Attributes
    ----------
    segments : list of [text, special]
        The prompt.
    lead : str
        What stands between it and the first label.
    jobs : list of [number, seed]
        The dialogues.
    foreign_label : str
        Pattern of a label inside a turn.
    plans : list of list of [speaker, words, kind, phase]
        A plan a job; none for the plain director.
    guides : list of [phase, direction]
        Stage directions.
    terms : list of [name, forms, phase, doctor_only]
        Terms that must be spoken.
    style : mapping
        How the words of the references are: ``hesitations`` and ``mattr``.
    """

    segments: list[tuple[str, bool]]
    lead: str
    jobs: list[tuple[int, int]]
    foreign_label: str
    slots: int
    threads: int
    cells: int
    slot_tokens: int
    preset: str
    min_turns: int
    max_words: int
    plans: list[list[tuple[str, int, str, str]]] = field(default_factory=list)
    guides: list[tuple[str, str]] = field(default_factory=list)
    terms: list[tuple[str, tuple[str, ...], str, bool]] = field(default_factory=list)
    style: dict[str, float | None] = field(default_factory=dict)
    sampling: dict[str, Any] = field(default_factory=lambda: Sampling().as_dict())


@dataclass(frozen=True)
class About:
    """Ask which llama.cpp this is. Answered by `about`."""


Request = OpenModel | CountTokens | WriteDialogues | About
_REQUESTS = {kind.__name__: kind for kind in (OpenModel, CountTokens, WriteDialogues, About)}


def pack(kind: str, values: dict[str, Any]) -> bytes:
    """One line for an answer."""
    return json.dumps({"is": kind, **values}).encode() + b"\n"


def pack_request(request: Request) -> bytes:
    """One line for a request."""
    return pack(type(request).__name__, asdict(request))


def unpack_request(line: bytes) -> Request:
    """The request of a line."""
    values = json.loads(line)
    return _REQUESTS[values.pop("is")](**values)
