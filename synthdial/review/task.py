"""Tasks: a file with dialogues and a rubric and nothing else, for a rater on another machine."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.files import temporary_folder
from synthdial.review.anchors import BUNDLED, DEIDENTIFIED
from synthdial.review.log import done_items
from synthdial.review.order import drawn
from synthdial.review.raters import appoint, find_rater, rubric_for
from synthdial.review.reading import arrange, calibration_round, draw_round, keep_round
from synthdial.review.rubric import Rubric
from synthdial.study import Study
from synthdial.study.reviews import RaterRow, Reviews


@dataclass(frozen=True)
class Task:
    """What a task holds.

    Attributes
    ----------
    dialogues : int
        Dialogues in it, those of the calibration round among them.
    calibration : int
        Dialogues of the calibration round.
    anchors : int
        Bundled anchors that go along.
    anchors_kept_here : int
        Anchors of one's own, which never leave the study.
    rubric : Rubric
        By which it is rated.
    quarantined : int
        Dialogues that do not go along, since the check for copied text keeps them inside.
    """

    dialogues: int
    calibration: int
    anchors: int
    anchors_kept_here: int
    rubric: Rubric
    quarantined: int


def export_task(
    study: Study,
    path: Path,
    *,
    rater: str | None = None,
    role: str | None = None,
    rubric: Rubric | None = None,
    count: int | None = None,
) -> Task:
    """Write a task: dialogues under opaque keys, without provenance, and the rubric; for its owner's eyes alone.

    It is opened like a study. What the check for copied text quarantined does not go along. Whoever is given no rater
    is given the same dialogues as others.

    Parameters
    ----------
    study : Study
        Open for writing: the calibration round is drawn now if it was not before.
    path : Path
        The file; it must not be there.
    rater : str, optional
        Whom it is for. One who has begun the study gets what they are not done with.
    role : str, optional
        As what its raters judge.
    rubric : Rubric, optional
        By what they rate; by default the study's or the bundled one of the role.
    count : int, optional
        Dialogues at most, besides the calibration round.

    Raises
    ------
    SynthdialError
        When there is nothing to read, when neither role nor rubric is known, or when the file is there.
    """
    home = Reviews(study)
    if home.is_task:
        raise SynthdialError(f"{study.path} is a task itself.", "Make tasks from the study that it came from.")
    if count is not None and count < 1:
        raise SynthdialError(f"count is {count}; it must be 1 or more.")
    if path.exists():
        raise SynthdialError(
            f"{path} is there already, and may hold ratings.", "Merge it, and give the new one another name."
        )
    if not path.parent.is_dir():
        raise SynthdialError(f"The folder {path.parent} does not exist.", "Make it, or choose another place.")
    with home.writing():
        row: RaterRow | None = None
        if rater is None:
            wanted = rubric_for(home, role, rubric)
        else:
            row, wanted = appoint(home, rater, role, rubric, None)
        calibration = draw_round(home)
        due = _due(home, row if row and find_rater(home, row.name) else None, calibration)
    places, quarantined = home.dialogues(), study.quarantined()
    keys = [key for key in due if places[key].id not in quarantined]
    first = [key for key in calibration if key in keys]
    chosen = [*first, *[key for key in keys if key not in calibration][:count]]
    if not chosen and due:
        raise SynthdialError(
            f"Every dialogue of {study.path} that could go along is quarantined.",
            "See why with 'synthdial-edge gate STUDY ID'; a data steward can release one by hand.",
        )
    if not chosen:
        whom = f" that {row.name} is not done with" if row and len(study) else ""
        raise SynthdialError(f"The study {study.path} holds no dialogue{whom}.")
    bundled = home.anchors(BUNDLED)
    _write(path, home, chosen, list(bundled), wanted, row)
    kept = len(home.anchors(DEIDENTIFIED))
    return Task(len(chosen), len(first), len(bundled), kept, wanted, len(due) - len(keys))


def _due(home: Reviews, rater: RaterRow | None, calibration: tuple[str, ...]) -> list[str]:
    """The keys of what a rater who has begun is not done with; of all dialogues for anyone else."""
    dialogues = home.dialogues()
    if rater is None:
        return drawn(dialogues, f"{home.id[:32]} task")
    done = done_items(home, rater.name)
    return [key for key in arrange(home, rater, calibration) if key in dialogues and key not in done]


def _write(
    path: Path, home: Reviews, chosen: list[str], anchors: list[str], rubric: Rubric, rater: RaterRow | None
) -> None:
    with ExitStack() as stack:
        try:
            made = stack.enter_context(temporary_folder(path)) / path.name
        except OSError as error:
            raise SynthdialError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error
        with Study(made, create=True) as opened:
            task = Reviews(opened)
            places = home.dialogues() | home.anchors(BUNDLED)
            with task.writing():
                task.note("task_of", home.id)
                task.note("rubric", rubric.digest)
                keep_round(task, tuple(key for key in calibration_round(home) if key in chosen))
                task.add_rubric(rubric.digest, rubric.content)
                if rater is not None:
                    task.add_rater(rater)
                # in the order of their keys, which tells nothing
                task.add_dialogues((key, home.turns(places[key])) for key in sorted(chosen))
                for key in sorted(anchors):
                    task.add_anchor(key, BUNDLED, home.turns(places[key]))
        try:
            made.replace(path)
        except OSError as error:
            raise SynthdialError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error
