"""The line above a review: which conversation it is, whether it counts, and how far the rater is."""

from typing import TYPE_CHECKING

from synthdial.language import Say
from synthdial.tui.widgets.bar import Pieces
from synthdial.tui.widgets.glyphs import Glyphs

if TYPE_CHECKING:
    from synthdial.review.session import Item, ReviewSession

_CELLS = 10  # of the progress bar


def heading(item: "Item", session: "ReviewSession", say: Say, glyphs: Glyphs, *, wide: bool) -> tuple[Pieces, Pieces]:
    """What stands at the left and at the right of the line above a review."""
    done, total = session.progress
    which = say("Conversation {number} of {count}").format(number=item.number, count=len(session.items))
    left = [("strong", f" {which} ")]
    if item.calibration:
        left += [("badge", f" {say('CALIBRATION')} ")]
    if wide:
        left.append(("", f"  {session.rater}"))
    filled = _CELLS * done // total if total else 0
    right = [
        ("", say("{done} of {total} done").format(done=done, total=total)),
        ("", f" {glyphs.full * filled}{glyphs.empty * (_CELLS - filled)} "),
    ]
    return left, right
