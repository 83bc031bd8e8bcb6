"""Section 4, correlation: whether metrics go together with what people say."""

import math
from collections.abc import Sequence

from synthdial.report import names, rating_plots
from synthdial.report.blocks import Block, Cell, Heading, Hidden, Plot, Table, Text, number
from synthdial.report.reviewed import Reviewed
from synthdial.report.text import Wording
from synthdial.review.correlation import Correlation
from synthdial.review.results import REASONS

_MOST = 10


def blocks(said: Reviewed, say: Wording) -> list[Block]:
    """The heat map, its figures as a table for those who do not see it, and the largest correlations."""
    table = said.results.correlations
    if not table:
        return []
    found: list[Block] = [Heading(say("Do the metrics agree with people?")), Text(_how(table, say))]
    if all(math.isnan(each.rho.value) for each in table):
        reasons = dict.fromkeys(REASONS.get(each.reason, {}).get(say.language, each.reason) for each in table)
        return [*found, Text(say("No correlation could be computed: {reasons}.", reasons="; ".join(reasons)))]
    metrics = [(key, names.measure(key, say)) for key in dict.fromkeys(each.metric for each in table)]
    criteria = [(key, said.results.name(key, say.language)) for key in dict.fromkeys(each.criterion for each in table)]
    caption = say(
        "Spearman's rank correlation of each metric with the mean score of a dialogue. Blue is positive, orange is "
        "negative, and a darker cell is a stronger one. Framed, bold and with an asterisk: stands out from chance (q "
        "at most {q}).",
        q=say.number(0.05, 2),
    )
    found.append(Plot(rating_plots.heat_map(table, metrics, criteria, "correlation", say), caption))
    found.append(Hidden(_matrix(table, metrics, criteria, say)))
    found.append(_largest(table, dict(metrics), dict(criteria), say))
    return found


def _how(table: Sequence[Correlation], say: Wording) -> str:
    tests = sum(not math.isnan(each.p) for each in table)
    return say(
        "Over the dialogues that a model wrote, each metric is compared with the mean score of its raters. With "
        "{tests} correlations some look large by chance alone; therefore each was tested by permutation, and the "
        "share of false findings is held at 0.05 over the whole table (Benjamini-Hochberg). That two things go "
        "together does not say that one brings about the other.",
        tests=tests,
    )


def _matrix(
    table: Sequence[Correlation], metrics: list[tuple[str, str]], criteria: list[tuple[str, str]], say: Wording
) -> Table:
    at = {(each.metric, each.criterion): each for each in table}
    rows = []
    for metric, title in metrics:
        cells = []
        for criterion, _ in criteria:
            each = at[metric, criterion]
            text = say.signed(each.rho.value) + ("*" if each.significant else "")
            cells.append(Cell(text, (each.rho.value,), strong=each.significant))
        rows.append((Cell(title), *cells))
    columns = (say("Metric"), *(f"#{title}" for _, title in criteria))
    return Table(say("Correlation of metrics with scores"), columns, tuple(rows))


def _largest(table: Sequence[Correlation], metrics: dict[str, str], criteria: dict[str, str], say: Wording) -> Table:
    known = [each for each in table if not math.isnan(each.rho.value)]
    known.sort(key=lambda each: (-abs(each.rho.value), each.metric, each.criterion))
    columns = (
        say("Metric"), say("Criterion"), "#" + say("Rho (95% interval)"), "#p", "#q", "#" + say("Dialogues"),
        say("Stands out"),
    )  # fmt: skip
    rows = []
    for each in known[:_MOST]:
        rho = each.rho
        text = say.signed(rho.value)
        if rho.low == rho.low:
            text += f" ({say.signed_between(rho.low, rho.high)})"
        rows.append((
            Cell(metrics[each.metric]),
            Cell(criteria[each.criterion]),
            Cell(text, (rho.value, rho.low, rho.high)),
            Cell(say.probability(each.p), (each.p,)),
            Cell(say.probability(each.q), (each.q,)),
            number(each.n, 0, say),
            Cell(say("yes") if each.significant else say("no"), strong=each.significant),
        ))  # fmt: skip
    return Table(say("The largest correlations"), columns, tuple(rows))
