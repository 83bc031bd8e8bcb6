"""The prompt of a batch as the screens ask for it, with what reviewers said of other studies in it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loading the engine's side takes longer than the first screen may
    from synthdial.prompt import Prompt
    from synthdial.review.lessons import Learned
    from synthdial.study.request import BatchRequest


@dataclass(frozen=True)
class Reviewed:
    """The studies whose reviewers have a say in a batch.

    Attributes
    ----------
    exemplars : Path or None
        Its accepted dialogues of a high score stand in the prompt.
    lessons : Path or None
        What was flagged most in it becomes instructions.
    """

    exemplars: Path | None = None
    lessons: Path | None = None

    def __bool__(self) -> bool:
        return self.exemplars is not None or self.lessons is not None


@dataclass(frozen=True)
class Built:
    """A prompt that was built.

    Attributes
    ----------
    request : BatchRequest
        What was asked for, with exemplars and instructions.
    prompt : Prompt
        The prompt.
    warnings : tuple of str
        What could not be read, and the like.
    learned : Learned or None
        What the instructions rest on.
    """

    request: "BatchRequest"
    prompt: "Prompt"
    warnings: tuple[str, ...]
    learned: "Learned | None"


def build(request: "BatchRequest", reviewed: Reviewed, study: Path) -> Built:
    """Build the prompt of a batch; reads the studies, and starts the engine for a moment.

    Parameters
    ----------
    request : BatchRequest
        What was chosen.
    reviewed : Reviewed
        Whose reviewers have a say in it.
    study : Path
        The study that it is for, which knows what references were checked; it need not be there.

    Raises
    ------
    SynthdialError
        When anything that is asked for is missing or wrong, or a study gives nothing to learn from.
    """
    from synthdial.review.exemplars import exemplars_from
    from synthdial.review.lessons import learn_from
    from synthdial.study.request import preview_batch

    learned = None
    if reviewed.exemplars is not None:
        request = replace(request, exemplars=exemplars_from(reviewed.exemplars))
    if reviewed.lessons is not None:
        learned = learn_from(reviewed.lessons)
        request = replace(request, instructions=learned.instructions)
    prepared = preview_batch(request, study)
    return Built(request, prepared.prompt, prepared.warnings, learned)
