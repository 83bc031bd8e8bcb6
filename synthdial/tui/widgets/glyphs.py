"""The signs beside text, so that nothing is told by colour alone; plain ones where a terminal has no others."""

from dataclasses import dataclass

from textual.app import App

from synthdial.tui.terminal import is_plain_locale


@dataclass(frozen=True)
class Glyphs:
    """Signs, each one cell wide.

    Attributes
    ----------
    cursor, along, doctor, patient : str
        Before the turn under the cursor, and before its other lines; before what each speaker says.
    flag, edit, comment : str
        Beside a turn that was flagged, edited or commented on.
    chosen, open, answered, refused : str
        Before a choice that was made, and that was not; behind what was answered; where something was turned down.
    full, empty : str
        A bar, filled and not.
    low, line, high, mean : str
        An interval: its left end, what is between, its right end, and the mean.
    dot, dash : str
        Between words; where there is no figure.
    """

    cursor: str = "▶"
    along: str = "│"
    doctor: str = "■"
    patient: str = "□"
    flag: str = "⚑"
    edit: str = "✎"
    comment: str = "»"
    chosen: str = "●"
    open: str = "○"
    answered: str = "✓"
    refused: str = "✗"
    full: str = "█"
    empty: str = "░"
    low: str = "├"
    line: str = "─"
    high: str = "┤"
    mean: str = "●"
    dot: str = "·"
    dash: str = "–"


UNICODE = Glyphs()

ASCII = Glyphs(
    cursor=">",
    along="|",
    doctor="#",
    patient="-",
    flag="!",
    edit="~",
    comment='"',
    chosen="*",
    open="o",
    answered="+",
    refused="x",
    full="#",
    empty=".",
    low="[",
    line="-",
    high="]",
    mean="o",
    dot="-",
    dash="-",
)


def glyphs_for(app: App[object]) -> Glyphs:
    """The signs that an application's terminal can show."""
    known = app.console.encoding.lower().startswith("utf") and not is_plain_locale()
    return UNICODE if known else ASCII
