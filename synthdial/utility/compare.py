"""The comparison: conversations become examples, classifiers are trained in each way, and what they say is counted."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.privacy.deidentify import reference_digest
from synthdial.review.intervals import FEWEST, Bootstrap
from synthdial.utility.corpora import topic_of
from synthdial.utility.evaluate import FOLDS, REPEATS, RESAMPLES, Answered, Evaluation, Examples
from synthdial.utility.result import (
    BOTH,
    MAJORITY,
    REAL,
    REAL_SAME,
    SAME,
    SHUFFLED,
    SYNTHETIC,
    Arm,
    Difference,
    Side,
    Utility,
    sentence_of,
)
from synthdial.utility.tasks import WINDOW, Example, examples_of

_MEASURES = ("macro_f1", "accuracy")


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    task : str
        One of `synthdial.utility.tasks.TASKS`.
    topics : mapping of str to str
        Topics by conversation or file, for the task ``topic``; others are told by folders and scenarios.
    window : int
        Words of a part of which the topic is asked; 0 takes whole conversations.
    folds, repeats : int
        Parts that real conversations are dealt into, and how often.
    resamples : int
        How often classifiers are trained anew, for intervals alone.
    seed : int
        Of all that is drawn.
    """

    task: str
    topics: Mapping[str, str] = field(default_factory=dict)
    window: int = WINDOW
    folds: int = FOLDS
    repeats: int = REPEATS
    resamples: int = RESAMPLES
    seed: int = 0


def compare_utility(
    synthetic: Sequence[Dialogue],
    real: Sequence[Dialogue],
    question: Question,
    *,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Utility:
    """Train a classifier on synthetic conversations and test it on real ones, beside one trained on real ones.

    Parameters
    ----------
    synthetic, real : sequence of Dialogue
        Both sides. A synthetic one that says word for word what a real one does is left out.
    question : Question
        What is asked.
    advance : callable
        Is given the number of trainings done, and of all.

    Raises
    ------
    SynthdialError
        When there are too few conversations, or not two answers on both sides; or scikit-learn is not there.
    """
    remarks: list[str] = []
    alike = {reference_digest(dialogue) for dialogue in real}
    own = [dialogue for dialogue in synthetic if reference_digest(dialogue) not in alike]
    if len(own) < len(synthetic):
        remarks.append(
            f"{len(synthetic) - len(own)} synthetic dialogues say word for word what a real one does; "
            "they were left out."
        )
    asked = _Asked(question, own, list(real), remarks)
    evaluation = asked.evaluation(advance)
    answered = _answers(evaluation, asked.trains_on_real, len(asked.synthetic.texts))
    bootstrap = Bootstrap(seed=question.seed)
    arms = tuple(_arm(name, one, bootstrap) for name, one in answered.items())
    pairs = [(SAME, REAL), (SYNTHETIC, REAL_SAME), (SYNTHETIC, REAL), (BOTH, REAL)]
    pairs += [(SYNTHETIC, MAJORITY), (SYNTHETIC, SHUFFLED), (REAL, MAJORITY)]
    differences = tuple(
        Difference(name, less, *(answered[name].answers.less(answered[less].answers, m, bootstrap) for m in _MEASURES))
        for name, less in pairs
        if name in answered and less in answered
    )
    sides = (_side(asked.synthetic, asked.classes), _side(asked.real, asked.classes))
    return Utility(question.task, *sides, arms, differences, sentence_of(differences), tuple(remarks), question.seed)


class _Asked:
    """Both sides as examples, with answers numbered alike; refuses what cannot be answered."""

    def __init__(self, question: Question, synthetic: list[Dialogue], real: list[Dialogue], remarks: list[str]) -> None:
        self._question = question
        told = [[self._examples(dialogue) for dialogue in side] for side in (synthetic, real)]
        first, second = (_answers_in(side) for side in told)
        if question.task == "topic":
            for name, side in (("synthetic", told[0]), ("real", told[1])):
                if missing := sum(not examples for examples in side):
                    remarks.append(f"{missing} {name} dialogues have no topic that is known; they were left out.")
            self.classes = sorted(first & second)
            _refuse_topics(first, second, self.classes)
            if left := (first | second) - set(self.classes):
                remarks.append(f"Topics of one side alone were left out: {_listed(left)}.")
        else:
            self.classes = sorted(first | second)
            for name, answers in (("synthetic", first), ("real", second)):
                if len(answers) < 2:
                    _refuse_one(name, answers, question.task)
        self.synthetic, self.real = (self._side(side) for side in told)
        if len(self.synthetic.strata) < 2 or len(self.real.strata) < FEWEST:
            raise SynthdialError(
                f"There are {len(self.synthetic.strata)} synthetic and {len(self.real.strata)} real dialogues to learn "
                "from and to test on.",
                f"Needed are 2 and {FEWEST} at least, each different; intervals want more, about 20 real ones.",
            )
        per_topic = Counter(self.real.strata.tolist())
        self.trains_on_real = min(per_topic.values()) >= 2
        if not self.trains_on_real:
            alone = [self.classes[k] for k, count in per_topic.items() if count < 2]
            remarks.append(
                "Nothing was trained on real dialogues: a topic of a single one cannot be learned from others "
                f"({_listed(alone)})."
            )

    def _examples(self, dialogue: Dialogue) -> tuple[Example, ...]:
        question = self._question
        topic = topic_of(dialogue, question.topics) if question.task == "topic" else ""
        if question.task == "topic" and not topic:
            return ()
        return examples_of(dialogue, question.task, topic, question.window)

    def _side(self, told: list[tuple[Example, ...]]) -> Examples:
        number = {name: k for k, name in enumerate(self.classes)}
        kept = [[one for one in examples if one.label in number] for examples in told]
        kept = [examples for examples in kept if examples]
        everything = [one for examples in kept for one in examples]
        of = np.repeat(np.arange(len(kept)), [len(examples) for examples in kept])
        by_topic = self._question.task == "topic"
        strata = np.array([number[examples[0].label] if by_topic else 0 for examples in kept], np.intp)
        labels = np.array([number[one.label] for one in everything], np.intp)
        return Examples(tuple(one.text for one in everything), labels, of, strata)

    def evaluation(self, advance: Callable[[int, int], None]) -> Evaluation:
        """Counts trainings as they are done."""
        question, done = self._question, 0

        def one() -> None:
            nonlocal done
            done += 1
            advance(done, total)

        made = Evaluation(
            self.synthetic,
            self.real,
            len(self.classes),
            folds=question.folds,
            repeats=question.repeats,
            resamples=question.resamples,
            seed=question.seed,
            advance=one,
        )
        ways = ["synthetic", "shuffled"]
        if self.trains_on_real:
            few, many = (len(self.synthetic.texts) < made.training, len(self.synthetic.texts) > made.training)
            ways += ["real", "real", *["real"] * few, *["drawn"] * many]
        total = sum(made.trainings(way) for way in ways)
        return made


def _answers(evaluation: Evaluation, trains_on_real: bool, synthetic: int) -> dict[str, Answered]:
    """Every way of training that there is, by name."""
    answered = {MAJORITY: evaluation.majority(), SHUFFLED: evaluation.synthetic(shuffled=True)}
    if trains_on_real and synthetic > evaluation.training:
        answered[SAME] = evaluation.synthetic(evaluation.training)
    answered[SYNTHETIC] = evaluation.synthetic()
    if trains_on_real:
        if synthetic < evaluation.training:
            answered[REAL_SAME] = evaluation.real(synthetic)
        answered[REAL] = evaluation.real()
        answered[BOTH] = evaluation.real(with_synthetic=True)
    return answered


def _answers_in(side: list[tuple[Example, ...]]) -> set[str]:
    return {one.label for examples in side for one in examples}


def _arm(name: str, one: Answered, bootstrap: Bootstrap) -> Arm:
    macro_f1, accuracy = (one.answers.figure(measure, bootstrap) for measure in _MEASURES)
    repeats = tuple(float(value) for value in one.answers.each("macro_f1"))
    return Arm(name, one.training, macro_f1, accuracy, one.known, repeats)


def _side(examples: Examples, classes: Sequence[str]) -> Side:
    counts = np.bincount(examples.labels, minlength=len(classes)) / len(examples.labels)
    shares = {name: float(share) for name, share in zip(classes, counts, strict=True)}
    return Side(len(examples.strata), len(examples.texts), shares)


def _refuse_topics(synthetic: set[str], real: set[str], common: Sequence[str]) -> None:
    for name, topics in (("synthetic", synthetic), ("real", real)):
        if len(topics) < 2:
            found = f"one topic, {_listed(topics)}" if topics else "no topic that is known"
            raise SynthdialError(
                f"The {name} dialogues have {found}: there is nothing to tell apart.",
                "Topics are told by --topics FILE (id, tab, topic), by the folder a conversation lies in, or by the "
                "scenario it was written from.",
            )
    if len(common) < 2:
        raise SynthdialError(
            f"Synthetic and real dialogues have {len(common)} topics in common: {_listed(synthetic)} and "
            f"{_listed(real)}.",
            "Name topics of real conversations as the scenarios of the synthetic ones, with --topics FILE.",
        )


def _refuse_one(name: str, answers: set[str], task: str) -> None:
    found = f"one answer, '{next(iter(answers))}'" if answers else "no turn with a word in it"
    hint = "A transcript without question marks tells no question from other turns." if task == "question" else ""
    raise SynthdialError(f"In the {name} dialogues the task '{task}' has {found}: there is nothing to learn.", hint)


def _listed(topics: Sequence[str] | set[str]) -> str:
    names = sorted(topics)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
