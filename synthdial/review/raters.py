"""Raters: what they are called, as what they judge, and by which rubric."""

import unicodedata
from dataclasses import dataclass

from synthdial.errors import SynthdialError
from synthdial.review.events import timestamp, utc_now
from synthdial.review.order import seed_of
from synthdial.review.rubric import Rubric, bundled_rubrics, read_rubric
from synthdial.study import Study
from synthdial.study.reviews import RaterRow, Reviews
from synthdial.toml_file import nearest

_LONGEST_NAME = 60
_LARGEST_SEED = 2**63 - 1  # what SQLite holds


@dataclass(frozen=True)
class Rater:
    """Someone who rates a study: their name, their role, and the rubric they rate by."""

    name: str
    role: str
    rubric: Rubric


def checked_name(name: str) -> str:
    """A rater's name in Unicode normalization form C, with one space between its parts and none around it.

    Raises
    ------
    SynthdialError
        When it is empty, too long, or holds what cannot be shown.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise SynthdialError("The name of the rater is empty.", "Give one: --rater NAME.")
    if not name.isprintable():
        raise SynthdialError(f"The name {name!r} holds characters that cannot be shown.", "Write it with letters.")
    if len(name) > _LONGEST_NAME:
        raise SynthdialError(f"The name of the rater is {len(name)} characters long.", f"At most: {_LONGEST_NAME}.")
    return " ".join(name.split())


def known_raters(study: Study) -> tuple[Rater, ...]:
    """The raters of a study or a task, in the order they came."""
    reviews = Reviews(study)
    rubrics = stored_rubrics(reviews)
    return tuple(Rater(row.name, row.role, rubrics[row.rubric]) for row in reviews.raters())


def stored_rubrics(reviews: Reviews) -> dict[str, Rubric]:
    """The rubrics that stand in a study, by their digests.

    Raises
    ------
    SynthdialError
        When one is damaged.
    """
    where = f"A rubric in {reviews.study.path}"
    return {digest: read_rubric(content, where) for digest, content in reviews.rubrics().items()}


def find_rater(reviews: Reviews, name: str) -> RaterRow | None:
    """The rater of a name, with capitals or without."""
    wanted = checked_name(name).casefold()
    return next((row for row in reviews.raters() if row.name.casefold() == wanted), None)


def appoint(
    reviews: Reviews, name: str, role: str | None, rubric: Rubric | None, seed: int | None
) -> tuple[RaterRow, Rubric]:
    """The rater of a name: who they were before, or who they will be.

    A rater keeps role, rubric and seed: scores by two rubrics, or as two persons, could not be told apart later.

    Parameters
    ----------
    reviews : Reviews
        Of the study; nothing is written.
    name : str
        The name.
    role : str, optional
        As what they judge.
    rubric : Rubric, optional
        By what they rate; by default the study's or the bundled one of their role.
    seed : int, optional
        From which their order is drawn.

    Raises
    ------
    SynthdialError
        When the rater began with another role, rubric or seed; or is new and neither role nor rubric is given.
    """
    known = find_rater(reviews, name)
    if known is None:
        wanted = rubric_for(reviews, role, rubric)
        name = checked_name(name)
        if seed is None:
            seed = seed_of(reviews.id, name)
        elif not 0 <= seed <= _LARGEST_SEED:
            raise SynthdialError(f"The seed is {seed}.", "It must be 0 or more, and fit in 63 bits.")
        return RaterRow(name, wanted.role, wanted.digest, seed, timestamp(utc_now())), wanted
    theirs = stored_rubrics(reviews)[known.rubric]
    if role is not None and role != known.role:
        raise SynthdialError(
            f"{known.name} rates {reviews.study.path} as '{known.role}', not as '{role}'.",
            "Leave the role out; or, for another person, give another name.",
        )
    if rubric is not None and rubric.digest != theirs.digest:
        raise SynthdialError(
            f"{known.name} began {reviews.study.path} with another rubric than '{rubric.key}', and keeps it.",
            "Leave the rubric out; or, to begin anew with this one, give another name.",
        )
    if seed is not None and seed != known.seed:
        raise SynthdialError(
            f"The order of {known.name} was drawn from the seed {known.seed}, not from {seed}.", "Leave the seed out."
        )
    return known, theirs


def rubric_for(reviews: Reviews, role: str | None, rubric: Rubric | None) -> Rubric:
    """The rubric that someone new rates by.

    Raises
    ------
    SynthdialError
        When the role has none, when role and rubric do not fit, or when neither is given and there is a choice.
    """
    stored = stored_rubrics(reviews)
    digest = reviews.fact("rubric")  # of a task, which has one
    if rubric is None and digest is not None:
        rubric = stored[digest]
    elif digest is not None and rubric is not None and rubric.digest != digest:
        raise SynthdialError(f"{reviews.study.path} is to be rated by its own rubric.", "Leave the rubric out.")
    if rubric is not None:
        if role is not None and role != rubric.role:
            raise SynthdialError(
                f"The rubric '{rubric.key}' is for the role '{rubric.role}', not for '{role}'.",
                "Leave the role out, or give the rubric of that role.",
            )
        return rubric
    # what others of that role have begun with comes first, so that their scores can be compared
    choices = [*stored.values(), *bundled_rubrics()]
    roles = list(dict.fromkeys(choice.role for choice in choices))
    if role is None:
        raise SynthdialError(
            "Say as what the rater judges.", f"Give --role ({', '.join(roles)}), or --rubric with a file of your own."
        )
    for choice in choices:
        if choice.role == role:
            return choice
    hint = f"{nearest(role, roles)} Roles are: {', '.join(roles)}; --rubric gives another of your own.".strip()
    raise SynthdialError(f"There is no rubric for the role '{role}'.", hint)
