"""Dialogues that reviewers accepted and scored high: examples for the next prompt, in the place of references."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from synthdial.dialogue import Dialogue, Turn
from synthdial.errors import SynthdialError
from synthdial.prompt.choose import Exemplar
from synthdial.review.events import HIGHEST, LOWEST
from synthdial.review.judgements import Edited, ReviewData
from synthdial.review.table import review_data
from synthdial.study import Study
from synthdial.study.reviews import Place, Reviews

LEAST_SCORE = 4.0
"""The mean score from which on an accepted dialogue is an exemplar, unless told otherwise."""

_ROUNDING = 1e-9  # a mean of means that is 4 may come out a little below


@dataclass(frozen=True)
class Rated:
    """What reviewers said of a dialogue that a model wrote.

    Attributes
    ----------
    dialogue : str
        Its id.
    scores : dict of str to float
        The mean over raters by criterion, 1 to 5; without criteria that nobody could judge.
    accepted, rejected : int
        How many accepted it for the corpus, and how many did not.
    barred : bool
        Whether a turn of it carries a critical flag, or one that says it holds something private.
    """

    dialogue: str
    scores: dict[str, float]
    accepted: int
    rejected: int
    barred: bool

    @property
    def score(self) -> float:
        """The mean over its criteria, each counting the same however many raters judged it; 0 where none was."""
        return fmean(self.scores.values()) if self.scores else 0.0


def rated(data: ReviewData) -> tuple[Rated, ...]:
    """What reviewers said of each dialogue that a model wrote; conversations of people are left out.

    Parameters
    ----------
    data : ReviewData
        What was said.

    Returns
    -------
    tuple of Rated
        The highest score first, of equal ones by id.
    """
    scores: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for judgement in data.judgements:
        if judgement.score is not None:
            scores[judgement.dialogue][judgement.criterion].append(judgement.score)
    accepted: dict[str, int] = defaultdict(int)
    rejected: dict[str, int] = defaultdict(int)
    for verdict in data.verdicts:
        (accepted if verdict.accepted else rejected)[verdict.dialogue] += 1
    barred = {flag.dialogue for flag in data.flags if flag.severity == "critical" or flag.kind == "privacy"}
    found = [
        Rated(
            key,
            {criterion: fmean(given) for criterion, given in sorted(scores[key].items())},
            accepted[key],
            rejected[key],
            key in barred,
        )
        for key, subject in data.subjects.items()
        if not subject.by_person
    ]
    return tuple(sorted(found, key=lambda one: (-one.score, one.dialogue)))


def find_exemplars(study: Study, least: float = LEAST_SCORE) -> tuple[Exemplar, ...]:
    """The dialogues of a study that can be exemplars, as reviewers would have them.

    More raters accept than reject them, no turn carries a critical flag or one of the kind ``privacy``, the check for
    copied text did not quarantine them, and the mean score over their criteria is high. Conversations of people that
    were mixed in never are exemplars, nor is the calibration round. A turn that was written anew is the new one: that
    of the last rater who was done, among those who did not reject the dialogue.

    Parameters
    ----------
    study : Study
        Open, for reading suffices.
    least : float
        The mean score that they have at least, 1 to 5.

    Returns
    -------
    tuple of Exemplar
        The highest score first.

    Raises
    ------
    SynthdialError
        When there is none: says how many were rated, accepted and so on, and what is missing.
    """
    if not LOWEST <= least <= HIGHEST:
        raise SynthdialError(f"The least score of an exemplar is {least:g}.", f"It lies from {LOWEST} to {HIGHEST}.")
    reviews = Reviews(study)
    if reviews.is_task:
        raise SynthdialError(
            f"{study.path} is a task for a rater, not a study.", "Merge it into its study, and give that one."
        )
    data = review_data(study)
    every = rated(data)
    accepted = [one for one in every if one.accepted > one.rejected]
    quarantined = study.quarantined()
    sound = [one for one in accepted if not one.barred and one.dialogue not in quarantined]
    good = [one for one in sound if one.score >= least - _ROUNDING]
    if not good:
        raise _none(study, every, accepted, sound, least)
    rejecting = {(verdict.rater, verdict.dialogue) for verdict in data.verdicts if not verdict.accepted}
    edits: dict[str, list[Edited]] = defaultdict(list)
    for edit in data.edits:
        if (edit.rater, edit.dialogue) not in rejecting:
            edits[edit.dialogue].append(edit)
    return tuple(
        Exemplar(
            Dialogue(one.dialogue, _rewritten(reviews.turns(Place(one.dialogue)), edits[one.dialogue])),
            one.scores,
            one.accepted,
            one.rejected,
        )
        for one in good
    )


def exemplars_from(path: Path, least: float = LEAST_SCORE) -> tuple[Exemplar, ...]:
    """As `find_exemplars`, of a study by its path; nothing is written to it."""
    with Study(path, read_only=True) as study:
        return find_exemplars(study, least)


def _rewritten(turns: Iterable[Turn], edits: Iterable[Edited]) -> tuple[Turn, ...]:
    """The turns with what was written anew; of several edits of one turn the last."""
    anew = {edit.turn: " ".join(edit.text.split()) for edit in edits}
    return tuple(Turn(turn.speaker, anew.get(place) or turn.text) for place, turn in enumerate(turns))


def _none(
    study: Study, every: tuple[Rated, ...], accepted: list[Rated], sound: list[Rated], least: float
) -> SynthdialError:
    """That no dialogue can be an exemplar, and at what it failed."""
    if not every:
        told = "no rater is done with a dialogue of it"
        hint = "Dialogues are rated with 'synthdial-edge review'; those of the calibration round do not count."
    elif not accepted:
        told = f"{len(every)} are rated, and none is accepted by more raters than reject it"
        hint = "Raters accept a dialogue for the corpus when they review it."
    elif not sound:
        told = (
            f"{len(every)} are rated, {len(accepted)} accepted, and each of those has a critical or privacy flag, or "
            "is quarantined"
        )
        hint = "Such dialogues are no examples to follow."
    else:
        told = (
            f"{len(every)} are rated, {len(accepted)} accepted, {len(sound)} of those without a critical or privacy "
            f"flag and not quarantined, and their mean scores reach {sound[0].score:.2f}, not {least:g}"
        )
        hint = "Give a smaller --exemplar-score if that is good enough."
    return SynthdialError(f"No dialogue of {study.path} can be an exemplar: {told}.", hint)
