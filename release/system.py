"""Add to a file of licences those of what the program takes from this machine: ``system.py LIST LICENCES``.

The build writes down each library that comes neither with Python nor with a package of it (LIST, one path a line).
Their licences are those of the Debian packages that they come from; Python's and PyInstaller's own are added.
"""

import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

_RULE = "-" * 100


def package_of(library: Path) -> str:
    """The Debian package that a library comes from.

    Raises
    ------
    LookupError
        Where this is no Debian, or no package brought it: then nobody knows its licence.
    """
    query = shutil.which("dpkg")
    # /lib is a link to /usr/lib, and dpkg knows a file by one of the two
    parts = library.parts[1:]
    for path in (library, Path("/", *parts[1:]) if parts[0] == "usr" else Path("/usr", *parts)):
        if query is None:
            break
        done = subprocess.run([query, "--search", str(path)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    raise LookupError(f"Which package brought {library}, and under which licence? Build on Debian or Ubuntu.")


def texts(libraries: list[Path]) -> dict[str, str]:
    """The licence of each package that libraries come from, of Python, and of PyInstaller's start of the program."""
    found = {}
    for package in sorted({package_of(library.resolve()) for library in libraries}):
        found[package] = Path("/usr/share/doc", package, "copyright").read_text("utf-8", errors="replace")
    python = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    if python.exists():
        found["Python"] = python.read_text("utf-8")
    else:
        found["Python"] = "PSF-2.0: https://docs.python.org/3/license.html"
    for file in distribution("pyinstaller").files or ():
        if file.name == "COPYING.txt":
            found["PyInstaller (the start of the program)"] = file.read_text("utf-8")
    return found


def main() -> int:
    """Add them; the status is 1 where a licence is not known."""
    listed, target = map(Path, sys.argv[1:])
    libraries = [Path(line) for line in listed.read_text("utf-8").splitlines() if line]
    try:
        found = texts(libraries)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    with target.open("a", encoding="utf-8") as file:
        for name, text in found.items():
            file.write(f"\n{_RULE}\n{name}\n\n{text.strip()}\n")
    print(f"{target}: licences of {', '.join(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
