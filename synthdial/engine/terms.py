"""Terms that are due: made likelier where a word may begin, and carried to their end once begun."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from synthdial._core.words import split_words

_COMPLETE = 30.0  # added to the next token of a term that was begun for being due


@dataclass(frozen=True)
class Term:
    """A term of the scenario.

    Attributes
    ----------
    name : str
        As it stands in the scenario.
    forms : tuple of str
        All forms that count as it, itself first.
    phase : str
        The phase in which it is due.
    doctor_only : bool
        The patient cannot know it before the doctor has said it.
    """

    name: str
    forms: tuple[str, ...]
    phase: str
    doctor_only: bool = False


class DueTerms:
    """Which terms are due, and what that means for the next token.

    Parameters
    ----------
    terms : sequence of Term
        The terms.
    tokens_of : callable
        Tokens of a text that goes on after another.
    """

    def __init__(self, terms: Sequence[Term], tokens_of: Callable[[str], Sequence[int]]) -> None:
        self._words = {
            term.name: [tuple(split_words(form)) for form in term.forms if split_words(form)] for term in terms
        }
        self._tokens = {term.name: [tuple(tokens_of(f" {form}")) for form in term.forms] for term in terms}
        self._terms = list(terms)
        self._entered: set[str] = set()
        self.spoken: set[str] = set()
        self._here: set[str] = set()  # begun in the open turn, on its way or complete
        self._begun: list[tuple[str, tuple[int, ...], int]] = []
        self._favoured: frozenset[str] = frozenset()

    def enter(self, phase: str) -> None:
        """A phase begins: its terms are due from now on."""
        self._entered.add(phase)

    def due(self, *, for_patient: bool = False) -> list[str]:
        """Terms that are due and not yet spoken, in the scenario's order."""
        return [
            term.name
            for term in self._terms
            if term.phase in self._entered
            and term.name not in self.spoken
            and term.name not in self._here
            and not (for_patient and term.doctor_only)
        ]

    def open_turn(self) -> None:
        """A turn begins, or begins anew."""
        self._here, self._begun, self._favoured = set(), [], frozenset()

    @property
    def is_on_the_way(self) -> bool:
        """Whether a term was begun and is not complete."""
        return bool(self._begun)

    def completion(self) -> Mapping[int, float]:
        """What carries a begun term on: an addition to the logits of its next token."""
        return {tokens[at]: _COMPLETE for _, tokens, at in self._begun}

    def favour(self, names: Sequence[str], strength: float) -> Mapping[int, float]:
        """An addition to the logits of the first tokens of some terms."""
        self._favoured = frozenset(names)
        return {tokens[0]: strength for name in names for tokens in self._tokens[name] if tokens}

    def observe(self, token: int) -> None:
        """A token was taken."""
        going_on = [(name, tokens, at + 1) for name, tokens, at in self._begun if tokens[at] == token]
        fresh = [
            (name, tokens, 1)
            for name in self._favoured
            for tokens in self._tokens[name]
            if tokens and tokens[0] == token
        ]
        self._begun = [item for item in (*going_on, *fresh) if item[2] < len(item[1])]
        self._here.update(name for name, *_ in (*going_on, *fresh))
        self._favoured = frozenset()

    def close_turn(self, words: Sequence[str]) -> None:
        """Note the terms that a turn spoke."""
        joined = f" {' '.join(words)} "
        for name, forms in self._words.items():
            if name not in self.spoken and any(f" {' '.join(form)} " in joined for form in forms):
                self.spoken.add(name)

    def unknown_in(self, words: Sequence[str]) -> bool:
        """Whether some words hold a term that only the doctor may bring up, and nobody has."""
        joined = f" {' '.join(words)} "
        return any(
            term.doctor_only
            and term.name not in self.spoken
            and any(f" {' '.join(form)} " in joined for form in self._words[term.name])
            for term in self._terms
        )
