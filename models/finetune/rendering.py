"""A conversation of the corpus in the tokens that the engine reads and writes, and which of them are learned.

The form is that of a batch with a base model: the prompt with one other conversation as its reference, the scenario,
then the turns with their labels, and a stage direction before the doctor's label where a phase begins, or none at all,
as with the preset `plain`. What the engine feeds (prompt, directions) is read and not learned; what is said, by the
reference too, is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conversation import Conversation

from synthdial.dialogue import Speaker
from synthdial.engine import llama
from synthdial.engine.worker import continuation
from synthdial.prompt import Prompt, Scenario, TemplateFacts, build_prompt
from synthdial.prompt.direction import stage_directions
from synthdial.transcripts import Transcript


@dataclass(frozen=True)
class Rendered:
    """Tokens of one prompt with the conversation behind it.

    Attributes
    ----------
    tokens : list of int
        All of them, the token that begins a text first.
    learned : list of bool
        For each token, whether it is one that the model shall learn to write.
    first : list of bool
        For each token, whether it is part of a term of the scenario where that is said first.
    """

    tokens: list[int]
    learned: list[bool]
    first: list[bool]


def render(
    model: llama.Model, conversation: Conversation, reference: Conversation | None, directed: bool = True
) -> Rendered:
    """Tokens of a conversation behind its prompt; the reference's words are learned as well.

    Parameters
    ----------
    model : Model
        Its vocabulary is enough.
    conversation : Conversation
        What is written.
    reference : Conversation or None
        What stands in the prompt.
    directed : bool
        With stage directions; without them the scenario alone says what is to be spoken of.
    """
    transcripts = [_as_transcript(reference)] if reference else []
    prompt = whole_prompt(model, conversation.scenario, transcripts)
    head, said, tail = prompt.text, "", ""
    if reference:
        said = transcripts[0].dialogue.as_text().strip()
        head, said, tail = prompt.text.partition(said)
    tokens = model.tokenize(head, begin=True)
    learned = [False] * len(tokens)
    # a token may span the border of two parts; as the engine reads the prompt, it is one text
    if reference:
        whole = model.tokenize(head + said + tail, begin=True)
        behind = continuation(model, "a", tail)
        learned = [False] * len(tokens) + [True] * (len(whole) - len(tokens) - len(behind)) + [False] * len(behind)
        tokens = whole
    first = [False] * len(tokens)
    due = {(term, *forms) for term, forms in conversation.scenario.terms.items()}
    for piece, wanted in _pieces(model, conversation, prompt.lead, directed):
        tokens += piece
        learned += wanted
        first += _first_mentions(model, piece, due) if all(wanted) else [False] * len(piece)
    return Rendered(tokens, learned, first)


def _first_mentions(model: llama.Model, tokens: Sequence[int], due: set[tuple[str, ...]]) -> list[bool]:
    """Which tokens are part of a term that is due, as its name or another of its forms; those are due no more."""
    parts = [model.piece(token) for token in tokens]
    said = b"".join(parts).decode(errors="replace").lower()
    spans = []
    for forms in sorted(due):
        found = re.search(rf"\b(?:{'|'.join(re.escape(form.lower()) for form in forms)})\b", said)
        if found:
            spans.append([len(said[:at].encode()) for at in found.span()])
            due.remove(forms)
    ends = [sum(map(len, parts[: i + 1])) for i in range(len(parts))]
    return [
        any(begin < there and there - len(part) < end for begin, end in spans)
        for part, there in zip(parts, ends, strict=True)
    ]


def whole_prompt(model: llama.Model, scenario: Scenario, transcripts: Sequence[Transcript]) -> Prompt:
    """The prompt of a base model with all of the references, however long they are.

    Parameters
    ----------
    model : Model
        Its vocabulary is enough.
    scenario : Scenario
        What is to be written.
    transcripts : sequence of Transcript
        The references.
    """
    facts = TemplateFacts(None, model.special_text("bos"), model.special_text("eos"))
    return build_prompt(scenario, transcripts, facts, lambda texts: [0] * len(texts), limit=1 << 20, style="base")


def _as_transcript(conversation: Conversation) -> Transcript:
    head = {"titel": conversation.scenario.title}
    return Transcript(conversation.path, conversation.dialogue, head, (), "utf-8")


def _pieces(
    model: llama.Model, conversation: Conversation, lead: str, directed: bool
) -> Iterator[tuple[list[int], list[bool]]]:
    """The tokens as a director feeds and samples them, with what is learned of each piece."""
    scenario = conversation.scenario
    directions = stage_directions(scenario)
    due = ""
    turns = conversation.dialogue.turns
    for at, turn in enumerate(turns):
        if directed and at in conversation.begins:
            number = conversation.begins.index(at)
            direction, terms = directions[number][1], ", ".join(scenario.phases[number].terms)
            due = f"({direction} Ter sprake: {terms}.)\n" if terms else f"({direction})\n"
        fed, due = (due, "") if turn.speaker is Speaker.DOCTOR else ("", due)
        before = "\n" if at else lead
        label = continuation(model, "a" if at else "\n", f"{before}{fed}{turn.speaker}:")
        if fed:
            # the line break before it ended a turn: that is the model's own
            ends = len(continuation(model, "a", "\n")) if at else 0
            yield label, [True] * ends + [False] * (len(label) - ends)
        else:
            yield label, [at > 0] * len(label)
        words = continuation(model, "a", f" {turn.text}")
        yield words, [True] * len(words)
    end = continuation(model, "a", "\n\n")
    yield end, [True] * len(end)


def pairs(conversations: Sequence[Conversation], order: Sequence[int]) -> Iterator[tuple[Conversation, Conversation]]:
    """Each two of an order, the first to be written behind the second; every conversation once where they are even."""
    for a, b in zip(order[::2], order[1::2], strict=False):
        yield conversations[a], conversations[b]
