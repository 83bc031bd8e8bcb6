"""From paths to figures: both sides are read, what stood in prompts is looked for, and the comparison is made."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from synthdial.errors import SynthdialError
from synthdial.transcripts import ReadOptions
from synthdial.utility.classifier import require_sklearn
from synthdial.utility.compare import Question, compare_utility
from synthdial.utility.corpora import MOST, Corpus, read_corpus
from synthdial.utility.prompted import Prompted, find_prompted
from synthdial.utility.result import Utility


@dataclass(frozen=True)
class UtilityRequest:
    """What is to be compared.

    Attributes
    ----------
    study : Path
        The synthetic side: a study, or anything that ``measure`` reads.
    real : tuple of Path
        The real side.
    question : Question
        What is asked of a classifier.
    leave_out_prompted : bool
        Whether real conversations that stood in a prompt of the synthetic ones are left out.
    most : int
        Conversations of each side at most; of more a sample is drawn.
    reading : ReadOptions
        Labels of speakers, and columns of tables.
    """

    study: Path
    real: tuple[Path, ...]
    question: Question
    leave_out_prompted: bool = False
    most: int = MOST
    reading: ReadOptions = field(default_factory=ReadOptions)


def measure_utility(
    request: UtilityRequest,
    *,
    standard_input: BinaryIO | None = None,
    remark: Callable[[str], None] = lambda text: None,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Utility:
    """Train a classifier on synthetic conversations and test it on real ones, beside one trained on real ones.

    Parameters
    ----------
    request : UtilityRequest
        What is to be compared.
    standard_input : binary file, optional
        What the path ``-`` reads.
    remark : callable
        Is given a sentence for everything that could not be read.
    advance : callable
        Is given the number of trainings done, and of all.

    Raises
    ------
    SynthdialError
        When a path cannot be read, there is too little to compare, or scikit-learn is not there.
    """
    require_sklearn()
    synthetic, real = (
        read_corpus(
            list(paths),
            request.reading,
            most=request.most,
            seed=request.question.seed,
            standard_input=standard_input,
            remark=remark,
        )
        for paths in ((request.study,), request.real)
    )
    told = [
        f"Of {corpus.seen:,} {name} dialogues a sample of {request.most:,} was drawn."
        for name, corpus in (("synthetic", synthetic), ("real", real))
        if corpus.seen > request.most
    ]
    prompted = find_prompted(synthetic.dialogues, real.dialogues, study=request.study)
    told += prompted_remarks(prompted, real, left_out=request.leave_out_prompted)
    tested = real.dialogues
    if request.leave_out_prompted:
        tested = tuple(dialogue for k, dialogue in enumerate(tested) if k not in prompted.found)
        if not tested:
            raise SynthdialError(
                "All real dialogues stood in prompts of the synthetic ones: none is left to test on.",
                "Give others with --real, or write dialogues from a part of them.",
            )
    found = compare_utility(synthetic.dialogues, tested, request.question, advance=advance)
    return replace(found, prompted=len(prompted.found), remarks=(*told, *found.remarks))


def prompted_remarks(prompted: Prompted, real: Corpus, *, left_out: bool) -> list[str]:
    """What is known of real conversations in prompts, in sentences."""
    remarks = []
    if prompted.found:
        count = f"{len(prompted.found)} of {len(real.dialogues)} real dialogues stood in prompts of the synthetic ones"
        remarks.append(
            f"{count}; they were left out."
            if left_out
            else f"{count}: figures may flatter. --leave-out-prompted tests on the others alone."
        )
    elif prompted.prompts and prompted.recognised == 0:
        remarks.append(
            "No real dialogue was recognised among those that stood in prompts, as they are or de-identified."
        )
    if prompted.untold:
        remarks.append(
            f"{prompted.untold} synthetic dialogues do not tell what stood in their prompts: if real ones given here "
            "did, figures flatter."
        )
    return remarks
