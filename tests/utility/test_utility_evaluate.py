"""Who is trained on what: a conversation is never on both sides, and sizes are what they are said to be."""

from collections.abc import Sequence

import numpy as np
import pytest

from synthdial.utility.evaluate import Evaluation, Examples, deal, drawn


class Watching:
    """Learns nothing, and notes what it was given; always says the first label."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.seen: list[tuple[list[str], np.ndarray, list[str]]] = []

    def answers(self, trained: np.ndarray, labels: np.ndarray, tested: np.ndarray) -> np.ndarray:
        self.seen.append(([self.texts[k] for k in trained], labels, [self.texts[k] for k in tested]))
        return np.zeros(len(tested), np.intp)


def side(name: str, conversations: int, seed: int, topics: int = 1) -> Examples:
    """Texts that tell the conversation they are of: ``real-3 1`` is the second of the fourth."""
    random = np.random.default_rng(seed)
    lengths = random.integers(3, 9, conversations)
    texts = tuple(f"{name}-{k} {j}" for k, length in enumerate(lengths) for j in range(length))
    of = np.repeat(np.arange(conversations), lengths)
    strata = np.arange(conversations) % topics
    labels = strata[of] if topics > 1 else random.integers(0, 2, len(texts))
    return Examples(texts, labels, of, strata)


def watched(synthetic: Examples, real: Examples, **options: int) -> tuple[Evaluation, Watching]:
    watching: list[Watching] = []

    def learner(texts: Sequence[str]) -> Watching:
        watching.append(Watching(texts))
        return watching[0]

    evaluation = Evaluation(synthetic, real, 3, learner=learner, **{"resamples": 0, **options})
    return evaluation, watching[0]


def conversations(texts: list[str]) -> set[str]:
    return {text.split()[0] for text in texts}


@pytest.mark.parametrize("with_synthetic", [False, True])
@pytest.mark.parametrize("size", [None, 11])
def test_no_conversation_is_trained_on_and_tested(size: int | None, with_synthetic: bool) -> None:
    synthetic, real = side("made", 9, 1), side("real", 13, 2)
    evaluation, watching = watched(synthetic, real, folds=4, repeats=3, resamples=2)
    evaluation.real(size, with_synthetic=with_synthetic)
    assert len(watching.seen) == (3 + 2) * 4 == evaluation.trainings("real")
    for trained, _, tested in watching.seen:
        assert tested and not conversations(trained) & conversations(tested)
        assert all(text.startswith("real") for text in tested)
        assert any(text.startswith("made") for text in trained) == with_synthetic


def test_each_real_example_is_asked_once_a_repeat() -> None:
    real = side("real", 13, 2)
    evaluation, watching = watched(side("made", 9, 1), real, folds=5, repeats=2)
    evaluation.real()
    asked = [text for _, _, tested in watching.seen for text in tested]
    assert sorted(asked) == sorted(real.texts * 2)


def test_synthetic_arms_see_no_real_example_and_are_asked_about_all() -> None:
    real = side("real", 8, 2)
    evaluation, watching = watched(side("made", 9, 1), real)
    evaluation.synthetic()
    evaluation.synthetic(20)
    evaluation.synthetic(shuffled=True)
    for trained, _, tested in watching.seen:
        assert all(text.startswith("made") for text in trained)
        assert tested == list(real.texts)
    assert len(watching.seen) == 1 + 3 + 10, "all of them, as they are, are one training"


def test_as_many_as_asked_in_whole_conversations() -> None:
    examples = side("made", 20, 3)
    for seed in range(20):
        seen = drawn(examples, np.random.default_rng(seed).permutation(20), 30)
        assert len(seen) == 30 == len(set(seen.tolist()))
        counts = [(k, int((examples.dialogue[seen] == k).sum())) for k in set(examples.dialogue[seen].tolist())]
        cut = [k for k, count in counts if count < (examples.dialogue == k).sum()]
        assert len(cut) <= 1


def test_a_small_sample_has_every_topic() -> None:
    examples = side("made", 30, 3, topics=3)
    for seed in range(20):
        seen = drawn(examples, np.random.default_rng(seed).permutation(30), 30)
        assert set(examples.labels[seen].tolist()) == {0, 1, 2}


def test_shuffled_answers_are_the_same_answers_elsewhere() -> None:
    synthetic = side("made", 9, 1)
    evaluation, watching = watched(synthetic, side("real", 8, 2))
    evaluation.synthetic(shuffled=True)
    by_text = dict(zip(synthetic.texts, synthetic.labels.tolist(), strict=True))
    for trained, labels, _ in watching.seen:
        assert sorted(labels) == sorted(by_text[text] for text in trained)
        assert any(by_text[text] != label for text, label in zip(trained, labels, strict=True))


@pytest.mark.parametrize(("count", "folds", "topics"), [(13, 5, 1), (12, 4, 3), (7, 7, 2), (20, 10, 4)])
def test_parts_are_as_large_and_topics_are_dealt_evenly(count: int, folds: int, topics: int) -> None:
    strata = np.arange(count) % topics
    part = deal(strata, folds, np.random.default_rng(0))
    sizes = np.bincount(part, minlength=folds)
    assert sizes.sum() == count and sizes.max() - sizes.min() <= 1
    for topic in range(topics):
        own = np.bincount(part[strata == topic], minlength=folds)
        assert own.max() - own.min() <= 1


def test_two_of_a_topic_are_never_both_tested() -> None:
    strata = np.repeat(np.arange(6), 2)
    for seed in range(20):
        part = deal(strata, 10, np.random.default_rng(seed))
        assert all(part[2 * k] != part[2 * k + 1] for k in range(6))


def test_the_size_of_the_real_side_is_that_of_its_smallest_training_part() -> None:
    real = side("real", 13, 2)
    evaluation, watching = watched(side("made", 9, 1), real, folds=4)
    evaluation.real()
    assert evaluation.training == min(len(trained) for trained, _, _ in watching.seen)


def test_for_intervals_training_conversations_are_drawn_with_replacement() -> None:
    synthetic, real = side("made", 9, 1), side("real", 8, 2)
    evaluation, watching = watched(synthetic, real, folds=4, repeats=1, resamples=3)
    found = evaluation.synthetic()
    whole, *again = [trained for trained, _, _ in watching.seen]
    assert sorted(whole) == sorted(synthetic.texts)
    for trained in again:
        assert len(set(trained)) < len(trained), "one that is drawn twice counts twice"
        times = {text: trained.count(text) for text in synthetic.texts}
        for conversation in conversations(list(synthetic.texts)):
            assert len({times[text] for text in times if text.split()[0] == conversation}) == 1, "as a whole"
    assert len(again) == 3 == len(found.answers.retrained)
    assert (found.answers.retrained.sum((1, 2)) == len(real.texts)).all(), "each real example is asked each time"


def test_real_ones_alone_and_with_synthetic_ones_are_drawn_alike() -> None:
    def drawn_real(with_synthetic: bool) -> list[list[str]]:
        evaluation, watching = watched(side("made", 9, 1), side("real", 8, 2), folds=4, resamples=3)
        evaluation.real(with_synthetic=with_synthetic)
        return [[text for text in trained if text.startswith("real")] for trained, _, _ in watching.seen]

    assert drawn_real(False) == drawn_real(True)


def test_the_same_seed_draws_the_same() -> None:
    def draw(seed: int) -> list[list[str]]:
        evaluation, watching = watched(side("made", 9, 1), side("real", 8, 2), seed=seed)
        evaluation.real(10)
        evaluation.synthetic(10)
        return [trained for trained, _, _ in watching.seen]

    assert draw(0) == draw(0) != draw(1)


def test_words_known_are_counted() -> None:
    synthetic = Examples(("een twee", "drie"), np.array([0, 1]), np.array([0, 1]), np.zeros(2, np.intp))
    real = Examples(("een vier", "drie drie", "vijf"), np.array([0, 1, 0]), np.array([0, 1, 2]), np.zeros(3, np.intp))
    evaluation, _ = watched(synthetic, real)
    assert evaluation.synthetic().known == pytest.approx(3 / 5)
    assert evaluation.real().known == 0, "no word of one is in another"


def test_the_most_frequent_answer_is_that_of_the_real_side() -> None:
    real = Examples(("a", "b", "c"), np.array([1, 1, 0]), np.array([0, 1, 2]), np.zeros(3, np.intp))
    evaluation, _ = watched(side("made", 5, 1), real)
    assert evaluation.majority().answers.each("accuracy").tolist() == [pytest.approx(2 / 3)]
