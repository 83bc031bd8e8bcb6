"""Put the pictures of the documentation into docs/pictures/, from those that the tests take of the screens.

    python docs/pictures.py            # copies them
    python docs/pictures.py --check    # ends with status 1 where one is not what the tests take

The tests open the application with a scripted engine and compare every screen with its picture; after a change of a
screen `pytest tests/tui --snapshot-update` takes them anew, and this brings them here.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).parent
TAKEN = HERE.parent / "tests" / "tui" / "__snapshots__"
PICTURES = {
    "begin": "test_home/TestPictures.test_home[nl-dark-80x24]",
    "studie": "test_home/TestPictures.test_study[nl-dark-80x24]",
    "schrijven": "test_generate/test_while_it_writes[nl-dark-80x24]",
    "referenties": "test_references_screen/test_references_after[nl-dark-80x24]",
    "beoordelen": "test_review_snapshots/test_review[nl-dark-80x24]",
    "markeren": "test_review_snapshots/test_flag[nl-dark-80x24]",
    "uitgifte": "test_gate_screens/test_what_a_check_found[nl-dark-80x24]",
    "writing": "test_generate/test_while_it_writes[en-dark-80x24]",
    "reviewing": "test_review_snapshots/test_review[en-dark-80x24]",
}
"""Names here, and what the tests call them."""


def main() -> int:
    """Copy the pictures, or compare them."""
    parser = argparse.ArgumentParser(description="Put the pictures of the documentation into docs/pictures/.")
    parser.add_argument("--check", action="store_true")
    only_check = parser.parse_args().check
    differing = []
    for name, taken in PICTURES.items():
        here, content = HERE / "pictures" / f"{name}.svg", (TAKEN / f"{taken}.svg").read_bytes()
        if here.exists() and here.read_bytes() == content:
            continue
        differing.append(name)
        if not only_check:
            here.parent.mkdir(exist_ok=True)
            here.write_bytes(content)
    if only_check and differing:
        print(f"Not as the tests take them: {', '.join(differing)}. Run python docs/pictures.py", file=sys.stderr)
    return int(only_check and bool(differing))


if __name__ == "__main__":
    sys.exit(main())
