"""Time of a review's results: 200 dialogues, 6 raters, 8 criteria and 26 metrics, and which part of it goes where.

    python benchmarks/results.py [--dialogues 200] [--raters 6] [--criteria 8] [--metrics 26] [--rounds 5]

Scores are drawn with a quality of each dialogue, a strictness of each rater and chance; one in fifty is "cannot judge",
and a metric in ten is undefined for some dialogues.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from synthdial.review import results as module
from synthdial.review.judgements import Edited, Flagged, Guess, Judgement, ReviewData, Subject, Verdict


def review(dialogues: int, raters: int, criteria: int, random: np.random.Generator) -> ReviewData:
    """What so many raters say, each of all dialogues; one dialogue in ten is a real conversation."""
    subjects = {}
    for k in range(dialogues):
        made = {
            "recipe": f"recipe{k % 4}",
            "scenario": f"scenario{k % 3}",
            "preset": "natural",
            "model": f"model{k % 2}",
        }
        subjects[f"d{k:04}"] = Subject(f"d{k:04}", by_person=True) if k % 10 == 0 else Subject(f"d{k:04}", **made)
    quality = random.normal(size=(dialogues, criteria)) + random.normal(size=(dialogues, 1))
    strictness = random.normal(0, 0.4, raters)
    judgements, guesses, flags, edits, verdicts = [], [], [], [], []
    for r in range(raters):
        rater, role = f"rater{r}", ("native", "clinician")[r % 2]
        for k, key in enumerate(subjects):
            for c in range(criteria):
                score = round(float(np.clip(3 + 0.5 * quality[k, c] + strictness[r] + random.normal(), 1, 5)))
                judgements.append(Judgement(rater, role, key, f"c{c}", None if random.random() < 0.02 else score))
            guesses.append(Guess(rater, role, key, "person" if random.random() < 0.4 else "machine"))
            verdicts.append(Verdict(rater, role, key, random.random() < 0.7))
            if random.random() < 0.3:
                kind, severity = random.choice(["wrong fact", "unnatural"]), random.choice(["minor", "critical"])
                flags.append(Flagged(rater, role, key, 3, str(kind), str(severity)))
                edits.append(Edited(rater, key, 3, "Ja.", "Jawel.", 3, 4.0))
    return ReviewData(subjects, tuple(judgements), tuple(guesses), tuple(flags), tuple(edits), tuple(verdicts))


def metrics_of(data: ReviewData, count: int, random: np.random.Generator) -> dict[str, dict[str, float]]:
    """Numbers for every dialogue; every tenth metric lacks one in ten."""
    values = random.normal(size=(len(data.subjects), count)).round(2)
    values[:, ::10][random.random(values[:, ::10].shape) < 0.1] = np.nan
    names = ["n_turns", *(f"metric{k}" for k in range(1, count))]
    return {key: dict(zip(names, row.tolist(), strict=True)) for key, row in zip(data.subjects, values, strict=True)}


class Stopwatch:
    """Takes the time of the parts that `results` is put together from."""

    parts = (
        "ratings_of", "scores_of", "differences", "agreements", "pair_agreements", "_correlations", "severities",
        "flag_counts", "origins", "edits_of", "verdicts_of",
    )  # fmt: skip

    def __init__(self) -> None:
        self.taken = dict.fromkeys(self.parts, 0.0)
        for name in self.parts:
            setattr(module, name, self._timed(name, getattr(module, name)))

    def _timed(self, name: str, part: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            begin = time.perf_counter()
            try:
                return part(*given, **named)
            finally:
                self.taken[name] += time.perf_counter() - begin

        return run


def main() -> None:
    arguments = argparse.ArgumentParser()
    for name, usual in (("dialogues", 200), ("raters", 6), ("criteria", 8), ("metrics", 26), ("rounds", 5)):
        arguments.add_argument(f"--{name}", type=int, default=usual)
    given = arguments.parse_args()
    random = np.random.default_rng(0)
    data = review(given.dialogues, given.raters, given.criteria, random)
    metrics = metrics_of(data, given.metrics, random)
    watch = Stopwatch()
    times = []
    for _ in range(given.rounds):
        begin = time.perf_counter()
        counted = module.results(data, metrics)
        times.append(time.perf_counter() - begin)
    print(f"{given.dialogues} dialogues, {given.raters} raters, {given.criteria} criteria, {given.metrics} metrics")
    print(f"{statistics.median(times):.2f} s, median of {given.rounds} ({min(times):.2f} to {max(times):.2f})")
    for name, taken in sorted(watch.taken.items(), key=lambda item: -item[1]):
        print(f"{100 * taken / sum(times):6.1f} %  {name.strip('_')}")
    begin = time.perf_counter()
    counted.as_dict()
    print(f"{time.perf_counter() - begin:.2f} s more for as_dict")


if __name__ == "__main__":
    main()
