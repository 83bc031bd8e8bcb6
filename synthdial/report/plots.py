"""The plots of how long dialogues are, and of how they stand beside references."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from synthdial.measure.standing import Figure
from synthdial.report import names
from synthdial.report.beside import Beside, side
from synthdial.report.drawing import BAND, BLUE, COLOURS, GRID, INK, MARKERS, MUTED, as_svg, sheet
from synthdial.report.text import Wording
from synthdial.report.walk import Group, Histogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

_FARTHEST = 1.0
"""How far outside the references' range a mean is drawn, in widths of that range; what lies further is drawn there."""


def histogram(drawn: Histogram, name: str, say: Wording) -> str:
    """Dialogues by their length: bars, and a line at the median."""
    title = {"n_turns": say("Turns per dialogue"), "n_words": say("Words per dialogue")}[drawn.name]
    with sheet(3.3, 2.3) as figure:
        axes = figure.subplots()
        widths = [high - low for low, high in zip(drawn.edges, drawn.edges[1:], strict=False)]
        axes.bar(drawn.edges[:-1], drawn.counts, widths, align="edge", color="#a9c8e0", edgecolor=BLUE, linewidth=0.8)
        axes.axvline(drawn.median, color=INK, linewidth=1.2, linestyle="--")
        right = drawn.median > (drawn.edges[0] + drawn.edges[-1]) / 2
        axes.text(
            drawn.median, 1.02, say("median {value}", value=say.number(drawn.median)),
            transform=axes.get_xaxis_transform(), ha="right" if right else "left", va="bottom", fontsize=8,
        )  # fmt: skip
        axes.set_xlabel(title)
        axes.set_ylabel(say("dialogues"))
        axes.margins(y=0.08)
        numbered(axes, say, x=0, y=0, whole=True)
        highest = max(range(len(drawn.counts)), key=drawn.counts.__getitem__)
        description = say(
            "Histogram. Most dialogues, {count}, have {low} to {high}; all lie between {least} and {most}.",
            count=drawn.counts[highest],
            low=drawn.edges[highest],
            high=drawn.edges[highest + 1] - 1,
            least=drawn.edges[0],
            most=drawn.edges[-1],
        )
        return as_svg(figure, name, title, description)


def numbered(axes: "Axes", say: Wording, *, x: int | None = None, y: int | None = None, whole: bool = False) -> None:
    """Write the numbers of axes with so many decimals in the reader's language."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for axis, digits in ((axes.xaxis, x), (axes.yaxis, y)):
        if digits is not None:
            axis.set_major_locator(MaxNLocator(5, integer=whole))
            axis.set_major_formatter(FuncFormatter(lambda value, _, digits=digits: say.number(value, digits)))


def ranges(shown: Beside, groups: Sequence[Group], name: str, say: Wording) -> str:
    """Each measure's mean of each group in the range of the references, which is drawn alike for all measures."""
    measured = [standing.figures for _, standing in shown.standings]
    rows = [at for at in range(len(measured[0])) if any(_has_range(figures[at]) for figures in measured)]
    count = len(measured)
    with sheet(6.9, 1.0 + len(rows) * (0.2 + 0.08 * count) + (0.24 * ((count + 1) // 2) if count > 1 else 0)) as figure:
        axes = figure.subplots()
        axes.axvspan(0, 1, color=BAND, zorder=0)
        step = min(0.3, 0.72 / count)
        for place, at in enumerate(rows):
            axes.axhline(place, color=GRID, linewidth=0.8, zorder=0.5)
            for k, figures in enumerate(measured):
                height = place + (k - (count - 1) / 2) * step
                _dot(
                    axes, figures[at], height, min(0.3, step / 2), COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
                )
        axes.set_yticks(range(len(rows)), [names.measure(measured[0][at].name, say) for at in rows])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-_FARTHEST - 0.08, 1 + _FARTHEST + 0.08)
        axes.set_xticks([0, 1], [say("10th percentile"), say("90th percentile")])
        axes.set_xlabel(say("of the references"))
        axes.spines["left"].set_visible(False)
        if count == 1:
            _spans(axes, [measured[0][at] for at in rows], say)
        else:
            _legend(figure, [group_name(group.preset, group.model, groups, say) for group, _ in shown.standings])
        return as_svg(
            figure, name, say("Measures of the dialogues in the range of the references"), _seen(shown, groups, say)
        )


def _seen(shown: Beside, groups: Sequence[Group], say: Wording) -> str:
    parts = []
    for group, standing in shown.standings:
        outside = [names.measure(figure.name, say) for figure in standing.figures if side(figure)]
        title = group_name(group.preset, group.model, groups, say)
        if outside:
            parts.append(say("{group}: outside the range lie {measures}.", group=title, measures=say.listing(outside)))
        else:
            parts.append(say("{group}: all means lie inside the range.", group=title))
    return " ".join(parts)


def _has_range(figure: Figure) -> bool:
    return figure.p90 > figure.p10


def _spans(axes: "Axes", figures: Sequence[Figure], say: Wording) -> None:
    """What the range is, at the right of each row."""
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(figures)), [names.span(row.name, row.p10, row.p90, say) for row in figures])
    right.tick_params(length=0, labelsize=8, labelcolor=MUTED)
    right.spines["right"].set_visible(False)


def _dot(axes: "Axes", figure: Figure, height: float, reach: float, colour: str, marker: str) -> None:
    """A mean and its interval, in widths of the references' range; an arrow at the edge where it lies beyond.

    An upright line marks the references' own mean.
    """
    if not _has_range(figure) or math.isnan(figure.mean):
        return
    width = figure.p90 - figure.p10
    mean, low, high, usual = (
        (value - figure.p10) / width for value in (figure.mean, figure.low, figure.high, figure.people)
    )
    least, most = -_FARTHEST, 1 + _FARTHEST
    axes.plot([usual, usual], [height - reach, height + reach], color=INK, linewidth=1.4, zorder=1.5)
    if not least <= mean <= most:
        edge, arrow = (least, "<") if mean < least else (most, ">")
        axes.plot([edge], [height], marker=arrow, color=colour, markersize=7, linestyle="none", zorder=3)
        return
    axes.plot([max(low, least), min(high, most)], [height, height], color=colour, linewidth=1.6, zorder=2.5)
    axes.plot(
        [mean], [height], marker=marker, color=colour, markersize=5.5, markeredgecolor="white", markeredgewidth=0.7,
        linestyle="none", zorder=3,
    )  # fmt: skip


def _legend(figure: "MatplotlibFigure", labels: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=COLOURS[k % len(COLOURS)], marker=MARKERS[k % len(MARKERS)], linewidth=1.6, markersize=5.5)
        for k in range(len(labels))
    ]
    figure.legend(handles, labels, loc="outside upper left", ncols=1 if max(map(len, labels)) > 30 else 2, fontsize=8.5)


def group_name(preset: str, model: str, groups: Sequence[Group], say: Wording) -> str:
    """What a group is called: by the preset, and by the model where there are several."""
    named = say("preset {preset}", preset=preset) if preset else say("no preset")
    return f"{named}, {model}" if model and len({group.model for group in groups}) > 1 else named
