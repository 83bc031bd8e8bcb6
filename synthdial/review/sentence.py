"""Whether metrics agree with people: the question of the paper this program implements, answered in one sentence.

The sentence is put together from figures alone, and says how sure one can be: where dialogues are too few to find a
correlation of 0.3, that none was found says nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthdial.review.agreement import Agreement
from synthdial.review.correlation import Correlation, detectable, dialogues_needed
from synthdial.review.intervals import FEWEST

LOOKED_FOR = 0.3
"""The correlation that a study should be able to find: 'medium' (Cohen 1988)."""

_STRONG = 0.5
_LITTLE_AGREEMENT = 0.4


@dataclass(frozen=True)
class _Case:
    """What the sentence is made of."""

    tests: int
    found: tuple[Correlation, ...]  # that stand out, the largest first
    criteria: int
    criteria_found: int
    dialogues: int  # the fewest that a criterion was scored on
    most: int
    needed: int


def answer(
    table: Sequence[Correlation],
    agreement: Sequence[Agreement],
    names: Mapping[str, str],
    lang: str = "en",
) -> str:
    """The answer for one study.

    Parameters
    ----------
    table : sequence of Correlation
        Every metric with every criterion.
    agreement : sequence of Agreement
        How far raters agree.
    names : mapping of str to str
        What the criteria are called in the language.
    lang : {"en", "nl"}
        The language.
    """
    say = _DUTCH if lang == "nl" else _ENGLISH
    if not table:
        return say["nothing"]
    case = _case(table)
    values = {
        "tests": case.tests,
        "n": case.dialogues if case.dialogues == case.most else say["range"].format(case.dialogues, case.most),
        "needed": case.needed,
        "more": case.needed - case.dialogues,
        "rho": _number(LOOKED_FOR, lang, 1),
    }
    if not case.tests:
        reason = "constant" if case.dialogues >= FEWEST else "very few"
        return say[reason].format(**values)
    enough = case.dialogues >= case.needed
    if not case.found:
        values["detectable"] = _number(detectable(case.dialogues, case.tests), lang)
        text = say["none" if enough else "too few"]
    else:
        largest, smallest = case.found[0], case.found[-1]
        strongest = abs(largest.rho.value)
        everywhere = case.criteria_found == case.criteria and strongest >= _STRONG
        values |= {
            "begin": say["hardly" if strongest < LOOKED_FOR else "yes" if everywhere else "in part"],
            "count": case.criteria_found,
            "criteria": case.criteria,
            "found": len(case.found),
            "sizes": _number(strongest, lang)
            if len(case.found) == 1
            else say["range"].format(_number(abs(smallest.rho.value), lang), _number(strongest, lang)),
            "metric": largest.metric,
            "criterion": names.get(largest.criterion, largest.criterion),
            "value": _number(largest.rho.value, lang),
            "low": _number(largest.rho.low, lang),
            "high": _number(largest.rho.high, lang),
        }
        text = say["one" if len(case.found) == 1 else "some"] + ("" if enough else say["weaker"])
    return (text + _limit(agreement, say, lang)).format(**values) + "."


def _case(table: Sequence[Correlation]) -> _Case:
    tested = [correlation for correlation in table if not math.isnan(correlation.p)]
    found = sorted((each for each in tested if each.significant), key=lambda each: -abs(each.rho.value))
    sizes: dict[str, int] = {}
    for correlation in tested or table:
        sizes[correlation.criterion] = max(correlation.n, sizes.get(correlation.criterion, 0))
    return _Case(
        len(tested),
        tuple(found),
        len(sizes),
        len({correlation.criterion for correlation in found}),
        min(sizes.values()),
        max(sizes.values()),
        dialogues_needed(LOOKED_FOR, len(tested) or len(table)),
    )


def _limit(agreement: Sequence[Agreement], say: Mapping[str, str], lang: str) -> str:
    """What low agreement adds: no metric can follow people who do not follow one another."""
    known = [each.ordinal for each in agreement if not each.reason]
    if not known or not all(alpha.high < _LITTLE_AGREEMENT for alpha in known):
        return ""  # or one cannot be sure of it
    return say["limit"].format(_number(max(alpha.value for alpha in known), lang))


def _number(value: float, lang: str, digits: int = 2) -> str:
    shown = f"{value:.{digits}f}".replace("-", "−")
    return shown.replace(".", ",") if lang == "nl" else shown


_ENGLISH: Mapping[str, str] = {
    "nothing": "Whether metrics agree with people cannot be said: no dialogue that a model wrote has both.",
    "range": "{} to {}",
    "very few": "Whether metrics agree with people cannot be said yet: too few dialogues were scored ({n}); to find a "
    "correlation of {rho} in a table of this size takes about {needed}, {more} more.",
    "constant": "Whether metrics agree with people cannot be said: over {n} dialogues the scores or the metrics do not "
    "vary.",
    "too few": "Whether metrics agree with people cannot be said yet: none of {tests} correlations stands out from "
    "chance (q ≤ 0.05), but with {n} dialogues only one of {detectable} or more would have been found four times out "
    "of five; for one of {rho} it takes about {needed} dialogues, {more} more",
    "none": "No: none of {tests} correlations between metrics and people's scores stands out from chance (q ≤ 0.05, "
    "{n} dialogues), where one of {detectable} or more would have been found four times out of five",
    "hardly": "Hardly",
    "in part": "In part",
    "yes": "Yes",
    "some": "{begin}: for {count} of {criteria} criteria at least one metric goes together with people's scores "
    "({found} of {tests} correlations stand out from chance, q ≤ 0.05, of size {sizes}, {n} dialogues), most of all "
    "{metric} with {criterion} (ρ = {value}, 95 % interval {low} to {high})",
    "one": "{begin}: one of {tests} correlations between metrics and people's scores stands out from chance (q ≤ 0.05, "
    "{n} dialogues), that of {metric} with {criterion} (ρ = {value}, 95 % interval {low} to {high})",
    "weaker": "; with so few dialogues weaker ones stay unseen ({needed} would show most of {rho})",
    "limit": "; the raters themselves agree little (alpha {} at best), and no metric can follow people who do not "
    "follow one another",
}

_DUTCH: Mapping[str, str] = {
    "nothing": "Of de maten overeenkomen met het oordeel van mensen is niet te zeggen: geen enkel door een model "
    "geschreven gesprek heeft beide.",
    "range": "{} tot {}",
    "very few": "Of de maten overeenkomen met het oordeel van mensen is nog niet te zeggen: er zijn te weinig "
    "gesprekken beoordeeld ({n}); om in een tabel van deze omvang een correlatie van {rho} te vinden zijn er ongeveer "
    "{needed} nodig, dus nog {more}.",
    "constant": "Of de maten overeenkomen met het oordeel van mensen is niet te zeggen: bij {n} gesprekken is er geen "
    "spreiding in de scores of in de maten.",
    "too few": "Of de maten overeenkomen met het oordeel van mensen is nog niet te zeggen: geen van de {tests} "
    "correlaties onderscheidt zich van toeval (q ≤ 0,05), maar met {n} gesprekken zou alleen een correlatie van "
    "{detectable} of meer in vier van de vijf gevallen zijn gevonden; voor een van {rho} zijn er ongeveer {needed} "
    "gesprekken nodig, dus nog {more}",
    "none": "Nee: geen van de {tests} correlaties tussen maten en scores onderscheidt zich van toeval (q ≤ 0,05; {n} "
    "gesprekken), terwijl een correlatie van {detectable} of meer in vier van de vijf gevallen zou zijn gevonden",
    "hardly": "Nauwelijks",
    "in part": "Deels",
    "yes": "Ja",
    "some": "{begin}: bij {count} van de {criteria} criteria hangt minstens één maat samen met de scores van mensen "
    "({found} van de {tests} correlaties onderscheiden zich van toeval, q ≤ 0,05; grootte {sizes}; {n} gesprekken), "
    "het sterkst {metric} met {criterion} (ρ = {value}; 95%-interval {low} tot {high})",
    "one": "{begin}: één van de {tests} correlaties tussen maten en scores onderscheidt zich van toeval (q ≤ 0,05; {n} "
    "gesprekken), die van {metric} met {criterion} (ρ = {value}; 95%-interval {low} tot {high})",
    "weaker": "; bij zo weinig gesprekken blijven zwakkere verbanden onzichtbaar (met {needed} zijn de meeste van "
    "{rho} te zien)",
    "limit": "; de beoordelaars zijn het onderling weinig eens (alfa hoogstens {}), en geen maat kan mensen volgen die "
    "het onderling niet eens zijn",
}
