"""The compiled core against the plain formulas, on every kind of text there is."""

import itertools
import math
import random

import numpy as np
import plain
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synthdial._core.dialogue import NAMES, DialogueMeasurer
from synthdial._core.lexical import Words
from synthdial._core.overlap import repetition
from synthdial._core.terms import Lexicons
from synthdial._core.turns import length_figures
from synthdial._core.words import split_words

pytestmark = pytest.mark.slow

FUNCTION = [("de",), ("het",), ("een",), ("ik",), ("u",)]
HESITATIONS = [("uh",), ("ehm",)]
BACKCHANNELS = [("ja",), ("nee",), ("ja", "hoor"), ("o", "ja", "zeker")]
TERMS = [(("pijn",), 0), (("hoge", "bloeddruk"), 1), (("bloeddruk",), 2), (("hoge", "bloeddruk", "gemeten"), 3)]
LEXICONS = Lexicons(FUNCTION, HESITATIONS, BACKCHANNELS, TERMS, 5)
MEASURER = DialogueMeasurer(LEXICONS)  # one for all: nothing of a dialogue may be left over for the next

SPOKEN = """
ja nee hoor o zeker de het een ik u uh ehm pijn hoge bloeddruk gemeten patiënt zo'n 's-ochtends hm-hm eGFR 43 7 x_y ?
[PERSOON-1] [DATUM-22] Ĳsland ΟΔΥΣΣΕΥΣ Σ İzmir straße привет мир שלום مرحبا नमस्ते 漢字 한국어 สวัสดี 'aan' -af-
bloeddrukverlagende nierfunctievervangende e\u0301e\u0301n a\u0308 \ud800 \0 \u2019s\u2011ochtends [PERSOON\u20101]
"""
VOCABULARY = SPOKEN.split()

words = st.one_of(st.sampled_from(VOCABULARY), st.text(max_size=8), st.just("herhaald"))
texts = st.lists(words, max_size=25).map(" ".join)
dialogues = st.lists(st.tuples(st.integers(0, 1), texts), max_size=25)


def close(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def expected(utterances: list[tuple[int, str]]) -> dict[str, float]:
    merged = [
        (speaker, [text for _, text in group]) for speaker, group in itertools.groupby(utterances, key=lambda u: u[0])
    ]
    turns = [[word for text in parts for word in split_words(text)] for _, parts in merged]
    asks = ["?" in " ".join(parts) for _, parts in merged]
    who = [speaker for speaker, _ in merged]
    flat = [word for turn in turns for word in turn]
    entries = {tuple(entry): 0 for entry in BACKCHANNELS}
    without = {entry[0] for entry in (*FUNCTION, *HESITATIONS, *BACKCHANNELS) if len(entry) == 1}
    content = {word for word in flat if not word[0].isdecimal() and word[0] != "["} - without
    figures = {"n_utterances": len(utterances), "n_turns": len(turns)}
    figures |= plain.spectrum_figures(flat)
    figures |= {
        "msttr": plain.msttr(flat),
        "mattr": plain.mattr(flat),
        "hdd": plain.hdd(flat),
        "mtld": plain.mtld(flat),
    }
    figures |= {"mtld_le": plain.mtld(flat, inclusive=True), "mtld_min10": plain.mtld(flat, least=10)}
    figures |= {"mtld_ma_wrap": plain.mtld_ma_wrap(flat), "mtld_ma_bid": plain.mtld_ma_bid(flat)}
    figures |= plain.length_figures([len(turn) for turn in turns])
    figures |= plain.run_figures([speaker for speaker, _ in utterances])
    figures["backchannel_share"] = plain.over(sum(plain.is_backchannel(turn, entries) for turn in turns), len(turns))
    spoken = [sum(len(turn) for turn, s in zip(turns, who, strict=True) if s == speaker) for speaker in (0, 1)]
    figures["dominance"] = plain.over(max(spoken), len(flat))
    for speaker, name in enumerate(("doctor", "patient")):
        figures[f"{name}_word_share"] = plain.over(spoken[speaker], len(flat))
        figures[f"{name}_turn_share"] = plain.over(who.count(speaker), len(turns))
        asked = sum(a for a, s in zip(asks, who, strict=True) if s == speaker)
        figures[f"{name}_question_share"] = plain.over(asked, who.count(speaker))
    figures["question_share"] = plain.over(sum(asks), len(turns))
    figures["hesitations"] = plain.over(100 * sum((word,) in HESITATIONS for word in flat), len(flat))
    figures["uptake"] = plain.uptake(turns, content)
    figures |= {f"distinct_{n}": plain.distinct(turns, n) for n in (1, 2, 3)}
    figures["self_bleu_turns"] = plain.self_bleu(turns)
    figures |= {"npmi_coherence": plain.coherence(flat, content), "drift": plain.drift(flat, content)}
    return figures | plain.term_figures(turns, dict(TERMS), 5)


def check(utterances: list[tuple[int, str]]) -> None:
    speakers = bytes(speaker for speaker, _ in utterances)
    row = dict(zip(NAMES, MEASURER.measure(speakers, [text for _, text in utterances]).tolist(), strict=True))
    wanted = expected(utterances)
    del row["vocd"]  # a minimum: tested on its own
    assert row.keys() == wanted.keys()
    wrong = {name: (row[name], wanted[name]) for name in row if not close(row[name], wanted[name])}
    assert not wrong


@settings(max_examples=150)
@given(dialogues)
@example([])
@example([(0, "")])
@example([(0, "ja")])
@example([(0, "ja " * 60)])
@example([(0, " ".join(f"w{chr(97 + k % 26)}{chr(97 + k // 26)}" for k in range(80)))])
@example([(k % 2, "ja hoor") for k in range(30)])
@example([(1, "O ja zeker?"), (1, "hoge bloeddruk gemeten"), (0, "hoge"), (1, "bloeddruk")])
def test_every_measure_is_its_formula(utterances: list[tuple[int, str]]) -> None:
    check(utterances)


@pytest.mark.parametrize("seed", range(12))
def test_long_dialogues_too(seed: int) -> None:
    chance = random.Random(seed)
    types = chance.choice((3, 12, 60, 400))
    weights = [1 / (k + 1) for k in range(types)]
    names = [f"w{k:b}".replace("0", "o").replace("1", "i") for k in range(types)]
    check([
        (chance.randrange(2), " ".join(chance.choices(names, weights, k=chance.choice((0, 1, 2, 5, 30, 90)))))
        for _ in range(chance.choice((8, 30)))
    ])  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.integers(0, 12), max_size=120))
def test_stretches_of_few_types(ids: list[int]) -> None:
    words = [str(k) for k in ids]
    row = Words(np.array(ids, dtype=np.int32))
    wrap, both = row.moving_average_mtld(10)
    assert close(wrap, plain.mtld_ma_wrap(words)) and close(both, plain.mtld_ma_bid(words))
    assert close(row.mtld(18, 25, False, 0), plain.mtld(words))
    assert close(row.mattr(7), plain.mattr(words, 7)) and close(row.msttr(7), plain.msttr(words, 7))
    assert close(row.hdd(9), plain.hdd(words, 9))


def slow_wrap(ids: list[int]) -> float:
    """The plain formula with a set that grows, for stretches of thousands of words."""
    total = closed = 0
    for begin in range(len(ids)):
        seen: set[int] = set()
        for n, word in enumerate(itertools.chain(ids[begin:], ids[:begin]), 1):
            seen.add(word)
            if n >= 10 and 25 * len(seen) < 18 * n:
                total, closed = total + n, closed + 1
                break
    return total / closed if closed else math.nan


@pytest.mark.parametrize(
    "ids",
    [
        [*range(700), *range(700)],
        [*range(5000), *([1] * 3000)],
        [k % 900 for k in range(2600)],
        [k if k % 3 else k // 2 for k in range(2500)],
        [*range(1300)],
    ],
    ids=["twice", "then one word", "cycles", "thirds", "all different"],
)
def test_factors_longer_than_a_block_of_words(ids: list[int]) -> None:
    assert close(Words(np.array(ids)).moving_average_mtld(10)[0], slow_wrap(ids))


@pytest.mark.parametrize("seed", range(6))
def test_vocd_is_where_the_sum_of_squares_is_smallest(seed: int) -> None:
    chance = random.Random(seed)
    words = [str(int(chance.paretovariate(0.6))) for _ in range(chance.choice((60, 300, 1500)))]
    d = Words(np.unique(words, return_inverse=True)[1]).vocd()
    best = plain.vocd_misfit(words, d)
    assert best <= min(plain.vocd_misfit(words, d * 0.999), plain.vocd_misfit(words, d * 1.001))


def test_frequencies_above_a_thousand_are_counted_in_classes() -> None:
    words = ["a"] * 3000 + ["b"] * 3000 + ["c"] * 1500 + [f"w{k}" for k in range(900)]
    row = Words(np.unique(words, return_inverse=True)[1])
    assert close(row.hdd(42), plain.hdd(words))


@settings(max_examples=200)
@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=12), max_size=12))
def test_repetition_is_its_formula(turns: list[list[str]]) -> None:
    flat = [word for turn in turns for word in turn]
    begins = np.cumsum([0, *map(len, turns)])
    *shares, bleu = repetition([ord(word) for word in flat], begins)
    assert all(close(share, plain.distinct(turns, n)) for n, share in enumerate(shares, 1))
    assert close(bleu, plain.self_bleu(turns))


@pytest.mark.parametrize("begins", [[], [1, 2], [0, 1], [0, 2, 1, 3]])
def test_turns_that_do_not_fit_are_refused(begins: list[int]) -> None:
    with pytest.raises(ValueError, match="begins"):
        repetition([1, 2, 3], begins)


@settings(max_examples=200)
@given(st.lists(st.integers(0, 200), max_size=60))
def test_lengths_of_turns_are_their_formulas(lengths: list[int]) -> None:
    figures, wanted = length_figures(lengths), plain.length_figures(lengths)
    assert {name for name in wanted if not close(figures[name], wanted[name])} == set()


@settings(max_examples=100)
@given(dialogues)
def test_bytes_and_spans_give_what_text_gives(utterances: list[tuple[int, str]]) -> None:
    speakers = bytes(speaker for speaker, _ in utterances)
    pieces = [text.encode("utf-8", "surrogatepass") for _, text in utterances]
    of_text = MEASURER.measure(speakers, [text for _, text in utterances])
    grams, signature = MEASURER.gram_hashes(2), MEASURER.signature()
    assert np.array_equal(MEASURER.measure(speakers, pieces), of_text, equal_nan=True)
    ends = np.cumsum([len(piece) for piece in pieces], dtype=np.int64) if pieces else np.zeros(0, np.int64)
    starts = ends - np.array([len(piece) for piece in pieces], dtype=np.int64)
    spans = np.stack([np.frombuffer(speakers, np.uint8).astype(np.int64), starts, ends], axis=1).ravel()
    assert np.array_equal(MEASURER.measure_spans(b"".join(pieces), spans), of_text, equal_nan=True)
    assert np.array_equal(MEASURER.gram_hashes(2), grams) and np.array_equal(MEASURER.signature(), signature)


def test_hashes_depend_on_the_words_alone() -> None:
    MEASURER.measure(b"\0", ["eerst iets anders, en dan pijn in mijn nierfunctievervangende rug"])
    late = set(MEASURER.gram_hashes(2).tolist())
    other = DialogueMeasurer(LEXICONS)
    other.measure(b"\0\1", ["Pijn in", "mijn nierfunctievervangende rug"])
    early = other.gram_hashes(2).tolist()
    assert len(early) == 3 and set(early) <= late
    assert other.opening() == "pijn in mijn"
    assert other.joined_words() == "pijn in mijn nierfunctievervangende rug"
    other.measure(b"\0", ["..."])
    assert other.joined_words() == ""


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="one speaker"):
        MEASURER.measure(b"\0", ["a", "b"])
    with pytest.raises(ValueError, match="span"):
        MEASURER.measure_spans(b"abc", np.array([0, 1, 9], dtype=np.int64))
    with pytest.raises(ValueError, match="term"):
        Lexicons(terms=[(("a",), 3)], term_count=2)


def test_a_line_of_ten_megabytes() -> None:
    text = "de patiënt heeft hoge bloeddruk gemeten, zo'n 43 keer. " * 180_000
    row = dict(zip(NAMES, MEASURER.measure(b"\1", [text]).tolist(), strict=True))
    assert row["n_words"] == 9 * 180_000 and row["n_types"] == 9 and row["n_turns"] == 1
    assert row["term_density"] == pytest.approx(100 / 9)
    assert row["mtld_ma_wrap"] == 13.0
