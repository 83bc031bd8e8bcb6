"""Choose the conversations that stand in a prompt: what fits the scenario first, then what reviewers scored highest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synthdial._core.words import split_words
from synthdial.dialogue import Dialogue
from synthdial.prompt.scenario import Scenario
from synthdial.transcripts import Transcript

Counter = Callable[[Sequence[str]], list[int]]
"""Counts tokens of texts with a model's tokenizer."""

_HEADING = 24  # tokens that are reckoned for what stands above a conversation in the prompt
_MOST_NAMED = 8  # exemplars left out that are named one by one: a study can hold thousands


@dataclass(frozen=True)
class Exemplar:
    """A dialogue that reviewers accepted, to stand in a prompt in the place of a reference.

    Attributes
    ----------
    dialogue : Dialogue
        As the model shall read it: with the turns that reviewers wrote anew.
    scores : mapping of str to float
        What it got, 1 to 5, by criterion; at least one.
    accepted, rejected : int
        How many reviewers accepted it, and how many did not.
    """

    dialogue: Dialogue
    scores: Mapping[str, float]
    accepted: int
    rejected: int

    @property
    def score(self) -> float:
        """The mean over its criteria, 1 to 5."""
        return sum(self.scores.values()) / len(self.scores)

    def as_transcript(self) -> Transcript:
        """The dialogue as a conversation to stand in a prompt; it was read from no file."""
        return Transcript(Path(self.dialogue.id), self.dialogue, {}, (), "utf-8")


@dataclass(frozen=True)
class Candidate:
    """A conversation that may stand in the prompt.

    Attributes
    ----------
    transcript : Transcript
        It.
    exemplar : Exemplar or None
        What reviewers said of it; None for a reference.
    terms : int
        How many of the scenario's terms are spoken in it, in any of their forms.
    tokens : int
        Its length in the model's tokens.
    """

    transcript: Transcript
    exemplar: Exemplar | None
    terms: int
    tokens: int

    @property
    def name(self) -> str:
        """The id of the conversation."""
        return self.transcript.dialogue.id

    @property
    def rank(self) -> tuple[float, float, str]:
        """Candidates are chosen in the order of it."""
        return -self.terms, -self.exemplar.score if self.exemplar else 0.0, self.name

    def described(self) -> str:
        """Its name, and why it was chosen."""
        told = f"{self.terms} terms"
        if self.exemplar:
            each = ", ".join(f"{name} {score:.2f}" for name, score in self.exemplar.scores.items())
            told += f", score {self.exemplar.score:.2f} ({each}), accepted by {self.exemplar.accepted}"
            told += f" and rejected by {self.exemplar.rejected}" if self.exemplar.rejected else ""
        return f"{self.name} ({told}, {self.tokens} tokens)"


@dataclass(frozen=True)
class Choice:
    """Which conversations stand in a prompt, and which do not.

    Attributes
    ----------
    chosen : tuple of Candidate
        Those that do, in order.
    too_long : tuple of str
        Those for which there is no room, in words.
    surplus : tuple of Candidate
        Those that would fit, and are too many.
    most : int
        How many may stand in it.
    """

    chosen: tuple[Candidate, ...]
    too_long: tuple[str, ...]
    surplus: tuple[Candidate, ...]
    most: int

    def without_last(self) -> "Choice":
        """The choice with the last of the chosen left out, since it is too long."""
        return replace(self, chosen=self.chosen[:-1], too_long=(*self.too_long, self.chosen[-1].described()))

    def remarks(self, terms: int) -> list[str]:
        """Which were chosen and why, and why others were not, in sentences; ``terms`` are those of the scenario."""
        remarks = []
        are_exemplars = any(one.exemplar for one in (*self.chosen, *self.surplus))
        if self.chosen:
            what = "Exemplars in the prompt, in place of references" if are_exemplars else "References in the prompt"
            then = ", then of the highest score" if are_exemplars else ""
            told = ", ".join(one.described() for one in self.chosen)
            remarks.append(f"{what}, speaking most of the scenario's {terms} terms{then}: {told}.")
        if self.too_long:
            remarks.append(f"Left out, too long for the context: {', '.join(self.too_long)}.")
        if self.surplus:
            named = [f"{one.name} ({one.terms})" for one in self.surplus]
            if are_exemplars and len(named) > _MOST_NAMED:
                named[_MOST_NAMED:] = [f"and {len(named) - _MOST_NAMED} more"]
            less = "fewer terms or a lower score" if are_exemplars else "fewer terms"
            remarks.append(f"Left out, with {less}, since --max-references is {self.most}: {', '.join(named)}.")
        return remarks


def candidates(
    scenario: Scenario, references: Sequence[Transcript], exemplars: Sequence[Exemplar], count: Counter
) -> list[Candidate]:
    """All references and exemplars, with what decides about them."""
    sources: list[tuple[Transcript, Exemplar | None]] = [(transcript, None) for transcript in references]
    sources += [(exemplar.as_transcript(), exemplar) for exemplar in exemplars]
    lengths = count([transcript.dialogue.as_text() for transcript, _ in sources])
    return [
        Candidate(transcript, exemplar, _terms_spoken(transcript, scenario), length)
        for (transcript, exemplar), length in zip(sources, lengths, strict=True)
    ]


def choose(usable: Sequence[Candidate], room: int, most: int) -> Choice:
    """Choose the first by rank that fit into so many tokens; one that is too long gives its place to the next."""
    chosen: list[Candidate] = []
    too_long: list[str] = []
    surplus: list[Candidate] = []
    for one in sorted(usable, key=lambda one: one.rank):
        if len(chosen) >= most:
            surplus.append(one)
        elif one.tokens + _HEADING > room:
            too_long.append(f"{one.name} ({one.tokens} tokens, room for {room})")
        else:
            chosen.append(one)
            room -= one.tokens + _HEADING
    return Choice(tuple(chosen), tuple(too_long), tuple(surplus), most)


def _terms_spoken(transcript: Transcript, scenario: Scenario) -> int:
    """How many of the scenario's terms a conversation speaks, in any of their forms."""
    text = " " + " ".join(word for turn in transcript.dialogue.turns for word in split_words(turn.text)) + " "
    spoken = 0
    for term, forms in scenario.terms.items():
        spoken += any(f" {' '.join(split_words(form))} " in text for form in (term, *forms))
    return spoken
