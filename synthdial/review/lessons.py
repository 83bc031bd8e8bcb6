"""What reviewers flagged most often, as instructions for the next prompt."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.review.events import FLAG_KINDS
from synthdial.review.judgements import Flagged, ReviewData
from synthdial.review.table import review_data
from synthdial.study import Study
from synthdial.toml_file import check_keys, expect, read_toml

CRITICAL_WEIGHT = 3
"""How many minor flags one critical flag counts for."""

MOST = 3
"""Instructions at most: a model, and a small one above all, follows few better than many."""

_LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Lesson:
    """A kind of flag, and what a model is told because of it.

    Attributes
    ----------
    kind : str
        One of `synthdial.review.events.FLAG_KINDS`.
    count : int
        Flags of it, of all raters; a rater who flagged a turn twice with the same kind counts once.
    critical : int
        How many of these are critical.
    share : float
        Its part of all that was flagged, 0 to 1: see `lessons`.
    sentences : mapping of str to str
        By language: ``nl`` goes into the prompt, ``en`` says the same to whoever reads no Dutch.
    """

    kind: str
    count: int
    critical: int
    share: float
    sentences: Mapping[str, str]


@dataclass(frozen=True)
class Learned:
    """What there is to learn from a study.

    Attributes
    ----------
    lessons : tuple of Lesson
        The most frequent kinds of flags first; at least one.
    other : int
        Flags that give no instruction.
    rated : int
        Dialogues that a model wrote and that a rater is done with.
    """

    lessons: tuple[Lesson, ...]
    other: int
    rated: int

    @property
    def instructions(self) -> tuple[str, ...]:
        """The sentences for a prompt, in Dutch."""
        return tuple(lesson.sentences["nl"] for lesson in self.lessons)


def learn_from(path: Path) -> Learned:
    """What the reviewers of a study flagged, as instructions, and what these rest on.

    Parameters
    ----------
    path : Path
        The study; nothing is written to it.

    Raises
    ------
    SynthdialError
        When the study cannot be read, or nothing was flagged that gives an instruction.
    """
    with Study(path, read_only=True) as study:
        data = review_data(study)
    learned = Learned(
        lessons(data), without_lesson(data), sum(not subject.by_person for subject in data.subjects.values())
    )
    if not learned.lessons:
        read = "1 rated dialogue" if learned.rated == 1 else f"{learned.rated} rated dialogues"
        flags = "no flag"
        if learned.other:
            other = "1 flag" if learned.other == 1 else f"{learned.other} flags"
            flags = f"{other} of the kind 'other', whose notes alone say why"
        raise SynthdialError(
            f"There is nothing to learn from {path}: {read} with {flags}.",
            "Flag turns in 'synthdial-edge review' first, beyond the calibration round; or leave --learn-from out.",
        )
    return learned


def lessons(data: ReviewData, most: int = MOST) -> tuple[Lesson, ...]:
    """Instructions for the kinds of flags that are most frequent on dialogues that a model wrote.

    A kind's frequency is a sum over dialogues of the mean over their raters of what each flagged: a minor flag counts
    1, a critical one `CRITICAL_WEIGHT`. So a dialogue that six raters read weighs no more than one that a single rater
    read, and who flags nothing counts, too. ``other`` gives no instruction, since only its note says what is wrong;
    notes never go into a prompt, for they may hold private things. It takes part in the shares.

    Parameters
    ----------
    data : ReviewData
        What was said.
    most : int
        How many instructions at most.

    Returns
    -------
    tuple of Lesson
        The most frequent first; empty where nothing was flagged that gives an instruction.
    """
    readers: dict[str, set[str]] = defaultdict(set)
    for table in (data.judgements, data.guesses, data.flags, data.edits, data.verdicts):
        for said in table:
            readers[said.dialogue].add(said.rater)
    counts: dict[str, int] = defaultdict(int)
    critical: dict[str, int] = defaultdict(int)
    frequency: dict[str, float] = defaultdict(float)
    for (_, dialogue, _, kind), severe in _machine_flags(data).items():
        counts[kind] += 1
        critical[kind] += severe
        frequency[kind] += (CRITICAL_WEIGHT if severe else 1) / len(readers[dialogue])
    total = sum(frequency.values())
    sentences = _sentences()
    kinds = [kind for kind in FLAG_KINDS if kind in sentences and counts[kind]]
    kinds.sort(key=lambda kind: (-frequency[kind], -counts[kind]))
    return tuple(
        Lesson(kind, counts[kind], critical[kind], frequency[kind] / total, sentences[kind]) for kind in kinds[:most]
    )


def without_lesson(data: ReviewData) -> int:
    """How many flags on dialogues that a model wrote give no instruction, since only their notes say what is wrong."""
    return sum(kind not in _sentences() for _, _, _, kind in _machine_flags(data))


def _machine_flags(data: ReviewData) -> dict[tuple[str, str, int, str], bool]:
    """By rater, dialogue, turn and kind, whether it is critical; without conversations of people."""
    found: dict[tuple[str, str, int, str], bool] = {}
    for flag in data.flags:
        subject = data.subjects.get(flag.dialogue)
        if subject is not None and not subject.by_person:
            key = _key(flag)
            found[key] = found.get(key, False) or flag.severity == "critical"
    return found


def _key(flag: Flagged) -> tuple[str, str, int, str]:
    return flag.rater, flag.dialogue, flag.turn, flag.kind


@cache
def _sentences() -> dict[str, Mapping[str, str]]:
    """The sentences of each kind by language."""
    path = locations.bundled("prompts", "lessons.toml")
    table = read_toml(path)
    check_keys(table, str(path), (), FLAG_KINDS)
    for kind, texts in table.items():
        check_keys(expect(texts, dict, f"{path}: [{kind}]", "a table"), f"{path}: [{kind}]", _LANGUAGES)
    return table
