"""The gate: which dialogues of a study may leave it, and why others may not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.review.exemplars import rated
from synthdial.review.table import review_data
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.checks import CheckRow, Checks, turns_digest
from synthdial.study.reviews import Reviews
from synthdial.study.texts import turn_digests

QUARANTINED = "quarantined"
UNCHECKED = "never checked"
PRIVATE = "flagged as private or critical"
NOT_ACCEPTED = "not accepted by a reviewer"
HELD = (QUARANTINED, UNCHECKED, PRIVATE, NOT_ACCEPTED)
"""Why a dialogue stays inside, in the order that it is asked."""

_LONGEST_REASON = 1000


@dataclass(frozen=True)
class Standing:
    """How a dialogue stands with the gate.

    Attributes
    ----------
    check : {"passed", "quarantined", "never checked"}
        What its last check came to.
    released : mapping or None
        Who released it by hand, when, and for what reason.
    accepted, rejected : int
        Raters who accepted it, and who did not.
    barred : bool
        Whether a rater flagged a turn as critical, or as private.
    held : str
        Why it stays inside, one of `HELD`; empty where it may leave.
    """

    check: str
    released: Mapping[str, Any] | None
    accepted: int
    rejected: int
    barred: bool
    held: str

    @property
    def state(self) -> str:
        """In a word or two: released, accepted, or what its check came to."""
        if self.released:
            return "released"
        if self.check == "passed":
            return "flagged" if self.barred else "accepted" if self.accepted > self.rejected else "passed"
        return self.check


class Gate:
    """The gate of a study, as it stands when this is made.

    A dialogue may leave when its last check was passed, no rater flagged a turn of it as critical or private and, where
    the study asks for it, more raters accepted it than rejected it. One that a data steward released by hand may leave
    whatever else was found, as long as its text is the one that was released.

    Parameters
    ----------
    study : Study
        Open, for reading suffices.
    whole : bool
        Read all checks at once, so that the study need not stay open; otherwise each is read as it is asked for.
    """

    def __init__(self, study: Study, *, whole: bool = True) -> None:
        self._study = study
        self.requires_acceptance = requires_acceptance(study)
        self._checks = Checks(study).newest() if whole else None
        self._released = Checks(study).released()
        has_raters = study.has_reviews and bool(Reviews(study).raters())
        self._rated = {one.dialogue: one for one in rated(review_data(study))} if has_raters else {}

    def standing(self, dialogue: Dialogue) -> Standing:
        """How a dialogue stands."""
        return self._standing(dialogue.id, turns_digest(dialogue.turns))

    def _standing(self, key: str, digest: str) -> Standing:
        check = _outcome(self.row(key), digest)
        released = self._released.get(key)
        if released is not None and released["digest"] != digest:
            released = None
        said = self._rated.get(key)
        accepted, rejected = (said.accepted, said.rejected) if said else (0, 0)
        barred = bool(said and said.barred)
        held = ""
        if released is None:
            if check != "passed":
                held = check
            elif barred:
                held = PRIVATE
            elif self.requires_acceptance and accepted <= rejected:
                held = NOT_ACCEPTED
        return Standing(check, released, accepted, rejected, barred, held)

    def row(self, dialogue: str) -> CheckRow | None:
        """The last check of a dialogue, without what was found."""
        return Checks(self._study).newest_of(dialogue) if self._checks is None else self._checks.get(dialogue)

    def standings(self) -> dict[str, Standing]:
        """How each dialogue stands, by id, in the study's order."""
        return {key: self._standing(key, digest) for key, digest in turn_digests(self._study).items()}


def _outcome(row: CheckRow | None, digest: str) -> str:
    if row is None or row.digest != digest:  # a check is of a text
        return UNCHECKED
    return "passed" if row.passed else QUARANTINED


def counted(standings: Iterable[Standing]) -> dict[str, int]:
    """How many dialogues stay inside, by reason."""
    found = Counter(one.held for one in standings)
    return {reason: found[reason] for reason in HELD if found[reason]}


def requires_acceptance(study: Study) -> bool:
    """Whether dialogues must be accepted by a reviewer: as was set, else where the study has a rater."""
    entry = AuditLog(study).newest("gate set")
    if entry is not None:
        return bool(entry.details.get("require_acceptance"))
    return study.has_reviews and bool(Reviews(study).raters())


def set_gate(study: Study, *, require_acceptance: bool, by: str | None = None) -> None:
    """Say whether dialogues must be accepted by a reviewer before they leave; the log holds who said so."""
    with Reviews(study).writing():
        AuditLog(study).append("gate set", {"require_acceptance": require_acceptance}, by)


def release(study: Study, wanted: str, reason: str, by: str | None = None) -> Dialogue:
    """Release a dialogue by hand: it may leave, whatever keeps it inside, as long as its text stays as it is.

    Parameters
    ----------
    study : Study
        Open for writing.
    wanted : str
        Its id, or the beginning or the end of it.
    reason : str
        Why; it is logged, and goes along with an export.
    by : str, optional
        Who; by default the user of the operating system.

    Raises
    ------
    SynthdialError
        When no reason is given, or nothing keeps the dialogue inside.
    """
    reason = " ".join(reason.split())
    if not reason or not reason.isprintable() or len(reason) > _LONGEST_REASON:
        raise SynthdialError(
            "A release needs a reason.", f"Say in a sentence why it may leave, in at most {_LONGEST_REASON} characters."
        )
    dialogue = study.find(wanted)
    standing = Gate(study).standing(dialogue)
    if not standing.held:
        raise SynthdialError(f"Nothing keeps {dialogue.id} inside.", "It leaves with the next export.")
    detail = {
        "dialogue": dialogue.id,
        "digest": turns_digest(dialogue.turns),
        "held": standing.held,
        "reason": reason,
    }
    with Reviews(study).writing():
        AuditLog(study).append("released", detail, by)
    return dialogue
