"""Time and memory of `synthdial-edge measure` from 1 MB to 2 GB, and what a second process brings.

    python benchmarks/corpus.py [--sizes 1,10,100,1000,2000] [--jobs 2]

The files are JSON lines of dialogues of 1,500 words, put together from the turns of the bundled references in random
order. Everything is measured from the command to its end, start of the program and of its processes included.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from metrics import corpus

MEASURE = [sys.executable, "-m", "synthdial", "measure"]


def write(path: Path, megabytes: float) -> int:
    """A file of about that size; its dialogues repeat after 2,000, with other ids."""
    names = ("Arts", "Patiënt")
    records = [
        [{"speaker": names[speaker], "text": text} for speaker, text in zip(speakers, texts, strict=True)]
        for speakers, texts in corpus(1500, 2000)
    ]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    size = number = 0
    with path.open("w") as file:
        while size < megabytes * 1e6:
            line = lines[number % len(lines)]
            size += len(line.encode()) + 24
            file.write(f'{{"id": "{number:08}", "turns": {line}}}\n')
            number += 1
    return path.stat().st_size


def run(path: Path, by: str, jobs: int) -> tuple[float, float]:
    """Seconds, and the most memory that all its processes held at once, in MB: a page that some share counts once."""
    command = [*MEASURE, str(path), "--by", by, "--jobs", str(jobs), "--format", "csv", "-o", f"{path}.csv"]
    most = 0
    begin = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, held(str(process.pid)))
        time.sleep(0.05)
    taken = time.perf_counter() - begin
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with status {process.returncode}")
    return taken, most / 1e6


def held(process: str) -> int:
    """Bytes that a process and its children hold, shared pages in proportion (PSS; Linux)."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0
    own = sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own + sum(map(held, children))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sizes", default="1,10,100,1000,2000")
    arguments.add_argument("--jobs", type=int, default=2)
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="synthdial-corpus-"))
    heads = (("", 8), ("by", 10), ("s, 1 job", 10), ("MB/s", 8), ("MB held", 9), (f"s, {given.jobs} jobs", 10))
    print("".join(f"{text:>{width}}" for text, width in (*heads, ("times", 7), ("MB held", 9))))
    try:
        for megabytes in map(float, given.sizes.split(",")):
            file = folder / "corpus.jsonl"
            size = write(file, megabytes)
            for by in ("dialogue", "corpus"):
                one, memory = run(file, by, 1)
                more, memory_more = run(file, by, given.jobs)
                print(
                    f"{megabytes:5.0f} MB{by:>10}{one:10.2f}{size / one / 1e6:8.1f}{memory:9.0f}{more:10.2f}"
                    f"{one / more:7.2f}{memory_more:9.0f}",
                    flush=True,
                )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
