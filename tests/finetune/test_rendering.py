"""What a conversation is in training: the tokens of a batch's prompt, and of what its director feeds and samples."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from conversation import Conversation, read_conversation
from rendering import Rendered, pairs, render
from test_corpus_files import BODY, HEAD
from tiny_model import model_file, model_parts

from synthdial.engine import llama
from synthdial.prompt import TemplateFacts, build_prompt


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> llama.Model:
    """A vocabulary of words and bytes."""
    path = tmp_path_factory.mktemp("model") / "klein.gguf"
    path.write_bytes(model_file(*model_parts()))
    llama.start()
    return llama.Model(path, vocab_only=True)


@pytest.fixture
def conversation(tmp_path: Path) -> Conversation:
    """A short one."""
    (tmp_path / "a.txt").write_text(HEAD + BODY, "utf-8")
    return read_conversation(tmp_path / "a.txt")


def text(model: llama.Model, rendered: Rendered, learned: bool | None = None) -> str:
    wanted: Sequence[int] = [
        token
        for token, is_learned in zip(rendered.tokens, rendered.learned, strict=True)
        if learned is None or is_learned is learned
    ]
    return b"".join(model.piece(token) for token in wanted).decode()


def test_it_is_the_prompt_of_a_batch_and_what_the_engine_makes_of_it(
    model: llama.Model, conversation: Conversation
) -> None:
    prompt = build_prompt(
        conversation.scenario, [], TemplateFacts(None), lambda texts: [0] * len(texts), limit=9999, style="base"
    )
    assert text(model, render(model, conversation, None)).strip() == (
        prompt.text
        + "\n\n(De arts belt op. Ter sprake: kalium.)\nArts: Ik bel over uw kalium.\nPatiënt: Amai, nu al?\n"
        "(Zij spreken iets af. Ter sprake: hartfilmpje.)\nArts: Morgen een ECG.\nPatiënt: Goed."
    )


def test_what_is_said_is_learned_and_what_is_fed_is_not(model: llama.Model, conversation: Conversation) -> None:
    rendered = render(model, conversation, None)
    said = text(model, rendered, learned=True)
    assert said == " Ik bel over uw kalium.\nPatiënt: Amai, nu al?\n Morgen een ECG.\nPatiënt: Goed.\n\n"
    fed = text(model, rendered, learned=False)
    assert "Ter sprake" in fed and "Onderwerp: Kalium" in fed


def test_the_reference_is_learned_too(model: llama.Model, conversation: Conversation) -> None:
    said = text(model, render(model, conversation, conversation), learned=True)
    assert said.startswith("Arts: Ik bel over uw kalium.\nPatiënt: Amai, nu al?\nArts: Morgen een ECG.\nPatiënt: Goed.")
    assert said.count("Amai") == 2


def test_without_directions_the_scenario_alone_says_what_is_spoken_of(
    model: llama.Model, conversation: Conversation
) -> None:
    rendered = render(model, conversation, None, directed=False)
    assert "Ter sprake" not in text(model, rendered)
    said = text(model, rendered, learned=True)
    assert said.endswith("\nPatiënt: Amai, nu al?\nArts: Morgen een ECG.\nPatiënt: Goed.\n\n"), "labels are learned"


def test_a_term_is_marked_where_it_is_said_first(model: llama.Model, conversation: Conversation) -> None:
    rendered = render(model, conversation, conversation)
    marked = [model.piece(token) for token, first in zip(rendered.tokens, rendered.first, strict=True) if first]
    assert b"".join(marked).decode().replace(" ", "") == "kaliumECG", "not in the reference, nor in what is fed"


def test_each_conversation_of_an_order_is_in_one_pair(conversation: Conversation) -> None:
    assert len(list(pairs([conversation] * 6, [5, 3, 1, 0, 2, 4]))) == 3
