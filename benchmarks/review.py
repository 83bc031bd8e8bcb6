"""How long a rater waits: opening a study, one act, a search; beside reading all dialogues of the same study.

    python benchmarks/review.py [--dialogues 10000] [--turns 20]

The study is synthetic, its turns are those of the bundled references. Times are medians of some rounds; the ratio says
which part of a plain reading of all dialogues each takes.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from synthdial import bundled_references
from synthdial.dialogue import Dialogue
from synthdial.engine.sampling import Sampling
from synthdial.review.anchors import add_anchors
from synthdial.review.events import Event, new_id, timestamp, utc_now
from synthdial.review.session import ReviewSession
from synthdial.review.table import review_data
from synthdial.study import Recipe, Study
from synthdial.study.reviews import Reviews

ROUNDS = 5
RATER = "Els"


def fill(path: Path, dialogues: int, turns: int) -> None:
    """A study of so many dialogues."""
    said = [turn for transcript in bundled_references() for turn in transcript.dialogue.turns]
    chance = random.Random(1)
    digest = "0" * 64
    recipe = Recipe("none", digest, digest, digest, "none", "plain", 2, 700, Sampling(), 1)
    with Study(path, create=True) as study:
        study._db.execute("PRAGMA synchronous = OFF")  # it is thrown away
        study.add_recipe(recipe)
        for number in range(1, dialogues + 1):
            chosen = tuple(chance.choice(said) for _ in range(turns))
            made = {**recipe.as_dict(), "recipe": recipe.id, "number": number}
            study.add_dialogue(recipe, number, Dialogue(recipe.dialogue_id(number), chosen, made))


def rate_all(study: Study) -> int:
    """Let the rater be done with everything; written at once, since only reading it back is measured."""
    session = ReviewSession(study, RATER)
    events, at = [], ""
    for item in session.items:
        acts = [("score", {"criterion": criterion.key, "score": 4}) for criterion in session.rubric.criteria]
        for kind, content in [("begin", {}), *acts, ("origin", {"said": "machine"}), ("done", {})]:
            at = timestamp(utc_now(), at)
            events.append(Event(new_id(), at, RATER, item.key, kind, content).as_row())
    reviews = Reviews(study)
    with reviews.writing():
        reviews.add_events(events)
    return len(events)


def seconds(work: Callable[[], object]) -> float:
    """Median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--dialogues", type=int, default=10_000)
    arguments.add_argument("--turns", type=int, default=20)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.study")
        fill(path, given.dialogues, given.turns)
        with Study(path) as study:
            add_anchors(study, "bundled")
        print(f"{given.dialogues} dialogues of {given.turns} turns, {path.stat().st_size / 1e6:.0f} MB\n")

        def read_all() -> None:
            with Study(path, read_only=True) as study:
                for _ in study.dialogues():
                    pass

        def opened(rater: str, role: str | None = None) -> None:
            with Study(path) as study:
                ReviewSession(study, rater, role).next_open()

        whole = seconds(read_all)

        def line(title: str, taken: float) -> None:
            print(f"{title:52}{taken:8.3f} s{taken / whole:9.4f}")

        print(f"{'':52}{'':>10}{'ratio':>9}")
        line("reading all dialogues", whole)
        names = iter(f"rater {number}" for number in range(ROUNDS))
        line("opening it for somebody new", seconds(lambda: opened(next(names), "native")))
        opened(RATER, "clinician")
        line("opening it again", seconds(lambda: opened(RATER)))
        with Study(path) as study:
            session = ReviewSession(study, RATER)
            item = session.items[7]
            scores = iter(range(ROUNDS))
            line("one act, on the disk", seconds(lambda: session.score(item, "safety", next(scores) % 5 + 1)))
            line("showing a dialogue", seconds(lambda: session.dialogue(item)))
            line("searching a word", seconds(lambda: session.search("bloeddruk")))
            line("searching a word with an accent", seconds(lambda: session.search("patiënt")))
            count = rate_all(study)
        line(f"opening it with all rated ({count} acts)", seconds(lambda: opened(RATER)))

        def table() -> None:
            with Study(path, read_only=True) as study:
                review_data(study)

        line("all that was said, for results", seconds(table))


if __name__ == "__main__":
    main()
