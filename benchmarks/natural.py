"""Natural turn-taking and domain specificity: the presets beside one another and beside people, in one run.

    python benchmarks/natural.py [--count 100] [--model NAME] [--adapter NAME] [--people FOLDER] [--keep FOLDER]

Each preset writes COUNT dialogues over two scenarios with the bundled references, then the table of
`synthdial-edge compare` is printed and each bar is checked. With --people the turn-taking of other conversations (a
folder of transcripts) is planned from their profile, without any text in the prompt, and compared with theirs. A run of
100 takes about an hour on two cores; with --keep it goes on where it was interrupted, and `--model` shows what a larger
model makes of the same plans.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from synthdial import BatchRequest, Dialogue, Study, bundled_references, read_transcripts, run_batch
from synthdial.cli.standings import show_standings
from synthdial.measure.standing import Standing, standing
from synthdial.metrics import TURN_METRICS, scenario_lexicon
from synthdial.prompt import load_scenario
from synthdial.structure import build_profile, write_profile
from synthdial.study.score import WEIGHTS, score

Using = dict[str, str | None]
"""Model and adapter, as `batch` has them."""

SCENARIOS = ("nefrologie-uitslagen", "nefrologie-dialysekeuze")


def write(study: Path, count: int, using: Using, preset: str, profile: Path | None = None) -> list[Dialogue]:
    """The dialogues of a preset, evenly over the scenarios; a study that holds some is topped up."""
    tokens = seconds = 0.0
    for number, scenario in enumerate(SCENARIOS):
        share = len(range(number, count, len(SCENARIOS)))
        if not share:
            continue
        request = BatchRequest(count=share, scenario=scenario, preset=preset, profile=profile, **using)
        result = run_batch(study, request)
        tokens, seconds = tokens + result.tokens, seconds + result.seconds
    if seconds:
        print(f"{study.stem}: {tokens:.0f} tokens in {seconds:.0f} s, {tokens / seconds:.1f} tokens/s", flush=True)
    with Study(study, read_only=True) as opened:
        return list(opened.dialogues())


def speeds(folder: Path, using: Using) -> dict[str, float]:
    """Tokens a second of each preset, 16 dialogues in a new study, one right after the other."""
    rates = {}
    for preset in ("plain", "natural"):
        study = folder / f"speed-{preset}.study"
        study.unlink(missing_ok=True)
        result = run_batch(study, BatchRequest(count=16, scenario=SCENARIOS[0], preset=preset, **using))
        rates[preset] = result.tokens / result.seconds
    ratio = rates["natural"] / rates["plain"]
    print(f"\n{'reached ' if ratio >= 0.9 else 'MISSED  '} tokens a second 90 % or more of plain's: ", end="")
    print(f"{rates['natural']:.1f} and {rates['plain']:.1f}, {100 * ratio:.0f} %")
    return rates


def within(figure: str, low: float = 0.0) -> Callable[[Standing, Standing], tuple[bool, str]]:
    """A mean inside people's 10th to 90th percentile."""

    def check(natural: Standing, plain: Standing) -> tuple[bool, str]:
        own = natural.figure(figure)
        return own.p10 <= own.mean <= own.p90, f"{own.mean:.3f} in {own.p10:.3f} to {own.p90:.3f}"

    return check


def spreads(dialogues: Sequence[Dialogue], people: Sequence[Dialogue]) -> None:
    """How much the parts of the score of candidates vary from dialogue to dialogue, and the score of people."""
    profile = build_profile(people)
    rows, totals = [], []
    for dialogue in dialogues:
        scenario = load_scenario(str(dialogue.provenance["scenario"]))
        found = score(
            dialogue,
            profile=profile,
            terms=scenario_lexicon(scenario.terms, scenario.name),
            references=people,
            log_probability=float(dialogue.provenance["mean_log_probability"]),
        )
        rows.append([getattr(found, part) for part in WEIGHTS])
    for person in people:
        others = [other for other in people if other is not person]
        totals.append(score(person, profile=profile, terms=None, references=others, log_probability=math.nan).total)
    deviations = ", ".join(f"{part} {value:.2f}" for part, value in zip(WEIGHTS, np.std(rows, axis=0), strict=True))
    print(f"\nParts of the score, standard deviation over dialogues: {deviations}")
    print(f"Score of the references themselves, mean: {np.mean(totals):.2f}")


def bars(natural: Standing, plain: Standing) -> list[tuple[str, bool, str]]:
    """What must be reached, whether it is, and the figures."""
    cv = natural.figure("cv")
    rows = [
        ("cv within 10 % of people's mean", abs(cv.mean / cv.people - 1) <= 0.1, f"{cv.mean:.3f} and {cv.people:.3f}")
    ]
    names = (
        "burstiness", "gini", "short_turn_share", "question_share", "dominance", "lag1", "n_turns", "n_words",
        "doctor_question_share", "patient_question_share", "mattr", "mtld",
    )  # fmt: skip
    rows += [(f"{name} in people's range", *within(name)(natural, plain)) for name in names]
    quarter = plain.distance[0] / 4
    rows.append(("AUC 0.65 or less", natural.auc[0] <= 0.65, f"{natural.auc[0]:.3f} (plain {plain.auc[0]:.3f})"))
    rows.append(
        (
            "distance a quarter of plain's",
            natural.distance[0] <= quarter,
            f"{natural.distance[0]:.3f} and {quarter:.3f}",
        )
    )
    terms, other = natural.figure("terms").mean, plain.figure("terms").mean
    rows.append(
        ("terms 85 % and twice plain's", terms >= 0.85 and terms >= 2 * other, f"{terms:.3f} (plain {other:.3f})")
    )
    ours, theirs = natural.figure("log_probability").mean, plain.figure("log_probability").mean
    rows.append(("log-probability at most 0.25 below plain's", ours >= theirs - 0.25, f"{ours:.3f} and {theirs:.3f}"))
    for name, title, most in (
        ("open_turns", "turns that end inside a sentence 3 % or less", 0.03),
        ("forced_ends", "turns ended where the model hardly would 3 % or less", 0.03),
        ("repeated_turns", "turns that repeat an earlier one 1 % or less", 0.01),
    ):
        value = natural.figure(name).mean
        rows.append((title, value <= most, f"{100 * value:.2f} % (plain {100 * plain.figure(name).mean:.2f} %)"))
    long = natural.figure("as_long_as_asked").mean
    rows.append(("500 to 1,200 words: 95 % or more", long >= 0.95, f"{100 * long:.1f} %"))
    return rows


def show(standings: Sequence[Standing]) -> None:
    """The table, and each bar."""
    show_standings(standings, sys.stdout)
    print()
    for title, reached, figures in bars(standings[-1], standings[0]):
        print(f"{'reached ' if reached else 'MISSED  '} {title:55} {figures}")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--model")
    arguments.add_argument("--adapter")
    arguments.add_argument("--people", type=Path)
    arguments.add_argument("--no-speed", action="store_true", help="leave out the tokens a second")
    arguments.add_argument("--people-count", type=int, help="dialogues written for --people; COUNT by default")
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    using: Using = {"model": given.model, "adapter": given.adapter}
    folder = given.keep or Path(tempfile.mkdtemp(prefix="synthdial-natural-"))
    folder.mkdir(parents=True, exist_ok=True)
    people = [transcript.dialogue for transcript in bundled_references()]
    sets = {preset: write(folder / f"{preset}.study", given.count, using, preset) for preset in ("plain", "natural")}
    print(f"\nBundled references, {len(people)}; turn measures: {', '.join(TURN_METRICS)}\n")
    show([standing(name, own, people) for name, own in sets.items()])
    spreads(sets["natural"], people)
    if not given.no_speed:
        speeds(folder, using)
    if given.people:
        others = [transcript.dialogue for transcript in read_transcripts([given.people])[0]]
        profile = folder / "people.json"
        write_profile(build_profile(others), profile)
        planned = write(folder / "people.study", given.people_count or given.count, using, "natural", profile)
        print(f"\n{given.people}, {len(others)} conversations, by their profile alone\n")
        show([standing("plain", sets["plain"], others), standing("natural, by profile", planned, others)])


if __name__ == "__main__":
    main()
