"""Speed of the engine on the embedded model, beside llama-cpp-python's own loop, in one run.

    python benchmarks/engine.py [--tokens 96] [--dialogues 32] [--max-words 120] [--rounds 3]

1. Generation alone: tokens a second for 1, 4, 8 and 16 slots after the bundled prompt, and the engine's own overhead.
   Beside it `Llama.create_completion`, one dialogue at a time, with the prompt in its cache before the clock starts.
2. End to end: a batch of dialogues through the program's own worker, from nothing to a study; beside it completions of
   the same lengths, one by one, from loading the model on. Twice: as `Llama` does it, which keeps the prompt's cache
   between calls of one object, and (on a sample) reading the prompt for each dialogue, as a loop over processes does.
3. Peak memory of both processes of a batch at the defaults.

Each figure is a median over the rounds; the ratios are between figures of the same round.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from llama_cpp import Llama

from synthdial import BatchRequest, Study, preview_batch, run_batch
from synthdial.engine import llama
from synthdial.engine.decoder import Decoder, Job
from synthdial.engine.director import PlainDirector
from synthdial.engine.events import Clock
from synthdial.engine.fit import default_threads
from synthdial.engine.sampling import Sampling
from synthdial.engine.worker import make_script, prompt_tokens
from synthdial.transcripts import known_labels

SLOTS = (1, 4, 8, 16)


def generate(model: llama.Model, prompt: list[int], lead: str, slots: int, tokens: int) -> tuple[Clock, int]:
    """Write dialogues that go on until each has so many tokens, labels included, as the peer writes them, too."""
    context = llama.Context(model, len(prompt) + slots * (tokens + 16), slots, default_threads())
    decoder = Decoder(model, context, prompt, slots, Sampling())
    script = make_script(model, lead, known_labels().inside_text())
    directors = [PlainDirector(script, min_turns=tokens, max_words=tokens * 2, max_tokens=tokens) for _ in range(slots)]
    for _ in decoder.run(Job(i, 1 + i, director) for i, director in enumerate(directors)):
        pass
    context.close()
    return decoder.clock, slots * tokens


def one_by_one(peer: Llama, prompt: list[int], tokens: int, seed: int) -> tuple[int, float]:
    """Tokens and seconds of one completion; the model may end it early."""
    sampling = Sampling()
    began = time.perf_counter()
    completion = peer.create_completion(
        prompt,
        max_tokens=tokens,
        temperature=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        min_p=sampling.min_p,
        repeat_penalty=sampling.repeat_penalty,
        seed=seed,
    )
    return completion["usage"]["completion_tokens"], time.perf_counter() - began


def rate_one_by_one(peer: Llama, prompt: list[int], tokens: int) -> float:
    """Tokens a second of completions of a prompt that is in the cache, over at least so many tokens."""
    one_by_one(peer, prompt, 1, seed=1)  # reads the prompt
    count, seconds, seed = 0, 0.0, 1
    while count < tokens:
        more, took = one_by_one(peer, prompt, tokens, seed)
        count, seconds, seed = count + more, seconds + took, seed + 1
    return count / seconds


def open_peer(path: Path, cells: int) -> Llama:
    threads = default_threads()
    return Llama(str(path), n_ctx=cells, n_threads=threads, n_threads_batch=threads, verbose=False)


def table_of_generation(path: Path, segments: list[tuple[str, bool]], lead: str, tokens: int, rounds: int) -> None:
    model = llama.Model(path)
    prompt = prompt_tokens(model, segments)
    rates: dict[int, list[float]] = {slots: [] for slots in SLOTS}
    overheads: dict[int, list[float]] = {slots: [] for slots in SLOTS}
    peers: list[float] = []
    for _ in range(rounds):
        peer = open_peer(path, len(prompt) + tokens + 64)
        peers.append(rate_one_by_one(peer, prompt, tokens))
        peer.close()
        for slots in SLOTS:
            clock, written = generate(model, prompt, lead, slots, tokens)
            rates[slots].append(written / clock.total)
            overheads[slots].append(clock.overhead)
    model.close()
    print(f"Generation alone, {len(prompt)} tokens of prompt, {tokens} tokens a dialogue, median of {rounds} rounds")
    print(f"{'':24}{'tokens/s':>10}{'ratio':>8}{'overhead':>10}")
    print(f"{'Llama.create_completion':24}{statistics.median(peers):10.1f}{1:8.2f}")
    for slots in SLOTS:
        ratio = statistics.median(ours / theirs for ours, theirs in zip(rates[slots], peers, strict=True))
        overhead = statistics.median(overheads[slots])
        print(f"{f'{slots} slots':24}{statistics.median(rates[slots]):10.1f}{ratio:8.2f}{overhead:10.1%}")


def end_to_end(path: Path, segments: list[tuple[str, bool]], dialogues: int, max_words: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "benchmark.study"
        began = time.perf_counter()
        run_batch(study, BatchRequest(count=dialogues, max_words=max_words, parallel=16, model=str(path)))
        ours = time.perf_counter() - began
        with Study(study, read_only=True) as opened:
            texts = [dialogue.as_text() for dialogue in opened.dialogues()]
    began = time.perf_counter()
    peer = open_peer(path, 8192)
    prompt = prompt_tokens_of(peer, segments)
    opening = time.perf_counter() - began
    # the same work: transcripts of the same lengths, labels included, as the peer must write them
    lengths = [len(peer.tokenize(text.encode(), add_bos=False)) for text in texts]
    written, seconds = completions(peer, prompt, lengths)
    sample = lengths[: max(2, dialogues // 8)]
    anew, anew_seconds = completions(peer, prompt, sample, forget=True)
    peer.close()
    rate, kept = sum(lengths) / ours, written / (seconds + opening)
    print(f"\nEnd to end, {dialogues} dialogues of at most {max_words} words, from loading the model to the last one")
    print(f"{'':42}{'seconds':>10}{'tokens':>8}{'tokens/s':>10}{'ratio':>8}")
    print(f"{'one by one, prompt kept between calls':42}{seconds + opening:10.1f}{written:8}{kept:10.1f}{1:8.2f}")
    name = f"one by one, prompt read each time ({len(sample)})"
    print(f"{name:42}{anew_seconds:10.1f}{anew:8}{anew / anew_seconds:10.1f}{anew / anew_seconds / kept:8.2f}")
    print(f"{'batch, 16 slots':42}{ours:10.1f}{sum(lengths):8}{rate:10.1f}{rate / kept:8.2f}")
    print(f"The batch is {rate / (anew / anew_seconds):.2f} times a loop that reads the prompt for each dialogue.")


def completions(peer: Llama, prompt: list[int], lengths: list[int], *, forget: bool = False) -> tuple[int, float]:
    """Tokens and seconds of one completion after another; with `forget` each reads the prompt anew."""
    written, began = 0, time.perf_counter()
    for seed, length in enumerate(lengths, 1):
        if forget:
            peer.reset()
        written += one_by_one(peer, prompt, length, seed)[0]
    return written, time.perf_counter() - began


def prompt_tokens_of(peer: Llama, segments: list[tuple[str, bool]]) -> list[int]:
    return peer.tokenize("".join(text for text, _ in segments).encode(), special=True)


def peak_memory(path: Path) -> None:
    """Peak resident memory of the program and its worker while 16 dialogues begin at the defaults."""
    me = psutil.Process()
    peak = 0

    def look(_progress: object) -> None:
        nonlocal peak
        peak = max(peak, sum(process.memory_info().rss for process in (me, *me.children())))

    base = me.memory_info().rss
    with tempfile.TemporaryDirectory() as folder:
        run_batch(Path(folder) / "memory.study", BatchRequest(count=16, model=str(path)), report=look)
    size = path.stat().st_size
    print(
        f"\nPeak memory at the defaults, 16 dialogues: {peak / 2**20:.0f} MiB, of which this program {base / 2**20:.0f}"
    )
    print(f"The model has {size / 2**20:.0f} MiB: {(peak - size) / 2**20:.0f} MiB beside it")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=96)
    parser.add_argument("--dialogues", type=int, default=32)
    parser.add_argument("--max-words", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=["generation", "end", "memory"], action="append")
    options = parser.parse_args()
    parts = options.part or ["memory", "generation", "end"]
    prepared = preview_batch(BatchRequest(count=1, max_words=options.max_words))
    segments = [(segment.text, segment.special) for segment in prepared.prompt.segments]
    path = prepared.model.path
    if "memory" in parts:  # first, while this process is small
        peak_memory(path)
    llama.start()
    if "generation" in parts:
        table_of_generation(path, segments, prepared.prompt.lead, options.tokens, options.rounds)
    if "end" in parts:
        end_to_end(path, segments, options.dialogues, options.max_words)


if __name__ == "__main__":
    main()
