"""A sample of dialogues drawn while they stream by, that does not depend on the order they come in."""

import hashlib
import heapq
from collections.abc import Sequence

from synthdial.dialogue import Dialogue


class Sample:
    """The dialogues whose digests, with a seed, are lowest; in bounded memory.

    Parameters
    ----------
    size : int
        Most dialogues that are held.
    seed : int
        Draws another sample.
    kept : sequence of str
        Keys of the provenance that are kept; the rest would fill the memory.
    """

    def __init__(self, size: int, seed: int = 0, kept: Sequence[str] = ()) -> None:
        self._size, self._seed, self._kept = size, seed, tuple(kept)
        self._held: list[tuple[int, int, Dialogue]] = []  # the highest digest first
        self._seen = 0

    def add(self, dialogue: Dialogue) -> None:
        """Hold a dialogue, if it is among those drawn so far."""
        drawn = hashlib.sha256(f"{self._seed}:{dialogue.id}".encode(errors="replace")).digest()
        key = -int.from_bytes(drawn[:8], "big")
        self._seen += 1
        if len(self._held) == self._size and self._held and key < self._held[0][0]:
            return
        noted = {name: dialogue.provenance[name] for name in self._kept if name in dialogue.provenance}
        entry = (key, -self._seen, Dialogue(dialogue.id, dialogue.turns, noted))
        if len(self._held) < self._size:
            heapq.heappush(self._held, entry)
        elif self._held:
            heapq.heappushpop(self._held, entry)

    def drawn(self) -> tuple[Dialogue, ...]:
        """Those that were drawn, in the order they came."""
        return tuple(dialogue for _, _, dialogue in sorted(self._held, key=lambda entry: -entry[1]))
