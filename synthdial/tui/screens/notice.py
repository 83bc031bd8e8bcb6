"""Screens with a few sentences: before the calibration round and after it, when everything is done, and the like."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.language import mark
from synthdial.tui.screens.asking import Asking
from synthdial.tui.widgets.phrase import Phrase


class NoticeScreen(Asking[None]):
    """Paragraphs to be read; Enter goes on.

    Parameters
    ----------
    heading : str
        What it is about, a message.
    paragraphs : sequence of str
        Messages.
    **values : object
        Stand in the places of the paragraphs that are named in braces.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "cancel", mark("Go on"), key_display="Enter"),
        Binding("escape", "cancel", show=False),
    ]

    def __init__(self, heading: str, paragraphs: Sequence[str], **values: Any) -> None:
        self.HEADING = heading  # type: ignore[misc]
        super().__init__()
        self._paragraphs, self._values = paragraphs, values

    def compose_question(self) -> ComposeResult:
        """The paragraphs."""
        for text in self._paragraphs:
            yield Phrase(text, domain=self.DOMAIN, classes="paragraph", **self._values)

    def on_click(self) -> None:
        """A click goes on too."""
        self.action_cancel()


def calibration_begins(count: int) -> NoticeScreen:
    """What the calibration round is, before its first conversation."""
    return NoticeScreen(
        mark("Calibration"),
        (
            mark(
                "The first {count} conversations are for practice: you get to know the questions and learn where, for "
                "you, a 2 ends and a 3 begins."
            ),
            mark("Every rater reads the same ones. What you answer here is kept, but does not count in any result."),
            mark("Read the conversation, then answer each question on the right with a number key. You need not save."),
        ),
        count=count,
    )


def calibration_is_over() -> NoticeScreen:
    """That answers count from here on."""
    return NoticeScreen(
        mark("Calibration is over"),
        (
            mark("From the next conversation on, your answers count."),
            mark(
                "The order is yours alone; other raters have another. Some conversations may be written by people. "
                "Judge each as you find it."
            ),
        ),
    )


def everything_is_done(count: int) -> NoticeScreen:
    """That nothing is left to do."""
    return NoticeScreen(
        mark("Everything is done"),
        (
            mark("You have finished all {count} conversations. Thank you!"),
            mark("You can page through them and open one again with Enter, or leave with Esc. Everything is saved."),
        ),
        count=count,
    )


def nothing_to_read() -> NoticeScreen:
    """That a study holds no dialogue."""
    return NoticeScreen(
        mark("There is nothing to review yet"),
        (mark("This study holds no conversations. Write some first; then come back here."),),
    )


def report_is_there(path: str, size: str) -> NoticeScreen:
    """Where a report is that was made."""
    return NoticeScreen(
        mark("The report is there"),
        (mark("{path} ({size})"), mark("It opens in any browser, loads nothing from elsewhere, and prints on A4.")),
        path=path,
        size=size,
    )
