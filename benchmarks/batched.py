"""The engine beside llama.cpp's own `llama-batched-bench`, which samples nothing and knows no labels: the limit.

    python benchmarks/batched.py --bench PATH/llama-batched-bench [--model FILE.gguf] [--gpu-layers 99] [--slots 1,4,16]

Both read one prompt of the same number of tokens, share it among all sequences, and write the same number of tokens for
each; both with flash attention and the same threads and layers on a GPU. They take turns, round by round, and each
ratio is within a round; medians are printed. The bar is 0.9 on a GPU. `llama-batched-bench` must be of the llama.cpp
inside the installed llama-cpp-python: CONTRIBUTING.md says how to build it.
"""

import argparse
import json
import statistics
import subprocess
from pathlib import Path

from synthdial.engine import llama
from synthdial.engine.decoder import Decoder, Job
from synthdial.engine.director import PlainDirector
from synthdial.engine.fit import default_threads
from synthdial.engine.models import find_model
from synthdial.engine.sampling import Sampling
from synthdial.engine.worker import make_script
from synthdial.transcripts import known_labels

SLOTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_SPARE = 16  # tokens of a slot beyond those asked for, for the label that is fed last


def ours(model: llama.Model, slots: int, prompt: int, tokens: int, threads: int) -> float:
    """Tokens a second, labels that are fed counted as the others are, since each goes through the network."""
    words = model.tokenize("Hoe gaat het nu met u? ", begin=True)
    context = llama.Context(model, prompt + slots * (tokens + _SPARE), slots, threads)
    decoder = Decoder(model, context, (words * (prompt // len(words) + 1))[:prompt], slots, Sampling())
    script = make_script(model, "", known_labels().inside_text())
    jobs = [
        Job(i, 1 + i, PlainDirector(script, min_turns=tokens, max_words=tokens * 8, max_tokens=tokens))
        for i in range(slots)
    ]
    for _ in decoder.run(jobs):
        pass
    context.close()
    return slots * tokens / decoder.clock.total


def theirs(options: argparse.Namespace, model: Path, slots: int, threads: int) -> float:
    """Tokens a second that llama-batched-bench says of writing, the prompt left out."""
    prompt, tokens = options.prompt, options.tokens
    cells = prompt + slots * (tokens + _SPARE)
    command = [str(options.bench), "-m", str(model), "-c", str(cells), "-ngl", str(options.gpu_layers)]
    command += ["-npp", str(prompt), "-ntg", str(tokens), "-npl", str(slots), "-pps", "-kvu", "-fa", "on"]
    command += ["-t", str(threads), "-b", "2048", "-ub", "512", "--output-format", "jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not rows:
        raise SystemExit(f"llama-batched-bench failed:\n{done.stderr[-2000:]}")
    return float(rows[-1]["speed_tg"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--model", help="A GGUF file; by default the embedded model.")
    parser.add_argument("--gpu-layers", type=int, default=0)
    parser.add_argument("--prompt", type=int, default=1024)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--slots", default=",".join(map(str, SLOTS)))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    llama.start()
    about = llama.build_info()
    path = find_model(options.model).path
    model = llama.Model(path, gpu_layers=options.gpu_layers)
    named = ", ".join(device["description"] for device in about["devices"])
    print(f"{path.name} on {named}: {options.prompt} tokens of prompt, {options.tokens} a dialogue")
    print(f"{'slots':>6}{'batched-bench':>15}{'engine':>10}{'ratio':>8}   tokens/s, medians")
    for slots in (int(text) for text in options.slots.split(",")):
        pairs = []
        for _ in range(options.rounds):
            limit = theirs(options, path, slots, options.threads)
            pairs.append((limit, ours(model, slots, options.prompt, options.tokens, options.threads)))
        limit, own = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(mine / peer for peer, mine in pairs)
        print(f"{slots:6}{limit:15.1f}{own:10.1f}{ratio:8.2f}", flush=True)
    model.close()


if __name__ == "__main__":
    main()
