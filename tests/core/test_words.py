"""The word rule of metrics.md, written here as the regular expression it is, against the compiled one."""

import os
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synthdial._core import words
from synthdial._core.words import count_words, split_words

RULE = re.compile(r"\[[A-Z]+-\d+\]|[^\W\d_]+(?:['\-][^\W\d_]+)*|\d+")

ALPHABETS = {
    "latin": "abzABZ",
    "dutch": "éëïöüÉËĲĳñ",
    "greek": "αβγσςΣΩ",
    "cyrillic": "абвйЙЯ",
    "hebrew": "אבגםש",
    "arabic": "ابتثة",
    "devanagari": "कखगड़ा",
    "thai": "กขคะำ",
    "hangul": "가각한글ᄀ",
    "han and kana": "漢字かなガ",
    "outside the basic plane": "𝐀𝔟𐐀𐐨𝟘",
    "turkish and german": "İıẞßŉ",
}
MARKS = "\u0301\u0308\u0327\u0323\u094d\u3099\u1161\u11a8\u200d\u200c\ufe0f"
JOINERS = "'’‘ʼ-‐‑–—_`´"
DIGITS = "0179٣९๓²½Ⅷ①"
REST = " .,!?:;\n\t\0\u00ad\u2028[]()/ª\ud800\udfff"


def words_by_the_rule(text: str) -> list[str]:
    text = unicodedata.normalize("NFC", text)
    text = re.sub("[’‘ʼ]", "'", text)
    text = re.sub("[\u2010\u2011]", "-", text)
    return [word.lower() for word in RULE.findall(text)]


characters = st.text("".join(ALPHABETS.values()) + MARKS + JOINERS * 3 + DIGITS + REST, max_size=24)
placeholders = st.text("[]ABÉa-‐‑–1٣", max_size=8) | st.sampled_from(["[PERSOON-1]", "[A‑٣]", "patiënt", "da's"])
texts = st.builds("{}{}{}".format, characters, placeholders, characters)


@settings(max_examples=500)
@given(texts)
@example("")
@example("''-'--'")
@example("ʼʼaʼbʼ")
@example("[A-1][B-‐2]")
@example("a\0b\ud800c")
def test_splits_as_the_rule_says(text: str) -> None:
    assert split_words(text) == words_by_the_rule(text)


@settings(max_examples=300)
@given(st.text(st.characters(), max_size=60))
def test_splits_any_text_as_the_rule_says(text: str) -> None:
    assert split_words(text) == words_by_the_rule(text)


@settings(max_examples=300)
@given(texts)
def test_counts_what_it_would_split(text: str) -> None:
    assert count_words(text) == len(split_words(text))


@settings(max_examples=300)
@given(texts)
def test_how_a_letter_is_stored_does_not_matter(text: str) -> None:
    assert split_words(unicodedata.normalize("NFD", text)) == split_words(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("letters", ALPHABETS.values(), ids=ALPHABETS)
def test_a_word_of_any_alphabet_is_joined_across_an_inner_joiner_only(letters: str) -> None:
    first, second = letters[0], letters[1]
    for joiner in "'’‘ʼ-‐‑":
        text = f"{joiner}{first}{second}{joiner}{second}{first}{joiner} {joiner}"
        assert split_words(text) == words_by_the_rule(text)
        assert count_words(text) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("'t Gaat zo'n beetje", ["t", "gaat", "zo'n", "beetje"]),
        ("’s Avonds ‘da’s’ goed", ["s", "avonds", "da's", "goed"]),
        ("co-assistent hm‑hm --", ["co-assistent", "hm-hm"]),
        ("patie\u0308nt", ["patiënt"]),
        ("[PERSOON-1] en [persoon-1]", ["[persoon-1]", "en", "persoon", "1"]),
        ("eGFR 43, 2x daags", ["egfr", "43", "2", "x", "daags"]),
        ("een_twee", ["een", "twee"]),
        ("... ?! —", []),
    ],
)
def test_examples(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_a_very_long_word_is_one_word() -> None:
    assert split_words("a-" * 100_000 + "b") == ["a-" * 100_000 + "b"]


@pytest.mark.parametrize("wrong", [None, b"bytes", 3])
def test_only_text_has_words(wrong: object) -> None:
    with pytest.raises(TypeError):
        split_words(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        count_words(wrong)  # type: ignore[arg-type]


@pytest.mark.skipif("SYNTHDIAL_SANITIZE" not in os.environ, reason="the sanitized core is not under test")
def test_the_sanitized_core_is_under_test() -> None:
    assert "sanitized" in words.__file__


class TestVocabulary:
    def test_words_are_numbered_in_the_order_of_their_first_occurrence(self) -> None:
        vocabulary = words.Vocabulary()
        assert vocabulary.intern_text("Ja, nee. JA!").tolist() == [0, 1, 0]
        assert vocabulary.intern_text("nee hoor").tolist() == [1, 2]
        assert vocabulary.words() == ["ja", "nee", "hoor"] and len(vocabulary) == 3

    def test_words_of_any_length_are_told_apart(self) -> None:
        lengths = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 1000]
        spelled = [letter * length for length in lengths for letter in "ab"]
        vocabulary = words.Vocabulary()
        assert vocabulary.intern_text(" ".join(spelled * 2)).tolist() == list(range(len(spelled))) * 2
        assert vocabulary.words() == spelled

    def test_many_words_make_the_table_grow(self) -> None:
        spelled = [
            f"woord{chr(97 + k % 26)}{chr(97 + k // 26 % 26)}{chr(97 + k // 676)}lang" * (1 + k % 3)
            for k in range(9000)
        ]
        vocabulary = words.Vocabulary()
        assert vocabulary.intern_text(" ".join(spelled)).tolist() == list(range(9000))
        assert vocabulary.words() == spelled

    @given(st.binary(max_size=60))
    @example(b"a\xe2\x80b")
    @example(b"\xed\xa0\x80x")
    @example(b"\xc0\x80\xf5\x80")
    def test_bytes_that_are_no_text_are_no_words(self, data: bytes) -> None:
        vocabulary = words.Vocabulary()
        ids = vocabulary.intern_text(data)
        types = vocabulary.words()
        assert [types[k] for k in ids] == words_by_the_rule(data.decode("utf-8", "replace"))

    def test_every_letter_is_lowered_as_python_does(self) -> None:
        letters = [chr(c) for c in range(0x110000) if chr(c).isalpha() and unicodedata.is_normalized("NFC", chr(c))]
        text = " ".join(f"x{letter}y{letter}" for letter in letters if letter != "\u02bc")
        assert split_words(text) == text.lower().split() == words_by_the_rule(text)
