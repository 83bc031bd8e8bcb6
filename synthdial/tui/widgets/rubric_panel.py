"""The rubric beside a conversation: each criterion with its answer, the current one with its worded anchors."""

from collections.abc import Mapping, Sequence

from synthdial.language import Say
from synthdial.tui.widgets.glyphs import UNICODE, Glyphs
from synthdial.tui.widgets.line_pane import Line, LinePane, shortened, wrapped
from synthdial.tui.widgets.questions import Question

Answer = tuple[str, int]
"""Key of a question, and the digit that answers it: what a click on an anchor means."""


class RubricPanel(LinePane):
    """Questions one under another; all of them opened where there is room, else the current one.

    A click on a question means its key, one on an answer an `Answer`.

    Parameters
    ----------
    say : callable
        Translates messages.
    """

    def __init__(self, say: Say, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs: Glyphs = UNICODE
        self._say = say
        self._questions: tuple[Question, ...] = ()
        self._answers: Mapping[str, int] = {}
        self._current = 0
        self._accepted: bool | None = None
        self._done = False
        self._place = (0, 0)  # of the current question: its first line and how many it has

    def show(
        self,
        questions: tuple[Question, ...],
        answers: Mapping[str, int],
        current: int,
        accepted: bool | None,
        done: bool,
    ) -> None:
        """Show what is asked and answered, which question is current, and whether the dialogue is accepted and done."""
        self._questions, self._answers = questions, answers
        self._current, self._accepted, self._done = current, accepted, done
        self.lay_out_again()

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """All questions, then the verdict."""
        everything = range(len(self._questions))
        lines = self._all(width, everything, apart=True)
        if len(lines) > height:
            lines = self._all(width, everything, apart=False)
        if len(lines) > height:
            lines = self._all(width, (self._current,), apart=True)
        if len(lines) > height:
            lines = self._all(width, (self._current,), apart=False)
        return lines

    def _all(self, width: int, opened: Sequence[int], *, apart: bool) -> list[Line]:
        lines: list[Line] = []
        for number, question in enumerate(self._questions):
            own = self._title(number, question, width)
            if number in opened:
                own += self._opened(number, question, width)
            if number == self._current:
                self._place = len(lines), len(own)
            lines += own
            if apart and (number in opened or number == len(self._questions) - 1):
                lines.append(Line())
        return lines + self._verdict(width)

    def _title(self, number: int, question: Question, width: int) -> list[Line]:
        here = number == self._current
        digit = self._answers.get(question.key)
        answer = self.glyphs.dot if digit is None else str(digit)
        if question.key not in self._answers:
            style = "quiet"
        else:
            style = "chosen"
        rows = wrapped(question.title, width - 5)
        lines = []
        for row, text in enumerate(rows):
            sign = self.glyphs.cursor if here and not row else " "
            shown = answer if not row else " "
            pieces = (("strong", f"{sign} {text}".ljust(width - 2)), (style, shown))
            lines.append(Line(pieces, question.key, here))
        return lines

    def _opened(self, number: int, question: Question, width: int) -> list[Line]:
        here = number == self._current
        lines = [Line((("quiet", f"  {row}"),), question.key, here) for row in wrapped(question.text, width - 3)]
        for digit, words in question.choices.items():
            chosen = self._answers.get(question.key) == digit
            sign = self.glyphs.chosen if chosen else self.glyphs.open
            style = "chosen" if chosen else ""
            starts = [f"  {sign} {digit} "]
            rows = wrapped(words, width - 7)
            starts += [" " * 6] * (len(rows) - 1)
            lines += [
                Line(((style, start + row),), (question.key, digit), here)
                for start, row in zip(starts, rows, strict=True)
            ]
        return lines

    def _verdict(self, width: int) -> list[Line]:
        signs = {True: self.glyphs.answered, False: self.glyphs.refused}
        own = []
        for accepted, key, words in (
            (True, "a", self._say("accept for the corpus")),
            (False, "x", self._say("reject")),
        ):
            chosen = self._accepted is accepted
            sign = signs[accepted] if chosen else self.glyphs.open
            own.append(Line((("chosen" if chosen else "", shortened(f"  {sign} {key} {words}", width)),), accepted))
        if self._done:
            done = self._say("Finished; Enter opens it again")
            own += [Line((("chosen", f"{self.glyphs.answered} {row}"),)) for row in wrapped(done, width - 3)]
        return own

    def laid_out(self) -> None:
        """Keep the current question in sight."""
        self.show_lines(*self._place)
