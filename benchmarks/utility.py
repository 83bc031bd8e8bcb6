"""What synthetic dialogues are good for: classifiers trained on them and tested on people's conversations.

    python benchmarks/utility.py [--count 60] [--model NAME] [--people FOLDER] [--keep FOLDER]
    python benchmarks/utility.py --coverage 200

Dutch: COUNT dialogues are written by the preset `natural` over six bundled scenarios, with the bundled references, and
tested on these: all of them, and those alone that stood in no prompt. With --people, a folder of English consultations,
COUNT more are written by the preset `plain` from each half of it, a batch for each reference, and tested on the other
half, and on the very half that they were written from. A run of 40 takes about half an hour on two cores; with --keep
it goes on where it was interrupted. What is written from people's conversations stays in that folder.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthdial import BatchRequest, SynthdialError, locations, run_batch
from synthdial.cli.utility_table import show_utility
from synthdial.review.intervals import Bootstrap
from synthdial.transcripts import transcripts_in
from synthdial.utility import Question, UtilityRequest, measure_utility, read_topics
from synthdial.utility.evaluate import Evaluation, Examples

TOPICS = {
    "bloeddruk": "nefrologie-bloeddruk",
    "dialysekeuze": "nefrologie-dialysekeuze",
    "dieet-zout": "nefrologie-zoutbeperking",
    "nierstenen": "nefrologie-nierstenen",
    "transplantatie": "nefrologie-transplantatie",
    "uitslagen": "nefrologie-uitslagen",
}
"""Bundled references, and the bundled scenario that is about the same."""

COMPLAINTS = (
    "diarrhoea and stomach cramps for a few days",
    "a cough and a fever for a week",
    "a headache on one side",
    "an itching rash on both arms",
    "pain in the chest when climbing stairs",
    "a burning pain when passing water",
    "a sore throat and tiredness",
    "pain in the lower back after lifting",
)
"""Why patients come in English dialogues: written for this program, in general terms."""

WORDS = 300
"""Most words of a dialogue."""

_CARD = """title = "Consultation about {complaint}"
specialty = "general practice"
setting = "A video consultation with a GP in England."
reason = "The patient has {complaint}."
doctor = "A general practitioner, friendly, asks one thing at a time."
patient = "An adult who answers in plain words."
patient_does_not_know = []

[terms]

[[phases]]
phase = "opening"
share = 0.1
happens = "The doctor says hello and asks what the matter is."
terms = []

[[phases]]
phase = "history"
share = 0.5
happens = "The doctor asks when {complaint} began, what makes it better or worse, and about medication and allergies."
terms = []

[[phases]]
phase = "explanation"
share = 0.2
happens = "The doctor explains what it probably is."
terms = []

[[phases]]
phase = "plan"
share = 0.2
happens = "They agree on what to do, and when to call again."
terms = []
"""


def write_dutch(study: Path, count: int, model: str | None, threads: int | None) -> None:
    """Dialogues evenly over the six scenarios, with the bundled references; a study that holds some is topped up."""
    scenarios = list(TOPICS.values())
    for number, scenario in enumerate(scenarios):
        share = len(range(number, count, len(scenarios)))
        if share:
            run_batch(
                study, BatchRequest(count=share, scenario=scenario, model=model, max_words=WORDS, threads=threads)
            )


def write_english(
    study: Path, count: int, model: str | None, references: Sequence[Path], cards: Path, threads: int | None
) -> None:
    """Dialogues evenly over references and complaints, a reference in each prompt."""
    for number, reference in enumerate(references):
        card = cards / f"complaint-{number % len(COMPLAINTS)}.toml"
        card.write_text(_CARD.format(complaint=COMPLAINTS[number % len(COMPLAINTS)]), encoding="utf-8")
        share = len(range(number, count, len(references)))
        if share:
            request = BatchRequest(
                count=share,
                scenario=str(card),
                references=[reference],
                unchecked_references=True,
                model=model,
                preset="plain",
                max_words=WORDS,
                threads=threads,
            )
            run_batch(study, request)


def halves(folder: Path, keep: Path) -> tuple[Path, Path]:
    """Two folders with every other conversation of one each."""
    files = transcripts_in(folder)
    files = [file for file in files if file.suffix == ".txt"]
    made = []
    for name, own in (("first", files[::2]), ("second", files[1::2])):
        half = keep / name
        half.mkdir(exist_ok=True)
        for file in own:
            shutil.copy(file, half / file.name)
        made.append(half)
    return made[0], made[1]


def told(title: str, study: Path, real: Path, task: str, **options: object) -> None:
    """One comparison, as the command prints it."""
    print(f"\n{title}\n")
    try:
        request = UtilityRequest(study, (real,), Question(task, **options.pop("question", {})), **options)
        show_utility(measure_utility(request, remark=print), sys.stdout)
    except SynthdialError as error:
        print(error)
    sys.stdout.flush()


def coverage(trials: int) -> None:
    """How often intervals hold the truth where both sides are drawn from one distribution, and none is better."""
    print(f"\nBoth sides drawn alike, {trials} times: intervals of synthetic less real, of 100 that hold 0\n")
    print("synthetic, real dialogues    as told    without other training dialogues")
    for made, real in ((8, 8), (20, 12), (40, 15)):
        held = {"with": 0, "without": 0}
        for trial in range(trials):
            sides = [_side(random.Random(f"{name} {trial}"), count) for name, count in (("m", made), ("r", real))]
            evaluation = Evaluation(*sides, 2, repeats=1, folds=5, seed=trial)
            size = min(evaluation.training, len(sides[0].texts))
            answers = [evaluation.synthetic(size).answers, evaluation.real(size).answers]
            for key in held:
                ours, theirs = (
                    answers if key == "with" else [replace(each, retrained=each.retrained[:0]) for each in answers]
                )
                found = ours.less(theirs, "macro_f1", Bootstrap())
                held[key] += found.low <= 0 <= found.high
        print(
            f"{made:9}, {real:<20} {100 * held['with'] / trials:5.0f} {100 * held['without'] / trials:10.0f}",
            flush=True,
        )


def _side(chance: random.Random, count: int) -> Examples:
    """Dialogues of invented words; each has favourites of its own, and each speaker some that the other has less."""
    texts, labels, of = [], [], []
    for dialogue in range(count):
        favourites = [chance.randrange(300) for _ in range(12)]
        for turn in range(chance.randint(15, 40)):
            speaker = turn % 2
            words = [
                chance.choice(favourites) if chance.random() < 0.3 else min(299, int(chance.expovariate(1 / 60)))
                for _ in range(chance.randint(2, 12))
            ]
            # a word that one speaker says more often
            words += [300 + 2 * chance.randrange(40) + (speaker if chance.random() < 0.7 else 1 - speaker)]
            texts.append(" ".join(f"w{word}" for word in words))
            labels.append(speaker)
            of.append(dialogue)
    return Examples(tuple(texts), np.array(labels), np.array(of), np.zeros(count, np.intp))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=40)
    arguments.add_argument("--model")
    arguments.add_argument("--threads", type=int, help="one a core by default; fewer where others compute")
    arguments.add_argument("--people", type=Path)
    arguments.add_argument("--keep", type=Path)
    arguments.add_argument("--written", action="store_true", help="write nothing: compare what --keep holds")
    arguments.add_argument("--coverage", type=int, default=0, metavar="TRIALS", help="how often intervals are right")
    given = arguments.parse_args()
    if given.coverage:
        coverage(given.coverage)
        return
    keep = given.keep or Path(tempfile.mkdtemp(prefix="synthdial-utility-"))
    keep.mkdir(parents=True, exist_ok=True)
    topics = keep / "topics.tsv"
    topics.write_text("".join(f"{name}\t{topic}\n" for name, topic in TOPICS.items()), encoding="utf-8")
    parts = halves(given.people, keep) if given.people else ()
    if not given.written:
        write_dutch(keep / "dutch.study", given.count, given.model, given.threads)
        for half in parts:
            study = keep / f"from-{half.name}.study"
            write_english(study, given.count, given.model, transcripts_in(half), keep, given.threads)
    bundled = locations.bundled("references")
    for task in ("speaker", "question", "topic"):
        question = {"topics": read_topics(topics)} if task == "topic" else {}
        for left_out in (False, True):
            title = f"Dutch, bundled references{' that stood in no prompt' if left_out else ''}"
            told(title, keep / "dutch.study", bundled, task, question=question, leave_out_prompted=left_out)
    for half in parts:
        study = keep / f"from-{half.name}.study"
        (other,) = [one for one in parts if one != half]
        if not study.exists():
            continue
        for task in ("speaker", "question"):
            told(f"English, from the {half.name} half, tested on the other", study, other, task)
            told(f"English, from the {half.name} half, tested on the very same", study, half, task)


if __name__ == "__main__":
    main()
