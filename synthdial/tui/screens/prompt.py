"""The prompt as the model will read it."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui.screens.page import Page


class PromptScreen(Page[None]):
    """A prompt, to be read.

    Parameters
    ----------
    text : str
        The prompt.
    tokens : int
        Its length for the model.
    remarks : tuple of str
        Which references stand in it, and why.
    """

    HEADING = mark("The prompt")

    def __init__(self, text: str, tokens: int, remarks: tuple[str, ...]) -> None:
        super().__init__()
        self._text, self._tokens, self._remarks = text, tokens, remarks

    def compose_body(self) -> ComposeResult:
        """What was chosen, then the text."""
        with VerticalScroll():
            if self._remarks:
                yield Static(id="remarks", markup=False)
            yield Static("\n".join(printable(line) for line in self._text.split("\n")), id="prompt", markup=False)

    def on_mount(self) -> None:
        """Say how long it is."""
        self.relabel()
        self.query_one(VerticalScroll).focus()

    def relabel(self) -> None:
        """Say it in the language of now."""
        self.say_about(self.say(mark("{count} tokens")).format(count=self._tokens))
        for remarks in self.query("#remarks").results(Static):
            remarks.update(printable("\n".join(map(self.workbench.heard, self._remarks))))
