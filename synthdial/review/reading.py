"""What each rater of a study reads: the calibration round, and their order, as they stand in the study."""

import json

from synthdial.errors import SynthdialError
from synthdial.review.order import CALIBRATION, FEWEST, arranged, drawn
from synthdial.study.reviews import RaterRow, Reviews

_ROUND = "calibration"


def calibration_round(reviews: Reviews) -> tuple[str, ...]:
    """The keys of the calibration round, in its order; empty where none was drawn."""
    try:
        keys = json.loads(reviews.fact(_ROUND) or "[]")
    except ValueError:
        keys = None
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise SynthdialError(f"The study {reviews.study.path} is damaged: its calibration round cannot be read.")
    return tuple(keys)


def keep_round(reviews: Reviews, keys: tuple[str, ...]) -> None:
    """Store a calibration round."""
    reviews.note(_ROUND, json.dumps(keys))


def draw_round(reviews: Reviews, *, asked: bool = False) -> tuple[str, ...]:
    """The calibration round of a study, drawn now if it can be and was not before.

    It is drawn from the id of the study, among the dialogues that nobody has begun: what was rated counts.

    Parameters
    ----------
    reviews : Reviews
        Of the study, within `Reviews.writing`.
    asked : bool
        Draw it even where the study holds fewer dialogues than `FEWEST`.

    Raises
    ------
    SynthdialError
        When it was asked for, and cannot be drawn.
    """
    keys = calibration_round(reviews)
    if keys or reviews.is_task:
        return keys
    count = reviews.size()[0]
    if count < FEWEST and not asked:
        return ()
    free = set(reviews.dialogues()) - reviews.begun()
    if len(free) >= CALIBRATION and count > CALIBRATION:
        keys = tuple(drawn(free, f"{reviews.id[:32]} calibration")[:CALIBRATION])
        keep_round(reviews, keys)
    elif asked:
        raise SynthdialError(
            f"A calibration round takes {CALIBRATION} dialogues that nobody has begun, and one more.",
            f"The study holds {count}, of which {len(free)} are not begun.",
        )
    return keys


def arrange(reviews: Reviews, rater: RaterRow, calibration: tuple[str, ...]) -> list[str]:
    """The order of a rater, with what has come since, stored; within `Reviews.writing`."""
    before = reviews.order(rater.name)
    dialogues, anchors = reviews.dialogues(), reviews.anchors()
    now = arranged(
        before,
        list(dialogues),
        drawn(anchors, f"{reviews.id[:32]} anchors"),
        calibration,
        reviews.begun(rater.name),
        rater.seed,
    )
    if now != before:
        same = next((place for place, pair in enumerate(zip(before, now, strict=False)) if len(set(pair)) > 1), None)
        reviews.set_order(rater.name, now, min(len(before), len(now)) if same is None else same)
    return now
