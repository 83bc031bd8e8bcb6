"""The plots of what raters said: how scores are spread, how far raters agree, and which metrics go with them."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from synthdial.report.drawing import BLUE, GRID, INK, MUTED, as_svg, sheet
from synthdial.report.text import Wording
from synthdial.review.agreement import Agreement
from synthdial.review.correlation import Correlation
from synthdial.review.scores import Score

# from light to dark, so that order shows in grey too
_POINTS = ("#e8edf2", "#bcd3e6", "#86b2d4", "#3f86b8", "#0b4f80")
_INK_ON = ("black", "black", "black", "black", "white")
_BELOW, _ABOVE = (0.70, 0.27, 0.05), (0.03, 0.38, 0.60)  # ends of the colours of correlations, equally dark

TENTATIVE, GOOD = 0.667, 0.8
"""Krippendorff's own bounds: below the first no conclusion, from the second on dependable ones."""


@dataclass(frozen=True)
class Bar:
    """A row of the plot of scores: its name, and what was given."""

    name: str
    score: Score


def scores(bars: Sequence[Bar], name: str, say: Wording) -> str:
    """How often each score was given: a bar of five parts for each criterion."""
    with sheet(6.9, 0.75 + 0.36 * len(bars)) as figure:
        axes = figure.subplots()
        for place, bar in enumerate(bars):
            total = max(1, sum(bar.score.distribution))
            left = 0.0
            for point, count in enumerate(bar.score.distribution):
                share = count / total
                axes.barh(
                    place, share, 0.72, left=left, color=_POINTS[point], edgecolor=MUTED, linewidth=0.6,
                    label=str(point + 1) if not place else None,
                )  # fmt: skip
                if share >= 0.055:
                    axes.text(
                        left + share / 2, place, say.share(share), ha="center", va="center", fontsize=8,
                        color=_INK_ON[point],
                    )  # fmt: skip
                left += share
        axes.set_yticks(range(len(bars)), [wrapped(bar.name, 34) for bar in bars])
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        figure.legend(
            loc="outside upper right", ncols=5, fontsize=8.5, handlelength=1.1, columnspacing=1.2, handletextpad=0.5,
            title=say("score, 1 to 5"), title_fontsize=8.5,
        )  # fmt: skip
        description = " ".join(
            say(
                "{name}: mean {mean}.",
                name=bar.name,
                mean=say.number(bar.score.mean.value, 2),
            )
            for bar in bars
        )
        return as_svg(figure, name, say("How often each score was given"), description)


def agreement(rows: Sequence[tuple[str, Agreement]], name: str, say: Wording) -> str:
    """Krippendorff's alpha with its interval for each row, and the two bounds that he gives."""
    known = [(title, row) for title, row in rows if not math.isnan(row.ordinal.value)]
    least = min((_low(row) for _, row in known), default=0.0)
    least = max(-1.0, min(0.0, math.floor(least * 5) / 5))
    with sheet(6.9, 0.85 + 0.3 * len(known)) as figure:
        axes = figure.subplots()
        for place, (_, row) in enumerate(known):
            axes.axhline(place, color=GRID, linewidth=0.8, zorder=0.5)
            estimate = row.ordinal
            if not math.isnan(estimate.low):
                ends = [max(least, estimate.low), estimate.high]
                axes.plot(ends, [place, place], color=BLUE, linewidth=1.8, zorder=2)
            axes.plot([max(least, estimate.value)], [place], marker="o", color=BLUE, markersize=6, zorder=3)
        for bound, style in ((TENTATIVE, ":"), (GOOD, "--")):
            axes.axvline(bound, color=INK, linewidth=1.1, linestyle=style, zorder=1)
        axes.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
        axes.set_yticks(range(len(known)), [wrapped(title, 40) for title, _ in known])
        axes.set_ylim(len(known) - 0.4, -0.6)
        axes.set_xlim(least - 0.02, 1.02)
        ticks = sorted({least, 0.0, 0.4, TENTATIVE, GOOD, 1.0})
        axes.set_xticks(ticks, [say.number(tick, 3 if tick == TENTATIVE else 1) for tick in ticks])
        axes.tick_params(axis="y", length=0)
        axes.tick_params(axis="x", labelsize=8)
        axes.set_xlabel(say("Krippendorff's alpha, ordinal"))
        axes.spines["left"].set_visible(False)
        description = " ".join(
            say("{name}: {value}.", name=title, value=say.number(row.ordinal.value, 2)) for title, row in known
        )
        return as_svg(figure, name, say("Agreement of the raters"), description)


def _low(row: Agreement) -> float:
    return row.ordinal.value if math.isnan(row.ordinal.low) else row.ordinal.low


def heat_map(
    table: Sequence[Correlation],
    metrics: Sequence[tuple[str, str]],
    criteria: Sequence[tuple[str, str]],
    name: str,
    say: Wording,
) -> str:
    """Spearman's rho of each metric with each criterion, as a colour and in figures; what stands out is framed.

    Parameters
    ----------
    table : sequence of Correlation
        What is drawn.
    metrics, criteria : sequence of (str, str)
        Keys and names of the rows and the columns, in their order.
    name : str
        Of the plot, unique in the page.
    say : Wording
        The language.
    """
    from matplotlib.patches import Rectangle

    at = {(each.metric, each.criterion): each for each in table}
    with sheet(max(4.2, 2.8 + 0.56 * len(criteria)), 1.2 + 0.27 * len(metrics)) as figure:
        axes = figure.subplots()
        for y, (metric, _) in enumerate(metrics):
            for x, (criterion, _) in enumerate(criteria):
                found = at.get((metric, criterion))
                value = found.rho.value if found else math.nan
                marked = found is not None and found.significant
                axes.add_patch(Rectangle((x, y), 1, 1, facecolor=_shade(value), edgecolor="white", linewidth=1))
                text = say.signed(value) + ("*" if marked else "")
                axes.text(
                    x + 0.5, y + 0.52, text, ha="center", va="center", fontsize=8,
                    color=_ink_on(_shade(value)), fontweight="bold" if marked else "normal", zorder=4,
                )  # fmt: skip
                if marked:
                    axes.add_patch(
                        Rectangle((x + 0.04, y + 0.06), 0.92, 0.88, fill=False, edgecolor=INK, linewidth=1.3, zorder=3)
                    )
        axes.set_xlim(0, len(criteria))
        axes.set_ylim(len(metrics), 0)
        axes.set_xticks(
            [x + 0.4 for x in range(len(criteria))], [wrapped(title, 24) for _, title in criteria],
            rotation=35, ha="left", rotation_mode="anchor",
        )  # fmt: skip
        axes.set_yticks([y + 0.5 for y in range(len(metrics))], [title for _, title in metrics])
        axes.xaxis.tick_top()
        axes.tick_params(length=0, labelsize=8)
        for spine in axes.spines.values():
            spine.set_visible(False)
        titles = dict(metrics), dict(criteria)
        out = [
            say(
                "{metric} with {criterion}: {value}",
                metric=titles[0][each.metric],
                criterion=titles[1][each.criterion],
                value=say.signed(each.rho.value),
            )
            for each in table
            if each.significant
        ]
        description = (
            say("These stand out: {found}.", found="; ".join(out)) if out else say("None stands out from chance.")
        )
        return as_svg(figure, name, say("Correlation of metrics with scores"), description)


def _shade(value: float) -> tuple[float, float, float]:
    """White at 0, darker the larger a correlation is: one colour above, another below; grey where there is none."""
    if math.isnan(value):
        return 0.93, 0.93, 0.93
    end = _ABOVE if value > 0 else _BELOW
    red, green, blue = (1 + min(1.0, abs(value)) ** 0.85 * (channel - 1) for channel in end)
    return red, green, blue


def _ink_on(colour: tuple[float, float, float]) -> str:
    """Black or white, whichever can be read better on a colour (contrast as WCAG 2 defines it)."""
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "black" if luminance > 0.179 else "white"


def wrapped(text: str, width: int) -> str:
    """A label in lines of a width, three at most."""
    lines = textwrap.wrap(text, width) or [""]
    return "\n".join(
        lines if len(lines) < 4 else [*lines[:2], textwrap.shorten(" ".join(lines[2:]), width, placeholder="…")]
    )
