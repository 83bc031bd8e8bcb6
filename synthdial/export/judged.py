"""What reviewers said of a study, as far as it goes along with an export: counts, never a name or a note."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthdial.review.agreement import Agreement, agreements
from synthdial.review.intervals import Bootstrap
from synthdial.review.marks import Verdicts, verdicts_of
from synthdial.review.ratings import groups_of, ratings_of
from synthdial.review.scores import Score, scores_of
from synthdial.review.table import review_data
from synthdial.study import Study


@dataclass(frozen=True)
class Judged:
    """What reviewers said of the dialogues of a study that a model wrote.

    Attributes
    ----------
    raters : mapping of str to int
        How many there are of each role.
    dialogues : int
        Those that somebody rated.
    criteria : mapping of str to mapping of str to str
        Names of the criteria by key, then by language.
    scores : tuple of Score
        Of all raters, a criterion each.
    agreement : tuple of Agreement
        Of all raters together where they are of several roles, else of that role; a criterion each.
    verdicts : Verdicts, optional
        What they accepted; None where nobody was asked.
    flags : mapping of str to int
        How many turns were flagged, by kind.
    """

    raters: Mapping[str, int]
    dialogues: int
    criteria: Mapping[str, Mapping[str, str]]
    scores: tuple[Score, ...]
    agreement: tuple[Agreement, ...]
    verdicts: Verdicts | None
    flags: Mapping[str, int]

    def name(self, criterion: str, language: str = "en") -> str:
        """What a criterion is called; its key where the rubric gives no name."""
        names = self.criteria.get(criterion) or {}
        return names.get(language) or next(iter(names.values()), criterion)

    @property
    def people(self) -> int:
        """How many raters there are."""
        return sum(self.raters.values())


def judged(study: Study, *, seed: int = 0) -> Judged | None:
    """Count what reviewers said; None where nobody is done with a dialogue.

    Parameters
    ----------
    study : Study
        Open, for reading suffices.
    seed : int
        Of intervals.

    Raises
    ------
    SynthdialError
        When what was said is damaged.
    """
    data = review_data(study)
    written = {key for key, subject in data.subjects.items() if not subject.by_person}
    if not written:
        return None
    ratings = ratings_of(data)
    groups = groups_of(data.subjects)
    bootstrap = Bootstrap(seed=seed)
    tables = (data.judgements, data.guesses, data.flags, data.verdicts)
    people = {(said.role, said.rater) for table in tables for said in table}
    roles = {role: sum(of == role for of, _ in people) for role in sorted({role for role, _ in people})}
    agreement = agreements(ratings, bootstrap)
    wanted = "" if len(roles) > 1 else next(iter(roles), "")
    flagged: dict[str, int] = {}
    for flag in data.flags:
        if flag.dialogue in written:
            flagged[flag.kind] = flagged.get(flag.kind, 0) + 1
    return Judged(
        roles,
        len(written),
        {criterion: dict((data.criteria or {}).get(criterion, {})) for criterion in ratings.criteria},
        tuple(score for score in scores_of(ratings, groups, bootstrap) if score.by == "all"),
        tuple(one for one in agreement if one.role == wanted),
        next((one for one in verdicts_of(data, groups) if one.by == "all"), None),
        flagged,
    )
