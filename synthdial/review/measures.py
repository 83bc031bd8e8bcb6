"""The metrics that are set beside what people say, and the results of a study."""

from collections.abc import Collection, Mapping

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.metrics import Measurer, scenario_lexicon
from synthdial.prompt import bundled_scenarios, load_scenario
from synthdial.review.results import Results, results
from synthdial.review.table import review_data
from synthdial.study import Study
from synthdial.study.reviews import Reviews

MEASURES = (
    "n_turns",
    "n_words",
    "mattr",
    "mtld",
    "hdd",
    "yule_k",
    "words_per_turn",
    "cv",
    "gini",
    "short_turn_share",
    "backchannel_share",
    "lag1",
    "length_entropy",
    "switch_rate",
    "dominance",
    "question_share",
    "doctor_question_share",
    "patient_question_share",
    "hesitations",
    "uptake",
    "distinct_2",
    "self_bleu_turns",
    "npmi_coherence",
    "drift",
    "term_coverage",
    "term_density",
)
"""Metrics that are correlated with scores: one or two of a kind. Each more, above all one that says again what another
says, makes it harder for all to stand out from chance."""


def dialogue_metrics(study: Study, only: Collection[str] | None = None) -> dict[str, dict[str, float]]:
    """The metrics of a study's dialogues.

    Terms are those of the scenario that a dialogue was written for, where it is a bundled one.

    Parameters
    ----------
    study : Study
        Open.
    only : collection of str, optional
        Ids of the dialogues wanted; all by default.

    Returns
    -------
    dict of str to dict of str to float
        The metrics of ``MEASURES`` by name, by id of the dialogue; nan where undefined.
    """
    measurers: dict[str, Measurer] = {}
    return {
        dialogue.id: _measurer(dialogue, measurers).dialogue(dialogue)
        for dialogue in study.dialogues()
        if only is None or dialogue.id in only
    }


def _measurer(dialogue: Dialogue, measurers: dict[str, Measurer]) -> Measurer:
    name = str(dialogue.provenance.get("scenario") or "")
    if name not in measurers:
        terms = None
        if name in bundled_scenarios():  # a scenario of the user's own has a name too, but no card here
            scenario = load_scenario(name)
            terms = scenario_lexicon(scenario.terms, scenario.name)
        measurers[name] = Measurer(terms=terms, metrics=MEASURES)
    return measurers[name]


def study_results(study: Study, *, seed: int = 0, resamples: int = 2000, permutations: int | None = None) -> Results:
    """Count everything that raters said of a study.

    Parameters
    ----------
    study : Study
        Open.
    seed, resamples, permutations : int
        As in `synthdial.review.results.results`.

    Raises
    ------
    SynthdialError
        When nobody has finished a dialogue, or it is a task, whose ratings go back to its study first.
    """
    reviews = Reviews(study)
    if reviews.is_task:
        raise SynthdialError(
            f"{study.path} is a task, not a study.",
            f"Take its ratings back first: synthdial-edge review merge STUDY {study.path}",
        )
    data = review_data(study)
    if not data.subjects:
        raise SynthdialError(*_nothing_yet(study, reviews))
    turns: Mapping[str, float] = {
        place.id: count
        for place, count in reviews.turn_counts().items()
        if place.id in data.subjects and data.subjects[place.id].by_person == place.is_anchor
    }
    metrics = dialogue_metrics(study, {key for key, subject in data.subjects.items() if not subject.by_person})
    return results(data, metrics, turns=turns, seed=seed, resamples=resamples, permutations=permutations)


def _nothing_yet(study: Study, reviews: Reviews) -> tuple[str, str]:
    rate = f"Rate dialogues with: synthdial-edge review {study.path} --rater NAME --role native"
    if reviews.begun():
        return (
            f"No rater is done with a dialogue of {study.path} yet; the calibration round and what is not finished do "
            "not count.",
            f"See: synthdial-edge review status {study.path}",
        )
    return f"No dialogue of {study.path} has been rated yet.", rate
