"""Read conversations from JSON lines: the program's own export, chat messages, and what sdialog writes."""

import json
from collections.abc import Mapping
from typing import Any

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.transcripts.labels import Labels, known_labels

_EXPECTED = 'Expected is {"id": ..., "turns": [{"speaker": "Arts", "text": ...}, ...]} or {"messages": [...]}.'
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
    where = f"{source}, line {number}"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SynthdialError(f"{where} is not a JSON object.", _EXPECTED) from error
    return read_record(record, where, f"{source}-{number}", labels or known_labels())


def read_record(record: Any, where: str, name: str, labels: Labels) -> Dialogue:
    """The conversation of a JSON object; ``where`` it stands is for messages, ``name`` its id if it has none.

    Raises
    ------
    SynthdialError
        As ``read_jsonl_line``.
    """
    if not isinstance(record, dict):
        raise SynthdialError(f"{where} is not a JSON object.", _EXPECTED)
    if isinstance(record.get("turns"), list):
        turns = _turns(record["turns"], "speaker", "text", {}, labels, where)
    elif isinstance(record.get("messages"), list):
        turns = _turns(record["messages"], "role", "content", _CHAT, labels, where)
    else:
        raise SynthdialError(f"{where} holds neither turns nor messages.", _EXPECTED)
    if not turns:
        raise SynthdialError(f"{where} holds no utterance.", _EXPECTED)
    given = record.get("id")
    id_ = str(given) if isinstance(given, (str, int)) and str(given) else name
    return Dialogue(id_, tuple(turns), {"source": where.partition(",")[0]})


def _clean(text: str) -> str:
    # most texts are clean, and looking is cheaper than splitting: what is printable holds no white space but spaces
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(text.split())


def _turns(
    items: list[Any], speaker: str, text: str, roles: Mapping[str, Speaker | None], labels: Labels, where: str
) -> list[Turn]:
    """The turns of some objects; who has no role in ``roles``, by its name in small letters, has that of a label."""
    turns: list[Turn] = []
    met: dict[str, Speaker | None] = {}
    for item in items:
        try:
            label, said = item[speaker], item[text]
        except (TypeError, LookupError):
            label = said = None
        if type(label) is not str or type(said) is not str:
            raise SynthdialError(f"{where}: a turn has no '{speaker}' or no '{text}' that is text.", _EXPECTED)
        if label not in met:
            folded = label.casefold()
            met[label] = roles[folded] if folded in roles else _role(label, labels, where)
        role = met[label]
        if role is not None:
            turns.append(Turn(role, _clean(said)))
    return turns


def _role(label: str, labels: Labels, where: str) -> Speaker:
    role = labels.role(label)
    if role is None:
        raise SynthdialError(f"{where}: the speaker '{label}' is not known.", "Add it to [labels] in the settings.")
    return role
