"""The word rule of metrics.md, written here as the regular expression it is, against the compiled one."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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


@settings(deadline=None, max_examples=500)
@given(texts)
@example("")
@example("''-'--'")
@example("ʼʼaʼbʼ")
@example("[A-1][B-‐2]")
@example("a\0b\ud800c")
def test_splits_as_the_rule_says(text: str) -> None:
    assert split_words(text) == words_by_the_rule(text)


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(), max_size=60))
def test_splits_any_text_as_the_rule_says(text: str) -> None:
    assert split_words(text) == words_by_the_rule(text)


@settings(deadline=None, max_examples=300)
@given(texts)
def test_counts_what_it_would_split(text: str) -> None:
    assert count_words(text) == len(split_words(text))


@settings(deadline=None, max_examples=300)
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
