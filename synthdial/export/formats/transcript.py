"""Plain text: labelled transcripts, as the program reads them itself."""

from synthdial.dialogue import Dialogue
from synthdial.export.formats.base import BlockWriter, WriterOptions
from synthdial.outgoing import printable


def text_block(dialogue: Dialogue) -> str:
    """A dialogue as a labelled transcript under a heading that the program's own reader understands."""
    id_, scenario = (" ".join(str(text).split()) for text in (dialogue.id, dialogue.provenance.get("scenario", "")))
    block = f"# Gesprek: {id_}\n# Scenario: {scenario}\n\n{dialogue.as_text()}\n"
    return "\n".join(map(printable, block.split("\n")))  # a line alone is looked at as a whole first, which is fast


class TextWriter(BlockWriter):
    """One transcript after another."""

    def __init__(self, options: WriterOptions) -> None:
        pass

    def add(self, dialogue: Dialogue) -> bytes:
        """A transcript."""
        return text_block(dialogue).encode("utf-8", errors="replace")
