"""Read a lock file: ``lock.py LOCK --without NAME`` prints it without one package."""

import argparse
import re
from pathlib import Path


def locked(text: str, name: str) -> str:
    """The lines of a lock file that are about one package.

    Raises
    ------
    ValueError
        When it is not there.
    """
    found = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"{name} is not in the lock file.")
    return found[0]


def main() -> None:
    """Print what the command says."""
    parser = argparse.ArgumentParser(description="Print a lock file without one package.")
    parser.add_argument("lock", type=Path)
    parser.add_argument("--without", required=True, metavar="NAME")
    given = parser.parse_args()
    text = given.lock.read_text("utf-8")
    print(text.replace(locked(text, given.without), ""), end="")


if __name__ == "__main__":
    main()
