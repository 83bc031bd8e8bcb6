"""What a rater sees: conversation, rubric and what happened last; and how an act is saved before it is shown."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.tui.attention import Attention
from synthdial.tui.screens.notice import calibration_begins
from synthdial.tui.screens.page import Page
from synthdial.tui.widgets.bar import Bar, KeyLine
from synthdial.tui.widgets.batch_line import BatchLine
from synthdial.tui.widgets.conversation import Conversation
from synthdial.tui.widgets.glyphs import glyphs_for
from synthdial.tui.widgets.questions import Question, answers_of, questions_of
from synthdial.tui.widgets.review_header import heading
from synthdial.tui.widgets.rubric_panel import RubricPanel

if TYPE_CHECKING:
    from synthdial.review.session import Item, ReviewSession


WIDE = 120
"""Columns from which on there is room for all anchors."""

KEYS = (
    ("1-5 0", mark("rate")),
    ("n p", mark("page")),
    ("f", mark("flag")),
    ("c", mark("comment")),
    ("e", mark("edit")),
    ("Enter", mark("finish")),
    ("Tab", mark("question")),
    ("a x", mark("accept, reject")),
    ("u", mark("undo")),
    ("/", mark("search")),
    ("Esc", mark("back")),
)
MORE = ("?", mark("all keys"))


class ReviewView(Page[None]):
    """A rater's dialogues, one at a time, in the rater's own order; nothing on it tells how one was made.

    Parameters
    ----------
    session : ReviewSession
        Of one rater, with at least one dialogue; every act goes to it at once.
    clock : callable
        Seconds since any fixed moment: how the time spent is measured.
    closed : callable
        Called when the screen is gone: to close the study.
    """

    DOMAIN = "review"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as Textual declares it
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]

    def __init__(
        self,
        session: "ReviewSession",
        *,
        clock: Callable[[], float] = time.monotonic,
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._session, self._clock, self._when_closed = session, clock, closed
        self._attention = Attention(clock)
        self._item: Item = session.next_open() or session.items[0]
        self._dialogue = session.dialogue(self._item)
        self._questions: tuple[Question, ...] = ()
        self._current = 0
        self._take_stock()

    def compose(self) -> ComposeResult:
        """Header, conversation and rubric, what happened last, keys."""
        self._questions = questions_of(self._session.rubric, self.workbench.language, self.say)
        yield Bar(id="review-header")
        with Horizontal(id="review-body"):
            yield Conversation(self.say, id="conversation")
            yield RubricPanel(self.say, id="rubric")
        yield Bar(id="review-status")
        yield BatchLine()
        yield KeyLine(KEYS, MORE, self.say, id="review-keys")

    def on_mount(self) -> None:
        """Show the first dialogue that is open, after a word about the calibration round where it begins."""
        glyphs = glyphs_for(self.app)
        self._conversation.glyphs = self._rubric.glyphs = glyphs
        self._conversation.focus()
        self._open(self._item)
        if self._item.calibration and not self._session.progress[0] and not self._review.begun:
            self.app.push_screen(calibration_begins(self._session.calibration_size))

    def on_unmount(self) -> None:
        """Note the time of the last dialogue."""
        self._note_time(everything=True)
        self._when_closed()

    def action_back(self) -> None:
        """Go back to the screen before; once, though the key may be pressed twice."""
        if self.app.screen is self:
            self.dismiss()

    def relabel(self) -> None:
        """Ask in the language of now."""
        self._questions = questions_of(self._session.rubric, self.workbench.language, self.say)
        self._tell("")
        self._show()

    @property
    def _conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @property
    def _rubric(self) -> RubricPanel:
        return self.query_one(RubricPanel)

    # what is shown

    def _take_stock(self) -> None:
        self._review = self._session.review(self._item)

    @property
    def _answers(self) -> dict[str, int]:
        return answers_of(self._review, self._questions)

    def _open(self, item: "Item", turn: int = 0) -> None:
        self._note_time(everything=True)
        self._attention.rest()
        self._item, self._dialogue = item, self._session.dialogue(item)
        self._take_stock()
        self._current = self._first_open() or 0
        self._conversation.show(self._dialogue, self._review, turn)
        self._show()
        self._tell("")

    def _show(self) -> None:
        self._conversation.update_review(self._review)
        self._rubric.show(self._questions, self._answers, self._current, self._review.accepted, self._review.done)
        left, right = heading(self._item, self._session, self.say, self._rubric.glyphs, wide=self.size.width >= WIDE)
        self.query_one("#review-header", Bar).show(left, right)

    def _tell(self, text: str, style: str = "") -> None:
        """Say what happened last, beside where the cursor is."""
        turn, turns = self._conversation.cursor + 1, len(self._dialogue.turns)
        where = self.say("turn {number} of {count}").format(number=turn, count=turns)
        self.query_one("#review-status", Bar).show([(style, f" {text}")], [("quiet", f" {where} ")])

    def _first_open(self, after: int = -1) -> int | None:
        count = len(self._questions)
        for step in range(1, count + 1):
            number = (after + step) % count
            if self._questions[number].key not in self._answers:
                return number
        return None

    def _refresh_items(self) -> None:
        """Take in what was written since; what is read stays where it is."""
        self._session.refresh()
        self._item = next(item for item in self._session.items if item.key == self._item.key)

    # what is saved

    def _saved(self, act: Callable[[], object]) -> bool:
        """Do what is written into the study at once; say so where it could not be."""
        try:
            act()
        except SynthdialError as error:
            self.problem(error)
            return False
        finally:
            self._take_stock()
            self._show()
        return True

    def _note_time(self, *, everything: bool = False) -> None:
        if not (everything or self._attention.full):
            return
        seconds = round(self._attention.take())
        if seconds:
            try:
                self._session.spend(self._item, seconds)
            except SynthdialError as error:
                self.problem(error)

    def _acted(self) -> None:
        self._attention.act()
        self._note_time()

    def _may_change(self) -> bool:
        """Whether the dialogue is open; says so where it is not."""
        self._acted()
        if self._review.done:
            self._tell(self.say("This conversation is finished; Enter opens it again."))
        return not self._review.done
