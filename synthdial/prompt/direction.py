"""Stage directions: what happens in a phase, and which terms are due in it, from a scenario card."""

import re
from dataclasses import dataclass

from synthdial._core.words import split_words
from synthdial.prompt.scenario import Phase, Scenario

_FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")


@dataclass(frozen=True)
class DueTerm:
    """A term of a scenario and where it is due.

    Attributes
    ----------
    name : str
        The term.
    forms : tuple of str
        Its forms, itself first.
    phase : str
        The first phase that names it; the explanation, or the longest phase, where none does.
    doctor_only : bool
        It stands in what the patient does not know, and is not due before the patient has told their story: the patient
        cannot bring it up. What is due in the opening or the history is the patient's own, a cough or a pill they take.
    """

    name: str
    forms: tuple[str, ...]
    phase: str
    doctor_only: bool


def stage_directions(scenario: Scenario) -> list[tuple[str, str]]:
    """Each phase, and the first sentence of what happens in it."""
    directions = []
    for phase in scenario.phases:
        happens = " ".join(phase.happens.split())
        first = _FIRST_SENTENCE.match(happens)
        directions.append((str(phase.phase), first[0] if first else happens))
    return directions


def due_terms(scenario: Scenario) -> list[DueTerm]:
    """The terms of a scenario, with the phase in which each is due."""
    # what parts the texts is no word, so that no form goes from one into the next
    unknown = f" {' / '.join(' '.join(split_words(text)) for text in scenario.patient_does_not_know)} "
    names = [phase.phase for phase in scenario.phases]
    usual = (
        Phase.EXPLANATION if Phase.EXPLANATION in names else max(scenario.phases, key=lambda phase: phase.share).phase
    )
    found = []
    for term, others in scenario.terms.items():
        forms = (term, *others)
        where = next((phase.phase for phase in scenario.phases if term in phase.terms), usual)
        secret = any(f" {' '.join(split_words(form))} " in unknown for form in forms)
        told = where in (Phase.OPENING, Phase.HISTORY)
        found.append(DueTerm(term, forms, str(where), secret and not told))
    return found
