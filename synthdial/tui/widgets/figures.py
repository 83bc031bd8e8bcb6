"""Figures as a reader of a language writes them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from synthdial.language import Say, mark
from synthdial.review.intervals import Estimate
from synthdial.review.results import REASONS, Results
from synthdial.tui.widgets.charts import Scale, axis
from synthdial.tui.widgets.glyphs import Glyphs
from synthdial.tui.widgets.table import Plot


@dataclass(frozen=True)
class Speaker:
    """How results are told: in a language, with the signs that a terminal can show.

    Attributes
    ----------
    language : str
        ``nl`` or ``en``.
    say : callable
        Translates messages.
    glyphs : Glyphs
        Signs.
    """

    language: str
    say: Say
    glyphs: Glyphs

    def number(self, value: float, digits: int = 2) -> str:
        """A figure with the decimal mark of the language; a dash where there is none."""
        return self.glyphs.dash if math.isnan(value) else self.decimal(f"{value:.{digits}f}")

    def decimal(self, text: str) -> str:
        """A text with figures in it, with the decimal mark of the language."""
        return text.replace(".", "," if self.language == "nl" else ".")

    def estimate(self, figure: Estimate, digits: int = 2) -> str:
        """A figure and its interval, where that is known."""
        value = self.number(figure.value, digits)
        if math.isnan(figure.low) or math.isnan(figure.high):
            return value
        span = self.say("{low} to {high}").format(
            low=self.number(figure.low, digits), high=self.number(figure.high, digits)
        )
        return f"{value} ({span})"

    def percent(self, figure: Estimate) -> str:
        """A share and its interval, in hundreds."""
        hundreds = Estimate(100 * figure.value, 100 * figure.low, 100 * figure.high)
        if math.isnan(figure.value):
            return self.glyphs.dash
        if math.isnan(figure.low):
            return f"{self.number(hundreds.value, 0)}%"
        span = self.say("{low} to {high}").format(low=self.number(hundreds.low, 0), high=self.number(hundreds.high, 0))
        return f"{self.number(hundreds.value, 0)}% ({span})"

    def axis(self, scale: Scale, ticks: Sequence[float]) -> Plot:
        """The head of plots on a scale, with the decimal mark of the language."""
        return lambda cells: self.decimal(axis(scale, ticks, cells))

    def why(self, reason: str) -> str:
        """Why a figure is missing."""
        return REASONS[reason][self.language] if reason in REASONS else reason

    def criterion(self, results: Results, key: str) -> str:
        """What a criterion is called."""
        return results.name(key, self.language)

    def role(self, key: str) -> str:
        """What raters of a role are called; of all, where it is empty."""
        names = {"": mark("all"), "native": mark("native speakers"), "clinician": mark("clinicians")}
        return self.say(names[key]) if key in names else key
