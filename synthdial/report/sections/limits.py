"""Section 6: what the report cannot say, from its own figures."""

import math
from collections.abc import Iterator

from synthdial.report.beside import FEWEST_DIALOGUES
from synthdial.report.blocks import Items, Section
from synthdial.report.facts import Facts
from synthdial.report.rating_plots import TENTATIVE
from synthdial.report.text import Wording
from synthdial.review.correlation import dialogues_needed

_FEW_RATERS = 3
_FEW_REFERENCES = 10
_WIDE = 0.3
_CUT_SHORT = 0.05
_LOOKED_FOR = 0.3


def section(facts: Facts, say: Wording) -> Section:
    """Limits, those that weigh most first."""
    return Section("limits", say("Limits"), (Items((*_of_the_text(facts, say), *_of_the_figures(facts, say))),))


def _of_the_text(facts: Facts, say: Wording) -> Iterator[str]:
    yield say(
        "The dialogues were written by a language model. They may state wrong medicine fluently, and nothing in them "
        "has happened. They are no source for care, and what no clinician has read has not been checked medically."
    )
    said = facts.reviewed
    all_ = facts.walked.dialogues
    if said is None:
        yield say(
            "No rater has read any of the {all} dialogues: every figure here was computed from the text alone.",
            all=all_,
        )
    elif (unread := all_ - said.results.dialogues) > 0:
        yield say(
            "{unread} of {all} dialogues were not rated. What is said of the rated ones holds for the others only as "
            "far as these were drawn without choice.",
            unread=unread,
            all=all_,
        )
    cut = sum(
        count for made in facts.walked.recipes for key, count in made.ended.items() if key in ("max_words", "context")
    )
    if cut > _CUT_SHORT * all_:
        yield say(
            "{cut} of {all} dialogues were cut off: the greatest number of words was reached, or the model's memory "
            "was full. Their ends are missing.",
            cut=cut,
            all=all_,
        )
    yield from _of_copies(facts, say)
    if said is not None:
        yield say(
            "Notes of raters stand here as they wrote them. Read them before the report is passed on: a note may name "
            "someone."
        )
        if said.results.conversations:
            yield say(
                "Conversations of people were mixed in to compare by. Neither their text nor any note on "
                "them stands in this report."
            )


def _of_copies(facts: Facts, say: Wording) -> Iterator[str]:
    held = sum(not passed for passed in facts.checked.values())
    unchecked = facts.walked.dialogues - len(facts.checked)
    yield say(
        "A model can repeat what stood in its prompt. {passed} of {all} dialogues passed the check for text copied "
        "from references, or were released by hand; {held} are quarantined and {unchecked} were never checked. The "
        "figures here are of all of them, the examples of those that passed. The check finds words, names, dates and "
        "numbers, and not what is told in other words.",
        passed=len(facts.checked) - held,
        all=facts.walked.dialogues,
        held=held,
        unchecked=unchecked,
    )
    if facts.unchecked_references:
        yield say(
            "Among the references were conversations that nobody had looked at after they were de-identified: who made "
            "the study said that they need not be."
        )


def _of_the_figures(facts: Facts, say: Wording) -> Iterator[str]:
    shown = facts.beside
    if shown.bundled:
        yield say(
            "The references are {count} conversations that were written for this program; they are no recordings. The "
            "range shown is theirs, not that of consultations in your institution. With --reference they are replaced "
            "by your own.",
            count=shown.references,
        )
    elif shown.references < _FEW_REFERENCES:
        yield say(
            "There are only {count} references, so their range is uncertain.",
            count=shown.references,
        )
    yield say(
        "The measures count turns, words and repetition. A dialogue within every range can still be wrong, and one "
        "outside can be a good one."
    )
    if shown.sampled:
        yield say("Of large groups a random sample was set beside the references; section 3 says how many.")
    if any(group.dialogues < FEWEST_DIALOGUES for group in shown.alone):
        yield say("What holds a single dialogue is not set beside the references.")
    if facts.reviewed is not None:
        yield from _of_the_ratings(facts, say)
    yield say(
        "Intervals hold the true value in about 95 of 100 studies like this one, if dialogues and raters are a fair "
        "sample. They are drawn at random from the seed {seed}; another seed changes their last digits.",
        seed=str(facts.seed),
    )


def _of_the_ratings(facts: Facts, say: Wording) -> Iterator[str]:
    assert facts.reviewed is not None
    counted = facts.reviewed.results
    raters = {name for people in counted.raters.values() for name in people}
    if len(raters) == 1:
        yield say("There is one rater: how far people agree is not known, and the scores are one person's.")
    elif min(map(len, counted.raters.values()), default=0) < _FEW_RATERS:
        yield say(
            "There are {count} raters, fewer than {few} of some role. Another rater may well judge otherwise; "
            "agreement and scores are uncertain beyond their intervals.",
            count=len(raters),
            few=_FEW_RATERS,
        )
    tests = sum(not math.isnan(each.p) for each in counted.correlations) or max(1, len(counted.correlations))
    needed = dialogues_needed(_LOOKED_FOR, tests)
    if counted.dialogues < needed:
        yield say(
            "{count} rated dialogues are few: to find a correlation of {size} four times out of five it takes about "
            "{needed}. That a correlation was not found does not mean that there is none.",
            count=counted.dialogues,
            size=say.number(_LOOKED_FOR, 1),
            needed=needed,
        )
    known = [row for row in counted.agreement if not math.isnan(row.ordinal.value)]
    wide = [row for row in known if row.ordinal.high - row.ordinal.low > _WIDE]
    if wide:
        yield say(
            "{wide} of {all} intervals of agreement are wider than {size}: these figures may turn out quite "
            "differently with more dialogues.",
            wide=len(wide),
            all=len(known),
            size=say.number(_WIDE, 1),
        )
    low = [counted.name(row.criterion, say.language) for row in known if row.ordinal.value < TENTATIVE]
    if low:
        yield say(
            "Raters agree too little (alpha below {bound}) on: {criteria}. A mean score on these says little about a "
            "dialogue.",
            bound=say.number(TENTATIVE, 3),
            criteria=say.listing(dict.fromkeys(low)),
        )
    if counted.correlations and not any(each.significant for each in counted.correlations):
        yield say("No metric was shown to go with the scores: do not use the metrics in place of people here.")
    if counted.origin and not counted.conversations:
        yield say(
            "Without conversations of people among the dialogues, guesses of person or machine have nothing to "
            "compare by."
        )
