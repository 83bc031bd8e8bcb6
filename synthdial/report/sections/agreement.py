"""Section 4, agreement: how far raters agree, and how to read it."""

import math
from statistics import median

from synthdial.report import names, rating_plots
from synthdial.report.blocks import Block, Cell, Heading, Plot, Table, Text, interval, number
from synthdial.report.rating_plots import GOOD, TENTATIVE
from synthdial.report.reviewed import Reviewed
from synthdial.report.text import UNKNOWN, Wording
from synthdial.review.agreement import Agreement
from synthdial.review.results import REASONS


def blocks(said: Reviewed, say: Wording) -> list[Block]:
    """A plot, a table with what each figure means, how to read it, and pairs of raters."""
    rows = [(_title(said, row, say), row) for row in said.results.agreement]
    if not rows:
        return []
    found: list[Block] = [Heading(say("Agreement of the raters")), Text(_reading(say))]
    if any(not math.isnan(row.ordinal.value) for _, row in rows):
        caption = say(
            "Krippendorff's alpha with its 95% interval. The dotted line is at {tentative}, the broken line at {good}.",
            tentative=say.number(TENTATIVE, 3),
            good=say.number(GOOD, 1),
        )
        found.append(Plot(rating_plots.agreement(rows, "agreement", say), caption))
    found.append(_table(rows, say))
    if pairs := _pairs(said, say):
        found.append(pairs)
    return found


def _reading(say: Wording) -> str:
    return say(
        "Krippendorff's alpha says how far raters agree beyond chance: 1 is perfect, 0 is what chance gives, below 0 "
        "they contradict one another. It is computed on the order of the scores (ordinal), so 4 against 5 weighs less "
        "than 1 against 5. As a rule of thumb Krippendorff himself draws conclusions from {good} on, tentative ones "
        "from {tentative}, and none below. Where nearly all scores are alike alpha is low even if raters hardly "
        "differ: look at the spread of the scores too.",
        good=say.number(GOOD, 1),
        tentative=say.number(TENTATIVE, 3),
    )


def _title(said: Reviewed, row: Agreement, say: Wording) -> str:
    name = said.results.name(row.criterion, say.language)
    roles = {each.role for each in said.results.agreement if each.criterion == row.criterion}
    if len(roles) == 1:
        return name
    who = names.role(row.role, 2, say) if row.role else say("all raters")
    return f"{name} ({who})"


def verdict(row: Agreement, say: Wording) -> str:
    """What an agreement means by Krippendorff's bounds, the interval considered."""
    alpha = row.ordinal
    if math.isnan(alpha.value):
        return say("not known: {reason}", reason=REASONS.get(row.reason, {}).get(say.language, row.reason))
    if alpha.value < TENTATIVE:
        unsure = alpha.high >= TENTATIVE
        return say("too low, but uncertain") if unsure else say("too low for conclusions")
    sure = alpha.low >= TENTATIVE
    if alpha.value < GOOD:
        return say("tentative conclusions") if sure else say("tentative, and uncertain")
    return say("dependable") if sure else say("dependable, but uncertain")


def _table(rows: list[tuple[str, Agreement]], say: Wording) -> Table:
    columns = (
        say("Criterion"), "#" + say("Raters"), "#" + say("Dialogues"), "#" + say("Alpha, ordinal (95% interval)"),
        "#" + say("Alpha, nominal"), say("Reading"),
    )  # fmt: skip
    return Table(say("Agreement by criterion"), columns, tuple(
        (
            Cell(title),
            number(row.raters, 0, say),
            number(row.units, 0, say),
            interval(row.ordinal.value, row.ordinal.low, row.ordinal.high, 2, say),
            number(row.nominal.value, 2, say),
            Cell(verdict(row, say)),
        )
        for title, row in rows
    ))  # fmt: skip


def _pairs(said: Reviewed, say: Wording) -> Table | None:
    """Weighted kappa over pairs of raters: the middle one, the lowest and the highest."""
    rows = []
    for criterion in said.results.criteria:
        known = [
            pair.quadratic.value
            for pair in said.results.pairs
            if pair.criterion == criterion and not math.isnan(pair.quadratic.value)
        ]
        if known:
            rows.append((
                Cell(said.results.name(criterion, say.language)),
                number(len(known), 0, say),
                number(median(known), 2, say),
                Cell(say.between(min(known), max(known), 2) if len(known) > 1 else UNKNOWN, (min(known), max(known))),
            ))  # fmt: skip
    if not rows:
        return None
    columns = (say("Criterion"), "#" + say("Pairs"), "#" + say("Median"), "#" + say("Lowest to highest"))
    return Table(say("Weighted kappa (quadratic) of two raters at a time"), columns, tuple(rows))
