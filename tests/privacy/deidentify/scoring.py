"""Recall and precision of what was found, by kind."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from spoken_sentences import Sentence, all_sentences

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.privacy.deidentify import Identifier, Kind, find_identifiers


@dataclass
class Score:
    """Counts of one kind.

    A mark is covered when each of its letters and digits is inside a finding of any kind: nothing of it stays. It is
    named when all its findings are of its own kind. A finding is right when it touches a mark.
    """

    marked: int = 0
    covered: int = 0
    named: int = 0
    found: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.covered / self.marked if self.marked else 1.0

    @property
    def named_recall(self) -> float:
        return self.named / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0


def score(
    half: str, find: Callable[[Dialogue], list[Identifier]] = find_identifiers
) -> tuple[dict[Kind, Score], Counter[str]]:
    """Scores by kind of a half, and how many sentences without identifiers there are and had a finding."""
    scores = {kind: Score() for kind in Kind}
    empty: Counter[str] = Counter()
    for name, sentence in all_sentences(half):
        found = find(Dialogue("sentence", (Turn(Speaker.PATIENT, sentence.text),)))
        _count(sentence, found, scores)
        if name == "none":
            empty["sentences"] += 1
            empty["with a finding"] += bool(found)
    return scores, empty


def _count(sentence: Sentence, found: list[Identifier], scores: dict[Kind, Score]) -> None:
    text = sentence.text
    for start, end, kind in sentence.marked:
        own = scores[kind]
        own.marked += 1
        by_character = [
            next((item.kind for item in found if item.start <= at < item.end), None) for at in range(start, end)
        ]
        kinds = {kind for at, kind in zip(range(start, end), by_character, strict=True) if text[at].isalnum()}
        own.covered += None not in kinds
        own.named += kinds == {kind}
        if kinds != {kind}:
            shown = ", ".join(f"{item.kind.value}: {text[item.start : item.end]}" for item in found)
            own.missed.append(f"{text}  [{text[start:end]}]  ({shown})")
    for item in found:
        scores[item.kind].found += 1
        right = any(item.start < end and start < item.end for start, end, _ in sentence.marked)
        scores[item.kind].right += right
        if not right:
            scores[item.kind].wrong.append(f"{text}  [{text[item.start : item.end]}]")
