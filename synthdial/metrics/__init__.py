"""Figures of conversations: lexical diversity, turn-taking, repetition, topic; the compiled core's Python face."""

from synthdial.metrics.catalogue import METRICS, TURN_METRICS, Metric, chosen_metrics
from synthdial.metrics.compare import Comparison, compare, two_sample_auc, wasserstein
from synthdial.metrics.corpus import CorpusAccumulator, CorpusFigures
from synthdial.metrics.distribution import Distributions, Summary
from synthdial.metrics.lexical import (
    cttr,
    dugast,
    hapax_share,
    hdd,
    herdan_c,
    maas_a2,
    mattr,
    msttr,
    mtld,
    mtld_ma_bid,
    mtld_ma_wrap,
    rttr,
    simpson_d,
    summer,
    ttr,
    vocd,
    word_ids,
    yule_k,
)
from synthdial.metrics.lexicons import Lexicon, bundled_lexicon, load_lexicon, scenario_lexicon
from synthdial.metrics.measurer import Measurer
from synthdial.metrics.redundancy import distinct, self_bleu
from synthdial.metrics.turns import burstiness, burstiness_finite, cv, gini, lag1, length_entropy

__all__ = [
    "METRICS",
    "TURN_METRICS",
    "Comparison",
    "CorpusAccumulator",
    "CorpusFigures",
    "Distributions",
    "Lexicon",
    "Measurer",
    "Metric",
    "Summary",
    "bundled_lexicon",
    "burstiness",
    "burstiness_finite",
    "chosen_metrics",
    "compare",
    "cttr",
    "cv",
    "distinct",
    "dugast",
    "gini",
    "hapax_share",
    "hdd",
    "herdan_c",
    "lag1",
    "length_entropy",
    "load_lexicon",
    "maas_a2",
    "mattr",
    "msttr",
    "mtld",
    "mtld_ma_bid",
    "mtld_ma_wrap",
    "rttr",
    "scenario_lexicon",
    "self_bleu",
    "simpson_d",
    "summer",
    "ttr",
    "two_sample_auc",
    "vocd",
    "wasserstein",
    "word_ids",
    "yule_k",
]
