"""What raters said, written by hand."""

from collections.abc import Mapping, Sequence

from synthdial.review.judgements import Judgement, ReviewData, Subject


def subjects(*ids: str, people: Sequence[str] = (), **made: str) -> dict[str, Subject]:
    """Dialogues that a model wrote, all made alike, and conversations of people."""
    written = {key: Subject(key, **made) for key in ids}
    return {**written, **{key: Subject(key, by_person=True) for key in people}}


def judgements(
    scores: Mapping[str, Sequence[int | None]], *, criterion: str = "fluency", role: str = "native", first: int = 1
) -> tuple[Judgement, ...]:
    """The scores that raters gave the dialogues d1, d2, ... on a criterion; 0 where they did not rate one."""
    return tuple(
        Judgement(rater, role, f"d{k}", criterion, score)
        for rater, own in scores.items()
        for k, score in enumerate(own, first)
        if score != 0
    )


def review(
    scores: Mapping[str, Sequence[int | None]], *, criterion: str = "fluency", role: str = "native"
) -> ReviewData:
    """A review of the dialogues d1, d2, ..., all by a model, on one criterion."""
    said = judgements(scores, criterion=criterion, role=role)
    return ReviewData(subjects(*sorted({judgement.dialogue for judgement in said})), said)
