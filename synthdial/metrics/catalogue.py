"""What each measure is called, measured in, and what people do: one table for every face of the program."""

from collections.abc import Sequence
from dataclasses import dataclass

from synthdial.errors import SynthdialError
from synthdial.toml_file import nearest

SHARE = "share"


@dataclass(frozen=True)
class Metric:
    """One measure of a dialogue.

    Attributes
    ----------
    name : str
        Its name in every output.
    group : str
        What it is about.
    unit : str
        What it is measured in; empty for a bare number.
    undefined : str
        When it has no value.
    human : tuple of float, optional
        10th to 90th percentile over 57 mock consultations (PriMock57, Papadopoulos Korfiatis et al. 2022), where known.
    """

    name: str
    group: str
    unit: str
    undefined: str
    human: tuple[float, float] | None = None


_NO_WORDS = "there are no words"
_NO_TURNS = "there are no turns"
_ONE_WORD = "there are fewer than two different words"
_NEVER = "no stretch of it repeats words enough"

_TABLE: tuple[Metric, ...] = (
    Metric("n_utterances", "size", "utterances", ""),
    Metric("n_turns", "size", "turns", "", (75, 112)),
    Metric("n_words", "size", "words", "", (1028, 1914)),
    Metric("n_types", "size", "types", ""),
    Metric("ttr", "lexical", SHARE, _NO_WORDS),
    Metric("rttr", "lexical", "", _NO_WORDS),
    Metric("cttr", "lexical", "", _NO_WORDS),
    Metric("herdan_c", "lexical", "", "there are fewer than two words"),
    Metric("summer", "lexical", "", _ONE_WORD),
    Metric("dugast", "lexical", "", "no word comes twice"),
    Metric("maas_a2", "lexical", "", "there are fewer than two words"),
    Metric("yule_k", "lexical", "", _NO_WORDS),
    Metric("simpson_d", "lexical", SHARE, "there are fewer than two words"),
    Metric("hapax_share", "lexical", SHARE, _NO_WORDS),
    Metric("msttr", "lexical", SHARE, "there are fewer than 50 words"),
    Metric("mattr", "lexical", SHARE, _NO_WORDS),
    Metric("hdd", "lexical", SHARE, "there are fewer than 42 words"),
    Metric("vocd", "lexical", "", "there are fewer than 50 words, or no word comes twice"),
    Metric("mtld", "lexical", "words", _NEVER),
    Metric("mtld_le", "lexical", "words", _NEVER),
    Metric("mtld_min10", "lexical", "words", _NEVER),
    Metric("mtld_ma_wrap", "lexical", "words", _NEVER),
    Metric("mtld_ma_bid", "lexical", "words", _NEVER),
    Metric("words_per_turn", "turns", "words", _NO_TURNS, (11.1, 21.9)),
    Metric("words_per_turn_median", "turns", "words", _NO_TURNS),
    Metric("words_per_turn_sd", "turns", "words", _NO_TURNS),
    Metric("words_per_turn_p90", "turns", "words", _NO_TURNS),
    Metric("cv", "turns", "", _NO_WORDS, (0.90, 1.38)),
    Metric("burstiness", "turns", "-1 to 1", _NO_WORDS, (-0.05, 0.16)),
    Metric("burstiness_finite", "turns", "-1 to 1", _NO_WORDS),
    Metric("gini", "turns", "0 to 1", _NO_WORDS, (0.45, 0.58)),
    Metric("short_turn_share", "turns", SHARE, _NO_TURNS, (0.10, 0.24)),
    Metric("backchannel_share", "turns", SHARE, _NO_TURNS),
    Metric("lag1", "turns", "-1 to 1", "all turns are of one length", (-0.22, 0.00)),
    Metric("length_entropy", "turns", "nats", _NO_WORDS),
    Metric("switch_rate", "turns", SHARE, "there are fewer than two utterances", (0.70, 0.89)),
    Metric("run_entropy", "turns", "nats", _NO_TURNS),
    Metric("dominance", "turns", SHARE, _NO_WORDS, (0.56, 0.73)),
    Metric("doctor_word_share", "turns", SHARE, _NO_WORDS),
    Metric("patient_word_share", "turns", SHARE, _NO_WORDS),
    Metric("doctor_turn_share", "turns", SHARE, _NO_TURNS),
    Metric("patient_turn_share", "turns", SHARE, _NO_TURNS),
    Metric("question_share", "turns", SHARE, _NO_TURNS, (0.32, 0.45)),
    Metric("doctor_question_share", "turns", SHARE, "the doctor does not speak"),
    Metric("patient_question_share", "turns", SHARE, "the patient does not speak"),
    Metric("hesitations", "turns", "per 100 words", _NO_WORDS),
    Metric("uptake", "turns", SHARE, "no turn after the first holds a content word"),
    Metric("distinct_1", "redundancy", SHARE, _NO_WORDS),
    Metric("distinct_2", "redundancy", SHARE, "no turn holds two words"),
    Metric("distinct_3", "redundancy", SHARE, "no turn holds three words"),
    Metric("self_bleu_turns", "redundancy", "0 to 1", "fewer than two turns hold a word"),
    Metric("npmi_coherence", "topic", "-1 to 1", "there are fewer than two different content words"),
    Metric("drift", "topic", "nats", "the first or the last third holds no content word"),
    Metric("term_coverage", "topic", SHARE, "no terms were given"),
    Metric("term_density", "topic", "per 100 words", "no terms were given, or there are no words"),
    Metric("term_spread", "topic", SHARE, "no terms were given, or there are no words"),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _TABLE}
"""Every measure by name, in the order in which they are shown."""

# what tells people's turn-taking from a model's, whatever is spoken about and for how long
TURN_METRICS: tuple[str, ...] = (
    "cv",
    "burstiness",
    "gini",
    "short_turn_share",
    "lag1",
    "length_entropy",
    "switch_rate",
    "dominance",
    "question_share",
)


def chosen_metrics(names: Sequence[str]) -> tuple[str, ...]:
    """The names of measures, checked; a group's name stands for all of its measures.

    Raises
    ------
    SynthdialError
        When there is no such measure or group.
    """
    chosen: list[str] = []
    groups = {metric.group for metric in _TABLE}
    for name in names:
        if name in METRICS:
            chosen.append(name)
        elif name in groups:
            chosen.extend(metric.name for metric in _TABLE if metric.group == name)
        else:
            raise SynthdialError(
                f"There is no measure '{name}'.",
                f"{nearest(name, METRICS)} A group is one of {', '.join(sorted(groups))}.".strip(),
            )
    return tuple(dict.fromkeys(chosen))
