"""The standalone program beside the program from source: its size, how soon it starts, how fast it writes.

    make bundle bundle-onefile
    python benchmarks/bundle.py [--rounds 9] [--generation-rounds 5]

1. Sizes of the folder and of the archives.
2. `--version`, from the command to its end; from the command to the first screen, in a terminal of 120 by 40: of the
   folder, of the single file (which unpacks itself at each start), and of the program from source.
3. Tokens a second of the engine's own process with the embedded model: of the folder; of this environment's llama.cpp;
   and of the same portable llama.cpp from source (build/bundle/venv). Each takes its turn in every round; the ratios
   are between figures of one round.
4. What each kind of llama.cpp is: which library it loaded.

All are medians; machines that do something else meanwhile give wide ranges, which are printed.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from synthdial.engine.client import Engine
from synthdial.engine.events import Clock
from synthdial.engine.fit import default_threads
from synthdial.engine.models import find_model
from synthdial.engine.protocol import WriteDialogues

CHECKOUT = Path(__file__).parent.parent
FOLDER, ONE_FILE = CHECKOUT / "dist" / "synthdial-edge", CHECKOUT / "dist" / "onefile" / "synthdial-edge"
SOURCE = [sys.executable, "-P", "-m", "synthdial"]
PORTABLE = CHECKOUT / "build" / "bundle" / "venv" / "bin" / "python"
MEGABYTE = 1e6
BARS = {"archive": 70.0, "version": 0.15, "screen": 0.8, "speed": 0.97}
SLOTS, TOKENS = 8, 64
_VARIANT = re.compile(r"libggml-cpu(?:-(\w+))?\.so")


def sizes() -> None:
    size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file() and not path.is_symlink())
    model = sum(path.stat().st_size for path in FOLDER.glob("models/*.gguf"))
    print(f"folder: {size / MEGABYTE:.0f} MB, of which the model {model / MEGABYTE:.0f} MB")
    for archive in sorted((CHECKOUT / "dist").glob("synthdial-edge-*.tar.xz")):
        bar = f" (bar {BARS['archive']:.0f} MB)" if "no-model" in archive.name else ""
        print(f"{archive.name}: {archive.stat().st_size / MEGABYTE:.1f} MB{bar}")
    if ONE_FILE.exists():
        print(f"single file: {ONE_FILE.stat().st_size / MEGABYTE:.0f} MB")


def version_seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run([*command, "--version"], capture_output=True, check=True)
    return time.perf_counter() - began


def screen_seconds(command: Sequence[str], home: Path) -> float:
    """From the command to Home, in a terminal."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environment = {**os.environ, "SYNTHDIAL_HOME": str(home), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--lang", "en"], stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=home,
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    seen = b""
    try:
        while b"How to begin" not in seen:
            if not select.select([master], [], [], 60)[0]:
                raise SystemExit(f"The program showed no screen; last: {seen[-600:]!r}")
            seen += os.read(master, 1 << 16)
        return time.perf_counter() - began
    finally:
        os.write(master, b"\x11")  # Ctrl+Q: a single file removes what it unpacked
        time.sleep(0.3)
        process.kill()
        process.wait()
        os.close(master)


class Kind:
    """A way to run the engine's process."""

    def __init__(self, name: str, executable: Path, *, frozen: bool) -> None:
        self.name, self._executable, self._frozen = name, executable, frozen
        self.loaded = ""

    def engine(self) -> Engine:
        """An engine whose process is of this kind."""
        before = sys.executable
        sys.executable = str(self._executable)
        if self._frozen:
            sys.frozen = True  # type: ignore[attr-defined]
        try:
            return Engine()
        finally:
            sys.executable = before
            if self._frozen:
                del sys.frozen  # type: ignore[attr-defined]

    def tokens_per_second(self, model: Path) -> float:
        """Of several dialogues at once, each of the same number of tokens."""
        with self.engine() as engine:
            engine.open(model)
            request = WriteDialogues(
                segments=[("Arts: Goedemorgen. Hoe gaat het met u?\nPatiënt: Ja, gaat wel.\n" * 16, False)], lead="",
                jobs=[(number, number) for number in range(1, SLOTS + 1)], foreign_label=r"\w+:", slots=SLOTS,
                threads=default_threads(), cells=2048, slot_tokens=TOKENS, preset="plain", min_turns=TOKENS,
                max_words=4 * TOKENS,
            )  # fmt: skip
            clock = [event for event in engine.write(request) if isinstance(event, Clock)][-1]
            maps = Path(f"/proc/{engine.pid}/maps").read_text()
            self.loaded = ", ".join(sorted({found or "built in" for found in _VARIANT.findall(maps)}))
        return clock.tokens / clock.total


def told(name: str, values: Sequence[float], unit: str, bar: str = "") -> None:
    middle = statistics.median(values)
    print(f"{name:44} {middle:7.3f} {unit} ({min(values):.3f} to {max(values):.3f}){bar}", flush=True)


def starts(commands: Mapping[str, Sequence[str]], rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        versions: dict[str, list[float]] = {kind: [] for kind in commands}
        screens: dict[str, list[float]] = {kind: [] for kind in commands}
        for number in range(rounds + 1):
            for kind, command in commands.items():
                taken = version_seconds(command), screen_seconds(command, home)
                if number:  # the first fills the caches of the system
                    versions[kind].append(taken[0])
                    screens[kind].append(taken[1])
    for what, found, bar in (("--version", versions, BARS["version"]), ("first screen", screens, BARS["screen"])):
        for kind, values in found.items():
            told(f"{what}, {kind}", values, "s", f" (bar {bar} s)" if kind == "folder" else "")
    if "single file" in commands:
        for what, found in (("--version", versions), ("first screen", screens)):
            more = [one - other for one, other in zip(found["single file"], found["folder"], strict=True)]
            told(f"{what}: the single file takes more", more, "s")


def generation(rounds: int) -> None:
    model = find_model("gemma-3-270m").path
    folder = Kind("folder", FOLDER / "synthdial-edge", frozen=True)
    kinds = [folder, Kind("source, llama.cpp of this environment", Path(sys.executable), frozen=False)]
    if PORTABLE.exists():
        kinds.append(Kind("source, the same portable llama.cpp", PORTABLE, frozen=False))
    found: dict[str, list[float]] = {kind.name: [] for kind in kinds}
    for number in range(rounds + 1):
        # in another order each time: who comes first after a pause has a cooler processor
        for kind in kinds[number % len(kinds) :] + kinds[: number % len(kinds)]:
            speed = kind.tokens_per_second(model)
            if number:
                found[kind.name].append(speed)
    for kind in kinds:
        told(f"{SLOTS} slots, {kind.name}", found[kind.name], f"tokens/s, {kind.loaded}")
    for kind in kinds[1:]:
        ratios = [one / other for one, other in zip(found["folder"], found[kind.name], strict=True)]
        told(f"folder / {kind.name}", ratios, "", f" (bar {BARS['speed']})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="of the starts")
    parser.add_argument("--generation-rounds", type=int, default=5, help="0 leaves the model out")
    given = parser.parse_args()
    if not (FOLDER / "synthdial-edge").exists():
        raise SystemExit("There is no standalone program: make bundle.")
    sizes()
    commands: dict[str, Sequence[str]] = {"folder": [str(FOLDER / "synthdial-edge")], "source": SOURCE}
    if ONE_FILE.exists():
        commands["single file"] = [str(ONE_FILE)]
    starts(commands, given.rounds)
    if given.generation_rounds:
        generation(given.generation_rounds)


if __name__ == "__main__":
    main()
