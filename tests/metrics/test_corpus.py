"""A corpus in figures: the same however it is cut, and what brute force says of a small one."""

import itertools
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial import bundled_references
from synthdial._core.overlap import unmet_lately
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.metrics import METRICS, Measurer, distinct, self_bleu
from synthdial.metrics.corpus import CorpusAccumulator
from synthdial.metrics.sketch import DialogueSample, DistinctCounter, NearDuplicates, Sampled

TURNS = [turn for transcript in bundled_references() for turn in transcript.dialogue.turns]
NAMES = tuple(METRICS)
MEASURER = Measurer()


def invented(count: int, seed: int = 1) -> list[Dialogue]:
    chance = random.Random(seed)
    return [Dialogue(f"d{k}", tuple(chance.choices(TURNS, k=chance.randrange(4, 40)))) for k in range(count)]


def collected(dialogues: list[Dialogue]) -> CorpusAccumulator:
    corpus = CorpusAccumulator(NAMES)
    for dialogue in dialogues:
        corpus.add(dialogue, MEASURER)
    return corpus


CORPUS = invented(60)
WHOLE = collected(CORPUS).figures()


@settings(max_examples=15)
@given(st.lists(st.integers(0, 60), max_size=5), st.randoms())
def test_pieces_and_their_order_change_nothing(cuts: list[int], chance: random.Random) -> None:
    shuffled = list(CORPUS)
    chance.shuffle(shuffled)
    edges = [0, *sorted(cuts), len(shuffled)]
    corpus = CorpusAccumulator(NAMES)
    for a, b in itertools.pairwise(edges):
        corpus.merge(collected(shuffled[a:b]))
    assert repr(corpus.figures()) == repr(WHOLE)


def test_a_small_corpus_is_counted_exactly() -> None:
    assert WHOLE.dialogues == 60
    every = [MEASURER.dialogue(dialogue) for dialogue in CORPUS]
    by_name = {summary.name: summary for summary in WHOLE.measures}
    assert by_name["cv"].mean == pytest.approx(np.mean([row["cv"] for row in every]), rel=1e-13)
    assert by_name["term_coverage"].undefined == 60
    merged = [turn.text for dialogue in CORPUS for turn in dialogue.merged().turns]
    assert WHOLE.distinct == pytest.approx([distinct(merged, n) for n in (1, 2, 3)])
    assert WHOLE.self_bleu == pytest.approx(self_bleu([" ".join(t.text for t in d.turns) for d in CORPUS]))
    assert sum(share for _, share in WHOLE.openings) <= 1


def test_nothing_is_known_of_no_dialogues() -> None:
    figures = CorpusAccumulator(NAMES).figures()
    assert (
        figures.dialogues == 0 and np.isnan([*figures.distinct, figures.self_bleu, figures.near_duplicate_share]).all()
    )
    assert figures.openings == ()


class TestDistinct:
    def test_it_is_exact_as_far_as_it_keeps_all(self) -> None:
        counter = DistinctCounter(k=100)
        for _ in range(5):
            counter.add(np.arange(1, 100, dtype=np.uint64) * np.uint64(2**57))
        assert counter.count == 99 and counter.is_exact

    def test_above_that_it_is_close(self) -> None:
        chance = np.random.default_rng(3)
        hashes = chance.integers(0, 2**64, 1_000_000, dtype=np.uint64)
        one, two = DistinctCounter(1 << 14), DistinctCounter(1 << 14)
        for part in np.split(hashes, 10):
            one.add(part)
            two.add(part[::-1])
        two.merge(one)
        assert not one.is_exact and one.count == two.count
        assert one.count == pytest.approx(1_000_000, rel=4 / np.sqrt(1 << 14))


class TestNearDuplicates:
    def test_copies_with_a_few_changes_are_found_and_others_are_not(self) -> None:
        originals = invented(40, seed=5)
        altered = [
            Dialogue(f"{d.id}-copy", (*d.turns[:-1], Turn(Speaker.PATIENT, "Iets heel anders.")))
            for d in originals[:10]
        ]
        figures = collected([*originals[:10], *altered]).figures()
        assert figures.near_duplicate_share > 0.85
        # turns drawn from one pool repeat one another, but runs of five words of whole dialogues do not
        assert collected([t.dialogue for t in bundled_references()]).figures().near_duplicate_share == 0.0

    def test_a_corpus_of_one_dialogue_over_and_over_takes_no_longer(self) -> None:
        copies = NearDuplicates()
        core = MEASURER.core
        MEASURER.row(CORPUS[0])
        signature = core.signature()
        for _ in range(5000):
            copies.add(signature)
        assert copies.share() == 1.0

    def test_copies_stay_together_when_some_must_go(self) -> None:
        chance = np.random.default_rng(1)
        rows = chance.integers(0, 2**32 - 1, (300, 128), dtype=np.uint32)
        copies = NearDuplicates(most=100)
        for row in [*rows, *rows]:
            copies.add(row)
        assert copies.share() == 1.0 and copies.seen == 600


def test_a_sample_is_the_same_in_any_order() -> None:
    dialogues = [Sampled(key * 7919 % 10_007, f"o{key % 5}", (float(key),), f"w{key}") for key in range(6000)]
    one, two = DialogueSample(1000, 50), DialogueSample(1000, 50)
    for dialogue in dialogues:
        one.add(dialogue)
    for dialogue in reversed(dialogues):
        two.add(dialogue)
    assert list(one.texts()) == list(two.texts()) and len(list(one.texts())) == 50 and all(one.texts())
    assert one.openings() == two.openings() and len(one.dialogues()) == 1000


def test_what_was_met_lately_is_left_out_and_nothing_else() -> None:
    chance = np.random.default_rng(1)
    hashes = chance.integers(0, 2**64, 5000, np.uint64)
    drawn = np.concatenate([hashes[chance.integers(0, 5000, 20_000)], np.zeros(3, np.uint64)])
    recent = np.zeros(1024, np.uint64)
    rest = np.concatenate([unmet_lately(part, recent) for part in np.array_split(drawn, 7)])
    assert set(rest.tolist()) == set(drawn.tolist())
    assert 5000 < len(rest) < 20_000
    with pytest.raises(ValueError, match="power of two"):
        unmet_lately(hashes, np.zeros(3, np.uint64))


def test_a_packed_corpus_survives_its_way_to_another_process() -> None:
    parts = [collected(invented(20, seed)) for seed in (1, 2)]
    together, travelled = CorpusAccumulator(NAMES), CorpusAccumulator(NAMES)
    for part in parts:
        part.pack()
        travelled.merge(pickle.loads(pickle.dumps(part)))
        together.merge(part)
    assert repr(travelled.figures()) == repr(together.figures())
    assert together.figures().dialogues == 40
