"""The scores of a review as one array, and the groups of dialogues that they are counted by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthdial.errors import SynthdialError
from synthdial.review.judgements import ReviewData, Subject

SCALE = (1, 2, 3, 4, 5)
"""The scores there are."""

GROUPED_BY = ("recipe", "scenario", "preset", "model")
"""What of a subject its dialogues are counted by."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Ratings:
    """Every score that was given.

    The dialogues stand in the order of their ids and the raters in that of their names, so that nothing that is counted
    depends on the order in which things were said.

    Attributes
    ----------
    raters : tuple of (str, str)
        Name and role; who rated in two roles is here twice.
    dialogues, criteria : tuple of str
        Ids, and keys of what was judged in the order of the rubrics.
    scores : ndarray, shape (raters, dialogues, criteria)
        1 to 5; nan where none was given.
    unjudged : ndarray of bool, the same shape
        Where a rater said that it could not be judged.
    """

    raters: tuple[tuple[str, str], ...]
    dialogues: tuple[str, ...]
    criteria: tuple[str, ...]
    scores: Floats
    unjudged: npt.NDArray[np.bool_]

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles, in alphabetical order."""
        return tuple(sorted({role for _, role in self.raters}))

    def of_role(self, role: str) -> Places:
        """Places of the raters of a role."""
        return np.array([at for at, (_, own) in enumerate(self.raters) if own == role], dtype=np.intp)


@dataclass(frozen=True)
class Group:
    """Dialogues that are counted together.

    Attributes
    ----------
    by : str
        ``all`` (every dialogue that a model wrote), ``person`` (every real conversation), or one of ``GROUPED_BY``.
    name : str
        Which recipe, scenario ...; empty for ``all`` and ``person``.
    places : ndarray of int
        Places of its dialogues among those of the ratings.
    """

    by: str
    name: str
    places: Places


def ratings_of(data: ReviewData) -> Ratings:
    """The scores of a review.

    Where a rater scored one criterion of a dialogue twice, the last score counts.

    Raises
    ------
    SynthdialError
        When a score lies outside the scale.
    """
    raters = tuple(sorted({(judgement.rater, judgement.role) for judgement in data.judgements}))
    dialogues = tuple(sorted(data.subjects))
    judged = dict.fromkeys(judgement.criterion for judgement in data.judgements)
    criteria = tuple({key: None for key in data.criteria or () if key in judged} | judged)
    at_rater, at_dialogue, at_criterion = (
        {key: at for at, key in enumerate(keys)} for keys in (raters, dialogues, criteria)
    )
    scores = np.full((len(raters), len(dialogues), len(criteria)), np.nan)
    unjudged = np.zeros(scores.shape, dtype=bool)
    for judgement in data.judgements:
        if judgement.dialogue not in at_dialogue:
            continue
        if judgement.score is not None and judgement.score not in SCALE:
            raise SynthdialError(
                f"{judgement.rater} gave {judgement.dialogue} the score {judgement.score} on '{judgement.criterion}'.",
                "Scores are whole numbers from 1 to 5.",
            )
        place = (
            at_rater[judgement.rater, judgement.role],
            at_dialogue[judgement.dialogue],
            at_criterion[judgement.criterion],
        )
        scores[place] = np.nan if judgement.score is None else judgement.score
        unjudged[place] = judgement.score is None
    return Ratings(raters, dialogues, criteria, scores, unjudged)


def groups_of(subjects: Mapping[str, Subject]) -> tuple[Group, ...]:
    """The groups that the dialogues of a study fall into; real conversations are a group of their own."""
    found: dict[tuple[str, str], list[int]] = {("all", ""): [], ("person", ""): []}
    for at, key in enumerate(sorted(subjects)):
        subject = subjects[key]
        if subject.by_person:
            found["person", ""].append(at)
            continue
        found["all", ""].append(at)
        for by in GROUPED_BY:
            if name := getattr(subject, by):
                found.setdefault((by, name), []).append(at)
    order = ("all", "person", *GROUPED_BY)
    return tuple(
        Group(by, name, np.array(places, dtype=np.intp))
        for (by, name), places in sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
        if places
    )
