"""Places where the true next turn is to be told: what each candidate reads before it."""

import random
from pathlib import Path

import pytest
from conversation import Conversation, read_conversation
from places import CANDIDATES, Branches, read_places
from test_corpus_files import BODY, HEAD
from tiny_model import model_file, model_parts

from synthdial.engine import llama


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> llama.Model:
    """A vocabulary of words and bytes."""
    path = tmp_path_factory.mktemp("model") / "klein.gguf"
    path.write_bytes(model_file(*model_parts()))
    llama.start()
    return llama.Model(path, vocab_only=True)


@pytest.fixture
def conversation(tmp_path: Path) -> Conversation:
    """Forty turns, each with a number of its own; every fifth is a single word."""
    said = [
        f"{'Arts' if at % 2 == 0 else 'Patiënt'}: {'Ja.' if at % 5 == 0 else f'Dit is beurt {at}.'}" for at in range(40)
    ]
    head, phase = HEAD, BODY.partition("\n")[0]
    (tmp_path / "a.txt").write_text(head + "\n".join([phase, *said]) + "\n", "utf-8")
    return read_conversation(tmp_path / "a.txt")


def read_before(model: llama.Model, branches: Branches, number: int) -> str:
    """What the first token of a candidate sees, with that candidate behind it."""
    row = branches.rows[number][0]
    own = branches.branch[row]
    seen = [
        at
        for at in range(len(branches.tokens))
        if (branches.branch[at] == 0 and at < branches.leaves[row])
        or (own and branches.branch[at] == own and at <= row)
    ]
    tokens = [branches.tokens[at] for at in seen] + branches.targets[number]
    return b"".join(model.piece(token) for token in tokens).decode()


def test_each_candidate_stands_behind_the_turns_before_the_place(
    model: llama.Model, conversation: Conversation
) -> None:
    places = read_places(model, conversation, random.Random(1))
    turns = [f"{turn.speaker}: {turn.text}" for turn in conversation.dialogue.turns]
    texts = [read_before(model, places.behind, number) for number in range(len(places.turns))]
    assert len(texts) >= 5 * CANDIDATES
    for first in range(0, len(texts), CANDIDATES):
        true, *others = (text.strip().splitlines() for text in texts[first : first + CANDIDATES])
        at = turns.index(true[-1])
        said = [line for line in true if line in turns]
        assert said == turns[at + 1 - len(said) : at + 1] and len(said) >= 4
        for other in others:
            assert other[:-1] == true[:-1]  # the same before it
            assert other[-1].partition(":")[0] == true[-1].partition(":")[0]  # said by the same
            assert other[-1] in turns and other[-1] not in said  # of the conversation, not in view
        assert all("Ja." not in lines[-1] for lines in (true, *others))


def test_every_candidate_stands_behind_a_bare_label_once(model: llama.Model, conversation: Conversation) -> None:
    places = read_places(model, conversation, random.Random(2))
    assert len(places.alone.rows) == len(set(places.turns))
    for number, alone in enumerate(places.turns):
        behind, bare = (
            read_before(model, branches, which) for branches, which in ((places.behind, number), (places.alone, alone))
        )
        assert behind.strip().splitlines()[-1] == bare.strip().splitlines()[-1]
        assert sum(line.startswith(("Arts: ", "Patiënt: ")) for line in bare.splitlines()) == 1
        assert behind.endswith("\n") and not behind.endswith("\n\n")


def test_rows_are_those_before_each_token_and_positions_go_on_where_a_branch_leaves() -> None:
    branches = Branches([1, 2, 3, 4, 5])
    branches.on_trunk(2, [3, 4])
    branches.grow(2, [], [7, 8, 9])
    branches.grow(1, [6], [7, 8])
    assert branches.tokens == [1, 2, 3, 4, 5, 7, 8, 6, 7]
    assert branches.positions == [0, 1, 2, 3, 4, 2, 3, 1, 2]
    assert branches.branch == [0, 0, 0, 0, 0, 1, 1, 2, 2]
    assert branches.rows == [[1, 2], [1, 5, 6], [7, 8]]
    assert branches.targets == [[3, 4], [7, 8, 9], [7, 8]]


def test_a_short_conversation_has_no_places(model: llama.Model, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(HEAD + BODY, "utf-8")
    places = read_places(model, read_conversation(tmp_path / "b.txt"), random.Random(1))
    assert places.turns == [] and places.behind.rows == []
