"""What can be known of a corpus in bounded memory: how many different n-grams, a fair sample, near-copies.

Each keeps the things with the smallest hashes, and so holds the same whatever the order and the pieces they came in.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from synthdial._core.overlap import unmet_lately

Hashes = npt.NDArray[np.uint64]
_EMPTY = np.uint32(0xFFFFFFFF)
_NEIGHBOURS = 4
_RECENT = 1 << 16
_TOGETHER = 1_024
_SURPLUS = 4_096  # signatures that wait before the smallest are chosen anew


class DistinctCounter:
    """Counts different things by the k smallest of their 64-bit hashes (KMV; Bar-Yossef et al. 2002).

    Parameters
    ----------
    k : int
        How many hashes are kept. The count is exact up to k; above it the standard error is 1/√(k - 2), 0.3 % at 2**17.
    """

    def __init__(self, k: int = 1 << 17) -> None:
        self.k = k
        self._kept = np.zeros(0, np.uint64)
        self._new: list[Hashes] = []
        self._waiting = 0
        self._recent = np.zeros(0, np.uint64)  # what was met lately need not be sorted again

    def add(self, hashes: Hashes) -> None:
        """Add things by their hashes."""
        if len(self._kept) == self.k:
            hashes = hashes[hashes < self._kept[-1]]
        if not len(self._recent):
            self._recent = np.zeros(_RECENT, np.uint64)
        hashes = unmet_lately(np.ascontiguousarray(hashes), self._recent)
        if len(hashes):
            self._new.append(hashes)
            self._waiting += len(hashes)
            if self._waiting > self.k:
                self.settle()

    def merge(self, other: "DistinctCounter") -> None:
        """Add all that another counter has seen."""
        other.settle()
        self.add(other._kept)

    def settle(self) -> None:
        """Keep what was added last among the smallest; called by all that needs it."""
        if self._new:
            self._kept = np.unique(np.concatenate([self._kept, *self._new]))[: self.k].copy()
            self._new, self._waiting = [], 0
        self._recent = np.zeros(0, np.uint64)

    @property
    def is_exact(self) -> bool:
        """Whether the count is no estimate."""
        self.settle()
        return len(self._kept) < self.k

    @property
    def count(self) -> float:
        """How many different things there were."""
        if self.is_exact:
            return float(len(self._kept))
        return (self.k - 1) / ((float(self._kept[-1]) + 1.0) / 2.0**64)


@dataclass(frozen=True, order=True)
class Sampled:
    """A dialogue of the sample.

    Attributes
    ----------
    key : int
        Its hash, by which the sample was drawn.
    opening : str
        Its first words.
    values : bytes
        Its measures as doubles: thousands of samples take a quarter of the memory that tuples would.
    words : str
        All its words with a space between; empty where only the figures are kept.
    """

    key: int
    opening: str
    values: bytes
    words: str


class DialogueSample:
    """A sample of dialogues, drawn by their hashes: the same from the same corpus.

    Parameters
    ----------
    size : int
        Dialogues whose opening and measures are kept.
    spoken : int
        Dialogues whose words are kept too.
    """

    def __init__(self, size: int = 4096, spoken: int = 200) -> None:
        self.size = size
        self.spoken = spoken
        self._heap: list[tuple[int, int, Sampled]] = []  # largest key first
        self._count = 0
        self._with_words = 0
        self._last_spoken = 1 << 64  # no dialogue of a larger key keeps its words

    def wants(self, key: int) -> bool:
        """Whether a dialogue of this key would be kept."""
        return len(self._heap) < self.size or -key > self._heap[0][0]

    def wants_words(self, key: int) -> bool:
        """Whether its words would be kept too, as far as is known yet."""
        return key <= self._last_spoken

    def add(self, dialogue: Sampled) -> None:
        """Offer a dialogue."""
        self._count += 1
        entry = (-dialogue.key, self._count, dialogue)
        if len(self._heap) < self.size:
            heapq.heappush(self._heap, entry)
        elif entry[0] > self._heap[0][0]:
            heapq.heapreplace(self._heap, entry)
        if dialogue.words:
            self._with_words += 1
            if self._with_words > 2 * self.spoken:
                self.settle()

    def settle(self) -> None:
        """Forget the words of all but the smallest keys."""
        if len(self._heap) < self.spoken:
            return
        limit = heapq.nsmallest(self.spoken, (-entry[0] for entry in self._heap))[-1]
        self._heap = [
            entry if -entry[0] <= limit or not entry[2].words else (*entry[:2], replace(entry[2], words=""))
            for entry in self._heap
        ]
        self._last_spoken = limit
        self._with_words = sum(bool(entry[2].words) for entry in self._heap)

    def merge(self, other: "DialogueSample") -> None:
        """Offer all dialogues of another sample."""
        for _, _, dialogue in other._heap:
            self.add(dialogue)

    def dialogues(self) -> list[Sampled]:
        """The sample, in the order of its keys."""
        return sorted(entry[2] for entry in self._heap)

    def openings(self, most: int = 5) -> list[tuple[str, float]]:
        """The most frequent openings and their share of the dialogues, 0 to 1."""
        counts = Counter(dialogue.opening for dialogue in self.dialogues())
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
        return [(opening, count / counts.total()) for opening, count in ranked]

    def texts(self) -> Iterator[list[str]]:
        """The words of the dialogues whose words are kept."""
        for dialogue in self.dialogues()[: self.spoken]:
            yield dialogue.words.split()


class NearDuplicates:
    """Finds near-copies by one-permutation MinHash signatures (Broder 1997; Li et al. 2012).

    Parameters
    ----------
    most : int
        Signatures kept. Beyond, those with the smallest hash of all stay: copies share it, and so stay together.
    """

    def __init__(self, most: int = 16_384) -> None:
        self.most = most
        self.seen = 0
        self._signatures: list[npt.NDArray[np.uint32]] = []  # one each, or many as rows
        self._held = 0

    def add(self, signature: npt.NDArray[np.uint32]) -> None:
        """Add a dialogue; one that is too short to have a signature is left out."""
        if signature.min() != _EMPTY:
            self.seen += 1
            self._extend([signature], 1)

    def merge(self, other: "NearDuplicates") -> None:
        """Add all dialogues of another."""
        other.settle()
        self.seen += other.seen
        self._extend(other._signatures, other._held)

    def _extend(self, signatures: list[npt.NDArray[np.uint32]], count: int) -> None:
        self._signatures.extend(signatures)
        self._held += count
        if self._held > self.most + _SURPLUS:
            self._signatures = [self._sorted()]
            self._held = self.most

    def settle(self) -> None:
        """Hold the signatures as one array, in which many travel faster between processes."""
        if len(self._signatures) > 1:
            self._signatures = [np.concatenate([np.atleast_2d(rows) for rows in self._signatures])]

    def _sorted(self) -> npt.NDArray[np.uint32]:
        """One signature a row: the smallest hash of all first, so that the order they came in does not count."""
        self.settle()
        rows = np.atleast_2d(self._signatures[0])
        as_bytes = rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize))).ravel()
        order = np.argsort(as_bytes, kind="stable")
        return rows[order[np.argsort(rows.min(axis=1)[order], kind="stable")][: self.most]]

    def share(self, jaccard: float = 0.5) -> float:
        """Share of dialogues that are at least so much like another, 0 to 1; nan without dialogues."""
        if not self._signatures:
            return math.nan
        rows = self._sorted()
        similar = np.zeros(len(rows), bool)
        for at in range(0, rows.shape[1], 2):
            band = rows[:, at].astype(np.uint64) << np.uint64(32) | rows[:, at + 1].astype(np.uint64)
            usable = np.flatnonzero((rows[:, at] != _EMPTY) & (rows[:, at + 1] != _EMPTY))
            order = usable[np.argsort(band[usable], kind="stable")]
            band = band[order]
            # each against the few before it that share two bins: copies find one another
            for back in range(1, _NEIGHBOURS + 1):
                found = np.flatnonzero(band[back:] == band[:-back])
                one, other = order[found + back], order[found]
                unknown = ~(similar[one] & similar[other])
                one, other = one[unknown], other[unknown]
                for part in range(0, len(one), _TOGETHER):
                    a, b = one[part : part + _TOGETHER], other[part : part + _TOGETHER]
                    alike = _likeness(rows[a], rows[b]) >= jaccard
                    similar[a[alike]] = similar[b[alike]] = True
        return float(similar.mean())


def _likeness(a: npt.NDArray[np.uint32], b: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
    """Estimated Jaccard similarity of two signatures a row: matching bins as a share of those that either fills."""
    filled = (a != _EMPTY) | (b != _EMPTY)
    return np.asarray(((a == b) & filled).sum(axis=1) / filled.sum(axis=1))
