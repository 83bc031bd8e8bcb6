"""Print the oldest glibc that a folder of programs and libraries runs with: ``glibc.py FOLDER``.

Each file names the versions of the symbols that it takes from glibc; the newest of them all is what it needs.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_NEED = re.compile(r"Name: GLIBC_(\d+(?:\.\d+)+)\b")


def elf_files(folder: Path) -> Iterator[Path]:
    """Programs and libraries below a folder, in order of their names."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def needed(path: Path) -> tuple[int, ...]:
    """The newest version of a glibc symbol that a file asks for, such as ``(2, 34)``; empty where it asks for none.

    Raises
    ------
    OSError, subprocess.CalledProcessError
        Where readelf (binutils) is missing, or cannot read the file.
    """
    command = ["readelf", "--version-info", "--wide", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C"})
    _, _, needs = said.stdout.partition("Version needs section")
    versions = (tuple(map(int, found.split("."))) for found in _NEED.findall(needs))
    return max(versions, default=())


def oldest_glibc(folder: Path) -> tuple[str, Path]:
    """The version that a folder needs, and a file that needs it.

    Raises
    ------
    ValueError
        When nothing there needs glibc.
    """
    version, path = max(((needed(path), path) for path in elf_files(folder)), default=((), folder), key=lambda f: f[0])
    if not version:
        raise ValueError(f"Nothing in {folder} needs glibc.")
    return ".".join(map(str, version)), path


def main() -> None:
    """Print it, and which file it comes from."""
    folder = Path(sys.argv[1])
    version, path = oldest_glibc(folder)
    print(f"glibc {version} or newer is needed, by {path.relative_to(folder)}")


if __name__ == "__main__":
    main()
