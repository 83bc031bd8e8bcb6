"""A run is fitted to the machine before anything is loaded."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthdial.engine.fit import (
    MOST_SLOTS_CPU,
    Fit,
    available_memory,
    check_model_fits,
    default_threads,
    fit,
    memory_needed,
    slot_tokens,
)
from synthdial.engine.gguf import Header
from synthdial.errors import SynthdialError

GB = 10**9
GPU = {"kind": "GPU", "name": "GPU", "description": "GPU", "free": 8 * GB, "total": 8 * GB}
FIELDS = {
    "general.architecture": "llama",
    "llama.block_count": 32,
    "llama.embedding_length": 4096,
    "llama.context_length": 4096,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
}
SHARE = slot_tokens(500, 2.0)  # tokens of one dialogue
MODEL = Header(Path("zeven.gguf"), 4 * GB, FIELDS, {}, 32_000)


def free(monkeypatch: pytest.MonkeyPatch, memory: float) -> None:
    monkeypatch.setattr("synthdial.engine.fit.available_memory", lambda: int(memory))


def fitted(**wishes: Any) -> Fit:
    values = {"prompt_tokens": 1000, "tokens_per_word": 2.0, "max_words": 500, "count": 100, "threads": 4} | wishes
    return fit(MODEL, **values)


def test_with_memory_to_spare_all_slots_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 64 * GB)
    plan = fitted()
    assert plan.slots == MOST_SLOTS_CPU
    assert plan.slot_tokens == SHARE >= 1000
    assert plan.cells == 1000 + plan.slots * plan.slot_tokens
    assert plan.memory == memory_needed(MODEL, plan.cells, plan.slots)
    assert (plan.threads, plan.gpu_layers) == (4, 0)


def test_less_memory_means_fewer_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = []
    for memory in (64, 8, 7, 6, 5.7):
        free(monkeypatch, memory * GB)
        plan = fitted()
        assert plan.memory <= memory * GB
        slots.append(plan.slots)
    assert slots == sorted(slots, reverse=True)
    assert slots[0] > slots[2] > slots[-1] >= 1


def test_no_more_slots_than_dialogues(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 64 * GB)
    assert fitted(count=3).slots == 3


def test_a_model_too_large_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 3 * GB)
    for attempt in (lambda: check_model_fits(MODEL), fitted):
        with pytest.raises(SynthdialError, match=r"zeven\.gguf needs about 4\.\d GB of memory; 3\.0 GB are free"):
            attempt()


def test_a_model_that_fits_but_not_with_the_dialogue_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, memory_needed(MODEL, 1024, 1) + 1)
    check_model_fits(MODEL)
    with pytest.raises(SynthdialError, match="needs about"):
        fitted(max_words=50_000)


def test_a_context_too_small_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 64 * GB)
    with pytest.raises(SynthdialError, match=r"A context of \d+ tokens is too small: the prompt takes 1000"):
        fitted(context=1000 + SHARE - 1)
    with pytest.raises(SynthdialError, match=f"each of 4 slots {SHARE}"):
        fitted(context=1000 + 2 * SHARE, parallel=4)


def test_a_context_bounds_the_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 64 * GB)
    plan = fitted(context=1000 + 3 * SHARE + 5)
    assert (plan.slots, plan.cells) == (3, 1000 + 3 * SHARE + 5)


def test_a_context_larger_than_the_memory_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 8 * GB)
    with pytest.raises(SynthdialError, match=r"8\.0 GB are free"):
        fitted(context=1_000_000, count=1)


def test_slots_asked_for_are_taken_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 64 * GB)
    assert fitted(parallel=40).slots == 40
    free(monkeypatch, 6 * GB)
    with pytest.raises(SynthdialError, match=r"40 slots need about .* GB of memory; 6\.0 GB are free.*--parallel"):
        fitted(parallel=40)


def test_layers_go_to_a_gpu_as_far_as_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 64 * GB)
    assert fitted(devices=[GPU | {"free": 24 * GB}], count=1).gpu_layers == 33
    assert 0 < fitted(devices=[GPU | {"free": 4 * GB}], count=1).gpu_layers < 33
    assert fitted(devices=[GPU | {"free": 0}]).gpu_layers == 0
    assert fitted(devices=[GPU | {"kind": "CPU"}]).gpu_layers == 0
    assert fitted(devices=[GPU], gpu_layers=7).gpu_layers == 7


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    memory=st.integers(0, 40),
    prompt=st.integers(1, 20_000),
    words=st.integers(20, 20_000),
    context=st.none() | st.integers(1, 60_000),
    parallel=st.none() | st.integers(1, 255),
    count=st.integers(1, 300),
)
def test_a_plan_fits_or_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    memory: int,
    prompt: int,
    words: int,
    context: int | None,
    parallel: int | None,
    count: int,
) -> None:
    free(monkeypatch, memory * GB)
    try:
        plan = fitted(prompt_tokens=prompt, max_words=words, context=context, parallel=parallel, count=count)
    except SynthdialError:
        return
    assert plan.slots == parallel or (parallel is None and 1 <= plan.slots <= count)
    assert prompt + plan.slots * plan.slot_tokens <= plan.cells
    assert context is None or plan.cells <= context
    assert memory_needed(MODEL, plan.cells, plan.slots) <= memory * GB


def test_this_machine_has_memory_and_a_core() -> None:
    assert available_memory() > 0
    assert default_threads() >= 1
