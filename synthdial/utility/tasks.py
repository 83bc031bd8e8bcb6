"""What a classifier is asked about a conversation: who speaks, what is a question, what it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthdial._core.words import split_words
from synthdial.dialogue import Dialogue, Turn

TASKS = {
    "speaker": "who says a turn, from its words",
    "question": "whether a turn asks, from its words without punctuation",
    "topic": "what a conversation is about, from a part of it",
}
"""The tasks, in words."""

WINDOW = 100
"""Words of a part of a conversation of which the topic is asked."""


@dataclass(frozen=True, slots=True)
class Example:
    """What is put before a classifier, and what it should say.

    Attributes
    ----------
    text : str
        Words in lower case with one space between: no label, no punctuation, no capital, which are the transcriber's.
    label : str
        The answer.
    """

    text: str
    label: str


def examples_of(dialogue: Dialogue, task: str, topic: str = "", window: int = WINDOW) -> tuple[Example, ...]:
    """The examples of a conversation, in its order.

    Parameters
    ----------
    dialogue : Dialogue
        The conversation. A turn is all that one speaker says before the other does; one without a word is left out.
    task : str
        One of ``TASKS``. A turn asks where it holds a question mark, as in the measure ``question_share``.
    topic : str
        What the conversation is about, for the task ``topic``.
    window : int
        Words, at least, of a part of whole turns of which the topic is asked; 0 takes the whole conversation.
    """
    turns = dialogue.merged().turns
    if task == "topic":
        return tuple(Example(text, topic) for text in _parts([_words(turn) for turn in turns], window))
    told = ((_words(turn), _answer(turn, task)) for turn in turns)
    return tuple(Example(" ".join(words), label) for words, label in told if words)


def _words(turn: Turn) -> list[str]:
    return split_words(turn.text)


def _answer(turn: Turn, task: str) -> str:
    if task == "speaker":
        return turn.speaker.name.lower()
    return "question" if "?" in turn.text else "no question"


def _parts(turns: Sequence[list[str]], window: int) -> Iterator[str]:
    """Whole turns, together, until there are so many words; a rest of less than half belongs to the part before."""
    parts: list[list[str]] = []
    held: list[str] = []
    for words in turns:
        held += words
        if window and len(held) >= window:
            parts.append(held)
            held = []
    if held and parts and 2 * len(held) < window:
        parts[-1] += held
    elif held:
        parts.append(held)
    return (" ".join(words) for words in parts)
