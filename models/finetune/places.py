"""Places of a conversation at which the true next turn is to be told from others of the same speaker.

Many places share one sequence: a stretch of the conversation is its trunk, and every other candidate is a branch that
sees the trunk before it and itself.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from conversation import Conversation
from rendering import as_transcript, whole_prompt

from synthdial._core.words import split_words
from synthdial.engine import llama
from synthdial.engine.worker import continuation

OTHERS = 3
CANDIDATES = 1 + OTHERS
LEAST_WORDS = 3
TURNS = 16  # of a stretch
FIRST = 3  # turns before a place, at least


@dataclass
class Branches:
    """One sequence of tokens that is read as a trunk with branches.

    Attributes
    ----------
    tokens, positions : list of int
        A branch's positions go on from where it leaves the trunk.
    leaves : list of int
        For each token, how many tokens of the trunk it sees; for one of the trunk, itself and those before.
    branch : list of int
        For each token, the number of its branch; 0 is the trunk.
    rows, targets : list of list of int
        For each candidate, where each of its tokens is predicted, and which it is.
    """

    tokens: list[int]
    positions: list[int] = field(init=False)
    leaves: list[int] = field(init=False)
    branch: list[int] = field(init=False)
    rows: list[list[int]] = field(default_factory=list)
    targets: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.positions = list(range(len(self.tokens)))
        self.leaves = [at + 1 for at in self.positions]
        self.branch = [0] * len(self.tokens)

    def on_trunk(self, begin: int, wanted: Sequence[int]) -> None:
        """Add a candidate whose tokens are the trunk's from `begin` on."""
        self.rows.append(list(range(begin - 1, begin - 1 + len(wanted))))
        self.targets.append(list(wanted))

    def grow(self, at: int, read: Sequence[int], wanted: Sequence[int]) -> None:
        """Add a candidate, as a branch behind the first `at` tokens of the trunk; `read` comes before it."""
        first, tokens = len(self.tokens), [*read, *wanted[:-1]]
        self.tokens += tokens
        self.positions += range(at, at + len(tokens))
        self.leaves += [at] * len(tokens)
        self.branch += [max(self.branch) + 1] * len(tokens)
        behind = first + len(read) - 1
        rows = [behind + i for i in range(len(wanted))]
        self.rows.append(rows if read else [at - 1, *rows[1:]])
        self.targets.append(list(wanted))


@dataclass(frozen=True)
class Places:
    """Places of a stretch, each with its candidates, the true turn first.

    Attributes
    ----------
    behind : Branches
        Every candidate behind the turns before, place by place.
    alone : Branches
        Every turn that is a candidate, behind a bare label.
    turns : list of int
        For each candidate of `behind`, which of `alone` it is.
    """

    behind: Branches
    alone: Branches
    turns: list[int]


def read_places(model: llama.Model, conversation: Conversation, chance: random.Random) -> Places:
    """A stretch of a conversation, chosen by chance, as a reference stands in a prompt.

    Parameters
    ----------
    model : Model
        Its vocabulary is enough.
    conversation : Conversation
        Of any length.
    chance : Random
        Chooses the stretch and the other candidates, which stand elsewhere in the conversation and not in view.
    """
    turns = conversation.dialogue.turns
    transcript = as_transcript(conversation)
    prompt = whole_prompt(model, conversation.scenario, [transcript])
    head = model.tokenize(prompt.text.partition(transcript.dialogue.as_text().strip())[0].rstrip(), begin=True)
    labels = [continuation(model, "a", f"\n{turn.speaker}:") for turn in turns]
    openings = [continuation(model, "a", f"\n\n{turn.speaker}:") for turn in turns]
    end = labels[0][:1]  # the line break that ends a turn
    words = [continuation(model, "a", f" {turn.text}") for turn in turns]
    long = [at for at, turn in enumerate(turns) if len(split_words(turn.text)) >= LEAST_WORDS]
    first = chance.randrange(max(1, len(turns) - TURNS + 1))
    stretch = range(first, min(first + TURNS, len(turns)))
    trunk, begins = list(head), {}
    for at in stretch:
        trunk += openings[at] if at == first else labels[at]
        begins[at] = len(trunk)
        trunk += words[at]
    behind, alone, turn_of, known = Branches(trunk), Branches(list(head)), [], {}
    for at in (at for at in stretch[FIRST:] if at in long):
        same = [i for i in long if turns[i].speaker is turns[at].speaker and not first <= i <= at]
        if len(same) < OTHERS:
            continue
        for i in (at, *chance.sample(same, OTHERS)):
            if i == at:
                behind.on_trunk(begins[at], [*words[at], *end])
            else:
                behind.grow(begins[at], [], [*words[i], *end])
            if i not in known:
                known[i] = len(known)
                alone.grow(len(head), openings[i], [*words[i], *end])
            turn_of.append(known[i])
    return Places(behind, alone, turn_of)
