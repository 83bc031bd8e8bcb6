"""What measures, and other keys of the library, are called in a report."""

from synthdial.language import mark
from synthdial.metrics import METRICS
from synthdial.metrics.catalogue import SHARE
from synthdial.report.text import Wording

_MEASURES = {
    "n_utterances": mark("utterances"),
    "n_turns": mark("turns"),
    "n_words": mark("words"),
    "n_types": mark("different words"),
    "ttr": mark("type-token ratio"),
    "rttr": mark("root type-token ratio"),
    "cttr": mark("corrected type-token ratio"),
    "herdan_c": mark("Herdan's C"),
    "summer": mark("Summer's index"),
    "dugast": mark("Dugast's U"),
    "maas_a2": mark("Maas' a²"),
    "yule_k": mark("Yule's K"),
    "simpson_d": mark("Simpson's D"),
    "hapax_share": mark("words used once"),
    "msttr": mark("lexical diversity (MSTTR)"),
    "mattr": mark("lexical diversity (MATTR)"),
    "hdd": mark("lexical diversity (HD-D)"),
    "vocd": mark("lexical diversity (vocd-D)"),
    "mtld": mark("lexical diversity (MTLD)"),
    "mtld_le": mark("MTLD, closing at the threshold"),
    "mtld_min10": mark("MTLD, ten words at least"),
    "mtld_ma_wrap": mark("MTLD, moving average, wrapped"),
    "mtld_ma_bid": mark("MTLD, moving average, both ways"),
    "words_per_turn": mark("words per turn"),
    "words_per_turn_median": mark("words per turn, median"),
    "words_per_turn_sd": mark("words per turn, standard deviation"),
    "words_per_turn_p90": mark("words per turn, 90th percentile"),
    "cv": mark("variation in turn length (CV)"),
    "burstiness": mark("burstiness of turn length"),
    "burstiness_finite": mark("burstiness, corrected for length"),
    "gini": mark("inequality of turn length (Gini)"),
    "short_turn_share": mark("turns of one or two words"),
    "backchannel_share": mark("backchannels"),
    "lag1": mark("likeness of neighbouring turns' length"),
    "length_entropy": mark("variety of turn lengths (entropy)"),
    "switch_rate": mark("changes of speaker"),
    "run_entropy": mark("variety of runs of one speaker"),
    "dominance": mark("words of who says most"),
    "doctor_word_share": mark("doctor's share of words"),
    "patient_word_share": mark("patient's share of words"),
    "doctor_turn_share": mark("doctor's share of turns"),
    "patient_turn_share": mark("patient's share of turns"),
    "question_share": mark("turns with a question"),
    "doctor_question_share": mark("doctor's turns with a question"),
    "patient_question_share": mark("patient's turns with a question"),
    "hesitations": mark("hesitations per 100 words"),
    "uptake": mark("words taken up from the turn before"),
    "distinct_1": mark("different words (distinct-1)"),
    "distinct_2": mark("different word pairs (distinct-2)"),
    "distinct_3": mark("different word triples (distinct-3)"),
    "self_bleu_turns": mark("likeness of turns (self-BLEU)"),
    "npmi_coherence": mark("coherence of topic (NPMI)"),
    "drift": mark("drift of topic"),
    "term_coverage": mark("scenario's terms spoken"),
    "term_density": mark("terms per 100 words"),
    "term_spread": mark("spread of terms"),
}

COUNTS = {
    "terms": mark("scenario's terms spoken"),
    "repeated_turns": mark("turns that repeat an earlier one"),
    "open_turns": mark("turns that end inside a sentence"),
    "forced_ends": mark("turns ended where the model hardly would"),
    "log_probability": mark("log-probability per sampled token (nats)"),
}
"""What is counted beside the measures, and shown; shares, but for the last."""

_ENDINGS = {
    "plan": mark("the plan was carried out"),
    "model": mark("the model ended it"),
    "max_words": mark("the greatest number of words was reached"),
    "context": mark("the model's memory was full"),
}
_ROLES = {
    "native": (mark("native speaker"), mark("native speakers")),
    "clinician": (mark("clinician"), mark("clinicians")),
}
FLAGS = {
    "wrong fact": mark("wrong fact"),
    "unnatural": mark("unnatural"),
    "not Dutch": mark("not Dutch"),
    "privacy": mark("privacy"),
    "other": mark("other"),
}
SEVERITIES = {"minor": mark("minor"), "critical": mark("critical")}

_WHOLE = frozenset({"turns", "utterances", "types"})


def ending(key: str, say: Wording) -> str:
    """What ended a dialogue."""
    return named(_ENDINGS, key, say)


def flag(kind: str, severity: str, say: Wording) -> str:
    """What a flag says."""
    return f"{named(FLAGS, kind, say)}, {named(SEVERITIES, severity, say)}"


def named(names: dict[str, str], key: str, say: Wording) -> str:
    """What a key is called; itself where it has no name."""
    return say(names[key]) if key in names else key


def role(key: str, count: int, say: Wording) -> str:
    """What raters of a role are called, one or several of them; the key where the role has no name."""
    return say(_ROLES[key][count != 1]) if key in _ROLES else key


def measure(name: str, say: Wording) -> str:
    """What a measure is called."""
    return named(_MEASURES, name, say)


def value(name: str, figure: float, say: Wording) -> str:
    """A value of a measure, with as many digits as it is worth."""
    metric = METRICS.get(name)
    if metric is None:
        return say.number(figure, 2)
    if metric.unit == SHARE and name not in _DIVERSITY:
        return say.share(figure, 1)
    if metric.unit in _WHOLE or name == "n_words":
        return say.number(figure)
    return say.number(figure, 1 if metric.unit == "words" or "100" in metric.unit else 2)


def span(name: str, low: float, high: float, say: Wording) -> str:
    """A range of values of a measure; a dash where it is not known."""
    return say.span(value(name, low, say), value(name, high, say))


# ratios that are written as such in the literature, not in hundredths
_DIVERSITY = frozenset({"ttr", "msttr", "mattr", "hdd", "simpson_d", "distinct_1", "distinct_2", "distinct_3"})
