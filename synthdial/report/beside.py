"""The dialogues of a study beside reference conversations, a group a preset and model."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.measure.standing import Figure, Standing, standing
from synthdial.prompt import bundled_references
from synthdial.report.walk import Group
from synthdial.transcripts import read_transcripts

FEWEST_DIALOGUES, FEWEST_REFERENCES = 2, 5


@dataclass(frozen=True)
class Beside:
    """Groups beside references.

    Attributes
    ----------
    references : int
        Reference conversations.
    bundled : bool
        Whether they are those that come with the program, which nobody spoke.
    standings : tuple of (Group, Standing)
        How each group stands, in the study's order.
    alone : tuple of Group
        Those that are not compared: they hold a single dialogue, or there are too many groups.
    """

    references: int
    bundled: bool
    standings: tuple[tuple[Group, Standing], ...]
    alone: tuple[Group, ...]

    @property
    def sampled(self) -> bool:
        """Whether of some group a sample is compared, and not all of it."""
        return any(len(group.sample) < group.dialogues for group, _ in self.standings)


def beside(
    groups: Sequence[Group],
    references: Sequence[Path] = (),
    *,
    seed: int = 0,
    remark: Callable[[str], None] = lambda text: None,
) -> Beside:
    """Set the samples of groups beside reference conversations.

    Parameters
    ----------
    groups : sequence of Group
        What a walk found.
    references : sequence of Path
        Transcripts, or folders of them; the bundled ones where there is none.
    seed : int
        Of all that is drawn.
    remark : callable
        Is given a sentence for everything that could not be read.

    Raises
    ------
    SynthdialError
        When a reference cannot be read, or there are fewer than five.
    """
    if references:
        transcripts, warnings = read_transcripts(list(references))
        for warning in warnings:
            remark(warning)
        if len(transcripts) < FEWEST_REFERENCES:
            raise SynthdialError(
                f"There are {len(transcripts)} reference conversations.",
                f"Give {FEWEST_REFERENCES} or more, or leave --reference out to use the bundled ones.",
            )
    else:
        transcripts = bundled_references()
    people = [transcript.dialogue for transcript in transcripts]
    compared = [group for group in groups if len(group.sample) >= FEWEST_DIALOGUES]
    standings = tuple(
        (group, standing(f"{group.preset} {group.model}", group.sample, people, seed=seed)) for group in compared
    )
    alone = tuple(group for group in groups if len(group.sample) < FEWEST_DIALOGUES)
    return Beside(len(people), not references, standings, alone)


def side(figure: Figure) -> int:
    """Where a mean lies: -1 below the 10th percentile of the references, 1 above the 90th, 0 between or unknown."""
    if math.isnan(figure.mean) or math.isnan(figure.p10):
        return 0
    return (figure.mean > figure.p90) - (figure.mean < figure.p10)
