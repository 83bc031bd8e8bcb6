"""What a disk may hold after the power failed: everything that was synced, and any part of what was not.

A batch runs with a library before its own (``recorder.c``) that notes what it writes and syncs, and what it reports, in
one order. From that, the folder is built anew as it may be after a cut at any of those moments.
"""

import json
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trial import Trial, problem_of_study

SECTOR = 512
_GONE = ("-shm", "-lock")  # companions of the study that say nothing once the machine starts again
WAYS = ("nothing", "all", "the first", "some")
"""How much of what was not synced the disk kept; of ``some`` writes only some sectors."""


@dataclass(frozen=True)
class Deed:
    """One record: ``w`` write, ``t`` change of size, ``s`` sync, ``u`` unlink, ``r`` rename, ``p`` progress."""

    what: str
    path: str
    data: bytes
    place: int


@dataclass(frozen=True)
class Cut:
    """What became of the study at one cut.

    Attributes
    ----------
    at : int
        After how many records.
    way : str
        One of `WAYS`.
    unsynced : int
        Writes that were not synced then.
    reported, kept : int
        Dialogues that had been reported, and that the study held.
    problem : str or None
        What is wrong.
    """

    at: int
    way: str
    unsynced: int
    reported: int
    kept: int
    problem: str | None


class _Inode:
    """A file: what is safe on the disk, and what was done to it since."""

    def __init__(self) -> None:
        self.safe = bytearray()
        self.since: list[Deed] = []

    def sync(self) -> None:
        for deed in self.since:
            _apply(self.safe, deed, range(0, len(deed.data), SECTOR))
        self.since = []

    def after_cut(self, way: str, chance: random.Random) -> bytes:
        content = bytearray(self.safe)
        first = chance.randint(0, len(self.since))
        for number, deed in enumerate(self.since):
            sectors: Sequence[int] = range(0, len(deed.data), SECTOR)
            if way == "nothing" or (way == "the first" and number >= first):
                break
            if way == "some":
                if chance.random() < 0.5:
                    continue
                if chance.random() < 0.5:
                    sectors = [sector for sector in sectors if chance.random() < 0.5]
            _apply(content, deed, sectors)
        return bytes(content)


def _apply(content: bytearray, deed: Deed, sectors: Sequence[int]) -> None:
    if deed.what == "t":
        del content[deed.place :]
        content.extend(bytes(deed.place - len(content)))
        return
    for sector in sectors:
        part = deed.data[sector : sector + SECTOR]
        begin = deed.place + sector
        content.extend(bytes(max(0, begin - len(content))))
        content[begin : begin + len(part)] = part


class _Disk:
    """A folder as the program sees it, and as the disk has it for certain."""

    def __init__(self) -> None:
        self.names: dict[str, _Inode] = {}
        self.safe_names: dict[str, _Inode] = {}
        self.reported = 0

    def do(self, deed: Deed, folder: str) -> None:
        if deed.what == "p":
            self.reported = max(self.reported, json.loads(deed.data)["done"])
        elif deed.what == "s" and deed.path == folder:
            self.safe_names = dict(self.names)
        elif deed.what == "s":
            self.names.setdefault(deed.path, _Inode()).sync()
        elif deed.what == "u":
            self.names.pop(deed.path, None)
        elif deed.what == "r":
            self.names[deed.data.decode()] = self.names.pop(deed.path, _Inode())
        else:
            self.names.setdefault(deed.path, _Inode()).since.append(deed)

    @property
    def unsynced(self) -> int:
        return sum(len(inode.since) for name, inode in self.names.items() if not name.endswith(_GONE))

    def after_cut(self, way: str, chance: random.Random) -> dict[str, bytes]:
        files = {}
        for name in sorted({*self.names, *self.safe_names}):
            now, before = self.names.get(name), self.safe_names.get(name)
            chosen = {"nothing": before, "all": now}.get(way, chance.choice((now, before)))
            if chosen is not None:
                files[Path(name).name] = chosen.after_cut(way, chance)
        return files


def build_recorder(folder: Path) -> Path:
    """Compile the library."""
    target = folder / "recorder.so"
    source = Path(__file__).with_name("recorder.c")
    command = ["gcc", "-O1", "-shared", "-fPIC", "-o", str(target), str(source), "-ldl", "-lpthread"]
    subprocess.run(command, check=True, capture_output=True)
    return target


def record(trial: Trial, folder: Path, counts: Sequence[int]) -> tuple[list[Deed], Path]:
    """Run a batch once for each count, one after the other, into one study; what was done, and the study."""
    place = folder / "disk"
    place.mkdir()
    study, target = place / "a.study", folder / "record"
    recorder = build_recorder(folder)
    environment = {"LD_PRELOAD": str(recorder), "RECORD": str(target), "RECORDED_FOLDER": str(place)}
    for count in counts:
        running = replace(trial, count=count, environment={**trial.environment, **environment}).start(study)
        status = running.wait(300)
        assert status == 0, running.errors
    return list(_read(target.read_bytes())), study


def _read(content: bytes) -> Iterator[Deed]:
    at, head = 0, struct.Struct("<cQQq")
    while at < len(content):
        what, path_length, length, place = head.unpack_from(content, at)
        at += head.size
        path = content[at : at + path_length].decode()
        at += path_length
        yield Deed(what.decode(), path, content[at : at + length], place)
        at += length


def run_cuts(deeds: list[Deed], study: Path, folder: Path, points: int, seed: int) -> list[Cut]:
    """Cut the power at so many moments, each time with a part of what was not synced; look at the study."""
    chance = random.Random(seed)
    final = problem_of_study(study, 0)[1]
    moments = sorted(chance.randint(1, len(deeds)) for _ in range(points))
    disk, done, cuts = _Disk(), 0, []
    for number, moment in enumerate(moments):
        for deed in deeds[done:moment]:
            disk.do(deed, str(study.parent))
        done = moment
        way = WAYS[number % len(WAYS)]
        place = folder / "after"
        place.mkdir()
        for name, content in disk.after_cut(way, chance).items():
            if not name.endswith(_GONE):
                (place / name).write_bytes(content)
        problem, held = problem_of_study(place / study.name, disk.reported)
        if problem is None and any(final.get(key) != turns for key, turns in held.items()):
            problem = "a dialogue is not what it was"
        cuts.append(Cut(moment, way, disk.unsynced, disk.reported, len(held), problem))
        shutil.rmtree(place)
    return cuts


def summary(cuts: list[Cut], deeds: list[Deed]) -> str:
    """How many cuts, and where they fell."""
    wrong = [cut for cut in cuts if cut.problem]
    text = (
        f"{len(cuts)} cuts among {len(deeds)} writes, syncs and reports: {sum(cut.unsynced > 0 for cut in cuts)} with "
        f"unsynced writes, {sum(not cut.reported for cut in cuts)} before the first dialogue was reported, "
        f"{sum(cut.kept > cut.reported for cut in cuts)} with one more than was reported; {len(wrong)} problems"
    )
    return "\n".join([text, *(f"  {cut}" for cut in wrong[:10])])
