"""A shard: the part of a corpus that one of several machines writes, into a study of its own."""

import re
from dataclasses import dataclass

from synthdial.errors import SynthdialError

_WRITTEN = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


@dataclass(frozen=True)
class Shard:
    """One of so many equal parts of the numbers of a recipe's dialogues.

    A dialogue's seed comes from its number alone, so that no two shards write the same one, and together they write
    what one machine would.

    Attributes
    ----------
    index : int
        Which part, from 1.
    of : int
        How many parts there are.
    """

    index: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.of:
            raise SynthdialError(
                f"There is no shard {self.index} of {self.of}.", f"They are counted from 1: 1/{max(self.of, 1)} is one."
            )

    def numbers(self, count: int) -> range:
        """The numbers of its dialogues, of so many in the whole corpus, from 1: every n-th, so that all have as many.

        None where there are more shards than dialogues and it is one of the last.
        """
        return range(self.index, count + 1, self.of)

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


def read_shard(text: str) -> Shard:
    """A shard as it is written: ``2/8`` is the second of eight.

    Raises
    ------
    SynthdialError
        When it is none.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise SynthdialError(
            f"'{text}' is no shard.", "Expected is which of how many, as 2/8. A job array says which: is this one?"
        )
    return Shard(int(found[1]), int(found[2]))
