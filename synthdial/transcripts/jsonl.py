"""Read conversations from JSON lines: the program's own export, chat messages, and what sdialog writes."""

import json
from collections.abc import Mapping
from typing import Any

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.transcripts.labels import Labels, known_labels
from synthdial.transcripts.utterances import unknown

EXPECTED = 'Expected is {"id": ..., "turns": [{"speaker": "Arts", "text": ...}, ...]} or {"messages": [...]}.'
_CHAT: dict[str, Speaker | None] = {
    "assistant": Speaker.DOCTOR,
    "user": Speaker.PATIENT,
    **dict.fromkeys(("system", "developer", "tool", "function")),  # these say nothing
}


def read_jsonl_line(line: bytes, *, source: str, number: int, labels: Labels | None = None) -> Dialogue:
    """The conversation that stands on a line.

    Parameters
    ----------
    line : bytes
        A JSON object in UTF-8: with ``turns`` of ``speaker`` and ``text``, or with ``messages`` of ``role`` and
        ``content``. In messages the assistant is the doctor and the user the patient, unless roles are labels; what the
        system says is left out.
    source : str
        The name of the file, for messages and for a record without an id.
    number : int
        The line's number, from 1.
    labels : Labels, optional
        The label table; the bundled one with the user's additions by default.

    Raises
    ------
    SynthdialError
        When there is no conversation on the line, or somebody unknown speaks.
    """
    try:
        return read_line(line, source, number, labels or known_labels())
    except SynthdialError as error:
        raise SynthdialError(f"{source}, line {number}: {error.message}.", error.hint) from error


def read_line(line: bytes, source: str, number: int, labels: Labels) -> Dialogue:
    """As ``read_jsonl_line``, but the message says only what is wrong, not where, and has no full stop."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SynthdialError("it is not a JSON object", EXPECTED) from error
    return read_record(record, source, f"{source}-{number}", labels)


def read_record(record: Any, source: str, name: str, labels: Labels) -> Dialogue:
    """The conversation of a JSON object of a file; ``name`` is its id if it has none.

    Raises
    ------
    SynthdialError
        When it is none; as of ``read_line``.
    """
    if not isinstance(record, dict):
        raise SynthdialError("it is not a JSON object", EXPECTED)
    if isinstance(record.get("turns"), list):
        turns = _turns(record["turns"], "speaker", "text", {}, labels)
    elif isinstance(record.get("messages"), list):
        turns = _turns(record["messages"], "role", "content", _CHAT, labels)
    else:
        raise SynthdialError("it holds neither turns nor messages", EXPECTED)
    if not turns:
        raise SynthdialError("it holds no utterance", EXPECTED)
    given = record.get("id")
    id_ = _whole(str(given)) if isinstance(given, (str, int)) and str(given) else name
    made = record.get("provenance")  # of the program's own export
    return Dialogue(id_, tuple(turns), {**made, "source": source} if isinstance(made, dict) else {"source": source})


def _clean(text: str) -> str:
    # most texts are clean, and looking is cheaper than splitting: what is printable holds no white space but spaces
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(_whole(text).split())


def _whole(text: str) -> str:
    """A text with U+FFFD for each half of a character: JSON can hold one, UTF-8 cannot."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _turns(
    items: list[Any], speaker: str, text: str, roles: Mapping[str, Speaker | None], labels: Labels
) -> list[Turn]:
    """The turns of some objects; who is no label has a role in ``roles``, by its name in small letters."""
    turns: list[Turn] = []
    met: dict[str, Speaker | None] = {}
    for item in items:
        try:
            label, said = item[speaker], item[text]
        except (TypeError, LookupError):
            label = said = None
        if type(label) is not str or type(said) is not str:
            raise SynthdialError(f"a turn has no '{speaker}' or no '{text}' that is text", EXPECTED)
        if label not in met:
            if not said.strip():  # who says nothing need not be known
                continue
            met[label] = _role(label, roles, labels)
        role = met[label]
        if role is not None and (words := _clean(said)):
            turns.append(Turn(role, words))
    return turns


def _role(label: str, roles: Mapping[str, Speaker | None], labels: Labels) -> Speaker | None:
    # labels first: none of the bundled ones is a role of chats, so that one which is was named by the user
    role = labels.role(label)
    if role is None:
        folded = label.casefold()
        if folded not in roles:
            raise SynthdialError(unknown(label))
        role = roles[folded]
    return role
