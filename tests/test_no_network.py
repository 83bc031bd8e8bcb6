"""No socket is opened at run time, by the program or by its worker."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import Program

pytestmark = pytest.mark.model

# audit events of every way that Python reaches a network; native code is kept in by the empty network namespace below
WATCH = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket.") or event in ("urllib.Request", "http.client.connect", "ftplib.connect"):
        with open(os.environ["WATCHED"], "a") as file:
            file.write(f"{event} {arguments!r}\\n")
sys.addaudithook(watch)
"""


def test_neither_the_program_nor_its_worker_opens_a_socket(program: Program, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WATCH)
    watched = tmp_path / "sockets.txt"
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site"), "WATCHED": str(watched)}
    study = tmp_path / "quiet.study"
    for arguments in (
        program.batch(study, 1),
        ["list", str(study)],
        ["show", str(study)],
        ["models", "list"],
        ["doctor"],
        ["export", str(study), "-o", str(tmp_path / "quiet.jsonl")],
        ["measure", str(study), "--jobs", "2"],
        ["measure", str(study), "--by", "corpus", "--reference", str(study), "--format", "json"],
        ["review", "export-task", str(study), "--role", "native", "-o", str(tmp_path / "quiet.task")],
        ["review", "merge", str(study), str(tmp_path / "quiet.task")],
        ["report", str(study), "-o", str(tmp_path / "quiet.html")],
        ["profile", str(study), "--few", "-o", str(tmp_path / "profile.json")],
    ):
        done = program.run(*arguments, env=environment)
        assert done.returncode == 0, done.stderr
    assert not watched.exists(), watched.read_text()


def test_the_watch_would_notice(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    watched = tmp_path / "sockets.txt"
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "WATCHED": str(watched)}
    subprocess.run([sys.executable, "-P", "-c", "import socket; socket.socket()"], env=environment, check=True)
    assert "socket.__new__" in watched.read_text()


def test_a_batch_runs_where_there_is_no_network_at_all(program: Program, tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    isolated = [unshare or "", "--net", "--map-root-user", "--user"]
    if unshare is None or subprocess.run([*isolated, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives no network namespace to its users")
    study = tmp_path / "alone.study"
    command = [*isolated, sys.executable, "-P", "-m", "synthdial", *program.batch(study, 1, "--quiet")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(program.export(study)) == 1
