"""An empty root in which the standalone program runs as a stranger's: glibc alone, no network, no home, no rights.

Run as a program it is the way in: ``room.py ROOT PROGRAM USER COMMAND...``, in new namespaces of mounts, processes
and network.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

STRANGER = 54_321  # a user that no list of users knows
GLIBC = re.compile(r"^(ld-linux-x86-64|libc|libm|libdl|libpthread|librt|libutil|libresolv|libnss_files)\.so\.\d+$")
LIBRARIES = Path("/lib/x86_64-linux-gnu")
DEVICES = ("null", "zero", "urandom", "random")


def missing() -> str:
    """Why there can be no such room here; empty where there can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "only root can make an empty root"
    if not LIBRARIES.is_dir() or shutil.which("unshare") is None:
        return "unshare or the glibc of a Debian is missing"
    tried = subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--fork", "mount", "--make-rprivate", "/"],
        capture_output=True,
        check=False,
    )
    return "" if tried.returncode == 0 else "the kernel makes no namespaces here"


class Room:
    """The empty root, and the program in it.

    Parameters
    ----------
    root : Path
        A new folder; the work of the program is in ``work`` below it.
    program : Path
        The program's folder; it is there read-only, as ``/program``.
    """

    def __init__(self, root: Path, program: Path) -> None:
        self.root, self.program = root, program
        for name in ("lib64", "lib/x86_64-linux-gnu", "proc", "dev/shm", "dev/pts", "program"):
            (root / name).mkdir(parents=True)
        for name in DEVICES:
            (root / "dev" / name).touch()
        (root / "dev" / "ptmx").symlink_to("pts/ptmx")
        (root / "tmp").mkdir()
        (root / "tmp").chmod(0o1777)
        self.work = root / "work"
        self.work.mkdir()
        for library in LIBRARIES.iterdir():
            if GLIBC.match(library.name):
                shutil.copy(library, root / "lib/x86_64-linux-gnu" / library.name)
        shutil.copy("/lib64/ld-linux-x86-64.so.2", root / "lib64")
        os.chown(self.work, STRANGER, STRANGER)
        root.chmod(0o755)

    def command(self, *arguments: str) -> list[str]:
        """What runs the program there."""
        return [
            "unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", sys.executable, "-I", __file__,
            str(self.root), str(self.program), str(STRANGER), "/program/synthdial-edge", *arguments,
        ]  # fmt: skip

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program to its end, with these variables and no others."""
        return subprocess.run(
            self.command(*arguments), env=environment, capture_output=True, text=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, timeout=1800, check=False,
        )  # fmt: skip

    def refused(self, *arguments: str) -> str:
        """What a command prints as its problem, which must be one that the user can mend."""
        done = self.run(*arguments)
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        return done.stderr

    def works(self, *arguments: str) -> str:
        """What a command prints that must end well."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The same, read as JSON."""
        return json.loads(self.works(*arguments))


def enter(root: Path, program: str, user: int, command: Sequence[str]) -> None:
    """Become a command in the empty root. What is mounted ends with it."""

    def mount(*arguments: object) -> None:
        subprocess.run(["/usr/bin/mount", *map(str, arguments)], check=True)

    mount("--make-rprivate", "/")
    mount("--bind", program, root / "program")
    mount("-o", "remount,bind,ro", root / "program")
    mount("-t", "proc", "proc", root / "proc")
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", root / "dev/shm")
    mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts", root / "dev/pts")
    for name in DEVICES:
        mount("--bind", f"/dev/{name}", root / "dev" / name)
    os.chroot(root)
    os.chdir("/work")
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    os.execve(command[0], list(command), os.environ)


if __name__ == "__main__":
    enter(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:])
