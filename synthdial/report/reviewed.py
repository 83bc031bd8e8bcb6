"""What raters said of a study, counted, and which dialogues serve as examples."""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, median

from synthdial.dialogue import Dialogue
from synthdial.review.judgements import Edited, Flagged, ReviewData
from synthdial.review.measures import study_results
from synthdial.review.results import Results
from synthdial.review.table import review_data
from synthdial.study import Study
from synthdial.study.checks import Checks

_ENOUGH_SHARED = 3
"""Dialogues with two raters or more from which examples are chosen among these alone: one rater's score is chance."""


@dataclass(frozen=True)
class Example:
    """A dialogue that is shown.

    Attributes
    ----------
    why : tuple of str
        ``best`` or ``median`` by their scores, or ``flagged`` most; ``unrated`` where nobody has rated any.
    dialogue : Dialogue
        As it was written.
    score : float
        Mean of all scores it was given; nan without.
    raters : int
        Who gave them.
    flags, edits : tuple
        What raters did to its turns, in the order of the turns.
    """

    why: tuple[str, ...]
    dialogue: Dialogue
    score: float
    raters: int
    flags: tuple[Flagged, ...] = ()
    edits: tuple[Edited, ...] = ()


@dataclass(frozen=True)
class Reviewed:
    """What raters said.

    Attributes
    ----------
    results : Results
        All that is counted.
    numbers : mapping of str to int
        A number from 1 for each rater, which does not follow from the names' order.
    examples : tuple of Example
        Dialogues to show; real conversations never are.
    """

    results: Results
    numbers: Mapping[str, int]
    examples: tuple[Example, ...]


def reviewed(study: Study, *, seed: int = 0) -> Reviewed | None:
    """Count what raters said of a study, as `results` does; None where nobody has finished a dialogue.

    Parameters
    ----------
    study : Study
        Open.
    seed : int
        Of intervals and permutations.

    Raises
    ------
    SynthdialError
        When what was said is damaged, or the file is a task.
    """
    data = review_data(study)
    if not data.subjects:
        return None
    return Reviewed(study_results(study, seed=seed), _numbers(data), tuple(_examples(study, data)))


def _numbers(data: ReviewData) -> dict[str, int]:
    tables = (data.judgements, data.guesses, data.flags, data.edits, data.verdicts)
    names = {said.rater for table in tables for said in table}
    drawn = sorted(names, key=lambda name: hashlib.sha256(name.encode(errors="surrogatepass")).digest())
    return {name: number for number, name in enumerate(drawn, 1)}


def _examples(study: Study, data: ReviewData) -> list[Example]:
    """The best, the middle and the most flagged of what may be shown; one may be two of these."""
    given: dict[str, list[int]] = {}
    raters: dict[str, set[str]] = {}
    for judgement in data.judgements:
        raters.setdefault(judgement.dialogue, set()).add(judgement.rater)
        if judgement.score is not None:
            given.setdefault(judgement.dialogue, []).append(judgement.score)
    private = {flag.dialogue for flag in data.flags if flag.kind == "privacy"}
    sound = {key for key, passed in Checks(study).outcomes().items() if passed}
    shown = {key for key, subject in data.subjects.items() if not subject.by_person and key in sound - private}
    means = {key: fmean(given[key]) for key in sorted(shown & given.keys())}
    shared = {key: mean for key, mean in means.items() if len(raters[key]) > 1}
    compared = shared if len(shared) >= _ENOUGH_SHARED else means
    flags = Counter(flag.dialogue for flag in data.flags if flag.dialogue in shown)
    critical = Counter(flag.dialogue for flag in data.flags if flag.severity == "critical")
    chosen: dict[str, list[str]] = {}
    if compared:
        middle = median(compared.values())
        chosen[max(compared, key=lambda key: compared[key])] = ["best"]
        rest = [key for key in compared if key not in chosen]
        if rest:
            chosen[min(rest, key=lambda key: abs(compared[key] - middle))] = ["median"]
    if flags:
        worst = max(sorted(flags), key=lambda key: (flags[key], critical[key]))
        chosen.setdefault(worst, []).append("flagged")
    return [
        Example(
            tuple(why),
            study.find(key),
            means.get(key, math.nan),
            len(raters.get(key, ())),
            tuple(sorted((flag for flag in data.flags if flag.dialogue == key), key=lambda flag: flag.turn)),
            tuple(sorted((edit for edit in data.edits if edit.dialogue == key), key=lambda edit: edit.turn)),
        )
        for key, why in chosen.items()
    ]
