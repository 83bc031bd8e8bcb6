"""Chat messages for fine-tuning: a line a dialogue, roles in strict alternation, the user first."""

from synthdial.dialogue import Dialogue, Speaker
from synthdial.export.formats.base import BlockWriter, WriterOptions
from synthdial.outgoing import json_text

OPENING = "(Het gesprek begint.)"
"""What the user says where the assistant speaks first: chat templates refuse a conversation that begins otherwise."""

_SYSTEM = {
    Speaker.DOCTOR: "Je bent arts en voert in het Nederlands een gesprek met een patiënt.",
    Speaker.PATIENT: "Je bent patiënt en voert in het Nederlands een gesprek met een arts.",
}


class ChatWriter(BlockWriter):
    """Objects with id, scenario and ``messages``, as `datasets` and trainers of chat models take them.

    Turns of one speaker that follow one another become one message, with a line end between them.
    """

    def __init__(self, options: WriterOptions) -> None:
        self._assistant = options.assistant

    def add(self, dialogue: Dialogue) -> bytes:
        """A line."""
        scenario = str(dialogue.provenance.get("scenario") or "")
        content = {"id": dialogue.id, "scenario": scenario, "messages": self._messages(dialogue, scenario)}
        return (json_text(content) + "\n").encode()

    def _messages(self, dialogue: Dialogue, scenario: str) -> list[dict[str, str]]:
        about = f" Onderwerp: {scenario}." if scenario else ""
        messages = [{"role": "system", "content": _SYSTEM[self._assistant] + about}]
        for turn in dialogue.turns:
            role = "assistant" if turn.speaker == self._assistant else "user"
            if messages[-1]["role"] == role:
                messages[-1]["content"] += f"\n{turn.text}"
                continue
            if len(messages) == 1 and role == "assistant":
                messages.append({"role": "user", "content": OPENING})
            messages.append({"role": role, "content": turn.text})
        return messages
