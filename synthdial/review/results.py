"""The results of a review: everything that is counted from what raters said, in one object."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from synthdial.review.agreement import Agreement, PairAgreement, agreements, pair_agreements
from synthdial.review.correlation import Correlation, correlations, means_over_raters
from synthdial.review.intervals import Bootstrap
from synthdial.review.judgements import Flagged, Guess, Judgement, ReviewData, Verdict
from synthdial.review.marks import (
    Edits,
    FlagCount,
    Origin,
    Verdicts,
    edits_of,
    flag_counts,
    origins,
    verdicts_of,
)
from synthdial.review.ratings import Group, Ratings, groups_of, ratings_of
from synthdial.review.scores import Difference, Score, Severity, differences, scores_of, severities
from synthdial.review.sentence import answer

REASONS: Mapping[str, Mapping[str, str]] = {
    "one rater": {
        "en": "only one rater scored it",
        "nl": "er is maar één beoordelaar",
    },
    "nothing in common": {
        "en": "no dialogue was scored by two raters",
        "nl": "geen gesprek is door twee mensen beoordeeld",
    },
    "no variation": {
        "en": "all scores are the same",
        "nl": "alle scores zijn gelijk",
    },
    "too few": {
        "en": "fewer than 5 dialogues have both",
        "nl": "minder dan 5 gesprekken hebben beide",
    },
    "metric constant": {
        "en": "the metric is the same for all dialogues",
        "nl": "de maat is voor alle gesprekken gelijk",
    },
    "metric unknown": {
        "en": "the metric has no value for these dialogues",
        "nl": "de maat heeft voor deze gesprekken geen waarde",
    },
}
"""Why a figure is missing, in words: by key, then by language."""


@dataclass(frozen=True)
class Results:
    """What a review says.

    Every part is in its own order: criteria as the rubrics have them, groups as `synthdial.review.scores.Score` names
    them, metrics as they were given.

    Attributes
    ----------
    dialogues, conversations, ratings, unjudged : int
        Rated dialogues that a model wrote; real conversations; scores; and how often it could not be judged.
    raters : mapping of str to tuple of str
        Their names, by role.
    criteria : mapping of str to mapping of str to str
        Names of the criteria by key, then by language.
    scores : tuple of Score
    differences : tuple of Difference
    agreement : tuple of Agreement
    pairs : tuple of PairAgreement
    correlations : tuple of Correlation
        Over dialogues that a model wrote.
    severity : tuple of Severity
    flags : tuple of FlagCount
    origin : tuple of Origin
    edits : Edits
    verdicts : tuple of Verdicts
    """

    dialogues: int
    conversations: int
    ratings: int
    unjudged: int
    raters: Mapping[str, tuple[str, ...]]
    criteria: Mapping[str, Mapping[str, str]]
    scores: tuple[Score, ...]
    differences: tuple[Difference, ...]
    agreement: tuple[Agreement, ...]
    pairs: tuple[PairAgreement, ...]
    correlations: tuple[Correlation, ...]
    severity: tuple[Severity, ...]
    flags: tuple[FlagCount, ...]
    origin: tuple[Origin, ...]
    edits: Edits
    verdicts: tuple[Verdicts, ...]

    def name(self, criterion: str, lang: str = "en") -> str:
        """What a criterion is called; its key where the rubric gives no name."""
        names = self.criteria.get(criterion) or {}
        return names.get(lang) or next(iter(names.values()), criterion)

    def sentence(self, lang: str = "en") -> str:
        """Whether the metrics agree with people in this study: one sentence, ``en`` or ``nl``."""
        names = {criterion: self.name(criterion, lang) for criterion in self.criteria}
        return answer(self.correlations, self.agreement, names, lang)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON: None where a figure is undefined, and the sentence in both languages."""
        plain = _plain(asdict(self))
        for record, correlation in zip(plain["correlations"], self.correlations, strict=True):
            record["significant"] = correlation.significant
        return {"sentence": {lang: self.sentence(lang) for lang in ("en", "nl")}, **plain}


def results(
    data: ReviewData,
    metrics: Mapping[str, Mapping[str, float]],
    *,
    turns: Mapping[str, float] | None = None,
    seed: int = 0,
    resamples: int = 2000,
    permutations: int | None = None,
) -> Results:
    """Count everything that raters said.

    Parameters
    ----------
    data : ReviewData
        What they said.
    metrics : mapping of str to mapping of str to float
        The metrics of dialogues, by id and by name; nan where undefined. Those of real conversations are not used.
    turns : mapping of str to float, optional
        Turns of dialogues by id, for how often they are flagged; by default the metric ``n_turns``.
    seed : int
        Of bootstrap and permutations, 0 or more: the same seed gives the same figures.
    resamples : int
        Of the bootstrap; fewer are faster and less exact.
    permutations : int, optional
        For the p-values; 9,999 by default, or 40 for each correlation where that is more: with fewer, one that stands
        alone in a large table could not stand out, since no p is below 1 / (permutations + 1).

    Raises
    ------
    SynthdialError
        When a score lies outside the scale.
    """
    ratings = ratings_of(data)
    groups = groups_of(data.subjects)
    bootstrap = Bootstrap(resamples, seed)
    if turns is None:
        turns = {key: values["n_turns"] for key, values in metrics.items() if "n_turns" in values}
    people = sum(subject.by_person for subject in data.subjects.values())
    known = data.criteria or {}
    return Results(
        dialogues=len(data.subjects) - people,
        conversations=people,
        ratings=int((~np.isnan(ratings.scores)).sum()),
        unjudged=int(ratings.unjudged.sum()),
        raters=_raters(data),
        criteria={criterion: dict(known.get(criterion, {})) for criterion in ratings.criteria},
        scores=scores_of(ratings, groups, bootstrap),
        differences=differences(ratings, groups, bootstrap),
        agreement=agreements(ratings, bootstrap),
        pairs=pair_agreements(ratings, bootstrap),
        correlations=_correlations(ratings, groups, metrics, bootstrap, permutations, seed),
        severity=severities(ratings, bootstrap),
        flags=flag_counts(data, groups, bootstrap, turns),
        origin=origins(data),
        edits=edits_of(data),
        verdicts=verdicts_of(data, groups),
    )


def _raters(data: ReviewData) -> dict[str, tuple[str, ...]]:
    """Who said anything, by role."""
    tables: tuple[Sequence[Judgement | Guess | Flagged | Verdict], ...] = (
        data.judgements,
        data.guesses,
        data.flags,
        data.verdicts,
    )
    roles: dict[str, tuple[str, ...]] = {}
    for role, rater in sorted({(said.role, said.rater) for table in tables for said in table}):
        roles[role] = (*roles.get(role, ()), rater)
    return roles


def _correlations(
    ratings: Ratings,
    groups: tuple[Group, ...],
    metrics: Mapping[str, Mapping[str, float]],
    bootstrap: Bootstrap,
    permutations: int | None,
    seed: int,
) -> tuple[Correlation, ...]:
    """Over dialogues that a model wrote: beside people's they would show no more than that the two kinds differ."""
    places = next((group.places for group in groups if group.by == "all"), None)
    if places is None:
        return ()
    keys = [ratings.dialogues[place] for place in places]
    names = dict.fromkeys(name for key in keys for name in metrics.get(key, ()))
    values = {name: [metrics.get(key, {}).get(name, math.nan) for key in keys] for name in names}
    scores = means_over_raters(ratings.scores[:, places], ratings.criteria)
    permutations = permutations or max(9999, 40 * len(values) * len(scores))
    return correlations(values, scores, bootstrap, permutations=permutations, seed=seed)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: None where a figure is undefined."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
