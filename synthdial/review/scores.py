"""What the raters gave: by criterion, role, recipe, scenario, preset and model; and how each rater uses the scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthdial.review.intervals import UNKNOWN, Bootstrap, Estimate, percentile_interval
from synthdial.review.ratings import SCALE, Group, Ratings

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """What some dialogues were given on a criterion.

    Attributes
    ----------
    criterion : str
        Its key.
    by, group : str
        Which dialogues: ``all`` that a model wrote, real conversations (``person``), those of one ``recipe``,
        ``scenario``, ``preset`` or ``model``, which the group names; or of which raters: one ``role``, on all that a
        model wrote.
    n, dialogues, raters : int
        Scores, and the dialogues and raters they are of.
    mean : Estimate
        Of the scores, 1 to 5; its interval is of a bootstrap over dialogues.
    distribution : tuple of int
        How often each score from 1 to 5 was given.
    unjudged : int
        How often a rater said that it could not be judged.
    """

    criterion: str
    by: str
    group: str
    n: int
    dialogues: int
    raters: int
    mean: Estimate
    distribution: tuple[int, ...]
    unjudged: int


@dataclass(frozen=True)
class Difference:
    """How far real conversations lie above those that a model wrote.

    Attributes
    ----------
    criterion : str
        Its key.
    person, machine : float
        Mean scores.
    difference : Estimate
        The first less the second, in points of the scale.
    """

    criterion: str
    person: float
    machine: float
    difference: Estimate


@dataclass(frozen=True)
class Severity:
    """How a rater uses the scale.

    Attributes
    ----------
    rater, role : str
        Who, and as what.
    n, shared : int
        Scores, and those of them that another rater's stand beside.
    mean, sd : float
        Of the scores; sd with n - 1.
    lowest, highest : int
        The lowest and the highest score used; 0 where there is none.
    deviation : Estimate
        Mean of the scores less what the others gave the same dialogue on the same criterion, in points of the scale:
        below 0 is stricter than they are. Its interval is of a bootstrap over dialogues.
    reason : str
        Why there is no deviation, a key of ``synthdial.review.results.REASONS``; empty where there is one.
    """

    rater: str
    role: str
    n: int
    shared: int
    mean: float
    sd: float
    lowest: int
    highest: int
    deviation: Estimate
    reason: str = ""


def scores_of(ratings: Ratings, groups: Sequence[Group], bootstrap: Bootstrap) -> tuple[Score, ...]:
    """Scores of every criterion in every group, and by role where there are several; empty ones are left out."""
    found = []
    everyone = np.arange(len(ratings.raters))
    for group in groups:
        found += _scores(ratings, everyone, group.places, group.by, group.name, bootstrap)
        if group.by == "all":
            for role in ratings.roles:
                found += _scores(ratings, ratings.of_role(role), group.places, "role", role, bootstrap)
    return tuple(found)


def _scores(
    ratings: Ratings,
    raters: npt.NDArray[np.intp],
    dialogues: npt.NDArray[np.intp],
    by: str,
    group: str,
    bootstrap: Bootstrap,
) -> list[Score]:
    found = []
    for at, criterion in enumerate(ratings.criteria):
        scores = ratings.scores[np.ix_(raters, dialogues)][:, :, at]
        unjudged = int(ratings.unjudged[np.ix_(raters, dialogues)][:, :, at].sum())
        known = ~np.isnan(scores)
        n = int(known.sum())
        if n or unjudged:
            mean = bootstrap.mean(*_sums(scores))
            distribution = tuple(int((scores == score).sum()) for score in SCALE)
            of, by_whom = (int(known.any(axis=axis).sum()) for axis in (0, 1))
            found.append(Score(criterion, by, group, n, of, by_whom, mean, distribution, unjudged))
    return found


def _sums(scores: Floats) -> tuple[Floats, Floats]:
    """Sum and number of the scores of each dialogue."""
    known = ~np.isnan(scores)
    return np.where(known, scores, 0).sum(axis=0), known.sum(axis=0).astype(float)


def differences(ratings: Ratings, groups: Sequence[Group], bootstrap: Bootstrap) -> tuple[Difference, ...]:
    """Real conversations against those that a model wrote, on every criterion that both were scored on."""
    places = {group.by: group.places for group in groups if group.by in ("all", "person")}
    # the two are drawn apart from one another: of equally many dialogues the draws would be the same ones
    draws = {"person": bootstrap, "all": bootstrap.another()}
    found = []
    for at, criterion in enumerate(ratings.criteria if len(places) == 2 else ()):
        means, samples, fewest = [], [], len(ratings.dialogues)
        for by in ("person", "all"):
            sums, counts = _sums(ratings.scores[:, places[by], at])
            sums, counts = sums[counts > 0], counts[counts > 0]
            if len(counts):
                means.append(float(sums.sum() / counts.sum()))
                samples.append(draws[by].means(sums, counts))
                fewest = min(fewest, len(counts))
        if len(means) == 2:
            (person, machine), (above, below) = means, samples
            apart = Estimate(person - machine, *percentile_interval(above - below, fewest))
            found.append(Difference(criterion, person, machine, apart))
    return tuple(found)


def severities(ratings: Ratings, bootstrap: Bootstrap) -> tuple[Severity, ...]:
    """How each rater uses the scale, and stands against the others."""
    known = ~np.isnan(ratings.scores)
    given = np.where(known, ratings.scores, 0)
    totals, counts = given.sum(axis=0), known.sum(axis=0)
    found = []
    for at, (rater, role) in enumerate(ratings.raters):
        own = ratings.scores[at][known[at]]
        others = counts - known[at]
        shared = known[at] & (others > 0)
        beside = (totals - given[at]) / np.maximum(others, 1)
        apart = np.where(shared, given[at] - beside, 0)
        deviation, reason = UNKNOWN, "one rater" if len(ratings.raters) == 1 else "nothing in common"
        if shared.any():
            deviation, reason = bootstrap.mean(apart.sum(axis=1), shared.sum(axis=1).astype(float)), ""
        found.append(
            Severity(
                rater,
                role,
                len(own),
                int(shared.sum()),
                float(own.mean()) if len(own) else math.nan,
                float(own.std(ddof=1)) if len(own) > 1 else math.nan,
                int(own.min()) if len(own) else 0,
                int(own.max()) if len(own) else 0,
                deviation,
                reason,
            )
        )
    return tuple(found)
