"""Shared runs, phrases and n-grams, written here as plainly as they are defined, against the compiled ones."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synthdial._core.leakage import Phrases, SuffixAutomaton, gram_names, look_up
from synthdial._core.words import Vocabulary

pytestmark = pytest.mark.slow

few = st.lists(st.integers(0, 3), max_size=40)
some = st.lists(st.integers(0, 2**31 - 1) | st.integers(0, 5), max_size=40)
known_or_not = st.lists(st.integers(-1, 3), max_size=40)


def longest_matches(reference: Sequence[int], words: Sequence[int]) -> tuple[list[int], list[int]]:
    """At each word the longest run that ends there and stands in the reference, and where it first ends there."""
    lengths, ends = [], []
    for i in range(len(words)):
        found = (0, 0)
        for length in range(1, i + 2):
            run = list(words[i + 1 - length : i + 1])
            places = [j for j in range(len(reference) - length + 1) if list(reference[j : j + length]) == run]
            if places:
                found = (length, places[0] + length)
        lengths.append(found[0])
        ends.append(found[1])
    return lengths, ends


def covered(phrases: Sequence[Sequence[int]], words: Sequence[int], begins: Sequence[int]) -> list[bool]:
    """Which words stand inside an occurrence of a phrase that lies in one turn."""
    common = [False] * len(words)
    for begin, stop in pairwise(begins):
        for phrase in phrases:
            for k in range(begin, stop - len(phrase) + 1):
                if phrase and list(words[k : k + len(phrase)]) == list(phrase):
                    common[k : k + len(phrase)] = [True] * len(phrase)
    return common


@settings(max_examples=400)
@given(few, known_or_not)
@example([], [0, 1])
@example([1] * 40, [1] * 40 + [2] + [1] * 5)
@example([0, 1] * 20, [1, 0] * 10 + [3])
def test_the_longest_match_at_each_word(reference: list[int], words: list[int]) -> None:
    lengths, ends = SuffixAutomaton(reference).matches(words)
    assert (lengths.tolist(), ends.tolist()) == longest_matches(reference, words)


@settings(max_examples=100)
@given(some, st.data())
def test_any_numbers_can_be_words(reference: list[int], data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from([*reference, 7, -5]), max_size=20))
    lengths, ends = SuffixAutomaton(reference).matches(words)
    assert (lengths.tolist(), ends.tolist()) == longest_matches(reference, words)


def test_a_long_text_holds_all_of_itself_and_each_part() -> None:
    words = np.random.default_rng(1).zipf(1.3, 50_000) % 5000
    automaton = SuffixAutomaton(words)
    assert automaton.size == 50_000
    lengths, ends = automaton.matches(words)
    assert lengths.tolist() == list(range(1, 50_001)) and ends[-1] == 50_000
    lengths, ends = automaton.matches(words[20_000:20_100])
    assert lengths[-1] == 100
    assert words[ends[-1] - 100 : ends[-1]].tolist() == words[20_000:20_100].tolist()


@settings(max_examples=300)
@given(st.lists(st.lists(st.integers(0, 3), max_size=5), max_size=6), st.lists(known_or_not, max_size=4))
def test_words_inside_phrases(phrases: list[list[int]], turns: list[list[int]]) -> None:
    words = [word for turn in turns for word in turn]
    begins = np.cumsum([0] + [len(turn) for turn in turns]).tolist()
    made = Phrases(phrases)
    assert made.cover(words, begins).tolist() == covered(phrases, words, begins)
    assert made.longest == max(map(len, phrases), default=0)


@settings(max_examples=300)
@given(some | few, st.integers(1, 9))
def test_runs_are_numbered_as_they_are_met(words: list[int], size: int) -> None:
    numbers: dict[tuple[int, ...], int] = {}
    grams = [tuple(words[k : k + size]) for k in range(len(words) - size + 1)]
    assert gram_names(words, size).tolist() == [numbers.setdefault(gram, len(numbers)) for gram in grams]


@given(st.lists(st.text(max_size=20), max_size=10), st.lists(st.text(max_size=20), max_size=10))
@example(["a" * 17, "a" * 16], ["a" * 17, "b" * 400, "a" * 16])
def test_words_are_looked_up_in_another_vocabulary(here: list[str], there: list[str]) -> None:
    known, words = Vocabulary(), Vocabulary()
    for word in here:
        known.intern_word(word)
    for word in there:
        words.intern_word(word)
    names = known.words()
    expected = [names.index(word) if word in names else -1 for word in words.words()]
    assert look_up(known, words).tolist() == expected


@pytest.mark.parametrize("wrong", [[-1], [0, -3], [[1, 2]]])
def test_what_is_no_row_of_words_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="word id"):
        SuffixAutomaton(wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="word id"):
        Phrases([wrong])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="word id"):
        gram_names(wrong, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("begins", [[], [1, 3], [0, 2], [0, 4], [0, 2, 1, 3], [-1, 3]])
def test_turns_that_are_none_are_refused(begins: list[int]) -> None:
    with pytest.raises(ValueError, match=r"begins must rise|0 or more"):
        Phrases([[1, 2]]).cover([1, 2, 3], begins)


def test_a_run_has_a_word() -> None:
    with pytest.raises(ValueError, match="at least one word"):
        gram_names([1, 2], 0)


@pytest.mark.parametrize("make", [SuffixAutomaton, lambda wrong: SuffixAutomaton([1]).matches(wrong), Phrases])
def test_nothing_is_no_text(make: object) -> None:
    with pytest.raises(TypeError):
        make(None)  # type: ignore[operator]
