"""Read a plain-text transcript: one utterance a line, ``Label: words``.

Lines that begin with ``#`` carry facts about the conversation (``# Titel: ...``). A line without a label goes on with
the utterance before it. No line is lost silently: what cannot be read is reported with its number.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

from synthdial.dialogue import Dialogue, Turn
from synthdial.errors import SynthdialError
from synthdial.transcripts.labels import Labels, known_labels
from synthdial.transcripts.utterances import Problem, Utterances

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LARGEST = 64 << 20


@dataclass(frozen=True)
class Transcript:
    """A conversation that was read, with what stands in its head and what could not be read.

    Attributes
    ----------
    path : Path
        Where it was read.
    dialogue : Dialogue
        Its utterances, as transcribed; the id is the file's name without its ending.
    head : dict of str to str
        The facts of its ``#`` lines, by lower-case key.
    problems : tuple of Problem
        Lines that could not be read.
    encoding : str
        How the file's text was stored.
    """

    path: Path
    dialogue: Dialogue
    head: dict[str, str]
    problems: tuple[Problem, ...]
    encoding: str

    @property
    def title(self) -> str:
        """The title that stands in its head; may be empty."""
        return self.head.get("titel", "") or self.head.get("title", "")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text of a file in UTF-8, UTF-16 or Windows-1252, and the name of its encoding.

    Raises
    ------
    SynthdialError
        When it is binary.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(data, encoding, name), encoding
    if b"\0" in data:
        sample = data[: 4096 & ~1]
        odd, even = sample[1::2].count(0), sample[0::2].count(0)
        if len(data) % 2 == 0 and max(odd, even) > len(sample) // 4 and min(odd, even) == 0:
            encoding = "utf-16-le" if odd else "utf-16-be"
            return _decode_as(data, encoding, name), encoding
        raise _binary(name)
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # five bytes mean nothing in Windows-1252; keep them visible rather than refuse the whole file
        text, encoding = data.decode("cp1252", errors="replace"), "windows-1252"
    controls = sum(ch < " " and ch not in "\t\n\r\f\v\x1b" for ch in text)
    if controls > len(text) // 100:
        raise _binary(name)
    return text, encoding


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SynthdialError(f"{name} begins as {encoding} text, but is damaged at byte {error.start}.") from error


def _binary(name: str) -> SynthdialError:
    return SynthdialError(
        f"{name} is a binary file, not a transcript.",
        "Save it as text in the program that wrote it; a Word document as .docx.",
    )


def parse(text: str, labels: Labels) -> tuple[tuple[Turn, ...], dict[str, str], tuple[Problem, ...]]:
    """Utterances, head and problems of a transcript's text."""
    utterances = Utterances(labels)
    head: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            key, _, value = line.lstrip("# ").partition(":")
            key = key.strip().casefold()
            head[key] = f"{head[key]}\n{value.strip()}" if key in head else value.strip()
        else:
            utterances.line(number, line)
    turns, problems = utterances.done()
    return turns, head, problems


def read_transcript(path: Path, labels: Labels | None = None) -> Transcript:
    """Read one transcript.

    Parameters
    ----------
    path : Path
        A text file in UTF-8, UTF-16 or Windows-1252.
    labels : Labels, optional
        The label table; the bundled one with the user's additions by default.

    Raises
    ------
    SynthdialError
        When the file cannot be read, is binary, or holds no utterance.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise SynthdialError(f"{path} is larger than 64 MiB: that is no transcript of a conversation.")
        data = path.read_bytes()
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error
    return read_text(path, data, labels or known_labels())


def read_text(path: Path, data: bytes, labels: Labels) -> Transcript:
    """The same from a file's bytes; ``path`` is where they come from."""
    text, encoding = decode(data, str(path))
    turns, head, problems = parse(text, labels)
    if not turns:
        first = f" Line {problems[0].line}: {problems[0].reason}." if problems else ""
        raise SynthdialError(
            f"{path} holds no utterance.{first}", "Expected is one a line, such as 'Arts: Gaat u zitten.'"
        )
    return Transcript(path, Dialogue(path.stem, turns, {"source": path.name}), head, problems, encoding)
