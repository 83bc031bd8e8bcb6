"""Say in which files two bundles differ: ``compare.py MANIFEST.json MANIFEST.json``; the status is 1 where they do."""

import json
import sys
from pathlib import Path
from typing import Any


def entries(manifest: Path) -> dict[str, dict[str, Any]]:
    """What a manifest says of each file, by its path."""
    return {entry["path"]: entry for entry in json.loads(manifest.read_text("utf-8"))["files"]}


def main() -> int:
    """Print each file that is in one only, or not the same in both."""
    one, other = map(entries, map(Path, sys.argv[1:]))
    different = sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
    for path in different:
        both = path in one and path in other
        print(f"{path} {'differs' if both else 'is in the first only' if path in one else 'is in the second only'}")
    print(f"{len(one)} files and {len(other)}: {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
