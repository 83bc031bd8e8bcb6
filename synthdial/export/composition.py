"""What an export holds, counted as its dialogues leave: sizes, how they were made, how they were checked."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from synthdial.dialogue import Dialogue
from synthdial.export.gate import Gate
from synthdial.study import Study
from synthdial.study.again import dialogue_counts
from synthdial.study.audit import AuditLog

SETTINGS = ("slots", "threads", "gpu_layers")
"""How a run was fitted to its machine; noted with each dialogue, since it changes results in the last digits."""
VERSIONS = ("version", "llama_cpp", "llama_cpp_python", "llama_cpp_build")
"""What ran it."""

_SHORT = 8  # characters of a recipe's id with which those of its dialogues begin
_MOST_NOTED = 100  # different values of one key: a damaged study may hold any
_LARGEST = 2**53
_SHARED = ("longest_run", "rare_five_grams", "similarity", "identifiers")


class Size(NamedTuple):
    """Dialogues, their turns and their words."""

    dialogues: int = 0
    turns: int = 0
    words: int = 0

    def plus(self, other: "Size") -> "Size":
        """Both together."""
        return Size(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass
class Making:
    """A recipe, and what those of its dialogues that left tell of how they were written.

    Attributes
    ----------
    id : str
        Digest of the recipe.
    content : mapping
        The recipe as plain values.
    imported : mapping
        What the log says of the references in its prompt; empty where it says nothing.
    count : int
        Up to which number the study holds its dialogues, those that stayed inside too.
    dialogues : int
        How many left.
    first, last : str
        When the first and the last one was written, ISO 8601; empty where that was not noted.
    noted : mapping of str to Counter
        How often each value of `SETTINGS`, `VERSIONS`, ``prompt_style``, ``references`` and ``ended_by`` was noted.
    """

    id: str
    content: Mapping[str, Any]
    imported: Mapping[str, Any]
    count: int
    dialogues: int = 0
    first: str = ""
    last: str = ""
    noted: dict[str, Counter[Any]] = field(default_factory=dict)

    def add(self, made: Mapping[str, Any]) -> None:
        """Count a dialogue by its provenance."""
        self.dialogues += 1
        if isinstance(date := made.get("date"), str):
            self.first = min(self.first or date, date)
            self.last = max(self.last, date)
        for name in (*SETTINGS, "references"):
            self._note(name, _whole(made.get(name)))
        for name in (*VERSIONS, "prompt_style", "ended_by"):
            if isinstance(value := made.get(name), str):
                self._note(name, value)

    def _note(self, name: str, value: int | str | None) -> None:
        if value is None:
            return
        counted = self.noted.setdefault(name, Counter())
        if value in counted or len(counted) < _MOST_NOTED:
            counted[value] += 1

    def usual(self, name: str) -> Any:
        """The value that was noted most often; None where none was."""
        counted = self.noted.get(name)
        return max(counted, key=lambda value: (counted[value], str(value))) if counted else None

    def text(self, name: str) -> str:
        """A value of the recipe as text; empty where it has none."""
        value = self.content.get(name)
        return "" if value is None else str(value)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST else None


@dataclass
class Checked:
    """How the dialogues that left were checked for copied text.

    Attributes
    ----------
    passed, accepted : int
        Those whose last check was passed; those that more raters accepted than rejected.
    released : Counter of str
        Those that were released by hand, by what would have kept them inside.
    thresholds : Counter of str
        What was allowed, as JSON, and for how many.
    references : Counter of str
        Digests of the references they were checked against, and for how many.
    shared : mapping of str to float
        The most that one that passed shares with one reference.
    """

    passed: int = 0
    accepted: int = 0
    released: Counter[str] = field(default_factory=Counter)
    thresholds: Counter[str] = field(default_factory=Counter)
    references: Counter[str] = field(default_factory=Counter)
    shared: dict[str, float] = field(default_factory=dict)

    def add(self, dialogue: Dialogue, gate: Gate) -> None:
        """Count a dialogue."""
        standing = gate.standing(dialogue)
        row = gate.row(dialogue.id)
        if standing.released:
            self.released[str(standing.released.get("held", ""))] += 1
        self.accepted += standing.accepted > standing.rejected
        if row is None or standing.check != "passed":
            return
        self.passed += 1
        for counted, value in ((self.thresholds, row.thresholds), (self.references, row.refs)):
            if value in counted or len(counted) < _MOST_NOTED:
                counted[value] += 1
        for name, figure in _figures(json.loads(row.figures)):
            self.shared[name] = max(self.shared.get(name, 0), figure)


def _figures(found: Any) -> Iterator[tuple[str, float]]:
    """What a dialogue shares with each reference, as far as it is one of `_SHARED`."""
    if not isinstance(found, dict):
        return
    each = found.get("references")
    for table in (found, *(each if isinstance(each, list) else ())):
        for name in _SHARED if isinstance(table, dict) else ():
            value = table.get(name)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
                yield name, value


class Composition:
    """Counts the dialogues of a study that leave it, one at a time; its size is that of the study's recipes.

    Parameters
    ----------
    study : Study
        Open.
    gate : Gate
        Its gate.

    Attributes
    ----------
    total : Size
        Everything.
    splits, scenarios : mapping of str to Size
        By split and by scenario, in the order they came.
    checked : Checked
        How they were checked.
    """

    def __init__(self, study: Study, gate: Gate) -> None:
        self._gate = gate
        imported: dict[str, dict[str, Any]] = {}
        for entry in AuditLog(study).entries("imported"):
            # a recipe that was used again with references that are less well known is told of by the last entry
            if isinstance(recipe := entry.details.get("recipe"), str):
                imported[recipe] = entry.details
        counts = dialogue_counts(study)
        self._makings = {
            key: Making(key, content, imported.get(key, {}), counts.get(key, 0))
            for key, content in study.recipes().items()
        }
        self._by_start = {key[:_SHORT]: making for key, making in self._makings.items()}
        self._cells: dict[tuple[str, str], Size] = {}
        self.total = Size()
        self.splits: dict[str, Size] = {}
        self.scenarios: dict[str, Size] = {}
        self.checked = Checked()

    def add(self, dialogue: Dialogue, split: str) -> None:
        """Count a dialogue that leaves, in a split; the name is empty where there is none."""
        made = dialogue.provenance
        making = self._by_start.get(dialogue.id[:_SHORT])
        scenario = str(made.get("scenario") or (making.text("scenario") if making else ""))
        size = Size(1, len(dialogue.turns), dialogue.words)
        self.total = self.total.plus(size)
        self.splits[split] = self.splits.get(split, Size()).plus(size)
        self.scenarios[scenario] = self.scenarios.get(scenario, Size()).plus(size)
        self._cells[split, scenario] = self._cells.get((split, scenario), Size()).plus(size)
        if making is not None:
            making.add(made)
        self.checked.add(dialogue, self._gate)

    def cell(self, split: str, scenario: str) -> Size:
        """How much of a scenario stands in a split."""
        return self._cells.get((split, scenario), Size())

    @property
    def makings(self) -> tuple[Making, ...]:
        """The recipes of which a dialogue left, in the order they were first used."""
        return tuple(making for making in self._makings.values() if making.dialogues)

    def span(self) -> tuple[str, str]:
        """When the first and the last dialogue was written, ISO 8601; empty where nothing says it."""
        makings = self.makings
        first = min((making.first for making in makings if making.first), default="")
        return first, max((making.last for making in makings), default="")

    def ended(self) -> Counter[str]:
        """How often each thing ended a dialogue."""
        ends: Counter[str] = Counter()
        for making in self.makings:
            ends += making.noted.get("ended_by", Counter())
        return ends
