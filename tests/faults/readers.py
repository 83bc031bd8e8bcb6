"""Damaged files of every kind, each read by whatever reads it: ``python readers.py FOLDER`` serves one after another.

A damaged file is made from its kind and number alone. The process that reads it may use a gigabyte more than it began
with, and has ten seconds: a message, or a result; everything else is a problem.
"""

import contextlib
import io
import json
import os
import random
import resource
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import click
import psutil
from damage import (
    Chance,
    damage_database,
    damage_gguf,
    damage_json,
    damage_lines,
    damage_model,
    damage_toml,
    damage_zip,
)

from synthdial import locations
from synthdial.errors import SynthdialError, WorkerDiedError

GIGABYTE = 1 << 30
TESTS = Path(__file__).parents[1]
SAMPLES = TESTS / "transcripts" / "samples"
TEXT = (
    "# Titel: x\nArts: Gaat u zitten.\nPatiënt: Ja.\n  en dan\nDr. B 2: Goed.\nPatiënt: [lacht] Tot ziens.\n".encode()
)
LINES = (
    b'{"id": 1, "turns": [{"speaker": "Arts", "text": "Goed."}, {"speaker": "Pati\\u00ebnt", "text": "Ja."}]}\n'
    b'{"messages": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]}\n'
)
LEXICON = b"# x\nnieren\tnier\nnier\tnier\tnephros\n"
SNOMED = (
    b"id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\n"
    b"1\t2025\t1\t3\t42\tnl\t900000000000013009\tnier\t4\n"
)
SETTINGS = (
    'model = "gemma-3-270m"\nlanguage = "nl"\ntheme = "dark"\n\n[labels]\nDokter = "Arts"\nMevrouw = "Patiënt"\n'
    "\n[leakage]\nlongest_run = 7\nrare_five_grams = 4\nsimilarity = 0.15\n"
).encode()
STATE = b'{"theme": "dark", "language": "nl", "recent": ["/tmp/a.study", "/tmp/b.study"], "rater": "Els"}'


@dataclass(frozen=True)
class Mutant:
    """What became of one damaged file.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    number : int
        Which of its kind.
    outcome : str
        ``read``; ``refused`` with a message; ``crashed``, where llama.cpp did so in the worker and that was said.
    said : str
        The message.
    problem : str or None
        What is wrong: a traceback, a hang, too much memory.
    seconds : float
        Of the processor that it took, the worker's included.
    """

    kind: str
    number: int
    outcome: str
    said: str = ""
    problem: str | None = None
    seconds: float = 0.0


class Reader:
    """Makes damaged files in a folder and reads them.

    Parameters
    ----------
    folder : Path
        Where; it is the user's folder of this process, too.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine: Any = None

    def read(self, kind: str, number: int) -> Mutant:
        """Make a damaged file and read it."""
        before = self._spent()
        mutant = self._read(kind, number)
        return replace(mutant, seconds=self._spent() - before)

    def _spent(self) -> float:
        """Seconds of the processor that this process, its children and the worker took."""
        spent = sum(os.times()[:4])
        with contextlib.suppress(psutil.NoSuchProcess):
            if self._engine is not None:
                times = psutil.Process(self._engine.pid).cpu_times()
                spent += times.user + times.system
        return spent

    def _read(self, kind: str, number: int) -> Mutant:
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        chance = random.Random(f"{kind} {number}")
        silence = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        try:
            with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
                KINDS[kind](self, chance)
        except WorkerDiedError as error:
            return self._refused(kind, number, "crashed", error)
        except SynthdialError as error:
            return self._refused(kind, number, "refused", error)
        except click.ClickException as error:
            return Mutant(kind, number, "refused", error.format_message())
        except BaseException:
            return Mutant(kind, number, "traceback", problem=traceback.format_exc(limit=-4))
        return Mutant(kind, number, "read")

    @staticmethod
    def _refused(kind: str, number: int, outcome: str, error: SynthdialError) -> Mutant:
        wrong = None
        if not error.message.strip() or len(str(error)) > 2000:
            wrong = f"the message has {len(str(error))} characters"
        return Mutant(kind, number, outcome, str(error)[:300], wrong)

    def _file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    # --- transcripts ---

    def transcript(self, name: str, damage: Callable[[bytes, Chance], bytes], seed: bytes, chance: Chance) -> None:
        """A transcript of some format."""
        from synthdial.transcripts import read_transcripts

        path = self._file(name, damage(seed, chance))
        transcripts, _ = read_transcripts([path])
        for transcript in transcripts:
            for turn in transcript.dialogue.turns:
                assert isinstance(turn.text, str) and str(turn.speaker)
            transcript.dialogue.as_text().encode()

    # --- settings, scenarios, rubrics, profiles, lexicons ---

    def settings(self, chance: Chance) -> None:
        """The user's settings."""
        from synthdial.settings import load_settings
        from synthdial.transcripts import known_labels

        self._file(locations.user_settings().name, damage_toml(SETTINGS, chance))
        load_settings()
        known_labels()

    def state(self, chance: Chance) -> None:
        """What the screens remember."""
        from synthdial.tui.state import load_state

        self._file(locations.user_state().name, damage_json(STATE, chance))
        load_state()

    def scenario(self, chance: Chance) -> None:
        """A scenario card."""
        from synthdial.metrics import scenario_lexicon
        from synthdial.prompt import due_terms, load_scenario, stage_directions

        seed = chance.choice(sorted(locations.bundled("scenarios").glob("*.toml"))).read_bytes()
        scenario = load_scenario(str(self._file("x.toml", damage_toml(seed, chance))))
        stage_directions(scenario)
        due_terms(scenario)
        scenario_lexicon(scenario.terms, scenario.name)

    def rubric(self, chance: Chance) -> None:
        """A rubric."""
        from synthdial.review.rubric import load_rubric

        seed = chance.choice(sorted(locations.bundled("rubrics").glob("*.toml"))).read_bytes()
        load_rubric(self._file("x.toml", damage_toml(seed, chance)))

    def profile(self, chance: Chance) -> None:
        """A turn-taking profile."""
        from synthdial.structure import Planner, read_profile
        from synthdial.structure.profile import describe

        profile = read_profile(self._file("profile.json", damage_json(self._profile, chance)))
        describe(profile)
        Planner(profile).plan(200, [("opening", 0.3), ("history", 0.7)], 1)

    @cached_property
    def _profile(self) -> bytes:
        from synthdial.prompt import bundled_references
        from synthdial.structure import build_profile

        return build_profile(transcript.dialogue for transcript in bundled_references()).to_json().encode()

    def lexicon(self, chance: Chance) -> None:
        """A lexicon."""
        from synthdial.metrics.lexicons import load_lexicon

        load_lexicon(self._file("x.tsv", damage_lines(chance.choice((LEXICON, SNOMED)), chance)))

    # --- bundles ---

    def bundle(self, chance: Chance) -> None:
        """The manifest of a bundle, its checksums, its signatures or the key, with and without a key of the user's."""
        from signed_bundles import make_bundle, public_line, sign

        from synthdial.bundle.manifest import CHECKSUMS, CHECKSUMS_SIGNATURE, MANIFEST, PUBLIC_KEY, SIGNATURE

        folder, key = make_bundle(self.folder / "bundle"), self.folder / "els.pub"
        key.write_text(public_line(), encoding="utf-8")
        name = chance.choice((MANIFEST, MANIFEST, SIGNATURE, CHECKSUMS, CHECKSUMS_SIGNATURE, PUBLIC_KEY))
        content = (folder / name).read_bytes()
        damage = damage_json if name == MANIFEST else damage_lines
        (folder / name).write_bytes(damage(content, chance))
        if name == MANIFEST and chance.random() < 0.7:  # as its maker would have signed it
            sign(folder)
        if name == PUBLIC_KEY and chance.random() < 0.5:
            key.write_bytes((folder / name).read_bytes())
        if chance.random() < 0.5:
            self._verified(folder, "--key", str(key))
        else:
            self._verified(folder)

    @staticmethod
    def _verified(*arguments: str | Path) -> None:
        with contextlib.suppress(click.exceptions.Exit):  # with status 1 it says what was changed
            run_command(["verify", "--json", *map(str, arguments)])

    # --- studies ---

    def study(self, chance: Chance) -> None:
        """A study, with or without its ``-wal``: read and written by every command."""
        from samples import RECIPE, dialogue

        from synthdial.study import Study

        path, home = self.folder / "a.study", self.folder / "home.study"
        database, wal = chance.choice(self._studies)
        path.write_bytes(database)
        if wal:
            Path(f"{path}-wal").write_bytes(wal)
        damage_database(path, chance)
        home.write_bytes(self._studies[0][0])
        commands = [
            ["review", "merge", str(home), str(path)],
            ["list", str(path), "--json"],
            ["show", str(path)],
            ["show", str(path), "--candidates"],
            ["show", str(path), "--json"],
            ["measure", str(path), "--format", "json"],
            ["export", str(path), "-o", str(self.folder / "a.jsonl")],
            ["results", str(path), "--format", "json"],
            ["review", "status", str(path)],
            ["review", "export-task", str(path), "-o", f"{path}.task", "--rater", "X", "--role", "native"],
        ]  # fmt: skip
        if chance.random() < 0.1:
            commands.append(["report", str(path), "-o", str(self.folder / "r.html")])
        chance.shuffle(commands)
        refused: list[Exception] = []
        for command in commands:
            try:
                run_command(command)
            except (SynthdialError, click.ClickException) as error:
                refused.append(error)
        try:
            with Study(path, create=True) as study:
                study.add_recipe(RECIPE)
                study.add_dialogue(RECIPE, 40, dialogue(40))
        except SynthdialError as error:
            refused.append(error)
        if refused:
            raise refused[0]

    @cached_property
    def _studies(self) -> tuple[tuple[bytes, bytes], ...]:
        """Database and log of a study that is closed, of one that was killed while it was written, and of a task."""
        from review_studies import answer, study_of
        from samples import RECIPE, dialogue

        from synthdial.review.session import ReviewSession
        from synthdial.study import Study

        path = study_of(self.folder / "seed.study", 4)
        with Study(path) as study:
            for rater in ("Els", "Bram"):
                session = ReviewSession(study, rater, "native")
                for item in session.items[:3]:
                    session.flag(item, 1, "unnatural", "minor", "een zin")
                    answer(session, item, 3)
        closed = path.read_bytes()
        task = self.folder / "seed.task"
        run_command(["review", "export-task", str(path), "-o", str(task), "--rater", "Cees", "--role", "native"])
        with Study(task) as opened:
            session = ReviewSession(opened, "Cees", "native")
            answer(session, session.items[0], 2)
        study = Study(path)
        for number in range(5, 9):
            study.add_candidate(RECIPE, number, 1, dialogue(number))
            study.add_dialogue(RECIPE, number + 10, dialogue(number + 10))
        killed = path.read_bytes(), Path(f"{path}-wal").read_bytes()
        study.close()
        path.unlink()
        rated = task.read_bytes()
        task.unlink()
        return (closed, b""), killed, (rated, b"")

    # --- models ---

    def model(self, chance: Chance) -> None:
        """A model file: its header read, verified, taken in, examined; loaded and used where the header is accepted."""
        from synthdial.engine import examine
        from synthdial.engine.fit import check_model_fits
        from synthdial.engine.gguf import read_header
        from synthdial.engine.models import FoundModel, add_model, verify_model

        path = self.folder / "x.gguf"
        whole = self._damage_model(path, chance)
        header = read_header(path)
        if whole:  # the embedded model: reading it whole takes seconds
            check_model_fits(header)
            self._use(path, write=False)
            return
        verify_model(FoundModel("x", path, "the test"))
        add_model(path)
        os.environ["SYNTHDIAL_MODEL"] = str(path)
        examine._model({}, [])
        check_model_fits(header)
        if chance.random() < 0.1:
            self._batch(path)
        else:
            self._use(path)

    def _damage_model(self, path: Path, chance: Chance) -> bool:
        """Make one; whether it is the embedded model."""
        from gguf_files import gguf
        from tiny_model import tiny_model

        real = self._real_head
        which = chance.random()
        if which < 0.03 and real is not None:
            head, size = real
            path.write_bytes(damage_gguf(head, chance, len(head)))
            os.truncate(path, size if chance.random() < 0.8 else chance.randrange(size))
            return True
        if which < 0.1:
            seed = gguf()
            path.write_bytes(damage_gguf(seed, chance, len(seed)))
        elif which < 0.3:
            seed = tiny_model()
            # the list of tokens is most of the head; what stands before it matters as much
            end = chance.choice((seed.find(b"tokenizer.ggml.tokens"), seed.rfind(b"blk.0.ffn_up") + 60))
            path.write_bytes(damage_gguf(seed, chance, end))
        else:
            path.write_bytes(damage_model(chance))
        return False

    @cached_property
    def _real_head(self) -> tuple[bytes, int] | None:
        """The head of the embedded model where it is put together already, and its size."""
        given = os.environ.get("REAL_MODEL")
        if not given:
            return None
        with Path(given).open("rb") as file:
            return file.read(8 << 20), Path(given).stat().st_size

    def _use(self, path: Path, *, write: bool = True) -> None:
        from synthdial.engine.client import Engine
        from synthdial.engine.protocol import WriteDialogues
        from synthdial.transcripts import known_labels

        if self._engine is None:
            self._engine = Engine()
        try:
            self._engine.open(path, vocab_only=True)
            self._engine.count_tokens(["Arts: Hoe gaat het met u?", "Patiënt: Goed.\n"])
            self._engine.open(path)
            order = WriteDialogues(
                segments=[("Arts: Hoe gaat het?\nPatiënt: Goed.\n", False)], lead="\n", jobs=[(1, 1), (2, 2)],
                foreign_label=known_labels().inside_text().pattern, slots=2, threads=1, cells=600, slot_tokens=150,
                preset="plain", min_turns=2, max_words=20,
            )  # fmt: skip
            for _ in self._engine.write(order) if write else ():
                pass
            self._check_memory()
        except WorkerDiedError:
            self._engine.close()
            self._engine = None
            raise

    def _check_memory(self) -> None:
        status = Path(f"/proc/{self._engine.pid}/status").read_text()
        peak = int(status.split("VmHWM:")[1].split()[0]) << 10
        if peak > GIGABYTE:
            self._engine.close()
            self._engine = None
            raise AssertionError(f"the worker used {peak >> 20} MiB")

    def _batch(self, path: Path) -> None:
        from synthdial.study.batch import run_batch
        from synthdial.study.request import BatchRequest

        run_batch(
            self.folder / "b.study",
            BatchRequest(
                count=2, model=str(path), preset="plain", max_references=0, max_words=20, min_turns=2, threads=1
            ),
        )


def run_command(arguments: list[str]) -> None:
    """A command line, in this process."""
    from synthdial.cli.main import cli

    cli.main(arguments, standalone_mode=False)


def _transcript(
    name: str, damage: Callable[[bytes, Chance], bytes], *seeds: str | bytes
) -> Callable[[Reader, Chance], None]:
    def read(reader: Reader, chance: Chance) -> None:
        seed = chance.choice(seeds)
        reader.transcript(name, damage, seed if isinstance(seed, bytes) else (SAMPLES / seed).read_bytes(), chance)

    return read


TRANSCRIPTS: dict[str, Callable[[Reader, Chance], None]] = {
    "text": _transcript("x.txt", damage_lines, TEXT),
    "vtt": _transcript("x.vtt", damage_lines, "teams.vtt"),
    "srt": _transcript("x.srt", damage_lines, "whisper.srt"),
    "textgrid": _transcript("x.TextGrid", damage_lines, "praat.TextGrid", "praat-short.TextGrid"),
    "elan": _transcript("x.eaf", damage_lines, "elan.eaf"),
    "csv": _transcript("x.csv", damage_lines, "excel.csv"),
    "tsv": _transcript("x.tsv", damage_lines, "zonder-kop.tsv"),
    "word": _transcript("x.docx", damage_zip, "word.docx"),
    "jsonl": _transcript("x.jsonl", damage_json, LINES),
    "json": _transcript("x.json", damage_json, "sdialog.json"),
}
KINDS: dict[str, Callable[[Reader, Chance], None]] = {
    **TRANSCRIPTS,
    "model": Reader.model,
    "study": Reader.study,
    "rubric": Reader.rubric,
    "scenario": Reader.scenario,
    "settings": Reader.settings,
    "profile": Reader.profile,
    "lexicon": Reader.lexicon,
    "state": Reader.state,
    "bundle": Reader.bundle,
}
HALF_AS_MANY = ("study", "rubric", "scenario", "settings", "profile", "lexicon", "state", "bundle")
"""Kinds of which there are half as many as of the others."""


def serve(folder: Path) -> None:
    """Read kinds and numbers from standard input, and say on standard output what became of each."""
    os.environ["SYNTHDIAL_HOME"] = str(folder)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    import synthdial.report.plots
    import synthdial.tui.state  # noqa: F401

    limit = psutil.Process().memory_info().vms + GIGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    reader = Reader(folder)
    for line in sys.stdin:
        kind, number = line.split()
        answers.write(json.dumps(asdict(reader.read(kind, int(number)))) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
