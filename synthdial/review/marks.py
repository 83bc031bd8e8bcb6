"""What raters did beside scoring: flags, guesses of who wrote it, turns written anew, and what they accept."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt

from synthdial.review.intervals import Bootstrap, Estimate, wilson
from synthdial.review.judgements import Edited, Flagged, Guess, Judgement, ReviewData, Verdict
from synthdial.review.ratings import Group

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FlagCount:
    """How often turns were flagged.

    Attributes
    ----------
    by, group : str
        In which dialogues, as in ``Score``; never by role.
    kind, severity : str
        Of the flags; empty for all together.
    count : int
        Flags.
    readings, turns : int
        How often one of the dialogues was read by a rater, and the turns read so; ``turns`` is 0 where their number is
        not known for all.
    per : str
        What the rate is of: ``1000 turns`` or, where turns are not known, ``dialogue``.
    rate : Estimate
        Flags for each so many that a rater read; its interval is of a bootstrap over dialogues.
    """

    by: str
    group: str
    kind: str
    severity: str
    count: int
    readings: int
    turns: int
    per: str
    rate: Estimate


@dataclass(frozen=True)
class Origin:
    """How well raters told conversations of people from those that a model wrote.

    Attributes
    ----------
    role : str
        Of the raters; empty for all.
    person_as_person, person_as_machine, machine_as_person, machine_as_machine : int
        Guesses: what it was, and what it was taken for.
    accuracy : Estimate
        Share of right guesses, with Wilson's interval.
    balanced : float
        Mean of the shares of right guesses for either kind; 0.5 is chance. nan where there is but one kind.
    majority : float
        The accuracy of one who always says what is more frequent: chance for ``accuracy``.
    fooled : Estimate
        Share of the guesses on what a model wrote that took it for a person's, with Wilson's interval.
    """

    role: str
    person_as_person: int
    person_as_machine: int
    machine_as_person: int
    machine_as_machine: int
    accuracy: Estimate
    balanced: float
    majority: float
    fooled: Estimate

    @property
    def n(self) -> int:
        """Guesses in all."""
        return self.person_as_person + self.person_as_machine + self.machine_as_person + self.machine_as_machine


@dataclass(frozen=True)
class Edits:
    """Turns that raters wrote anew.

    Attributes
    ----------
    edits, turns, dialogues, raters : int
        Edits, and the turns, dialogues and raters they are of.
    distance, seconds : float
        Medians over edits: characters changed, and time spent; nan without edits.
    """

    edits: int
    turns: int
    dialogues: int
    raters: int
    distance: float
    seconds: float


@dataclass(frozen=True)
class Verdicts:
    """What raters accept for the corpus.

    Attributes
    ----------
    by, group : str
        Of which dialogues, as in ``Score``; never by role.
    accepted, rejected, dialogues : int
        Verdicts, and the dialogues they are of.
    share : Estimate
        Of the verdicts that accept, with Wilson's interval.
    """

    by: str
    group: str
    accepted: int
    rejected: int
    dialogues: int
    share: Estimate


def flag_counts(
    data: ReviewData, groups: Sequence[Group], bootstrap: Bootstrap, turns: Mapping[str, float]
) -> tuple[FlagCount, ...]:
    """Flags by kind and severity in every group; kinds that stand in no dialogue are left out.

    Parameters
    ----------
    data : ReviewData
        What was said.
    groups : sequence of Group
        Of its dialogues.
    bootstrap : Bootstrap
        Draws dialogues for the intervals.
    turns : mapping of str to float
        Turns of dialogues by id, where known.
    """
    at = {key: place for place, key in enumerate(sorted(data.subjects))}
    readings = np.zeros(len(at))
    for dialogue, _ in _readings(data):
        readings[at[dialogue]] += 1
    lengths = np.array([turns.get(key, math.nan) for key in at], dtype=float)
    flags = [flag for flag in data.flags if flag.dialogue in at]
    pairs = Counter((flag.kind, flag.severity) for flag in flags)
    kinds = sorted(pairs, key=lambda pair: (-sum(n for (kind, _), n in pairs.items() if kind == pair[0]), pair))
    found = []
    for kind, severity in [("", ""), *kinds] if flags else ():
        counts = np.zeros(len(at))
        for flag in flags:
            counts[at[flag.dialogue]] += not kind or (flag.kind, flag.severity) == (kind, severity)
        for group in groups:
            found.append(_flag_count(group, kind, severity, counts, readings, lengths, bootstrap))
    return tuple(found)


def _readings(data: ReviewData) -> set[tuple[str, str]]:
    """Which dialogue was read by whom: whoever said anything of it read it."""
    tables: tuple[Sequence[Judgement | Guess | Flagged | Edited | Verdict], ...] = (
        data.judgements,
        data.guesses,
        data.flags,
        data.edits,
        data.verdicts,
    )
    return {(said.dialogue, said.rater) for table in tables for said in table if said.dialogue in data.subjects}


def _flag_count(
    group: Group,
    kind: str,
    severity: str,
    counts: Floats,
    readings: Floats,
    lengths: Floats,
    bootstrap: Bootstrap,
) -> FlagCount:
    counts, readings, lengths = (values[group.places] for values in (counts, readings, lengths))
    known = bool(np.isfinite(lengths[readings > 0]).all() and lengths[readings > 0].sum() > 0)
    exposure = np.where(readings > 0, readings * lengths, 0) if known else readings
    rate = bootstrap.mean(counts * (1000 if known else 1), exposure)
    total = int(exposure.sum()) if known else 0
    per = "1000 turns" if known else "dialogue"
    return FlagCount(group.by, group.name, kind, severity, int(counts.sum()), int(readings.sum()), total, per, rate)


def origins(data: ReviewData) -> tuple[Origin, ...]:
    """Guesses of all raters and, where there are several roles, of each role."""
    guesses = [guess for guess in data.guesses if guess.dialogue in data.subjects]
    roles = sorted({guess.role for guess in guesses})
    found = [_origin("", guesses, data)] if guesses else []
    if len(roles) > 1:
        found += [_origin(role, [guess for guess in guesses if guess.role == role], data) for role in roles]
    return tuple(found)


def _origin(role: str, guesses: Sequence[Guess], data: ReviewData) -> Origin:
    counted = Counter((data.subjects[guess.dialogue].by_person, guess.said == "person") for guess in guesses)
    person_right, person_wrong = counted[True, True], counted[True, False]
    machine_wrong, machine_right = counted[False, True], counted[False, False]
    persons, machines = person_right + person_wrong, machine_wrong + machine_right
    both = persons and machines
    balanced = (person_right / persons + machine_right / machines) / 2 if both else math.nan
    return Origin(
        role,
        person_right,
        person_wrong,
        machine_wrong,
        machine_right,
        wilson(person_right + machine_right, len(guesses)),
        balanced,
        max(persons, machines) / len(guesses),
        wilson(machine_wrong, machines),
    )


def edits_of(data: ReviewData) -> Edits:
    """How much was written anew, over all dialogues."""
    edits = [edit for edit in data.edits if edit.dialogue in data.subjects]
    return Edits(
        len(edits),
        len({(edit.dialogue, edit.turn) for edit in edits}),
        len({edit.dialogue for edit in edits}),
        len({edit.rater for edit in edits}),
        float(median(edit.distance for edit in edits)) if edits else math.nan,
        float(median(edit.seconds for edit in edits)) if edits else math.nan,
    )


def verdicts_of(data: ReviewData, groups: Sequence[Group]) -> tuple[Verdicts, ...]:
    """What was accepted in every group that has a verdict."""
    keys = sorted(data.subjects)
    found = []
    for group in groups:
        members = {keys[place] for place in group.places}
        verdicts = [verdict for verdict in data.verdicts if verdict.dialogue in members]
        accepted = sum(verdict.accepted for verdict in verdicts)
        if verdicts:
            of = len({verdict.dialogue for verdict in verdicts})
            share = wilson(accepted, len(verdicts))
            found.append(Verdicts(group.by, group.name, accepted, len(verdicts) - accepted, of, share))
    return tuple(found)
