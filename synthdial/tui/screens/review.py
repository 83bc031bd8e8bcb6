"""Reviewing: a key for everything that can be said of a conversation, and each key is saved before it is shown."""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from synthdial.language import mark
from synthdial.tui.screens.comment import CommentScreen
from synthdial.tui.screens.edit import EditScreen, Rewritten
from synthdial.tui.screens.flag import FlagScreen, NewFlag
from synthdial.tui.screens.notice import calibration_is_over, everything_is_done
from synthdial.tui.screens.review_view import ReviewView
from synthdial.tui.screens.search import Place, SearchScreen
from synthdial.tui.screens.undone import undone
from synthdial.tui.widgets.questions import ORIGIN, origin_said
from synthdial.tui.widgets.rubric_panel import RubricPanel

if TYPE_CHECKING:
    from synthdial.review.session import Item


_DIGITS = (1, 2, 3, 4, 5, 0)


class ReviewScreen(ReviewView):
    """Reviewing by keys; see `ReviewView` for the parameters."""

    HELP = mark(
        "Read the conversation and answer each question with a number key; the next open question follows by itself. "
        "Every key is saved at once: you can stop at any moment and lose nothing. How a conversation was made, and "
        "what other raters say of it, is not shown."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,super+c", "screen.copy_text", show=False),  # no description: it is no key of reviewing
        *(Binding(str(digit), f"rate({digit})", mark("Answer the question; 0: cannot judge")) for digit in _DIGITS),
        Binding("tab", "question(1)", mark("Next question, one before"), key_display="Tab"),
        Binding("shift+tab", "question(-1)", mark("Next question, one before"), key_display="Shift+Tab"),
        Binding("n,right", "page(1)", mark("Next conversation, one before"), key_display="n"),
        Binding("p,left", "page(-1)", mark("Next conversation, one before"), key_display="p"),
        Binding("f", "flag", mark("Flag the turn, or take a flag away")),
        Binding("c", "comment(True)", mark("Comment on the turn")),
        Binding("C", "comment(False)", mark("Comment on the whole conversation")),
        Binding("e", "edit", mark("Edit the turn; its original is kept")),
        Binding("o", "original", mark("Show the original of an edited turn")),
        Binding("a", "verdict(True)", mark("Accept for the corpus, reject; again: neither")),
        Binding("x", "verdict(False)", mark("Accept for the corpus, reject; again: neither")),
        Binding("u", "undo", mark("Undo the last act on this conversation")),
        Binding("slash", "search", mark("Search all conversations"), key_display="/"),
        Binding("enter", "finish", mark("Finish the conversation, or open it again"), key_display="Enter"),
        Binding("q,escape", "back", mark("Leave; everything is saved"), key_display="Esc"),
    ]

    def action_rate(self, digit: int) -> None:
        """Answer the current question and go to the next that is open."""
        question = self._questions[self._current]
        if not self._may_change() or digit not in question.choices:
            return
        if self._answers.get(question.key) != digit and not self._saved(lambda: self._answer(question.key, digit)):
            return
        following = self._first_open(self._current)
        if following is None:
            self._tell(self.say("All questions are answered; Enter finishes the conversation."))
        else:
            self._current = following
            self._tell(f"{question.title}: {digit} {question.choices[digit]}")
        self._show()

    def _answer(self, key: str, digit: int) -> None:
        if key == ORIGIN:
            self._session.origin(self._item, origin_said(digit))
        else:
            self._session.score(self._item, key, digit or None)

    def action_question(self, by: int) -> None:
        """To the next question or the one before."""
        self._acted()
        self._current = (self._current + by) % len(self._questions)
        self._show()

    def action_page(self, by: int) -> None:
        """To the next conversation or the one before."""
        self._acted()
        items = self._session.items
        wanted = self._item.number - 1 + by
        if wanted == len(items):
            self._refresh_items()  # more may have been written since
            items = self._session.items
        if 0 <= wanted < len(items):
            self._open(items[wanted])
        else:
            self._tell(self.say("This is the first conversation.") if wanted < 0 else self.say("This is the last."))

    def action_verdict(self, accepted: bool) -> None:
        """Accept or reject the conversation for the corpus; the same key again takes that back."""
        if not self._may_change():
            return
        wanted = None if self._review.accepted is accepted else accepted
        words = {
            True: self.say("Accepted for the corpus."),
            False: self.say("Rejected for the corpus."),
            None: self.say("Neither accepted nor rejected."),
        }
        if self._saved(lambda: self._session.accept(self._item, wanted)):
            self._tell(words[wanted])

    def action_flag(self) -> None:
        """Flag the turn under the cursor, or take a flag away."""
        if not (self._may_change() and self._dialogue.turns):
            return
        turn = self._conversation.cursor
        flags = {key: flag for key, flag in self._review.flags.items() if flag.turn == turn}

        def close(said: NewFlag | str | None) -> None:
            self._acted()
            if isinstance(said, NewFlag):
                kind, severity, note = said.kind, said.severity, said.note
                if self._saved(lambda: self._session.flag(self._item, turn, kind, severity, note)):
                    self._tell(self.say("Flagged."))
            elif said is not None and self._saved(lambda: self._session.unflag(self._item, said)):
                self._tell(self.say("The flag is gone."))

        self.app.push_screen(FlagScreen(self._words(turn), flags), close)

    def action_comment(self, on_turn: bool) -> None:
        """Comment on the turn under the cursor, or on the whole conversation."""
        if not self._may_change():
            return
        turn = self._conversation.cursor if on_turn and self._dialogue.turns else None

        def close(text: str | None) -> None:
            self._acted()
            if text is not None and self._saved(lambda: self._session.comment(self._item, turn, text)):
                self._tell(self.say("The comment is saved.") if text else self.say("The comment is gone."))

        about = "" if turn is None else self._words(turn)
        self.app.push_screen(CommentScreen(about, self._review.comments.get(turn) or "", self._attention), close)

    def action_edit(self) -> None:
        """Write the turn under the cursor anew; its original is kept."""
        if not (self._may_change() and self._dialogue.turns):
            return
        turn = self._conversation.cursor

        def close(written: Rewritten | None) -> None:
            self._acted()
            if written is not None:
                text, seconds = written.text, written.seconds
                if self._saved(lambda: self._session.edit(self._item, turn, text, seconds)):
                    self._tell(self.say("The turn is saved; the original is kept."))

        original = self._dialogue.turns[turn].text
        self.app.push_screen(EditScreen(original, self._words(turn), self._attention, self._clock), close)

    def _words(self, turn: int) -> str:
        edit = self._review.edits.get(turn)
        return edit.text if edit else self._dialogue.turns[turn].text

    def action_original(self) -> None:
        """Show the original of an edited turn, or no longer."""
        self._acted()
        if self._conversation.cursor in self._review.edits:
            self._conversation.toggle_original()
        else:
            self._tell(self.say("This turn is as it was."))

    def action_undo(self) -> None:
        """Take the last act on this conversation back."""
        self._acted()
        before = self._review
        kinds: list[str | None] = []
        if not self._saved(lambda: kinds.append(self._session.undo(self._item))):
            return
        what = undone(kinds[0], before, self._review, self._questions, self.say)
        if what.question is not None:
            self._current = what.question
            self._show()
        self._tell(what.words)

    def action_finish(self) -> None:
        """Finish the conversation and go on, or say what is missing; open it again where it is finished."""
        self._acted()
        item = self._item
        if self._review.done:
            if self._saved(lambda: self._session.reopen(item)):
                self._tell(self.say("The conversation is open again."))
            return
        if self._session.missing(item):
            self._say_missing()
            return
        self._note_time(everything=True)
        if self._saved(lambda: self._session.finish(item)):
            self._go_on(item)

    def _say_missing(self) -> None:
        number = self._first_open()
        titles = [question.title for question in self._questions if question.key not in self._answers]
        self._current = self._current if number is None else number
        self._show()
        self._tell(self.say("Still to answer: {what}.").format(what=", ".join(titles)), "flag")

    def _go_on(self, finished: "Item") -> None:
        following = self._session.next_open()
        if following is None:
            self._refresh_items()
            following = self._session.next_open()
        if following is not None:
            self._open(following)
        if finished.calibration and not (following and following.calibration):
            self.app.push_screen(calibration_is_over())
        elif following is None:
            self.app.push_screen(everything_is_done(self._session.progress[1]))

    def action_search(self) -> None:
        """Search all conversations of the rater."""
        self._acted()

        def close(place: Place | None) -> None:
            self._acted()
            if place is not None:
                self._open(place.item, place.turn)

        self.app.push_screen(SearchScreen(self._session), close)

    # what widgets tell

    def on_conversation_moved(self) -> None:
        """Say where the cursor is."""
        self._acted()
        self._tell("")

    def on_line_pane_clicked(self, event: RubricPanel.Clicked) -> None:
        """Do what the key does that belongs to what was clicked on."""
        meaning = event.meaning
        if event.pane is self._conversation:
            if isinstance(meaning, int):
                self._conversation.action_to(meaning)
        elif isinstance(meaning, bool):
            self.action_verdict(meaning)
        else:
            key, digit = meaning if isinstance(meaning, tuple) else (meaning, None)
            self._current = next(i for i, question in enumerate(self._questions) if question.key == key)
            if digit is None:
                self.action_question(0)
            else:
                self.action_rate(digit)
