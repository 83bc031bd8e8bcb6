"""Write docs/metrics.md: every measure with its formula, unit, range of people, when it is undefined, and source.

    python docs/metrics.py            # writes it
    python docs/metrics.py --check    # ends with status 1 where it is not as it would be written

Formulas and sources stand here, the rest in synthdial/metrics/catalogue.py; a measure without a formula is refused.
"""

import argparse
import sys
from pathlib import Path

from synthdial.metrics import METRICS

TARGET = Path(__file__).with_name("metrics.md")
_GINI = "Σ Σ abs(n_i - n_j) / (2 K² μ)"
FORMULAS: dict[str, tuple[str, str]] = {
    "n_utterances": ("lines as transcribed", ""),
    "n_turns": ("K: everything that one speaker says before the other does is one turn", ""),
    "n_words": ("N", ""),
    "n_types": ("V: different words", ""),
    "ttr": ("V / N", "Johnson 1944"),
    "rttr": ("V / √N", "Guiraud 1954"),
    "cttr": ("V / √(2N)", "Carroll 1964"),
    "herdan_c": ("ln V / ln N", "Herdan 1960"),
    "summer": ("ln ln V / ln ln N", "Somers 1966"),
    "dugast": ("(ln N)² / (ln N - ln V)", "Dugast 1979"),
    "maas_a2": ("(ln N - ln V) / (ln N)²", "Maas 1972"),
    "yule_k": ("10⁴ (Σ i² V_i - N) / N²", "Yule 1944"),
    "simpson_d": ("Σ f (f - 1) / (N (N - 1)): the chance that two words drawn are the same", "Simpson 1949"),
    "hapax_share": ("V_1 / V", ""),
    "msttr": ("mean V / N of consecutive full segments of 50 words; the rest is dropped", "Johnson 1944"),
    "mattr": ("mean V / N of all windows of 50 words; V / N of a text that is shorter", "Covington & McFall 2010"),
    "hdd": ("Σ over words (1 - C(N - f, 42) / C(N, 42)) / 42", "McCarthy & Jarvis 2007"),
    "vocd": (
        "D of the least-squares fit of (D / n)(√(1 + 2n / D) - 1), n = 35 to 50, to the expected V / n of samples of n words; "
        "exact, without sampling",
        "Malvern & Richards 1997",
    ),
    "mtld": (
        "N / F forwards and backwards, the mean of both; a factor closes where V / n of the stretch falls below 0.72; the open one "
        "counts (1 - V / n) / 0.28",
        "McCarthy & Jarvis 2010, p. 385",
    ),
    "mtld_le": ("as `mtld`, a factor closing at 0.72 too", "as some libraries do"),
    "mtld_min10": ("as `mtld`, no factor shorter than 10 words", "as some libraries do"),
    "mtld_ma_wrap": (
        "mean length of the factor that begins at each word, going on at the start of the text, at least 10 words",
        "Vidal & Jarvis 2020",
    ),
    "mtld_ma_bid": (
        "mean length of the factor that begins at each word, forwards and backwards, at least 10 words, open ones left out",
        "McCarthy & Jarvis 2010",
    ),
    "words_per_turn": ("μ = N / K", ""),
    "words_per_turn_median": ("median of the n_k", ""),
    "words_per_turn_sd": ("σ = √(Σ (n_k - μ)² / K)", ""),
    "words_per_turn_p90": ("90th percentile of the n_k, between two by their distance", ""),
    "cv": ("σ / μ", ""),
    "burstiness": ("(σ - μ) / (σ + μ)", "Goh & Barabási 2008"),
    "burstiness_finite": (
        "(√(K + 1) r - √(K - 1)) / ((√(K + 1) - 2) r + √(K - 1)), r = σ / μ: the same corrected for few turns",
        "Kim & Jo 2016",
    ),
    "gini": (_GINI, "Gini 1912"),
    "short_turn_share": ("(turns with n_k ≤ 2) / K", ""),
    "backchannel_share": ("(turns of 1 to 3 words that the lexicon of backchannels covers wholly) / K", ""),
    "lag1": ("Σ (n_k - μ)(n_k+1 - μ) / Σ (n_k - μ)²", ""),
    "length_entropy": (
        "-Σ p ln p, p the shares of turns of 1, 2, 3-4, 5-8, 9-16, 17-32, 33-64, 65 and more words",
        "Shannon 1948",
    ),
    "switch_rate": ("changes of speaker between utterances / (utterances - 1)", ""),
    "run_entropy": (
        "-Σ p ln p, p the shares of runs of 1, 2, 3 ... utterances that a speaker has in a row",
        "Shannon 1948",
    ),
    "dominance": ("words of the one who says most / N", ""),
    "doctor_word_share": ("words of the doctor / N", ""),
    "patient_word_share": ("words of the patient / N", ""),
    "doctor_turn_share": ("turns of the doctor / K", ""),
    "patient_turn_share": ("turns of the patient / K", ""),
    "question_share": ("(turns with a question mark) / K", ""),
    "doctor_question_share": ("the doctor's turns with a question mark / the doctor's turns", ""),
    "patient_question_share": ("the patient's turns with a question mark / the patient's turns", ""),
    "hesitations": ("words in the lexicon of hesitations / N, in hundredths", ""),
    "uptake": ("mean share of a turn's content words that the turn before it holds", ""),
    "distinct_1": ("different words inside turns / words", "Li et al. 2016"),
    "distinct_2": ("different pairs of words inside turns / pairs", "Li et al. 2016"),
    "distinct_3": ("different runs of three words inside turns / runs", "Li et al. 2016"),
    "self_bleu_turns": (
        "mean BLEU-4 of each turn against all others: (Π p_i)^¼ min(1, exp(1 - c / n_k)), p_i the share of its runs of i = 1 to 4 words "
        "that another holds as often, 0.1 of a run where none is shared, c the length nearest to n_k; 0 where no word is shared",
        "Zhu et al. 2018; NLTK's method 1",
    ),
    "npmi_coherence": (
        "mean of ln(p(a, b) / (p(a) p(b))) / -ln p(a, b) over the pairs of the ten most frequent content words, p the shares of windows "
        "of ten words that hold them; -1 where they never meet, 1 where they always do",
        "Bouma 2009; Lau et al. 2014",
    ),
    "drift": (
        "½ Σ p ln(2p / (p + q)) + ½ Σ q ln(2q / (p + q)), p and q the shares of each content word in the first and the last third "
        "(Jensen-Shannon divergence)",
        "Lin 1991",
    ),
    "term_coverage": ("terms that occur / terms, by longest match, in the forms that are listed", ""),
    "term_density": ("matches of terms / N, in hundredths", ""),
    "term_spread": ("quarters of the dialogue that hold a term / 4", ""),
}
"""Formula and source of each measure."""

_TITLES = {
    "size": "Size",
    "lexical": "Lexical diversity",
    "turns": "Turn-taking",
    "redundancy": "Repetition",
    "topic": "Topic",
}
_HEAD = """\
# Metrics

What `measure` computes, with formulas. This page is written by `python docs/metrics.py`. The tests hold every compiled function against its formula written
plainly in Python.

**Words** are runs of letters joined across an inner apostrophe or hyphen, or runs of digits, in lower case, of text in Unicode NFC; a leading apostrophe is
dropped, and `[PERSOON-1]` is one word. Labels are never counted. A **turn** is all that one speaker says before the other does; an **utterance** is a line as
transcribed. A **content word** is a word of letters that is no function word, hesitation or backchannel; the [lexicons](reference.md#lexicons) can be replaced.

N words, V types (different words), f the frequency of a type, V_i the types that occur i times; K turns, n_k the words of turn k, μ their mean, σ their population
standard deviation. Logarithms are natural: libraries that use another base give other values for `summer`, `dugast` and `maas_a2`.

People: the 10th to 90th percentile over 57 mock consultations (PriMock57, Papadopoulos Korfiatis et al. 2022), where it is known.
"""
SOURCES = (
    "Bouma 2009, *Normalized (pointwise) mutual information in collocation extraction*, GSCL",
    "Carroll 1964, *Language and thought*, Prentice-Hall",
    "Covington & McFall 2010, *Cutting the Gordian knot: the moving-average type-token ratio (MATTR)*, J. Quant. Linguistics 17",
    "Dugast 1979, *Vocabulaire et stylistique*, Slatkine",
    "Gini 1912, *Variabilità e mutabilità*, Cuppini",
    "Goh & Barabási 2008, *Burstiness and memory in complex systems*, EPL 81",
    "Guiraud 1954, *Les caractères statistiques du vocabulaire*, PUF",
    "Herdan 1960, *Type-token mathematics*, Mouton",
    "Johnson 1944, *Studies in language behavior: a program of research*, Psychological Monographs 56",
    "Kim & Jo 2016, *Measuring burstiness for finite event sequences*, Physical Review E 94",
    "Lau et al. 2014, *Machine reading tea leaves: automatically evaluating topic coherence and topic model quality*, EACL",
    "Li et al. 2016, *A diversity-promoting objective function for neural conversation models*, NAACL",
    "Lin 1991, *Divergence measures based on the Shannon entropy*, IEEE Trans. Information Theory 37",
    "Maas 1972, *Über den Zusammenhang zwischen Wortschatzumfang und Länge eines Textes*, LiLi 2",
    "Malvern & Richards 1997, *A new measure of lexical diversity*, in Evolving models of language",
    "McCarthy & Jarvis 2007, *vocd: a theoretical and empirical evaluation*, Language Testing 24",
    "McCarthy & Jarvis 2010, *MTLD, vocd-D, and HD-D: a validation study*, Behavior Research Methods 42",
    "Papadopoulos Korfiatis et al. 2022, *PriMock57: a dataset of primary care mock consultations*, ACL",
    "Shannon 1948, *A mathematical theory of communication*, Bell System Technical Journal 27",
    "Simpson 1949, *Measurement of diversity*, Nature 163",
    "Somers 1966, *Statistical methods in literary analysis*, in The computer and literary style",
    "Vidal & Jarvis 2020, *Effects of English-medium instruction on Spanish students' proficiency and lexical diversity in English*, "
    "Language Teaching Research 24",
    "Yule 1944, *The statistical study of literary vocabulary*, Cambridge",
    "Zhu et al. 2018, *Texygen: a benchmarking platform for text generation models*, SIGIR",
)
"""Where the formulas come from, by author and year."""
_TAIL = """
## Of a corpus

`--by corpus`: n, mean, standard deviation, median and percentiles of each measure (exact up to 16,384 dialogues, above that percentiles to 0.03 %); different n-grams of
all dialogues together (exact up to 131,072, above that to about 0.3 %); self-BLEU of 200 dialogues drawn by a hash; the share of near-copies (MinHash over runs
of five words, Jaccard at least 0.5; above 16,384 dialogues, among as many drawn so that copies stay together); openings. None depends on the order of the
dialogues, on `--jobs`, or on a [cluster](cluster.md).

## Where libraries differ

`lexicalrichness` closes an MTLD factor at 0.72 too (`mtld_le`) and drops even a full last segment in MSTTR; `lexical-diversity` and `taaled` want ten words a factor
(`mtld_min10`), about 8 % higher. Compare figures only where the definition is the same.

## Sources

"""


def page() -> str:
    """The whole page.

    Raises
    ------
    KeyError
        When a measure has no formula.
    """
    parts = [_HEAD]
    for group, title in _TITLES.items():
        parts.append(
            f"\n## {title}\n\n| measure | formula | unit | people | undefined where | source |\n|---|---|---|---|---|---|\n"
        )
        for metric in METRICS.values():
            if metric.group == group:
                formula, source = FORMULAS[metric.name]
                people = "{:g} to {:g}".format(*metric.human) if metric.human else ""
                cells = (f"`{metric.name}`", formula, metric.unit, people, metric.undefined, source)
                parts.append(f"| {' | '.join(cells)} |\n")
    return "".join([*parts, _TAIL, *(f"- {source}\n" for source in SOURCES)])


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description="Write docs/metrics.md.")
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        TARGET.write_text(page(), encoding="utf-8")
        return 0
    if TARGET.read_text("utf-8") == page():
        return 0
    print("docs/metrics.md is not as it would be written: run python docs/metrics.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
