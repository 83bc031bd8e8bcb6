"""Every example of the documentation and of --help is run, as it stands there, by the real command line.

Each command's examples run in a folder of their own that holds what they name, in their order. A model that is made in
a moment writes, under every name: what a model says does not matter here.
"""

import contextlib
import gzip
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import commands as reference
import pytest
from review_studies import answer
from samples import COPIED, PASSED, RECIPE, dialogue
from tiny_model import model_file, model_parts, tiny_adapter

from synthdial.dialogue import Dialogue
from synthdial.export import ExportOptions, export_study
from synthdial.prompt import bundled_references
from synthdial.review.session import ReviewSession
from synthdial.study import Study

pytestmark = [pytest.mark.slow, pytest.mark.model]

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    str(page.relative_to(ROOT))
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("models/*.md"))
    if page != reference.TARGET  # whose examples are those of --help
)
NOT_RUN = {
    # what an example needs that a test has not; why it is true is shown elsewhere
    "synthdial-edge review demo.study": "opens the screens: tests/tui/test_journey.py",
    'synthdial-edge review demo.study --rater "Els de Wit" --role clinician': "opens the screens: tests/tui",
    "synthdial-edge review demo.study --rater Bram --role native --anchors bundled": "opens the screens: tests/tui",
    "synthdial-edge review open demo.study --rater Bram --role native": "opens the screens: tests/tui",
    "synthdial-edge review bram.synthdial": "opens the screens: tests/tui",
    "synthdial-edge encrypt demo.study": "asks for a passphrase on a terminal: tests/cli/test_gate_commands.py",
    "synthdial-edge encrypt my.study": "asks for a passphrase on a terminal: tests/cli/test_gate_commands.py",
    "synthdial-edge batch my.study --count 20 --encrypt": "asks for a passphrase on a terminal: tests/cli",
    "synthdial-edge measure /shared/corpus.jsonl --scheduler tls://node1:8786 -o figures.csv --format csv": (
        "needs a cluster: tests/measure/test_cluster.py"
    ),
    "synthdial-edge doctor --air-gap": "takes half a minute: tests/security/test_airgap_check.py",
    "synthdial-edge verify": "is of a standalone program: tests/packaging",
    "synthdial-edge verify /media/usb/synthdial-edge --key hospital.pub": "needs a bundle: tests/bundle",
    "synthdial-edge verify /media/usb/synthdial-edge --key builder.pub": "needs a bundle: tests/bundle",
    "synthdial-edge audit demo.study --holds 3f0c1a...": "a hash that was noted: tests/cli/test_gate_commands.py",
}
_SHORT = ("--max-words", "40", "--min-turns", "2", "--preset", "plain", "--parallel", "2")


@dataclass(frozen=True)
class Place:
    """Where examples are run: what stands there at first, and the environment."""

    files: Path
    environment: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, tables: None, user_home: Path) -> Place:
    files, home = tmp_path_factory.mktemp("examples"), tmp_path_factory.mktemp("user")
    shutil.copytree(user_home, home, dirs_exist_ok=True)
    model = files / "geitje-7b-ultra-q4_k_m.gguf"
    model.write_bytes(model_file(*model_parts(context=32768)))  # room for references a byte a token
    (home / "models").mkdir(exist_ok=True)
    shutil.copy(model, home / "models" / "geitje-7b-ultra.gguf")
    (files / "models").mkdir()
    shutil.copy(model, files / "models" / "gemma-3-270m-q4_k_m.gguf")
    (files / "our-adapter.gguf").write_bytes(tiny_adapter())
    write_transcripts(files)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNTHDIAL_")}
    environment |= {"SYNTHDIAL_HOME": str(home), "SYNTHDIAL_MODEL": str(model), "PYTHONUTF8": "1"}
    write_studies(files)
    for study in ("demo.study", "again.study", "my.study"):
        status, said = on_terminal(f"synthdial-edge reference check transcripts/ --for {study}", files, environment)
        assert status == 0, said
    # what is made again must have been made by the model that is here
    for name, references, export in (("bundled", "", "corpus/"), ("own", "--reference transcripts/", "demo.txt")):
        for line in (
            f"synthdial-edge batch {name}.study --count 2 {references} --unchecked-references".replace("  ", " "),
            f"synthdial-edge check {name}.study --again",
            f"synthdial-edge export {name}.study -o {export}",
        ):
            status, said = run(line, files, environment)
            assert status == 0, f"{line}\n{said}"
    return Place(files, environment)


def program() -> list[str]:
    return [sys.executable, "-P", "-m", "synthdial"]


def write_transcripts(files: Path) -> None:
    for name in ("transcripts", "anchors"):
        (files / name).mkdir()
        for transcript in bundled_references():
            one = Dialogue(transcript.dialogue.id, transcript.dialogue.turns[:12], {})
            (files / name / f"{one.id}.txt").write_text(one.as_text(), encoding="utf-8")
    shutil.copy(next((files / "transcripts").iterdir()), files / "consult.txt")
    rows = "".join(f"a{n},S{1 + turn % 2},Ja dat is goed hoor.\n" for n in range(8) for turn in range(9))
    (files / "secret.txt").write_text("een lang geheim voor deze proef\n", encoding="utf-8")
    (files / "ward").mkdir()
    (files / "ward" / "consult.txt").write_text("SPEAKER_00: Hoe gaat het?\nEls de Wit: Goed hoor.\n", encoding="utf-8")
    (files / "ward.csv").write_text("id,speaker,text\n" + rows, encoding="utf-8")


def write_studies(files: Path) -> None:
    with Study(files / "demo.study", create=True) as study:
        recipes = [RECIPE, *(type(RECIPE)(**{**vars(RECIPE), "scenario": "nefrologie-dialysekeuze", "seed": 2}),)]
        for recipe in recipes:
            study.add_recipe(recipe)
            for number in range(1, 8) if recipe is RECIPE else range(8, 15):
                said = (f"Hoe gaat het nu {number}?", "’t Gaat wel, dokter.", "Mooi zo.", "Ja hoor.")
                study.add_dialogue(
                    recipe, number, dialogue(number, *said, recipe=recipe), COPIED if number == 7 else PASSED
                )
        for name in ("Els", "Noor"):
            session = ReviewSession(study, name, "native")
            for item in session.items:
                session.flag(item, 0, "unnatural", "minor", "stijf")
                session.accept(item, True)
                answer(session, item)
    for name in ("plain", "natural", "both", "small", "next-source"):
        shutil.copy(files / "demo.study", files / f"{name}.study")
    bare = ExportOptions(documents=False)
    with Study(files / "demo.study") as study:
        export_study(study, files / "demo.jsonl", options=bare)
        export_study(study, files / "large.jsonl", options=bare)
    with gzip.open(files / "corpus.jsonl.gz", "wb") as packed:
        packed.write((files / "demo.jsonl").read_bytes())

    (files / "topics.tsv").write_text(
        "".join(
            f"{path.stem}\t{('nefrologie-dialysekeuze', 'nefrologie-uitslagen')[at % 2]}\n"
            for at, path in enumerate(sorted((files / "transcripts").iterdir()))
        ),
        encoding="utf-8",
    )


def made_short(line: str) -> str:
    """A batch with few words, and few dialogues: how many are asked for changes nothing of how it works."""
    if " batch " not in line:
        return line
    line = re.sub(r"--count (\d+)", lambda found: f"--count {min(int(found[1]), 2)}", line)
    line = line.replace("--candidates 4", "--candidates 2")
    return f"{line} {' '.join(word for word in shorter(line))}"


def shorter(line: str) -> list[str]:
    pairs = [_SHORT[at : at + 2] for at in range(0, len(_SHORT), 2)]
    if "--profile" in line:  # which a planned dialogue follows, and that has a hundred words and more
        return ["--max-words", "150", "--parallel", "2"]
    return [word for pair in pairs if pair[0] not in line for word in pair]


def script(line: str) -> list[str]:
    """A line for a shell, with the program under its name."""
    name = " ".join(map(shlex.quote, program()))
    return ["bash", "-c", f'synthdial-edge() {{ {name} "$@"; }}\n{made_short(line)}']


def run(line: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a line: its status, and what it said. One that asks a person has a terminal, and agrees."""
    if " --for " in line:
        return on_terminal(line, folder, environment)  # nothing was missed; it is fit
    if "--learn-from" in line:
        return on_terminal(line, folder, environment, b"y\n")
    done = subprocess.run(
        script(line), cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def on_terminal(line: str, folder: Path, environment: dict[str, str], says: bytes = b"\ny\n") -> tuple[int, str]:
    master, slave = pty.openpty()
    process = subprocess.Popen(script(line), cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    os.write(master, says * 16)
    said = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while block := os.read(master, 1 << 16):
            said += block
    os.close(master)
    return process.wait(), said.decode("utf-8", "replace")


def blocks(page: Path) -> list[list[str]]:
    """The command lines of each block of a page that has any, whether it is indented or between three backticks."""
    found: list[list[str]] = [[]]
    for line in page.read_text("utf-8").splitlines():
        if re.match(r"(    )?(zcat .*\| )?synthdial-edge [a-z-]", line):
            found[-1].append(line.split("  #")[0].strip())
        elif found[-1] and line.strip() and not line.startswith("    "):
            found.append([])
    return [block for block in found if block]


HELP = [
    ("--help", reference.examples(reference.cli)),
    *((name, reference.examples(command)) for name, command, _ in reference.every_command()),
]
PAGE_BLOCKS = [
    (f"{name}:{at}", block)
    for name in PAGES
    if (ROOT / name).exists()
    for at, block in enumerate(blocks(ROOT / name), 1)
]


@pytest.mark.parametrize(
    ("where", "lines"),
    [*((name, lines) for name, lines in HELP if lines), *PAGE_BLOCKS],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_examples_do_what_they_say(where: str, lines: list[str], place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.files, tmp_path, dirs_exist_ok=True)
    if where == "--help":  # how one begins
        (tmp_path / "demo.study").unlink()
    for line in lines:
        if line in NOT_RUN:
            continue
        status, said = run(line, tmp_path, place.environment)
        assert status == 0, f"{line}\n{said[-1500:]}"
        assert said or re.search(r"-o |--quiet", line), f"{line} said nothing"


def test_what_is_not_run_is_an_example() -> None:
    every = {line for _, lines in (*HELP, *PAGE_BLOCKS) for line in lines}
    assert not set(NOT_RUN) - every
    for why in NOT_RUN.values():
        (shown,) = re.findall(r"tests/[\w/.]+", why)
        assert (ROOT / shown).exists(), why


def test_most_are_run() -> None:
    every = [line for _, lines in (*HELP, *PAGE_BLOCKS) for line in lines]
    assert len([line for line in every if line not in NOT_RUN]) > 40
