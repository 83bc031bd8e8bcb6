"""Results: which metrics go together with what people say, as a map of figures."""

import math
from collections import Counter

from rich.cells import cell_len, set_cell_size

from synthdial.review.correlation import SIGNIFICANT, Correlation
from synthdial.review.results import Results
from synthdial.tui.widgets.figures import Speaker
from synthdial.tui.widgets.line_pane import Line, shortened
from synthdial.tui.widgets.table import note, title, told

_CELL = 7  # cells of a figure with its sign, its mark, and room before it
_NAMED = 14  # cells from which on a criterion's name can stand over its column
_WEAK = 0.3  # a correlation that is smaller, and not clear, is not drawn to the eye


def correlation(results: Results, speaker: Speaker, width: int) -> list[Line]:
    """Spearman's rho of each metric with each criterion: sign, strength, and a mark on what is clear."""
    say = speaker.say
    lines = title(say("Metrics and scores: Spearman’s rho"), width)
    table = {(each.metric, each.criterion): each for each in results.correlations}
    criteria = list(dict.fromkeys(criterion for _, criterion in table))
    metrics = [
        metric
        for metric in dict.fromkeys(metric for metric, _ in table)
        if any(not table[metric, criterion].reason for criterion in criteria if (metric, criterion) in table)
    ]
    missing = Counter(each.reason for each in results.correlations if each.reason)
    if metrics:
        lines += _map(results, table, metrics, criteria, speaker, width)
        text = say("*: stands out from chance (q up to {limit}, Benjamini-Hochberg over all). Of what a model wrote.")
        lines += [Line(), *note(text.format(limit=speaker.number(SIGNIFICANT)), width)]
    else:
        lines += told(say("No correlation can be computed yet."), width)
    for reason, count in missing.most_common():
        text = say("{count} cannot be computed: {why}.").format(count=count, why=speaker.why(reason))
        lines += note(text, width)
    return lines


def _map(
    results: Results,
    table: dict[tuple[str, str], Correlation],
    metrics: list[str],
    criteria: list[str],
    speaker: Speaker,
    width: int,
) -> list[Line]:
    first = max(cell_len(metric) for metric in metrics) + 2
    names = [speaker.criterion(results, criterion) for criterion in criteria]
    each = min((width - first) // len(criteria), max(map(cell_len, names)) + 3)
    lines: list[Line] = []
    if each >= _NAMED or each > max(map(cell_len, names)):
        heads = [shortened(name, each - 1) for name in names]
    else:  # letters stand for the names, which are told above
        each = _CELL
        heads = [chr(ord("A") + place) for place in range(len(names))]
        lines += _legend([f"{head} {name}" for head, name in zip(heads, names, strict=True)], width)
    head = " " * first + "".join(text.rjust(each - 1) + " " for text in heads)
    lines.append(Line((("strong", head),)))
    for metric in metrics:
        pieces = [("", f" {metric}".ljust(first))]
        for criterion in criteria:
            style, text = _cell(table.get((metric, criterion)), speaker)
            pieces.append((style, text.rjust(each)))
        lines.append(Line(tuple(pieces)))
    return lines


def _legend(told: list[str], width: int) -> list[Line]:
    """What the letters stand for, in columns."""
    each = max(map(cell_len, told)) + 3
    across = max(1, (width - 1) // each)
    rows = [told[start : start + across] for start in range(0, len(told), across)]
    return [Line((("", " " + "".join(set_cell_size(text, each) for text in row)),)) for row in rows]


def _cell(found: Correlation | None, speaker: Speaker) -> tuple[str, str]:
    """Style and text: its sign, two decimals, and a mark where it is clear."""
    if found is None or math.isnan(found.rho.value):
        return "quiet", f"{speaker.glyphs.dash} "
    text = speaker.decimal(f"{found.rho.value:+.2f}")
    if found.significant:
        return ("plus" if found.rho.value > 0 else "minus"), f"{text}*"
    return ("" if abs(found.rho.value) >= _WEAK else "quiet"), f"{text} "
