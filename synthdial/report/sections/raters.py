"""Section 4, the raters: what they flagged, what they took for a person's, and how each uses the scale."""

from synthdial.report import names
from synthdial.report.blocks import Block, Cell, Heading, Items, Table, Text, number, with_interval
from synthdial.report.reviewed import Reviewed
from synthdial.report.text import UNKNOWN, Wording, capital
from synthdial.review.intervals import Estimate
from synthdial.review.marks import FlagCount, Origin
from synthdial.review.results import REASONS


def flags(said: Reviewed, say: Wording) -> list[Block]:
    """Flags by kind and severity, over all that a model wrote and for each preset where there are several."""
    found: list[Block] = [Heading(say("Flags"))]
    whole = [each for each in said.results.flags if each.by == "all"]
    if not any(each.count for each in whole):
        return [*found, Text(say("No turn that a model wrote was flagged."))]
    total = next(each for each in whole if not each.kind)
    found.append(
        Text(
            say(
                "Raters set {count} flags, {rate}. A turn that two raters flag counts twice, as it is read twice.",
                count=total.count,
                rate=_rate(total, say),
            )
        )
    )
    presets = list(dict.fromkeys(each.group for each in said.results.flags if each.by == "preset"))
    by_preset = {(each.kind, each.severity, each.group): each for each in said.results.flags if each.by == "preset"}
    several = presets if len(presets) > 1 else []
    unit = say("per 1,000 turns read (95% interval)") if total.turns else say("per dialogue read (95% interval)")
    columns = (
        say("Kind"), say("Severity"), "#" + say("Flags"), f"#{capital(unit)}",
        *("#" + say("Of which {preset}", preset=preset) for preset in several),
    )  # fmt: skip
    rows = []
    for each in whole:
        if each.kind and each.count:
            split = (by_preset.get((each.kind, each.severity, preset)) for preset in several)
            rows.append((
                Cell(names.named(names.FLAGS, each.kind, say)),
                Cell(names.named(names.SEVERITIES, each.severity, say), strong=each.severity == "critical"),
                number(each.count, 0, say),
                _estimate(each.rate, say),
                *(number(one.count if one else 0, 0, say) for one in split),
            ))  # fmt: skip
    found.append(Table(say("Flags by kind and severity"), columns, tuple(rows)))
    return found


def _rate(total: FlagCount, say: Wording) -> str:
    rate = say.number(total.rate.value, 1)
    return say("{rate} per 1,000 turns read", rate=rate) if total.turns else say("{rate} per dialogue read", rate=rate)


def _estimate(estimate: Estimate, say: Wording, digits: int = 1) -> Cell:
    between = say.between(estimate.low, estimate.high, digits)
    text = with_interval(say.number(estimate.value, digits), between, estimate.low, estimate.high)
    return Cell(text, (estimate.value, estimate.low, estimate.high))


def origin(said: Reviewed, say: Wording) -> list[Block]:
    """What raters took for a person's and what for a machine's."""
    found = said.results.origin
    if not found:
        return []
    whole = found[0]
    sentences = [_fooled(whole, say)] if whole.machine_as_person + whole.machine_as_machine else []
    if whole.person_as_person + whole.person_as_machine:
        sentences.append(_told(whole, say))
    else:
        sentences.append(
            say(
                "No conversation by people was mixed in, so that it is not known how often raters would take one for a "
                "machine's."
            )
        )
    columns = (
        say("Raters"), "#" + say("By a model, taken for a person's"), "#" + say("By a model, taken for a machine's"),
        "#" + say("By people, taken for a person's"), "#" + say("By people, taken for a machine's"),
        "#" + say("Right (95% interval)"),
    )  # fmt: skip
    rows = []
    for each in found:
        counts = (each.machine_as_person, each.machine_as_machine, each.person_as_person, each.person_as_machine)
        share = each.accuracy
        between = say.shares_between(share.low, share.high)
        text = with_interval(say.share(share.value), between, share.low, share.high)
        rows.append((
            Cell(names.role(each.role, 2, say) if each.role else say("all")),
            *(number(count, 0, say) for count in counts),
            Cell(text, (share.value, share.low, share.high)),
        ))  # fmt: skip
    return [
        Heading(say("Person or machine?")),
        Items(tuple(sentences)),
        Table(say("What raters took for a person's and what for a machine's"), columns, tuple(rows)),
    ]


def _fooled(whole: Origin, say: Wording) -> str:
    share = whole.fooled
    return say(
        "In {share} of the guesses (95% interval {between}) a dialogue by a model was taken for a conversation of "
        "people.",
        share=say.share(share.value),
        between=say.shares_between(share.low, share.high),
    )


def _told(whole: Origin, say: Wording) -> str:
    return say(
        "Weighing both kinds alike, {balanced} of the guesses were right; 50% is chance.",
        balanced=say.share(whole.balanced),
    )


def severity(said: Reviewed, named: bool, say: Wording) -> list[Block]:
    """How strict each rater is; by number unless they are to be named."""
    found = sorted(said.results.severity, key=lambda each: (each.role, said.numbers[each.rater]))
    if not found:
        return []
    columns = (
        say("Rater"), say("Role"), "#" + say("Scores"), "#" + say("Mean"), "#" + say("SD"), "#" + say("Scores used"),
        "#" + say("Beside the others (95% interval)"),
    )  # fmt: skip
    rows = []
    for each in found:
        apart = each.deviation
        text = say.signed(apart.value)
        if apart.low == apart.low:
            text += f" ({say.signed_between(apart.low, apart.high)})"
        if each.reason:
            text = REASONS.get(each.reason, {}).get(say.language, each.reason)
        rows.append((
            Cell(rater(said, each.rater, named, say)),
            Cell(names.role(each.role, 1, say)),
            number(each.n, 0, say),
            number(each.mean, 2, say),
            number(each.sd, 2, say),
            Cell(say.between(each.lowest, each.highest) if each.n else UNKNOWN),
            Cell(text, (apart.value, apart.low, apart.high)),
        ))  # fmt: skip
    return [
        Heading(say("How strict each rater is")),
        Text(
            say(
                "The last column is how many points a rater gives more (+) or less (−) than the others gave the same "
                "dialogue on the same criterion."
            )
        ),
        Table(say("Raters"), columns, tuple(rows)),
    ]


def rater(said: Reviewed, name: str, named: bool, say: Wording) -> str:
    """What a rater is called in the report."""
    return name if named else say("Rater {number}", number=str(said.numbers[name]))
