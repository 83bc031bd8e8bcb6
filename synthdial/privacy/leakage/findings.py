"""What a check found: each place beside the place in the reference it was taken from, and the figures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

Kind = Literal["longest_run", "rare_five_grams", "identifiers", "similarity"]
"""Which limit was passed; each is the name of one in ``Thresholds``."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Finding:
    """One place of a dialogue that shares too much with a reference.

    Attributes
    ----------
    kind : Kind
        Which limit was passed.
    measure : float
        What was measured: the words of this run that count; of the whole dialogue the rare 5-grams shared with the
        reference, the places with identifiers, or the similarity.
    limit : float
        What is allowed; ``measure`` is above it.
    turn, start, last_turn, end : int
        The excerpt begins at character ``start`` of turn ``turn`` and ends before character ``end`` of turn
        ``last_turn``. Turns count from 0.
    text : str
        The excerpt of the dialogue, with a line for each turn.
    reference : str
        The name of the reference.
    reference_turn : int
        The turn of the de-identified reference in which its excerpt begins; -1 for an identifier, which stands in the
        original alone.
    reference_text : str
        The excerpt of the de-identified reference; empty for an identifier, so that no original is shown or kept.
    identifier : str
        For an identifier its kind, as it was given; empty for the others.
    """

    kind: Kind
    measure: float
    limit: float
    turn: int
    start: int
    last_turn: int
    end: int
    text: str
    reference: str
    reference_turn: int = -1
    reference_text: str = ""
    identifier: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The finding for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Finding":
        """A finding from what ``as_dict`` made; keys of a later version are passed over."""
        return cls(**{field.name: stored[field.name] for field in fields(cls) if field.name in stored})


@dataclass(frozen=True)
class ReferenceFigures:
    """What a dialogue shares with one reference.

    Attributes
    ----------
    reference : str
        The name of the reference.
    longest_run : int
        Words that count in the run of words that stands in both and has most of them.
    rare_five_grams : int
        Different rare 5-grams that stand in both.
    rare_share : float
        The same as a share of all of the dialogue, 0 to 1.
    similarity : float
        Containment of the smaller in the larger by runs of three words, 0 to 1.
    """

    reference: str
    longest_run: int
    rare_five_grams: int
    rare_share: float
    similarity: float


@dataclass(frozen=True)
class LeakageReport:
    """The check of one dialogue.

    Attributes
    ----------
    findings : tuple of Finding
        Every place over a limit, the most telling first in each kind; empty where the dialogue passes.
    references : tuple of ReferenceFigures
        What it shares with each reference, in the order they were given.
    identifiers : int
        Places of the dialogue that hold an identifier of a reference.
    """

    findings: tuple[Finding, ...]
    references: tuple[ReferenceFigures, ...]
    identifiers: int

    @property
    def passed(self) -> bool:
        """Whether no limit is passed."""
        return not self.findings

    @property
    def longest_run(self) -> int:
        """The longest run shared with any reference, in words that count."""
        return max((each.longest_run for each in self.references), default=0)

    @property
    def rare_five_grams(self) -> int:
        """The most rare 5-grams shared with one reference."""
        return max((each.rare_five_grams for each in self.references), default=0)

    @property
    def similarity(self) -> float:
        """The similarity of the nearest reference, 0 to 1."""
        return max((each.similarity for each in self.references), default=0.0)

    @property
    def nearest(self) -> str:
        """The name of the nearest reference; empty where nothing is shared."""
        best = max(self.references, key=lambda each: each.similarity, default=None)
        return best.reference if best and best.similarity > 0 else ""

    @property
    def figures(self) -> dict[str, Any]:
        """What was measured, for JSON: the largest of each, the nearest reference, and all by reference."""
        return {
            "longest_run": self.longest_run,
            "rare_five_grams": self.rare_five_grams,
            "identifiers": self.identifiers,
            "similarity": self.similarity,
            "nearest": self.nearest,
            "references": [asdict(each) for each in self.references],
        }

    def as_dict(self) -> dict[str, Any]:
        """The report for JSON: ``passed``, ``findings`` and the figures."""
        return {"passed": self.passed, "findings": [finding.as_dict() for finding in self.findings], **self.figures}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "LeakageReport":
        """A report from what ``as_dict`` made."""
        names = [field.name for field in fields(ReferenceFigures)]
        return cls(
            tuple(Finding.from_dict(finding) for finding in stored["findings"]),
            tuple(ReferenceFigures(**{name: each[name] for name in names}) for each in stored["references"]),
            stored["identifiers"],
        )
