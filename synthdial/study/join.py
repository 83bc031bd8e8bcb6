"""Put studies together: what the shards of a corpus hold goes into one study, twice without harm."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.study.explain import damaged
from synthdial.study.lock import run_lock
from synthdial.study.reviews import Reviews
from synthdial.study.soundness import fault_of
from synthdial.study.study import Study
from synthdial.study.taking import Taken, Unreadable, take
from synthdial.study.verify import Verified, verify

MOST_NAMED = 20
"""Missing dialogues that are named."""


@dataclass(frozen=True)
class Joined:
    """What came of one study.

    Attributes
    ----------
    path : Path
        Its file.
    taken : Taken
        What went over, and what did not.
    """

    path: Path
    taken: Taken


@dataclass(frozen=True)
class Held:
    """What the whole study holds of a recipe.

    Attributes
    ----------
    recipe : str
        Its id.
    dialogues : int
        How many.
    last : int
        The highest number among them.
    missing : tuple of int
        The first numbers below that of which there is none.
    """

    recipe: str
    dialogues: int
    last: int
    missing: tuple[int, ...]


@dataclass(frozen=True)
class JoinReport:
    """What came of all studies.

    Attributes
    ----------
    files : tuple of Joined
        Those that were merged.
    refused : tuple of SynthdialError
        Why others were not; nothing of them is in the whole.
    held : tuple of Held
        What the whole holds now, a recipe at a time.
    """

    files: tuple[Joined, ...]
    refused: tuple[SynthdialError, ...]
    held: tuple[Held, ...]

    @property
    def conflicts(self) -> int:
        """Dialogues of which the whole holds another text than the study that was merged."""
        return sum(len(file.taken.conflicts) for file in self.files)


def join_studies(
    path: Path,
    shards: Sequence[Path],
    *,
    passphrase: str | None = None,
    tell: Callable[[Joined], None] = lambda joined: None,
) -> JoinReport:
    """Put the dialogues of studies into one: with their candidates, checks and provenance, byte for byte.

    A dialogue is known by its id: a study can be merged as often as one likes, and again when it has grown. Each study
    is merged as a whole, in one transaction, or not at all; ended at any moment, the same call goes on.

    Parameters
    ----------
    path : Path
        The study they go into; made if it is not there and one can be merged.
    shards : sequence of Path
        Studies; nobody may be writing them. The log of each is verified before.
    passphrase : str, optional
        Encrypt the study that is made now with it.
    tell : callable, optional
        Told what came of each, once it is on the disk.

    Returns
    -------
    JoinReport
        Also where some were refused.

    Raises
    ------
    SynthdialError
        When the study they go into is one of them, is a task, does not hold, or cannot be written.
    """
    if path.exists() and any(shard.exists() and shard.samefile(path) for shard in shards):
        raise SynthdialError(
            f"{path} is the study that the others go into, and stands among them, too.", "Name it once, first."
        )
    if not path.parent.exists():
        raise SynthdialError(f"The folder {path.parent} does not exist.", "Make it, or choose another place.")
    files: list[Joined] = []
    refused: list[SynthdialError] = []
    held: tuple[Held, ...] = ()
    with run_lock(path), ExitStack() as stack:
        home = stack.enter_context(_sound(Study(path))) if path.exists() and path.stat().st_size else None
        encrypted = passphrase is not None if home is None else home.encrypted
        for shard in shards:
            with ExitStack() as reading:
                try:
                    study, verified = reading.enter_context(_reading(shard))
                    if study.encrypted and not encrypted:
                        raise _would_be_open(shard, path)
                except SynthdialError as error:
                    refused.append(error)
                    continue
                if home is None:
                    home = stack.enter_context(Study(path, create=True, passphrase=passphrase))
                try:
                    joined = Joined(shard, take(home, study, verified))
                except Unreadable as error:
                    refused.append(error.problem)
                    continue
            files.append(joined)
            tell(joined)
        held = () if home is None else tuple(_held(home))
    return JoinReport(tuple(files), tuple(refused), held)


@contextmanager
def _reading(path: Path) -> Iterator[tuple[Study, Verified]]:
    """A study that nobody writes meanwhile, and whose log holds."""
    with _at_rest(path), Study(path, read_only=True) as study, study.snapshot():
        fault = fault_of(study._db)
        if fault is not None:
            raise damaged(path, fault)
        reviews = Reviews(study)
        if reviews.is_task:
            raise SynthdialError(
                f"{path} is a task for a rater, not a study.", "Bring it back with: synthdial-edge review merge"
            )
        if reviews.raters():
            raise SynthdialError(
                f"{path} holds what raters said of its dialogues, and that would be lost; nothing of it was merged.",
                "Merge studies before they are reviewed.",
            )
        verified = verify(study)
        if not verified.holds:
            raise _does_not_hold(path, verified)
        yield study, verified


def _at_rest(path: Path) -> AbstractContextManager[None]:
    """Keep runs out of a study while it is read; where nothing can be written there is none."""
    return run_lock(path) if path.exists() and os.access(path.parent, os.W_OK) else nullcontext()


def _sound(home: Study) -> Study:
    """The study that others go into, once it is known to hold."""
    try:
        if Reviews(home).is_task:
            raise SynthdialError(f"{home.path} is a task for a rater, not a study.", "Give the study it was made from.")
        verified = verify(home)
        if not verified.holds:
            raise _does_not_hold(home.path, verified)
    except BaseException:
        home.close()
        raise
    return home


def _does_not_hold(path: Path, verified: Verified) -> SynthdialError:
    return SynthdialError(
        f"The log of {path} does not hold; nothing of it was merged: {verified.broken[0]}",
        f"See: synthdial-edge audit {path}",
    )


def _would_be_open(shard: Path, path: Path) -> SynthdialError:
    return SynthdialError(
        f"The study {shard} is encrypted, and {path} would not be; nothing of it was merged.",
        f"Give --encrypt where {path} is made now, or encrypt it first: synthdial-edge encrypt {path}",
    )


def _held(study: Study) -> Iterator[Held]:
    query = (
        "SELECT r.id, count(d.id), coalesce(max(d.number), 0) FROM recipes r LEFT JOIN dialogues d ON d.recipe = r.id "
        "GROUP BY r.rowid ORDER BY r.rowid"
    )
    for recipe, count, last in list(study._rows(query)):
        yield Held(recipe, count, last, _missing(study, recipe) if count < last else ())


def _missing(study: Study, recipe: str) -> tuple[int, ...]:
    missing: list[int] = []
    expected = 1
    for (number,) in study._rows("SELECT number FROM dialogues WHERE recipe = ? ORDER BY number", recipe):
        missing.extend(range(expected, min(number, expected + MOST_NAMED)))
        expected = number + 1
        if len(missing) >= MOST_NAMED:
            break
    return tuple(missing[:MOST_NAMED])
