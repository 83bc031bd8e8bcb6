"""A field to write in: Enter is done with it, Ctrl+J begins a new line."""

from textual import events
from textual.message import Message
from textual.widgets import TextArea


class Writing(TextArea):
    """A text of a few lines.

    Parameters
    ----------
    text : str
        What stands there at first.
    lines : bool
        Whether it may have more than one line; else a line break that is pasted in becomes a space.
    """

    class Done(Message):
        """Enter was pressed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str = "", *, lines: bool = True, id: str | None = None) -> None:
        super().__init__(text, id=id, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self._may_break = lines

    def finish(self) -> None:
        """Be done with it."""
        self.post_message(self.Done(self.text if self._may_break else " ".join(self.text.split())))

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            self.finish()
        elif event.key == "ctrl+j":
            event.prevent_default()
            event.stop()
            if self._may_break:
                self.insert("\n")
        else:
            await super()._on_key(event)
