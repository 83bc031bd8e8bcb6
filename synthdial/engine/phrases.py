"""Tokens that the planned director must know of a model: sentence ends, openings of questions, backchannels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from synthdial.metrics import bundled_lexicon

TokensOf = Callable[[str], Sequence[int]]


@dataclass
class Branch:
    """A place in a tree of phrases: which tokens may follow, and whether a phrase ends here."""

    after: dict[int, "Branch"] = field(default_factory=dict)
    ends: bool = False


@dataclass(frozen=True)
class Phrases:
    """What the director favours, in this model's tokens.

    Attributes
    ----------
    stop, question : int
        The tokens of a full stop and of a question mark.
    hesitations : tuple of int
        Tokens with which a hesitation begins inside a sentence: "uh".
    openers : tuple of int
        Tokens with which Dutch questions begin.
    backchannels : mapping of int to Branch
        The backchannels of so many words, as a tree.
    """

    stop: int
    question: int
    hesitations: tuple[int, ...]
    openers: tuple[int, ...]
    backchannels: Mapping[int, Branch]


def phrases_of(tokens_of: TokensOf) -> Phrases:
    """The phrases in the tokens of a model; ``tokens_of`` gives those of a text that goes on after another."""
    trees: dict[int, Branch] = {}
    for words, _ in bundled_lexicon("backchannels").forms:
        # a doubled word has a comma between, as transcripts write it
        spoken = ", ".join(words) if len(set(words)) == 1 else " ".join(words)
        branch = trees.setdefault(len(words), Branch())
        for token in tokens_of(f" {spoken.capitalize()}."):
            branch = branch.after.setdefault(token, Branch())
        branch.ends = True
    return Phrases(
        stop=tokens_of(".")[0],
        question=tokens_of("?")[0],
        hesitations=tuple(
            tokens[0]
            for words, _ in bundled_lexicon("hesitations").forms
            if len(tokens := tokens_of(f" {words[0]}")) == 1
        ),
        openers=tuple(
            dict.fromkeys(
                tokens_of(f" {words[0].capitalize()}")[0] for words, _ in bundled_lexicon("question_openers").forms
            )
        ),
        backchannels=trees,
    )
