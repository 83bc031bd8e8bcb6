"""Chat messages for fine-tuning: a line a dialogue, roles in strict alternation, the user first."""

from collections.abc import Iterator

from synthdial.dialogue import Dialogue, Speaker
from synthdial.export.formats.base import BlockWriter, WriterOptions
from synthdial.outgoing import json_text
from synthdial.prompt import bundled_scenarios, load_scenario

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
        self._bundled = frozenset(bundled_scenarios())
        self._systems: dict[str, str] = {}

    def add(self, dialogue: Dialogue) -> bytes:
        """A line."""
        scenario = str(dialogue.provenance.get("scenario") or "")
        content = {"id": dialogue.id, "scenario": scenario, "messages": self._messages(dialogue, scenario)}
        return (json_text(content) + "\n").encode()

    def _messages(self, dialogue: Dialogue, scenario: str) -> list[dict[str, str]]:
        messages = [{"role": "system", "content": self._system(scenario)}]
        for turn in dialogue.turns:
            role = "assistant" if turn.speaker == self._assistant else "user"
            if messages[-1]["role"] == role:
                messages[-1]["content"] += f"\n{turn.text}"
                continue
            if len(messages) == 1 and role == "assistant":
                messages.append({"role": "user", "content": OPENING})
            messages.append({"role": role, "content": turn.text})
        return messages

    def _system(self, scenario: str) -> str:
        """Who the assistant is, and what the scenario says of the conversation, as far as that speaker knows it."""
        if scenario not in self._systems:
            self._systems[scenario] = "\n".join([_SYSTEM[self._assistant], *self._about(scenario)])
        return self._systems[scenario]

    def _about(self, scenario: str) -> Iterator[str]:
        if scenario not in self._bundled:  # of others a study holds the name alone
            yield from [f"Onderwerp: {scenario}"] if scenario else []
            return
        card = load_scenario(scenario)
        yield f"Onderwerp: {card.title}"
        yield f"Waar: {card.setting}"
        yield f"Aanleiding: {card.reason}"
        yield f"De arts: {card.doctor}"
        yield f"De patiënt: {card.patient}"
        if self._assistant is Speaker.DOCTOR and card.facts:
            yield f"Gegevens: {' '.join(card.facts)}"
        if self._assistant is Speaker.PATIENT and card.patient_does_not_know:
            yield f"De patiënt weet niet: {'; '.join(card.patient_does_not_know)}."
