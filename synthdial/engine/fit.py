"""Fit a run to the machine: slots, threads, cells of the cache, layers on a GPU, before anything is loaded."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from synthdial.engine.gguf import Header
from synthdial.errors import SynthdialError

MOST_SLOTS_CPU, MOST_SLOTS_GPU = 16, 64
MOST_SLOTS = 255  # llama.cpp's limit of sequences, less the one that holds the prompt
BATCH = 512  # tokens, on a GPU; a processor takes fewer
_PROGRAM = 220 << 20  # both processes, llama.cpp's own buffers


@dataclass(frozen=True)
class Fit:
    """How a run uses the machine.

    Attributes
    ----------
    slots : int
        Dialogues written together.
    threads : int
        Threads for the processor.
    cells : int
        Tokens that the cache holds.
    slot_tokens : int
        Each slot's share of it, after the prompt.
    gpu_layers : int
        Layers of the network on a GPU; 0 for none.
    memory : int
        Bytes that the run is expected to take in main memory.
    """

    slots: int
    threads: int
    cells: int
    slot_tokens: int
    gpu_layers: int
    memory: int


def available_memory() -> int:
    """Bytes of main memory that a new process can take: what the system has free, or what a control group allows."""
    available = int(psutil.virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        if limit != "max":
            available = min(available, int(limit) - int((group / "memory.current").read_text()))
    except (OSError, ValueError):
        return available
    return max(available, 0)


def default_threads() -> int:
    """Physical cores that this process may run on."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))


def memory_needed(header: Header, cells: int, slots: int) -> int:
    """Bytes of main memory that a run is expected to take, an upper bound.

    The file, the cache, a row of logits for each slot, llama.cpp's work space and both processes.
    """
    logits = 2 * (slots + 1) * header.n_vocab * 4
    work = BATCH * header.n_embd * 4 * 24
    return header.size + header.cache_bytes_per_token * cells + logits + work + _PROGRAM


def slot_tokens(max_words: int, tokens_per_word: float) -> int:
    """Tokens that a dialogue of so many words may take, 15 % more than the references would, and stage directions.

    The directions of six phases and their terms take about 210, however short the dialogue; in long ones the 15 % hold
    them.
    """
    return int(max_words * tokens_per_word * 1.15) + 64 + max(0, 260 - max_words // 3)


def check_model_fits(header: Header) -> None:
    """Refuse a model that cannot run here even with one short dialogue.

    Raises
    ------
    SynthdialError
        Says what it needs and what there is.
    """
    needed, available = memory_needed(header, 1024, 1), available_memory()
    if needed > available:
        raise _too_large(header, needed, available)


def _too_large(header: Header, needed: int, available: int) -> SynthdialError:
    return SynthdialError(
        f"The model {header.path.name} needs about {needed / 1e9:.1f} GB of memory; {available / 1e9:.1f} GB are free.",
        "Close other programs, or use a smaller model or a stronger quantisation.",
    )


def layers_on_gpu(header: Header, devices: Sequence[Mapping[str, Any]], reserve: int) -> int:
    """How many layers fit on the GPUs beside the cache; all of them counts one more, for the output.

    Parameters
    ----------
    header : Header
        The model.
    devices : sequence of mapping
        As `synthdial.engine.llama.devices` lists them.
    reserve : int
        Bytes to leave free on the GPU for the cache and work space.
    """
    free = sum(d["free"] for d in devices if d["kind"] == "GPU")
    per_layer = header.size / (header.n_layer + 1)
    return max(0, min(header.n_layer + 1, int((0.9 * free - reserve) / per_layer)))


def fit(
    header: Header,
    *,
    prompt_tokens: int,
    tokens_per_word: float,
    max_words: int,
    count: int,
    devices: Sequence[Mapping[str, Any]] = (),
    parallel: int | None = None,
    threads: int | None = None,
    context: int | None = None,
    gpu_layers: int | None = None,
) -> Fit:
    """Fit a run to the machine.

    Parameters
    ----------
    header : Header
        The model.
    prompt_tokens, tokens_per_word, max_words : int, float, int
        Of the recipe.
    count : int
        Dialogues still to write.
    devices : sequence of mapping
        Devices that llama.cpp can use.
    parallel, threads, context, gpu_layers : int, optional
        The user's wish; it is taken as it is, and refused where it cannot be.

    Raises
    ------
    SynthdialError
        When the model, the context or the slots asked for do not fit.
    """
    share = slot_tokens(max_words, tokens_per_word)
    check_model_fits(header)
    gpu = any(device["kind"] == "GPU" for device in devices)
    cap = MOST_SLOTS_GPU if gpu else MOST_SLOTS_CPU
    available = available_memory()
    slots = parallel or max(1, min(cap, count))

    def cells(slots: int) -> int:
        return max(context or 0, prompt_tokens + slots * share)

    if context:
        most = (context - prompt_tokens) // share
        if most < (parallel or 1):
            raise SynthdialError(
                f"A context of {context} tokens is too small: the prompt takes {prompt_tokens}, each of "
                f"{parallel or 1} slots {share}.",
                "Give a larger --context, or a smaller --parallel or --max-words.",
            )
        slots = min(slots, most)
    needed = memory_needed(header, cells(slots), slots)
    while not parallel and slots > 1 and needed > 0.9 * available:
        slots -= 1
        needed = memory_needed(header, cells(slots), slots)
    if needed > available:
        if context and memory_needed(header, prompt_tokens + slots * share, slots) <= available:
            raise SynthdialError(
                f"A context of {context} tokens needs about {needed / 1e9:.1f} GB of memory; "
                f"{available / 1e9:.1f} GB are free.",
                "Give a smaller --context, or leave it out.",
            )
        if slots == 1:
            raise _too_large(header, needed, available)
        raise SynthdialError(
            f"{slots} slots need about {needed / 1e9:.1f} GB of memory; {available / 1e9:.1f} GB are free.",
            "Give a smaller --parallel, or leave it out.",
        )
    reserve = header.cache_bytes_per_token * cells(slots) + (1 << 30)
    layers = gpu_layers if gpu_layers is not None else layers_on_gpu(header, devices, reserve) if gpu else 0
    return Fit(slots, threads or default_threads(), cells(slots), share, layers, needed)
