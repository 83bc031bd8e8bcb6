"""Which real conversations stood in the prompts of synthetic ones: on these a classifier is flattered."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import perm
from pathlib import Path

from synthdial.dialogue import Dialogue
from synthdial.privacy.deidentify import Marks, reference_digest, shipped_tables, user_tables
from synthdial.prompt.build import references_digest
from synthdial.study.admission import deidentified
from synthdial.study.references import known_to

_MOST_ORDERS = 200_000
_MOST_DEIDENTIFIED = 500  # conversations: each takes a tenth of a second or so

Deidentifier = Callable[[Dialogue, Marks | None], Dialogue]


@dataclass(frozen=True)
class Prompted:
    """What is known of the conversations in the prompts.

    Attributes
    ----------
    found : frozenset of int
        Which real conversations stood in a prompt, from 0.
    prompts : int
        Different sets of references that stood in prompts.
    recognised : int
        How many of these sets are of real conversations given here.
    without : int
        Synthetic dialogues of which it is known that no reference stood in their prompt.
    untold : int
        Synthetic dialogues that do not tell what stood in their prompt.
    """

    found: frozenset[int]
    prompts: int
    recognised: int
    without: int
    untold: int


def find_prompted(
    synthetic: Sequence[Dialogue],
    real: Sequence[Dialogue],
    *,
    study: Path | None = None,
    deidentifier: Deidentifier | None = None,
) -> Prompted:
    """Compare digests of real conversations with those of the references in prompts.

    A reference stood in a prompt de-identified, but for the bundled ones: where conversations as they are do not
    explain all prompts, they are de-identified here as they were then, with what the study knows was missed in them.

    Parameters
    ----------
    synthetic, real : sequence of Dialogue
        With their provenance, and as they were read.
    study : Path, optional
        Where the synthetic ones were read.
    deidentifier : callable, optional
        What de-identifies; by default as for a prompt, where its tables are built.
    """
    wanted: dict[str, int] = {}
    without = untold = 0
    for dialogue in synthetic:
        digest, count = (dialogue.provenance.get(key) for key in ("references_sha256", "references"))
        if not isinstance(digest, str) or type(count) is not int:
            untold += 1
        elif count:
            wanted[digest] = count
        else:
            without += 1
    found: set[int] = set()
    explained: set[str] = set()
    _look(real, range(len(real)), wanted, found, explained)
    deidentifier = deidentifier or _as_for_a_prompt()
    if len(explained) < len(wanted) and deidentifier and len(real) <= _MOST_DEIDENTIFIED:
        known = known_to(study) if study and study.is_file() and _is_study(study) else None
        told = [deidentifier(dialogue, known.marks if known else None) for dialogue in real]
        _look(told, range(len(real)), wanted, found, explained)
        if known:  # a person looked at it for this study: it may have stood in a prompt that was not kept
            found |= {k for k, dialogue in enumerate(told) if reference_digest(dialogue) in known.checked}
    return Prompted(frozenset(found), len(wanted), len(explained), without, untold)


def _look(
    told: Sequence[Dialogue], at: Iterable[int], wanted: dict[str, int], found: set[int], explained: set[str]
) -> None:
    """Note which conversations, alone or several in some order, have a digest that is wanted."""
    texts = [dialogue.as_text() for dialogue in told]
    for count in sorted(set(wanted.values())):
        if perm(len(texts), count) > _MOST_ORDERS:
            continue
        for chosen in permutations(at, count):
            digest = references_digest(texts[k] for k in chosen)
            if wanted.get(digest) == count:
                found.update(chosen)
                explained.add(digest)


def _is_study(path: Path) -> bool:
    if path.suffix == ".study":
        return True
    with path.open("rb") as file:
        return file.read(15) == b"SQLite format 3"


def _as_for_a_prompt() -> Deidentifier | None:
    """None where the tables are not built: that would take minutes."""
    if not (shipped_tables().exists() or user_tables().exists()):
        return None
    return lambda dialogue, marks: deidentified(dialogue, marks)[0]
