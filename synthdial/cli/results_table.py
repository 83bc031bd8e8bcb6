"""The tables of ``results`` on a terminal of 80 columns."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import IO, TYPE_CHECKING

from synthdial.cli.results_layout import (
    DASH,
    MOST_GROUPS,
    add_row,
    compared,
    estimate,
    group_name,
    many,
    number,
    show,
    table_of,
    why,
)
from synthdial.cli.results_marks import show_flags, show_origin, show_verdicts
from synthdial.cli.terminal import printable
from synthdial.review.agreement import PairAgreement
from synthdial.review.intervals import Estimate
from synthdial.review.results import Results
from synthdial.review.scores import Score

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDTH = 80
_STRONGEST = 12
_MOST_PAIRS = 15


def show_results(results: Results, lang: str, file: IO[str]) -> None:
    """All tables that have anything in them, after the sentence in a language (``en`` or ``nl``)."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(Text(_head(results)))
    console.print(Text(printable(results.sentence(lang)), style="bold"))
    parts: tuple[Callable[[Results, Console], None], ...] = (
        _scores,
        _by_group,
        _agreement,
        _pairs,
        _correlations,
        _raters,
        show_flags,
        show_origin,
        show_verdicts,
    )
    for part in parts:
        part(results, console)
    console.print(
        "\nIn brackets: 95 % intervals, of a bootstrap over dialogues; of shares, Wilson's. docs/results.md says what "
        "each figure is; --format json and csv have all of them.",
        style="dim",
    )


def _head(results: Results) -> str:
    raters = ", ".join(f"{len(names)} {printable(role)}" for role, names in results.raters.items())
    count = sum(map(len, results.raters.values()))
    people = f" and {many(results.conversations, 'real conversation')}" if results.conversations else ""
    return (
        f"{many(results.dialogues, 'dialogue')}{people}, {many(count, 'rater')} ({raters}), "
        f"{many(results.ratings, 'score')}."
    )


def _scores(results: Results, console: "Console") -> None:
    for by, title in (("all", "Scores of what a model wrote"), ("person", "Scores of real conversations")):
        scores = [score for score in results.scores if score.by == by]
        if scores:
            table = table_of(("criterion", 28), "n", "mean", *"12345", "?")
            for score in scores:
                given = (f"{100 * count / score.n:.0f}" if score.n else DASH for count in score.distribution)
                name, unjudged = results.name(score.criterion), str(score.unjudged or "")
                add_row(table, name, str(score.n), estimate(score.mean), *given, unjudged)
            show(console, f"{title}; % that gave each, and how often it could not be judged (?)", table)
    if results.differences:
        table = table_of(("criterion", 40), "points")
        for difference in results.differences:
            add_row(table, results.name(difference.criterion), estimate(difference.difference))
        show(console, "Real conversations less what a model wrote", table)


def _by_group(results: Results, console: "Console") -> None:
    many_groups = Counter((score.by, score.criterion) for score in results.scores)
    scores = [score for score in results.scores if many_groups[score.by, score.criterion] > 1]
    for by in compared((score.by, (score.criterion, score.dialogues, score.distribution)) for score in scores):
        table = table_of(("criterion", 25), (by, 27), "n", "mean")
        for criterion in results.criteria:
            _add_groups(table, results, [each for each in scores if (each.by, each.criterion) == (by, criterion)])
        show(console, f"Scores by {by}", table)


def _add_groups(table: "Table", results: Results, scores: Sequence[Score]) -> None:
    for at, score in enumerate(scores[:MOST_GROUPS]):
        name = "" if at else results.name(score.criterion)
        add_row(table, name, group_name(score.by, score.group), str(score.n), estimate(score.mean))
    if len(scores) > MOST_GROUPS:
        add_row(table, "", f"and {len(scores) - MOST_GROUPS} more", "", "")


def _agreement(results: Results, console: "Console") -> None:
    reasons = {each.reason for each in results.agreement}
    title = "Agreement: Krippendorff's alpha (1 is perfect, 0 is chance)"
    if len(reasons) == 1 and "" not in reasons:
        show(console, title)
        needed = "" if "no variation" in reasons else " It takes two raters who score the same dialogues."
        console.print(f"Not known: {why(reasons.pop())}.{needed}")
    elif reasons:
        table = table_of(("criterion", 24), ("role", 10), "raters", "dialogues", "ordinal", "nominal")
        missing: Counter[str] = Counter()
        last = ""
        for each in results.agreement:
            figures = (estimate(each.ordinal), number(each.nominal.value))
            missing[each.reason] += 1
            counts = (str(each.raters), str(each.units))
            name = "" if each.criterion == last else results.name(each.criterion)
            last = each.criterion
            add_row(table, name, each.role or "all", *counts, *figures)
        show(console, title, table)
        _say_missing(missing, "Not known", console)


def _pairs(results: Results, console: "Console") -> None:
    pairs: dict[tuple[str, str, str], list[PairAgreement]] = {}
    for pair in results.pairs:
        if not pair.reason:
            pairs.setdefault((pair.first, pair.second, pair.role), []).append(pair)
    if not pairs:
        return
    table = table_of(("rater", 20), ("and", 20), "dialogues", "quadratic", "linear")
    lowest = sorted(pairs.items(), key=lambda item: median(pair.quadratic.value for pair in item[1]))
    for (first, second, _), own in lowest[:_MOST_PAIRS]:
        fewest, most = min(pair.n for pair in own), max(pair.n for pair in own)
        shared = str(most) if fewest == most else f"{fewest} to {most}"
        spans = (_span([getattr(pair, kind).value for pair in own]) for kind in ("quadratic", "linear"))
        add_row(table, first, second, shared, *spans)
    show(console, "Agreement of two raters: weighted kappa, median over criteria (and its range)", table)
    if len(pairs) > _MOST_PAIRS:
        console.print(f"The {_MOST_PAIRS} that agree least, of {len(pairs)}.", style="dim")


def _span(values: Sequence[float]) -> str:
    return estimate(Estimate(median(values), min(values), max(values)))


def _correlations(results: Results, console: "Console") -> None:
    known = [each for each in results.correlations if not each.reason]
    if known:
        clearest = sorted(known, key=lambda each: (each.p, -abs(each.rho.value)))[:_STRONGEST]
        table = table_of(("metric", 0), ("criterion", 20), "n", "rho", "p", "q")
        for each in clearest:
            figures = (str(each.n), estimate(each.rho), f"{each.p:.4f}", f"{each.q:.3f}")
            style = None if each.significant else "dim"
            add_row(table, each.metric, results.name(each.criterion), *figures, style=style)
        show(console, f"Metrics and scores: Spearman's rho, the clearest {len(clearest)} of {len(known)}", table)
        console.print(
            "Over what a model wrote. p by permutation; q (Benjamini-Hochberg over all) up to 0.05 stands out.",
            style="dim",
        )
    missing = Counter(each.reason for each in results.correlations)
    _say_missing(missing, "Correlations that cannot be computed", console)


def _say_missing(reasons: Counter[str], what: str, console: "Console") -> None:
    each = "; ".join(f"{count}, since {why(reason)}" for reason, count in reasons.most_common() if reason)
    if each:
        console.print(f"{what}: {each}.", style="dim")


def _raters(results: Results, console: "Console") -> None:
    table = table_of(("rater", 20), ("role", 10), "scores", "mean", "sd", "used", "above others")
    for each in results.severity:
        used = f"{each.lowest} to {each.highest}" if each.n else DASH
        figures = (str(each.n), number(each.mean), number(each.sd), used, estimate(each.deviation))
        add_row(table, each.rater, each.role, *figures)
    if results.severity:
        show(console, "Raters: how they use the scale", table)
    if any(not each.reason for each in results.severity):
        console.print("Above others: in points, on the same dialogue and criterion; below 0 is stricter.", style="dim")
