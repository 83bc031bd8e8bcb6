"""The parts of a dataset card that say what was found: measures, reviewers' agreement, privacy, limits."""

import json
import math
from collections.abc import Iterator
from typing import Any

from synthdial import locations
from synthdial.export.facts import Facts
from synthdial.export.figures import Figures, Row
from synthdial.export.gate import PRIVATE
from synthdial.export.judged import Judged
from synthdial.export.markdown import UNKNOWN, Markdown, escaped, listing, number, said, share
from synthdial.metrics import METRICS
from synthdial.review.results import REASONS
from synthdial.toml_file import read_toml

_COUNTED = ("terms", "open_turns", "repeated_turns", "forced_ends", "log_probability")
_SIDES = {-1: "**below**", 0: "within", 1: "**above**"}
_CUT = ("max_words", "context")
_GOOD, _TENTATIVE = 0.8, 0.667  # Krippendorff's own bounds
_LIMITS = {
    "longest_run": "words in a row",
    "rare_five_grams": "rare runs of five words",
    "identifiers": "names, dates or numbers of the originals",
}
_FEW_RATERS, _SHOWN_REASONS = 3, 4
Cells = tuple[str | Markdown, ...]


class Measures:
    """What the measures are called in a card, and how their values are written."""

    def __init__(self) -> None:
        self._table: dict[str, dict[str, str]] = read_toml(locations.bundled("card", "measures.toml"))

    def name(self, measure: str) -> str:
        """What a measure is called; its key where it has no name."""
        return self._table.get(measure, {}).get("name", measure)

    def value(self, measure: str, figure: float) -> Markdown:
        """A value of it."""
        form = self._table.get(measure, {}).get("form", "2")
        return share(figure, 1) if form == "share" else number(figure, int(form))

    def span(self, measure: str, low: float, high: float) -> Markdown:
        """A range of its values; a dash where it is not known."""
        if math.isnan(low) or math.isnan(high):
            return Markdown(UNKNOWN)
        return Markdown(f"{self.value(measure, low)} to {self.value(measure, high)}")


def measures(figures: Figures, named: Measures) -> list[Cells]:
    """Each measure of the dataset beside the references'."""
    rows: list[Cells] = []
    for row in figures.rows:
        own, people = row.own, row.people
        human = METRICS[own.name].human or (math.nan, math.nan)
        spread = "" if math.isnan(own.sd) else f" ({named.value(own.name, own.sd)})"
        rows.append((
            named.name(own.name),
            Markdown(f"{named.value(own.name, own.mean)}{spread}"),
            named.span(own.name, own.p10, own.p90),
            named.value(own.name, people.people),
            named.span(own.name, people.p10, people.p90),
            Markdown(_SIDES[row.side] if row.known else UNKNOWN),
            named.span(own.name, *human),
        ))  # fmt: skip
    return rows


def comparison(figures: Figures, named: Measures) -> Iterator[Markdown]:
    """What else the comparison says, in sentences."""
    found = figures.standing
    assert found is not None
    if not math.isnan(found.auc[0]):
        yield said(
            "A classifier that is given one dialogue and one reference, and sees turn-taking alone, names the right "
            "one in "
            "{hits} of 100 cases ({low} to {high}; 50 is guessing).",
            hits=number(100 * found.auc[0]), low=number(100 * found.auc[1]), high=number(100 * found.auc[2]),
        )  # fmt: skip
    counted = [
        f"{named.name(name)} {named.value(name, found.figure(name).mean)}"
        for name in _COUNTED
        if not math.isnan(found.figure(name).mean)
    ]
    if counted:
        yield said("Also counted, means a dialogue: {counted}.", counted=Markdown("; ".join(counted)))
    corpus = figures.corpus
    yield said(
        "As a corpus: {one}, {two} and {three} of all words, word pairs and word triples are different ones; mean "
        "likeness of "
        "a dialogue to the others (self-BLEU, 0 to 1) {bleu}; {copies} of the dialogues share half of their runs of "
        "five words "
        "with another.",
        one=share(corpus.distinct[0], 1), two=share(corpus.distinct[1], 1), three=share(corpus.distinct[2], 1),
        bleu=number(corpus.self_bleu, 2), copies=share(corpus.near_duplicate_share, 1),
    )  # fmt: skip


def raters(found: Judged) -> Markdown:
    """Who rated, by role; never by name."""
    parts = [said("{count} {role}", count=count, role=role) for role, count in found.raters.items()]
    s = "s" if found.people > 1 else ""
    return said("{all} reviewer{s} ({parts})", all=found.people, s=s, parts=listing(parts))


def criteria(found: Judged) -> list[Cells]:
    """What was given on each criterion, and how far raters agree about it."""
    scores = {score.criterion: score for score in found.scores}
    rows: list[Cells] = []
    for agreement in found.agreement:
        score = scores.get(agreement.criterion)
        alpha = agreement.ordinal
        figure = _estimate(alpha.value, alpha.low, alpha.high)
        if math.isnan(alpha.value):
            reason = REASONS.get(agreement.reason, {}).get("en", agreement.reason)
            figure = said("not known: {reason}", reason=reason)
        rows.append((
            found.name(agreement.criterion),
            _estimate(score.mean.value, score.mean.low, score.mean.high) if score else UNKNOWN,
            number(score.n) if score else UNKNOWN,
            figure,
            number(agreement.units),
        ))  # fmt: skip
    return rows


def _estimate(value: float, low: float, high: float) -> Markdown:
    text = number(value, 2)
    return text if math.isnan(low) or math.isnan(high) else Markdown(f"{text} ({number(low, 2)} to {number(high, 2)})")


def judgements(found: Judged, facts: Facts) -> Iterator[Markdown]:
    """What they accepted and flagged, and how far the alphas carry."""
    if found.verdicts is not None:
        verdicts = found.verdicts
        yield said(
            "Accepted: {accepted} of {all} verdicts, on {dialogues} dialogues ({share}).",
            accepted=verdicts.accepted, all=verdicts.accepted + verdicts.rejected, dialogues=verdicts.dialogues,
            share=share(verdicts.share.value),
        )  # fmt: skip
    accepted = facts.composition.checked.accepted
    yield said(
        "Of the {total} dialogues in this dataset more reviewers accepted than rejected {accepted}.",
        total=facts.composition.total.dialogues, accepted=accepted,
    )  # fmt: skip
    if found.flags:
        flags = [said("{count} as {kind}", count=count, kind=kind) for kind, count in sorted(found.flags.items())]
        yield said("Flagged turns: {flags}.", flags=listing(flags))
    known = [one.ordinal.value for one in found.agreement if not math.isnan(one.ordinal.value)]
    if known:
        yield said(
            "Alpha is {good} or more on {dependable} of {all} criteria, and below {tentative} on {low}.",
            good=number(_GOOD, 1), tentative=number(_TENTATIVE, 3), all=len(known),
            dependable=sum(value >= _GOOD for value in known), low=sum(value < _TENTATIVE for value in known),
        )  # fmt: skip


def privacy(facts: Facts) -> Iterator[Markdown]:
    """What was checked before a dialogue could leave, and what that cannot show."""
    checked, total = facts.composition.checked, facts.composition.total.dialogues
    yield said(
        "**Checked for copied text.** Each dialogue was compared with every reference that stood in its prompt or "
        "could have, and "
        "with the names, dates and numbers of their originals. {passed} of {total} passed.",
        passed=checked.passed, total=total,
    )  # fmt: skip
    for thresholds, count in checked.thresholds.most_common(_SHOWN_REASONS):
        yield said(
            "Allowed at most, by one reference ({count} dialogues): {limits}.", count=count, limits=_limits(thresholds)
        )
    if checked.shared:
        most = "; ".join(
            _shared(name, number(value, 2 if name == "similarity" else 0)) for name, value in checked.shared.items()
        )
        yield said("The most that a dialogue that passed shares with one reference: {most}.", most=Markdown(most))
    if checked.references:
        digests = [f"`{digest[:12]}`" if digest.isalnum() else escaped(digest) for digest in checked.references]
        more = f", and {len(digests) - _SHOWN_REASONS} more" if len(digests) > _SHOWN_REASONS else ""
        yield said(
            "References they were compared with, by digest: {digests}.",
            digests=Markdown(", ".join(digests[:_SHOWN_REASONS]) + more),
        )  # fmt: skip
    if facts.held:
        parts = [said("{count} {reason}", count=count, reason=reason) for reason, count in facts.held.items()]
        yield said(
            "Stayed inside the study: {all}, of these {parts}.", all=sum(facts.held.values()), parts=listing(parts)
        )
    else:
        yield said("Nothing stayed inside the study.")
    if checked.released:
        parts = [
            said("{count} that {reason}", count=count, reason=_kept(reason))
            for reason, count in checked.released.items()
        ]
        yield said(
            "**Released by hand:** {all} dialogue{s} by a data steward, who gave a reason for each: {parts}.",
            all=checked.released.total(), s="s" if checked.released.total() > 1 else "", parts=listing(parts),
        )  # fmt: skip
    else:
        yield said("No dialogue was released by hand.")
    yield said(
        "Reviewers had to accept a dialogue before it could leave: {answer}. One in which a reviewer flagged a turn "
        "as private "
        "or critical stays inside.",
        answer="yes" if facts.requires_acceptance else "no",
    )  # fmt: skip
    yield from _of_references(facts)
    yield said(
        "**What this cannot show.** The check finds words, names, dates and numbers, and not what is told in other "
        "words. "
        "Runs of up to as many words as allowed can be from a reference. An identifier that de-identification did "
        "not know, in "
        "small letters, is not looked for. In a trial with fifty planted facts none left, but a trial with one model "
        "proves "
        "nothing for another. A language model may also repeat what it was trained on before; that was not checked."
    )


def _kept(reason: str) -> str:
    return {PRIVATE: "a reviewer had flagged as private or critical"}.get(
        reason, f"would have stayed inside as {reason}"
    )


def _limits(thresholds: str) -> Markdown:
    found: Any = json.loads(thresholds)
    if not isinstance(found, dict):
        return Markdown(UNKNOWN)
    return listing([_shared(name, str(value)) for name, value in found.items()])


def _shared(name: str, value: str) -> Markdown:
    if name == "similarity":
        return said("a similarity of {value}", value=value)
    return said("{value} {what}", value=value, what=_LIMITS.get(name, name))


def _of_references(facts: Facts) -> Iterator[Markdown]:
    makings = facts.composition.makings
    are = {str(making.imported.get("references_are", "")) for making in makings}
    exemplars = any(making.content.get("exemplars") for making in makings)
    if "unchecked" in are:
        yield said(
            "**Unchecked references.** Prompts of these dialogues held transcripts that nobody had looked at after "
            "they "
            "were de-identified: whoever made the study said that they need not be."
        )
    elif facts.unchecked_references:
        yield said(
            "Other dialogues of the study, none of which is here, were made with transcripts that nobody had looked at "
            "after they were de-identified."
        )
    if "checked" in are:
        yield said(
            "References of the institution were de-identified (invented names, shifted dates) before a prompt saw "
            "them, "
            "and each was looked at by a person after that."
        )
    if exemplars:
        yield said("Dialogues that a model wrote, and reviewers accepted, stood in prompts in the place of references.")
    if "none" in are:
        yield said("A turn-taking profile was used: aggregates of conversations, without any of their text.")
    if are and are <= {"bundled"} and not exemplars:
        yield said(
            "No conversation of a real person stood in a prompt: the references were written for synthdial-edge."
        )
    if "" in are:
        yield said("For some recipes it was not recorded what their references are.")


def limits(facts: Facts, named: Measures) -> Iterator[Markdown]:
    """What a user must know before relying on the dataset, most of it from its own figures."""
    composition, figures, found = facts.composition, facts.figures, facts.judged
    yield said(
        "The dialogues state wrong medicine fluently, and contradict themselves: no clinician has corrected them. "
        "What a "
        "doctor says in them is no example of good care."
    )
    if found is None:
        yield said("Nobody has read them for this dataset: quality is known from figures alone.")
    else:
        if found.dialogues < composition.total.dialogues + sum(facts.held.values()):
            yield said("Only {count} dialogues of the study were rated; the others may differ.", count=found.dialogues)
        if found.people < _FEW_RATERS:
            yield said("There are {count} reviewers only: another may judge otherwise.", count=found.people)
    yield from _outside(figures, named)
    cut = sum(count for end, count in composition.ended().items() if end in _CUT)
    if cut:
        yield said(
            "{cut} of {all} dialogues were cut off at the greatest number of words, or at the model's context; their "
            "ends are missing.",
            cut=cut, all=composition.total.dialogues,
        )  # fmt: skip
    if figures.corpus.near_duplicate_share > 0:
        yield said(
            "{copies} of the dialogues are near-duplicates of another.",
            copies=share(figures.corpus.near_duplicate_share, 1),
        )
    if len(facts.terms) == 1:
        yield said("One model wrote all of it: its habits of speech are everywhere.")
    if len(composition.scenarios) == 1:
        yield said("There is one scenario: the dialogues are about the same case.")
    elif facts.splits and len(composition.scenarios) < 10:
        yield said("With {count} scenarios the splits differ in subject.", count=len(composition.scenarios))
    if facts.held:
        yield said("What copied or was not accepted was left out, so this is a selection of what the model wrote.")
    yield said(
        "Two roles, doctor and patient, in Dutch, as text: no overlap, no pauses, no sound; laughter and hesitation "
        "only where "
        "they are written. Who speaks and about what follows scenario cards, and says nothing about the patients or "
        "doctors of any institution."
    )
    yield said(
        "The measures count turns, words and repetition. A dialogue within every range can still be wrong, and one "
        "outside can be good."
    )


def _outside(figures: Figures, named: Measures) -> Iterator[Markdown]:
    for side, word in ((-1, "Lower"), (1, "Higher")):
        rows = [row for row in figures.outside if row.side == side]
        if rows:
            yield said(
                "{word} than the reference conversations: {rows}.", word=word,
                rows=Markdown("; ".join(_compared(row, named) for row in rows)),
            )  # fmt: skip
    if figures.standing is not None and figures.standing.auc[0] >= 0.75:
        yield said("By their turn-taking alone they are easily told from the reference conversations.")


def _compared(row: Row, named: Measures) -> Markdown:
    measure = row.own.name
    return said(
        "{name} {mean} (references {span})", name=named.name(measure), mean=named.value(measure, row.own.mean),
        span=named.span(measure, row.people.p10, row.people.p90),
    )  # fmt: skip
