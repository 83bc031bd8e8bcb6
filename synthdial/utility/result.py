"""What a comparison comes to: ways of training, what differs, and a sentence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthdial.review.intervals import Estimate

SYNTHETIC, SAME = "synthetic", "synthetic, as many as real"
REAL, REAL_SAME = "real", "real, as many as synthetic"
BOTH, SHUFFLED, MAJORITY = "real and synthetic", "synthetic, answers shuffled", "most frequent answer"


@dataclass(frozen=True)
class Arm:
    """One way of training, tested on real conversations.

    Attributes
    ----------
    name : str
        What was trained on.
    training : float
        Examples that were trained on, mean over trainings.
    macro_f1, accuracy : Estimate
        Of the answers about real conversations; 95 % intervals over these.
    known : float
        Share of the words of real conversations that the classifier had seen, 0 to 1; nan for none.
    repeats : tuple of float
        Macro-F1 each time that training parts were drawn: how much it matters which.
    """

    name: str
    training: float
    macro_f1: Estimate
    accuracy: Estimate
    known: float
    repeats: tuple[float, ...]


@dataclass(frozen=True)
class Difference:
    """One way of training less another, about the same real conversations.

    Attributes
    ----------
    name, less : str
        Both ways.
    macro_f1, accuracy : Estimate
        The difference, and its 95 % interval over real conversations, drawn for both at once.
    """

    name: str
    less: str
    macro_f1: Estimate
    accuracy: Estimate


@dataclass(frozen=True)
class Side:
    """What was read of one side.

    Attributes
    ----------
    dialogues, examples : int
        How many conversations had an example, and how many examples.
    shares : mapping of str to float
        Share of each answer.
    """

    dialogues: int
    examples: int
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Utility:
    """What synthetic conversations are good for.

    Attributes
    ----------
    task : str
        What was asked.
    synthetic, real : Side
        What was read.
    arms : tuple of Arm
        Ways of training.
    differences : tuple of Difference
        Between them.
    sentence : str
        What it comes to.
    remarks : tuple of str
        What must be known to read it.
    seed : int
        Of all that was drawn.
    prompted : int
        Real conversations that are known to have stood in a prompt of the synthetic ones.
    """

    task: str
    synthetic: Side
    real: Side
    arms: tuple[Arm, ...]
    differences: tuple[Difference, ...]
    sentence: str
    remarks: tuple[str, ...]
    seed: int
    prompted: int = 0

    def arm(self, name: str) -> Arm:
        """One way of training by its name."""
        return next(arm for arm in self.arms if arm.name == name)

    def difference(self, name: str, less: str) -> Difference:
        """One difference by the names of both ways."""
        return next(one for one in self.differences if (one.name, one.less) == (name, less))

    @property
    def beside(self) -> Difference | None:
        """Synthetic less real at the same size; None where nothing is trained on real ones."""
        return _beside(self.differences)


def sentence_of(differences: Sequence[Difference]) -> str:
    """What the differences come to: as far as intervals say, and no further."""
    by_names = {(one.name, one.less): one.macro_f1 for one in differences}
    taught = by_names[SYNTHETIC, SHUFFLED]
    chance = by_names[SYNTHETIC, MAJORITY]
    if math.isnan(taught.low):
        verdict = "It cannot be said whether synthetic dialogues teach this task"
    elif min(taught.low, chance.low) > 0:
        verdict = "Synthetic dialogues teach this task"
    else:
        verdict = "It is not shown that synthetic dialogues teach this task"
    first = (
        f"{verdict}: macro-F1 less that of shuffled answers is {_signed(taught)}, less that of the most frequent "
        f"answer {_signed(chance)}."
    )
    pair = _beside(differences)
    if pair is None:
        return first
    beside = pair.macro_f1
    if beside.high < 0:
        second = f"As many real ones teach it better: {_signed(beside)}."
    elif beside.low > 0:
        second = f"As many real ones teach it less well: {_signed(beside)}."
    else:
        second = f"The difference from as many real ones may be chance: {_signed(beside)}."
    return f"{first} {second}"


def _beside(differences: Sequence[Difference]) -> Difference | None:
    """The first there is: where the smaller side has its way alone, both are of its size."""
    by_names = {(one.name, one.less): one for one in differences}
    pairs = ((SAME, REAL), (SYNTHETIC, REAL_SAME), (SYNTHETIC, REAL))
    return next((by_names[pair] for pair in pairs if pair in by_names), None)


def _signed(estimate: Estimate) -> str:
    return f"{estimate.value:+.2f} ({estimate.low:+.2f} to {estimate.high:+.2f})"
