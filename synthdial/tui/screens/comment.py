"""Commenting on a turn or on a whole conversation."""

from textual.app import ComposeResult

from synthdial.language import mark
from synthdial.tui.attention import Attention
from synthdial.tui.screens.asking import WritingDialog, plain, quoted
from synthdial.tui.widgets.writing import Writing


class CommentScreen(WritingDialog[str]):
    """Asks for a comment; answers with its text, which is empty where there shall be none, or with None.

    Parameters
    ----------
    about : str
        What the turn says; empty where the comment is on the whole conversation.
    text : str
        The comment so far.
    attention : Attention
        Of the rater.
    """

    HEADING = mark("Comment")

    def __init__(self, about: str, text: str, attention: Attention) -> None:
        super().__init__(attention)
        self._about, self._text = about, text

    def compose_question(self) -> ComposeResult:
        """What it is about, and the comment."""
        if self._about:
            yield plain(self.say("On the turn:"))
            yield quoted(self._about)
        else:
            yield plain(self.say("On the whole conversation:"))
        yield Writing(self._text, id="writing")

    def on_writing_done(self, event: Writing.Done) -> None:
        """Save."""
        self.dismiss(event.text.strip())

    @property
    def unsaved(self) -> bool:
        """Whether something was written that is not saved."""
        return self.query_one(Writing).text.strip() != self._text.strip()
