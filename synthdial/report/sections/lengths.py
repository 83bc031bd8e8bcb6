"""Section 2: turns and words per dialogue."""

from collections.abc import Sequence

from synthdial.report import names, plots
from synthdial.report.blocks import Block, Cell, Plot, Row, Section, Table, Text, number
from synthdial.report.text import Wording, capital
from synthdial.report.walk import LENGTHS, Spread, Walked


def section(walked: Walked, say: Wording) -> Section:
    """Histograms and a table with percentiles, for all dialogues and for each group where there are several."""
    drawn = tuple(
        Plot(plots.histogram(one, f"histogram-{one.name.replace('_', '-')}", say), large=False)
        for one in walked.histograms
    )
    caption = say("Dialogues by their number of turns and of words; the broken line is the median.")
    blocks: list[Block] = [
        Text(
            say("A turn is everything that one speaker says before the other does. Words are counted without labels.")
        ),
        Row(drawn, caption),
        _table(say("All dialogues"), walked.spreads, say),
    ]
    if len(walked.groups) > 1:
        blocks += [
            _table(capital(plots.group_name(group.preset, group.model, walked.groups, say)), group.spreads, say)
            for group in walked.groups
        ]
    return Section("lengths", say("Turns and words per dialogue"), tuple(blocks))


def _table(caption: str, spreads: Sequence[Spread], say: Wording) -> Table:
    columns = (
        say("Measure"), "#" + say("Dialogues"), "#" + say("Mean"), "#" + say("SD"), "#P10", "#P25",
        "#" + say("Median"), "#P75", "#P90",
    )  # fmt: skip
    rows = []
    for name, spread in zip(LENGTHS, spreads, strict=True):
        whole = spread.summary
        figures = (whole.mean, whole.sd, whole.p10, spread.p25, whole.median, spread.p75, whole.p90)
        rows.append((
            Cell(names.measure(name, say)),
            number(whole.n, 0, say),
            *(number(value, 1, say) for value in figures),
        ))  # fmt: skip
    return Table(caption, columns, tuple(rows))
