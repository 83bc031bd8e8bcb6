"""Recall and precision of de-identification by kind, and how fast it is.

    python benchmarks/deidentify.py [--missed]

Sentences in spoken style about invented people, 200 of each kind and half, every other one in small letters
(``tests/privacy/deidentify/sentences``). The rules were tuned on the first half; the second has carriers and values of
its own. ``recall``: nothing of the mark stays; ``kind``: and the kind is right; ``precision``: the finding touches a
mark. ``deduce alone`` is what the library finds without the rules for speech. ``--missed`` prints what was missed in
the half that the rules were tuned on.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "privacy" / "deidentify"))

from scoring import Score, score
from spoken_sentences import HALVES, carriers_of

from synthdial import bundled_references
from synthdial.dialogue import Dialogue
from synthdial.privacy.deidentify import Identifier, Kind, deidentify, find_identifiers, prepare
from synthdial.privacy.deidentify.clinical import find_clinical
from synthdial.privacy.deidentify.kinds import without_overlap


def deduce_alone(dialogue: Dialogue) -> list[Identifier]:
    return [
        Identifier(index, span.start, span.end, span.kind)
        for index, turn in enumerate(dialogue.turns)
        for span in without_overlap(find_clinical(turn.text))
    ]


def table(half: str, missed: bool) -> None:
    scores, empty = score(half)
    alone, alone_empty = score(half, deduce_alone)
    print(f"\n{half.replace('_', '-')}")
    print(f"{'':16}{'marks':>7}{'recall':>9}{'kind':>9}{'precision':>11}{'deduce alone: recall':>22}{'precision':>11}")
    for kind in Kind:
        own, other = scores[kind], alone[kind]
        print(
            f"{kind.value:16}{own.marked:7}{own.recall:9.3f}{own.named_recall:9.3f}{own.precision:11.3f}"
            f"{'not used' if kind is Kind.AGE else f'{other.recall:.3f}':>22}{_precision(other):>11}"
        )
    for name, counts in (("", empty), (" (deduce alone)", alone_empty)):
        print(f"sentences about nobody with a finding{name}: {counts['with a finding']} of {counts['sentences']}")
    carriers = {name: len(carriers_of(half, name)) for name in ("name", "phone", "none")}
    print("carriers: " + ", ".join(f"{count} for {name}" for name, count in carriers.items()))
    if missed and half == "tuning":
        for own in scores.values():
            print(*own.missed, *own.wrong, sep="\n")


def _precision(score: Score) -> str:
    return f"{score.precision:.3f}" if score.found else "-"


def speed() -> None:
    references = [reference.dialogue for reference in bundled_references()]
    words = sum(dialogue.words for dialogue in references)
    for name, work in (("deduce alone", deduce_alone), ("find", find_identifiers), ("find and replace", deidentify)):
        started = time.perf_counter()
        for dialogue in references:
            work(dialogue)
        seconds = time.perf_counter() - started
        print(f"{name:18}{words / seconds:8.0f} words/s, {1000 * seconds / words:.2f} s for 1,000 words")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--missed", action="store_true")
    arguments = parser.parse_args()
    started = time.perf_counter()
    prepare(print)
    print(f"lookup tables loaded in {time.perf_counter() - started:.2f} s")
    for half in HALVES:
        table(half, arguments.missed)
    print()
    speed()


if __name__ == "__main__":
    main()
