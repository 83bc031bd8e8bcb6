"""Everything that a report tells, in no language yet."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.report.beside import Beside, beside
from synthdial.report.reviewed import Example, Reviewed, reviewed
from synthdial.report.walk import Walked, walk
from synthdial.study import Study
from synthdial.study.checks import Checks
from synthdial.study.references import ReferenceChecks
from synthdial.study.reviews import Reviews
from synthdial.version import __version__


@dataclass(frozen=True)
class Facts:
    """What a report tells.

    Attributes
    ----------
    study : str
        Name of the study's file, without its ending.
    version : str
        Of this program.
    date : str
        The state that is told of, ISO 8601: the newest event of the study unless another was given; empty where nothing
        says when it was.
    seed : int
        Of all that is drawn.
    walked : Walked
        How the dialogues were made, and how long they are.
    beside : Beside
        How they stand beside references.
    reviewed : Reviewed, optional
        What raters said; None where nobody has finished a dialogue.
    examples : tuple of Example
        Dialogues to show: none that was quarantined, never checked for copied text, or flagged as private.
    checked : Mapping of str to bool
        Of each dialogue that was checked for copied text, whether it passed or was released.
    unchecked_references : bool
        Whether a prompt ever held references that nobody had looked at.
    name_raters : bool
        Whether raters are called by their names, and not by numbers.
    """

    study: str
    version: str
    date: str
    seed: int
    walked: Walked
    beside: Beside
    reviewed: Reviewed | None
    examples: tuple[Example, ...]
    checked: Mapping[str, bool]
    unchecked_references: bool
    name_raters: bool = False


def gather(
    path: Path,
    *,
    references: Sequence[Path] = (),
    seed: int = 0,
    date: str = "",
    name_raters: bool = False,
    remark: Callable[[str], None] = lambda text: None,
) -> Facts:
    """Gather what a report tells of a study; nothing is written to it.

    Parameters
    ----------
    path : Path
        The study.
    references : sequence of Path
        Conversations to set it beside: transcripts, or folders of them; the bundled ones by default.
    seed : int
        Of samples and intervals.
    date : str
        The date of the report, ISO 8601; by default that of the newest event in the study.
    name_raters : bool
        Call raters by their names, and not by numbers.
    remark : callable
        Is given a sentence for everything that could not be read.

    Raises
    ------
    SynthdialError
        When the study or a reference cannot be read, or the study holds no dialogue.
    """
    with Study(path, read_only=True) as study:
        if Reviews(study).is_task:
            raise SynthdialError(f"{path} is a task for a rater, not a study.", "Give the study it was made from.")
        walked = walk(study, seed=seed)
        if not walked.dialogues:
            raise SynthdialError(f"The study {path} holds no dialogue.", "Fill it with 'synthdial-edge batch'.")
        said = reviewed(study, seed=seed)
        dialogues = {place.id for place in Reviews(study).dialogues().values()}
        checked = {key: passed for key, passed in Checks(study).outcomes().items() if key in dialogues}
        examples = said.examples if said else _unrated(study, walked, checked)
        unchecked = ReferenceChecks(study).unchecked()
        newest = max((event.at for event in Reviews(study).events()), default="")
    shown = beside(walked.groups, references, seed=seed, remark=remark)
    day = date or max(walked.newest, newest)
    return Facts(path.stem, __version__, day, seed, walked, shown, said, examples, checked, unchecked, name_raters)


def _unrated(study: Study, walked: Walked, checked: Mapping[str, bool]) -> tuple[Example, ...]:
    """A dialogue to show where nobody has rated any: of those drawn that may be shown, the one of middle length."""
    drawn = sorted(
        (dialogue for dialogue in walked.groups[0].sample if checked.get(dialogue.id)),
        key=lambda dialogue: (dialogue.words, dialogue.id),
    )
    return (Example(("unrated",), study.find(drawn[(len(drawn) - 1) // 2].id), math.nan, 0),) if drawn else ()
