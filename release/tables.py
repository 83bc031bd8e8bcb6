"""Build the lookup tables of de-identification into a folder, if they are not there: ``tables.py FOLDER``."""

import sys
from pathlib import Path

from synthdial.privacy.deidentify import build_tables, shipped_tables


def main() -> None:
    """Build them; it takes a minute and a half."""
    target = Path(sys.argv[1]) / shipped_tables().name
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    for old in target.parent.glob("*.npz"):
        old.unlink()
    build_tables(target, print)


if __name__ == "__main__":
    main()
