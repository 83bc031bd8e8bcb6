"""Whatever is written of a study is written beside it, and nothing is left there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

DAY = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from review_studies import answer
from samples import PASSED, RECIPE, dialogue
from synthdial.export import export_study
from synthdial.passphrase import asking
from synthdial.review.session import ReviewSession
from synthdial.review.task import export_task
from synthdial.study import Study
from synthdial.study.encrypt import encrypt_study
from synthdial.study.verify import verify
os.write(2, b"BEGIN\\n")
path = Path({study!r})
def work():
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE)
        first = len(study) + 1
        for number in range(first, first + 30):
            told = dialogue(number, *["Een lang verhaal over van alles en nog wat."] * 60)
            study.add_dialogue(RECIPE, number, told, PASSED)
        session = ReviewSession(study, "Els", "native")
        answer(session, session.items[0])
        session.search("verhaal")
        list(study.summaries()); verify(study)
        export_study(study, path.with_suffix(".jsonl"))
        export_task(study, path.with_name(f"els{{first}}.task"), rater="Els")
        study._db.execute("PRAGMA cache_size = 4")
        study._db.execute("SELECT * FROM turns ORDER BY text DESC, dialogue").fetchall()  # a large sort
        study._db.execute("VACUUM")
work()
with asking(lambda study, attempt: "vier woorden zonder verband"):
    encrypt_study(path, "vier woorden zonder verband")
    work()
"""
# opens that create or write, and every other way a file comes to be
_OPENED = re.compile(r'(?:openat\(AT_FDCWD|open\(|creat\(|mkdir\(|rename\(|symlink\(|link\().*?"([^"]*)"(.*)')
_WRITES = re.compile(r"O_CREAT|O_WRONLY|O_RDWR")


def test_a_day_with_a_study_writes_nothing_elsewhere(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-o", "/dev/null", "true"], check=False).returncode:
        pytest.skip("there is no strace here, or it may not trace")
    folder, trace = tmp_path / "werk", tmp_path / "trace"
    folder.mkdir(mode=0o750)
    program = DAY.format(tests=str(Path(__file__).parents[1]), study=str(folder / "a.study"))
    calls = "trace=openat,open,creat,mkdir,rename,link,symlink,write"
    command = [strace, "-f", "-e", calls, "-o", str(trace), sys.executable, "-P", "-B", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = trace.read_text(errors="replace").partition('"BEGIN')[2].splitlines()
    opened = [found for line in lines if "ENOENT" not in line and (found := _OPENED.search(line))]
    written = {found[1] for found in opened if not found[0].startswith("open") or _WRITES.search(found[2])}
    assert any(name.startswith(str(folder)) for name in written), "the trace saw nothing"
    allowed = (str(folder), "/dev/null", "/dev/tty", "/proc/self/")
    assert {name for name in written if not name.startswith(allowed)} == set()
    assert sorted(file.name for file in folder.iterdir()) == [
        "a.card.md", "a.croissant.json", "a.decisions.jsonl", "a.jsonl", "a.recipe.json", "a.sha256", "a.study",
        "els1.task", "els31.task",
    ]  # fmt: skip
    assert folder.stat().st_mode & 0o777 == 0o750
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
