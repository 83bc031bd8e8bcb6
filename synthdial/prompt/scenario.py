"""Scenario cards: what a conversation is about, who speaks, what happens, and which terms must be spoken."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.toml_file import check_keys, expect, expect_texts, nearest, read_toml

DEFAULT_SCENARIO = "nefrologie-uitslagen"


class Phase(StrEnum):
    """Phases of a consultation, in their order, after the Calgary-Cambridge guide.

    Results and examination share a place: either may come first.
    """

    OPENING = "opening"
    HISTORY = "history"
    RESULTS = "results"
    EXAMINATION = "examination"
    EXPLANATION = "explanation"
    PLAN = "plan"
    CLOSING = "closing"


@dataclass(frozen=True)
class ScenarioPhase:
    """One phase of a scenario.

    Attributes
    ----------
    phase : Phase
        Which.
    share : float
        Its share of the conversation's words, 0 to 1.
    happens : str
        What happens in it, in the third person.
    terms : tuple of str
        Terms of the scenario that are due in it.
    """

    phase: Phase
    share: float
    happens: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """A scenario card.

    Attributes
    ----------
    name : str
        The file's name without ``.toml``.
    title, specialty, setting, reason, doctor, patient : str
        One line each: what it is, the field, where, why the patient comes, who they are.
    facts : tuple of str
        Facts of the case that the doctor relies on.
    patient_does_not_know : tuple of str
        What the patient does not know and must not say of themselves.
    terms : mapping of str to tuple of str
        Terms that must be spoken, each with its other spoken forms.
    phases : tuple of ScenarioPhase
        In order; their shares sum to 1.
    """

    name: str
    title: str
    specialty: str
    setting: str
    reason: str
    doctor: str
    patient: str
    facts: tuple[str, ...]
    patient_does_not_know: tuple[str, ...]
    terms: Mapping[str, tuple[str, ...]]
    phases: tuple[ScenarioPhase, ...]
    digest: str


# results and examination come between history and explanation, in either order
_STAGE = {phase: number for number, phase in enumerate(Phase)} | {Phase.EXAMINATION: 2}
_LINES = ("title", "specialty", "setting", "reason", "doctor", "patient")
_REQUIRED = (*_LINES, "patient_does_not_know", "terms", "phases")


def in_order(phases: Sequence[Phase]) -> bool:
    """Whether phases come in the order of a consultation."""
    return sorted(phases, key=_STAGE.__getitem__) == list(phases)


def bundled_scenarios() -> list[str]:
    """Names of the scenario cards that come with the program."""
    return sorted(path.stem for path in locations.bundled("scenarios").glob("*.toml"))


def load_scenario(name_or_path: str) -> Scenario:
    """Read a scenario card.

    Parameters
    ----------
    name_or_path : str
        The name of a bundled card, or the path of a TOML file.

    Raises
    ------
    SynthdialError
        When there is none, or it has a mistake: the message names the key and the nearest known one.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml" and not path.is_file():
        names = bundled_scenarios()
        if name_or_path not in names:
            hint = nearest(name_or_path, names)
            raise SynthdialError(
                f"There is no scenario '{name_or_path}'.",
                f"{hint} Give the path of a TOML file or one of: {', '.join(names)}.".strip(),
            )
        path = locations.bundled("scenarios", f"{name_or_path}.toml")
    table = read_toml(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return _parse(table, path, digest)


def _parse(table: dict[str, Any], path: Path, digest: str) -> Scenario:
    where = f"The scenario {path}"
    check_keys(table, where, _REQUIRED, ("facts",))
    lines = {key: expect(table[key], str, f"{where}: '{key}'", "a line of text").strip() for key in _LINES}
    for key, line in lines.items():
        if not line or "\n" in line:
            raise SynthdialError(f"{where}: '{key}' must be one line of text.")
    terms = {
        term: expect_texts(forms, f"{where}: the forms of the term '{term}'")
        for term, forms in expect(table["terms"], dict, f"{where}: [terms]", "a table of terms and forms").items()
    }
    phases = tuple(
        _parse_phase(expect(item, dict, f"{where}: [[phases]]", "a table"), where, terms)
        for item in expect(table["phases"], list, f"{where}: [[phases]]", "a list of tables")
    )
    if not phases:
        raise SynthdialError(f"{where} has no [[phases]].")
    if not in_order([phase.phase for phase in phases]):
        raise SynthdialError(f"{where}: its phases are out of order.", f"The order is: {', '.join(Phase)}.")
    total = sum(phase.share for phase in phases)
    if abs(total - 1) > 0.01:
        raise SynthdialError(f"{where}: the shares of its phases sum to {total:.2f}.", "They must sum to 1.")
    return Scenario(
        name=path.stem,
        **lines,
        facts=expect_texts(table.get("facts", []), f"{where}: 'facts'"),
        patient_does_not_know=expect_texts(table["patient_does_not_know"], f"{where}: 'patient_does_not_know'"),
        terms=terms,
        phases=phases,
        digest=digest,
    )


def _parse_phase(table: dict[str, Any], where: str, terms: Mapping[str, tuple[str, ...]]) -> ScenarioPhase:
    where = f"{where}: a phase"
    check_keys(table, where, ("phase", "share", "happens", "terms"))
    name = expect(table["phase"], str, f"{where}: 'phase'", "a name")
    if name not in list(Phase):
        raise SynthdialError(f"{where}: there is no phase '{name}'.", f"Phases are: {', '.join(Phase)}.")
    share = float(expect(table["share"], (int, float), f"{where}: 'share'", "a number"))
    if not 0 < share <= 1:
        raise SynthdialError(f"{where}: 'share' is {share}; it must lie above 0, up to 1.")
    due = expect_texts(table["terms"], f"{where}: 'terms'")
    for term in due:
        if term not in terms:
            raise SynthdialError(f"{where}: the term '{term}' is not in [terms].", nearest(term, terms))
    happens = expect(table["happens"], str, f"{where}: 'happens'", "a line of text").strip()
    return ScenarioPhase(Phase(name), share, happens, due)
