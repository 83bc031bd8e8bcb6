"""What a dialogue and one reference say in the same words: runs, rare 5-grams, runs of three."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthdial._core.leakage import SuffixAutomaton, gram_names
from synthdial._core.words import Vocabulary
from synthdial.dialogue import Dialogue
from synthdial.privacy.leakage.words import CommonPhrases, Ids, SpokenWords

FIVE = 5
CONTENT = 2
"""Content words that a rare 5-gram holds at least."""

SHINGLE = 3
LEAST_SHINGLES = 50
"""A conversation of fewer different runs of three counts as one of so many: a greeting alone resembles any other."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """Words that stand in the dialogue and in the reference.

    Attributes
    ----------
    first, stop : int
        The words of the dialogue, hesitations not counted.
    reference_stop : int
        Where the same words end in the reference.
    counted : int
        Words of it that stand in no common phrase.
    rare : int
        Rare 5-grams of the dialogue that begin in it.
    """

    first: int
    stop: int
    reference_stop: int
    counted: int
    rare: int

    def __len__(self) -> int:
        return self.stop - self.first


class CheckedDialogue:
    """A dialogue, with what its comparison with every reference needs computed once.

    Parameters
    ----------
    dialogue : Dialogue
        The conversation to check.
    vocabulary : Vocabulary
        The words of references and common phrases.
    phrases : CommonPhrases
        What everybody says.
    """

    def __init__(self, dialogue: Dialogue, vocabulary: Vocabulary, phrases: CommonPhrases) -> None:
        self.words = SpokenWords(dialogue)
        self.ids = self.words.known(vocabulary)
        self.uncommon = _sums(~phrases.cover(self.ids, self.words.begins))
        five = gram_names(self.words.ids, FIVE)
        self.rare = rare_grams(self.uncommon, _sums(self.words.content()))
        self.five_names = five
        self.rare_total = len(np.unique(five[self.rare]))
        self.shingle_names, self.shingles = shingles_of(self.words.ids, self.uncommon)
        self.shingle_total = len(np.unique(self.shingle_names[self.shingles]))


class PreparedReference:
    """A reference as dialogues are compared with it.

    Parameters
    ----------
    name : str
        What it is called.
    dialogue : Dialogue
        Its words as they stood in the prompt.
    vocabulary : Vocabulary
        Its words are added.
    phrases : CommonPhrases
        What everybody says, over the same vocabulary.
    """

    def __init__(self, name: str, dialogue: Dialogue, vocabulary: Vocabulary, phrases: CommonPhrases) -> None:
        self.name = name
        self.words = SpokenWords(dialogue)
        ids = self.words.interned(vocabulary)
        self._automaton = SuffixAutomaton(ids)
        names, counted = shingles_of(ids, _sums(~phrases.cover(ids, self.words.begins)))
        self._shingles = len(np.unique(names[counted]))

    def compare(self, dialogue: CheckedDialogue) -> "Shared":
        """What a dialogue shares with it, in time linear in the dialogue's words."""
        lengths, ends = self._automaton.matches(dialogue.ids)
        stops = np.arange(1, len(lengths) + 1)
        counted = dialogue.uncommon[stops] - dialogue.uncommon[stops - lengths]
        rare = dialogue.rare & (lengths[FIVE - 1 :] >= FIVE)
        shared = dialogue.shingles & (lengths[SHINGLE - 1 :] >= SHINGLE)
        smaller = max(min(dialogue.shingle_total, self._shingles), LEAST_SHINGLES)
        return Shared(
            lengths,
            ends,
            counted.astype(np.int64),
            rare,
            len(np.unique(dialogue.five_names[rare])),
            len(np.unique(dialogue.shingle_names[shared])) / smaller,
        )


@dataclass(frozen=True)
class Shared:
    """What a dialogue shares with one reference.

    Attributes
    ----------
    lengths, ends, counted : arrays of int, shape (words,)
        At each word of the dialogue the longest run that ends there and stands in the reference: its words, where it
        ends in the reference, and its words that stand in no common phrase.
    rare : array of bool
        Whether a shared rare 5-gram begins at a word; one for each 5-gram.
    five_grams : int
        How many different ones.
    similarity : float
        Different shared runs of three words as a share of those of the smaller of the two, 0 to 1. Those that lie in
        common phrases are left out.
    """

    lengths: Ids
    ends: Ids
    counted: npt.NDArray[np.int64]
    rare: Flags
    five_grams: int
    similarity: float

    @property
    def longest(self) -> int:
        """The most counted words of a run."""
        return int(self.counted.max()) if len(self.counted) else 0

    def runs(self, least: int, *, rare: bool = False) -> list[Run]:
        """Runs that cannot be made longer, no two over one word, the most counted words first.

        Parameters
        ----------
        least : int
            Words of a run at least.
        rare : bool
            Whether only those with a rare 5-gram are wanted.
        """
        maximal = np.flatnonzero((self.lengths >= least) & (np.append(self.lengths[1:], 0) <= self.lengths))
        grams = _sums(self.rare)
        found = []
        for last in maximal.tolist():
            length = int(self.lengths[last])
            first, stop = last + 1 - length, last + 1
            inside = int(grams[stop - FIVE + 1] - grams[first]) if length >= FIVE else 0
            if inside or not rare:
                found.append(Run(first, stop, int(self.ends[last]), int(self.counted[last]), inside))
        found.sort(key=lambda run: (-run.counted, -len(run), run.first))
        taken = np.zeros(len(self.lengths), np.bool_)
        kept = []
        for run in found:
            if not taken[run.first : run.stop].any():
                taken[run.first : run.stop] = True
                kept.append(run)
        return kept


def rare_grams(uncommon: npt.NDArray[np.int64], content: npt.NDArray[np.int64]) -> Flags:
    """Which 5-grams are rare: two content words or more, and not all five words in common phrases.

    Parameters
    ----------
    uncommon, content : arrays of int, shape (words + 1,)
        How many of the words before each are outside common phrases, and are content words.
    """
    return (content[FIVE:] - content[:-FIVE] >= CONTENT) & (uncommon[FIVE:] - uncommon[:-FIVE] > 0)


def shingles_of(ids: Ids, uncommon: npt.NDArray[np.int64]) -> tuple[Ids, Flags]:
    """The runs of three words by number, and which of them do not lie in common phrases altogether."""
    return gram_names(ids, SHINGLE), uncommon[SHINGLE:] - uncommon[:-SHINGLE] > 0


def _sums(flags: Flags) -> npt.NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(flags, dtype=np.int64)))
