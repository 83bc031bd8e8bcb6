"""Section 3: measures beside reference conversations."""

from synthdial.measure.standing import Figure, Standing
from synthdial.report import names, plots
from synthdial.report.beside import FEWEST_DIALOGUES, Beside, side
from synthdial.report.blocks import Block, Cell, Heading, Items, Plot, Section, Table, Text, with_interval
from synthdial.report.text import UNKNOWN, Wording, capital
from synthdial.report.walk import MOST_COMPARED, Group, Walked


def section(walked: Walked, shown: Beside, say: Wording) -> Section:
    """A plot of all groups, what lies outside in words, and a table for each."""
    title = say("Measures beside reference conversations")
    blocks: list[Block] = [Text(_how(shown, say))]
    if not shown.standings:
        few = say(
            "There is nothing to compare: that takes {count} dialogues of one preset and model.", count=FEWEST_DIALOGUES
        )
        return Section("beside", title, (*blocks, Text(few)))
    caption = say(
        "Mean of each measure with its 95% interval. The band goes from the 10th to the 90th percentile of the "
        "references and is drawn equally wide for every measure; the upright line is their mean. An arrow points to a "
        "mean that lies further out."
    )
    blocks.append(Plot(plots.ranges(shown, walked.groups, "ranges", say), caption))
    for group, standing in shown.standings:
        blocks.append(Heading(capital(plots.group_name(group.preset, group.model, walked.groups, say))))
        blocks += [Items(tuple(outside(standing, say))), _figures(standing, say), _counts(standing, say)]
        if len(group.sample) < group.dialogues:
            blocks.append(Text(_sampled(group, say), "note"))
    if shown.alone:
        left = [plots.group_name(group.preset, group.model, walked.groups, say) for group in shown.alone]
        blocks.append(
            Text(
                say(
                    "Not compared, since it holds a single dialogue or comes after too many others: {names}.",
                    names=say.listing(left),
                )
            )
        )
    return Section("beside", title, tuple(blocks))


def _how(shown: Beside, say: Wording) -> str:
    whose = (
        say("the {count} conversations that come with the program, which were written for it", count=shown.references)
        if shown.bundled
        else say("{count} conversations of the institution's own", count=shown.references)
    )
    return say(
        "The dialogues are set beside {references}. A measure depends on how long a dialogue is, so the references "
        "are first cut to the length of the dialogues, at whole turns and from a random start, many times over.",
        references=whose,
    )


def _sampled(group: Group, say: Wording) -> str:
    return say(
        "Computed from {sample} of its {count} dialogues, drawn at random: at most {most} are compared.",
        sample=len(group.sample),
        count=group.dialogues,
        most=MOST_COMPARED,
    )


def outside(standing: Standing, say: Wording) -> list[str]:
    """How a group stands, in sentences: how many means lie in the range, which do not, whether it can be told apart."""
    known = [figure for figure in standing.figures if figure.mean == figure.mean and figure.p10 == figure.p10]
    beyond = [figure for figure in known if side(figure)]
    inside = say(
        "Of {all} measures {inside} have a mean within the range of the references.",
        all=len(known),
        inside=len(known) - len(beyond),
    )
    sentences = [inside]
    for way, start in ((-1, say("Lower than the references:")), (1, say("Higher than the references:"))):
        found = [_compared(figure, say) for figure in beyond if side(figure) == way]
        if found:
            sentences.append(f"{start} {'; '.join(found)}.")
    auc = standing.auc[0]
    if auc == auc:
        told = (
            say("by their turn-taking alone the two cannot be told apart")
            if auc < 0.6
            else say("by their turn-taking alone the two can be told apart now and then")
            if auc < 0.75
            else say("by their turn-taking alone the two are easily told apart")
        )
        sentences.append(
            say(
                "A classifier given one dialogue and one reference names the right one in {hits} of 100 cases (95% "
                "interval {between}; 50 is guessing): {meaning}.",
                hits=say.number(100 * auc),
                between=say.between(100 * standing.auc[1], 100 * standing.auc[2]),
                meaning=told,
            )
        )
    return sentences


def _compared(figure: Figure, say: Wording) -> str:
    return say(
        "{measure} ({mean}; references {range})",
        measure=names.measure(figure.name, say),
        mean=names.value(figure.name, figure.mean, say),
        range=names.span(figure.name, figure.p10, figure.p90, say),
    )


def _figures(standing: Standing, say: Wording) -> Table:
    columns = (
        say("Measure"), "#" + say("Mean (95% interval)"), "#" + say("References: mean"), "#" + say("P10 to P90"),
        say("Position"),
    )  # fmt: skip
    places = {-1: say("below"), 0: say("within"), 1: say("above")}
    rows = []
    for figure in standing.figures:
        own = with_interval(
            names.value(figure.name, figure.mean, say),
            names.span(figure.name, figure.low, figure.high, say),
            figure.low,
            figure.high,
        )
        unknown = figure.mean != figure.mean or figure.p10 != figure.p10
        place = side(figure)
        rows.append((
            Cell(names.measure(figure.name, say)),
            Cell(own, (figure.mean, figure.low, figure.high)),
            Cell(names.value(figure.name, figure.people, say), (figure.people,)),
            Cell(names.span(figure.name, figure.p10, figure.p90, say), (figure.p10, figure.p90)),
            Cell(UNKNOWN if unknown else places[place], strong=bool(place)),
        ))  # fmt: skip
    return Table(say("Measures and the range of the references"), columns, tuple(rows))


def _counts(standing: Standing, say: Wording) -> Table:
    rows = []
    for name, title in names.COUNTS.items():
        figure = standing.figure(name)
        share = name != "log_probability"
        mean, between = (
            (
                say.share(figure.mean, 1),
                say.shares_between(figure.low, figure.high, 1),
            )
            if share
            else (say.number(figure.mean, 2), say.between(figure.low, figure.high, 2))
        )
        text = with_interval(mean, between, figure.low, figure.high)
        rows.append((Cell(say(title)), Cell(text, (figure.mean, figure.low, figure.high))))
    distance = standing.distance
    text = with_interval(say.number(distance[0], 2), say.between(distance[1], distance[2], 2), distance[1], distance[2])
    rows.append((Cell(say("distance from the references' turn-taking (0 is none)")), Cell(text, distance)))
    return Table(say("What else was counted"), (say("What"), "#" + say("Mean (95% interval)")), tuple(rows))
