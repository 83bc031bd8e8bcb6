"""Whether flags fall when what reviewers said goes back into the prompt, with a programme in a reviewer's place.

    python benchmarks/lessons.py [--count 24] [--preset plain] [--max-words 700] [--model NAME] [--keep FOLDER]

For each preset COUNT dialogues are written and reviewed by a fixed programme, which flags turns that say again what was
said, run in circles or tell what happens (``unnatural``), and turns that leave Dutch (``not Dutch``). It accepts the
third of the dialogues with the fewest flags a turn. Then as many are written anew with the same seeds, once with the
instructions that `--learn-from` makes of these flags and once with an accepted dialogue in the reference's place, and
the same programme flags them. Printed are flags of each kind in 1,000 turns before and after, and the difference with
its 95 % interval: a bootstrap over dialogues, each with the one of the same seed. With --keep it goes on where it was
interrupted.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthdial import BatchRequest, Dialogue, Study, preview_batch, run_batch
from synthdial._core.words import split_words
from synthdial.prompt.scenario import DEFAULT_SCENARIO
from synthdial.review.exemplars import find_exemplars
from synthdial.review.lessons import lessons
from synthdial.review.session import ReviewSession
from synthdial.review.table import review_data
from synthdial.structure.faults import faults_of, trigrams
from synthdial.study.score import score

KIND_OF = {"repeats": "unnatural", "loops": "unnatural", "narrator": "unnatural", "not Dutch": "not Dutch"}
KINDS = tuple(dict.fromkeys(KIND_OF.values()))
RATER = "programme"
RESAMPLES = 10_000


@dataclass(frozen=True)
class Written:
    """The dialogues of a request; and which share of their runs of five words stands in conversations of the prompt."""

    dialogues: tuple[Dialogue, ...]
    copied: float


def flags_of(dialogue: Dialogue) -> list[tuple[int, str]]:
    """Turns and kinds that the programme flags; a turn has each kind once."""
    found: list[tuple[int, str]] = []
    said: set[tuple[str, ...]] = set()
    for place, turn in enumerate(dialogue.turns):
        kinds = {KIND_OF[fault] for fault in faults_of(turn.text, said) if fault in KIND_OF}
        found += [(place, kind) for kind in KINDS if kind in kinds]
        said |= trigrams(split_words(turn.text))
    return found


def write(path: Path, request: BatchRequest) -> Written:
    """The dialogues of a request in the order of their numbers; a study that holds some is topped up."""
    result = run_batch(path, request)
    if result.seconds:
        print(f"{path.stem}: {result.tokens} tokens in {result.seconds:.0f} s", flush=True)
    with Study(path, read_only=True) as study:
        dialogues = tuple(study.dialogues())
    shown = [transcript.dialogue for transcript in preview_batch(request).prompt.chosen]
    kept = [score(dialogue, references=shown).leakage for dialogue in dialogues]  # (1 - share copied) to the fifth
    return Written(dialogues, float(np.nanmean([1 - value ** (1 / 5) for value in kept])))


def review(path: Path) -> None:
    """Let the programme review a study, as a rater would; what it is done with stays as it is."""
    with Study(path) as study:
        session = ReviewSession(study, RATER, "native")
        due = [item for item in session.items if not session.review(item).done]
        flags = {item: flags_of(session.dialogue(item)) for item in due}
        counted = [item for item in due if not item.calibration]
        counted.sort(key=lambda item: (len(flags[item]) / len(session.dialogue(item).turns), item.key))
        accepted = set(counted[: max(1, len(counted) // 3)])
        for item in due:
            for turn, kind in flags[item]:
                session.flag(item, turn, kind, "minor")
            for criterion in session.rubric.criteria:
                session.score(item, criterion.key, 5 if item in accepted else 2)
            session.origin(item, "machine")
            session.accept(item, item in accepted)
            session.finish(item)


def difference(before: Sequence[Dialogue], after: Sequence[Dialogue], kind: str) -> tuple[float, float, float, float]:
    """Flags of a kind in 1,000 turns before and after, and the interval of the difference."""
    flags, turns = (
        np.array([[count(dialogue) for dialogue in dialogues] for dialogues in (before, after)], dtype=float)
        for count in (lambda d: Counter(k for _, k in flags_of(d))[kind], lambda d: len(d.turns))
    )
    first, second = 1000 * flags.sum(axis=1) / turns.sum(axis=1)
    drawn = np.random.default_rng(0).integers(0, len(before), (RESAMPLES, len(before)))
    rates = 1000 * flags[:, drawn].sum(axis=2) / turns[:, drawn].sum(axis=2)
    low, high = np.percentile(rates[1] - rates[0], [2.5, 97.5])
    return float(first), float(second), float(low), float(high)


def compare(name: str, before: Written, after: Written) -> None:
    """Print how often each kind is flagged before and after."""
    for kind in KINDS:
        first, second, low, high = difference(before.dialogues, after.dialogues, kind)
        told = "falls" if high < 0 else "rises" if low > 0 else "no difference that chance would not make"
        print(
            f"  {name:13}{kind:11}{first:8.1f}{second:8.1f}{second - first:+9.1f}   {low:+.1f} to {high:+.1f}   {told}"
        )
    print(f"  {'':13}copied from the prompt: {100 * before.copied:.1f} % before, {100 * after.copied:.1f} % after")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=24)
    arguments.add_argument("--preset", choices=["plain", "natural"], help="both by default")
    arguments.add_argument("--scenario", default=DEFAULT_SCENARIO)
    arguments.add_argument("--max-words", type=int, default=700)
    arguments.add_argument("--model")
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="synthdial-lessons-"))
    folder.mkdir(parents=True, exist_ok=True)
    for preset in [given.preset] if given.preset else ["plain", "natural"]:
        request = BatchRequest(
            count=given.count, scenario=given.scenario, model=given.model, preset=preset, max_words=given.max_words
        )
        path = folder / f"{preset}.study"
        before = write(path, request)
        review(path)
        with Study(path, read_only=True) as study:
            found, exemplars = lessons(review_data(study)), find_exemplars(study)
        turns = sum(len(dialogue.turns) for dialogue in before.dialogues)
        print(f"\n{preset}: {len(before.dialogues)} dialogues, {turns} turns; flags in 1,000 turns before and after\n")
        for lesson in found:
            print(f"  {lesson.kind}: {lesson.count} flags, {lesson.sentences['nl']}")
        if found:
            sentences = tuple(lesson.sentences["nl"] for lesson in found)
            learned = write(folder / f"{preset}-lessons.study", replace(request, instructions=sentences))
            compare("instructions", before, learned)
        else:
            print("  nothing was flagged, so there is nothing to learn")
        compare("exemplars", before, write(folder / f"{preset}-exemplars.study", replace(request, exemplars=exemplars)))
        print(flush=True)


if __name__ == "__main__":
    main()
