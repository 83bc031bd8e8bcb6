"""Names are found however they are spelt, and everyday words are not taken for names."""

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synthdial.privacy.leakage.identifiers import IdentifierFinder, Original
from synthdial.privacy.leakage.names import Name, NameIndex, within_one
from synthdial.privacy.leakage.tokens import tokens_of
from synthdial.prompt import bundled_references


def found(text: str, *names: str, kind: str = "name") -> list[str]:
    """What is found in one turn."""
    finder = IdentifierFinder([("a", [Original(name, kind) for name in names])])
    return [text[each.start : each.end] for each in finder.find([text])]


def damerau(a: str, b: str) -> int:
    """The distance of optimal string alignment, by its recurrence."""
    rows = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i, j in product(range(1, len(a) + 1), range(1, len(b) + 1)):
        best = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (a[i - 1] != b[j - 1]))
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            best = min(best, rows[i - 2, j - 2] + 1)
        rows[i, j] = best
    return rows[len(a), len(b)]


words = st.text("abc", max_size=8)


@settings(max_examples=500)
@given(words, words)
@example("ab", "ba")
@example("abc", "cab")
def test_one_letter_away(a: str, b: str) -> None:
    assert within_one(a, b) == (damerau(a, b) <= 1)


@settings(max_examples=300)
@given(st.lists(st.text("abc", min_size=2, max_size=8), max_size=5), st.text("abc", min_size=2, max_size=8))
def test_the_index_finds_what_comparing_with_each_name_finds(names: list[str], word: str) -> None:
    index = NameIndex(Name(name, 0) for name in names)
    met = [token.text for token, _ in index.find(tokens_of([f"en mevrouw {word}"]))]
    assert met == (
        [word] if any(name == word or (len(name) > 4 and damerau(name, word) <= 1) for name in names) else []
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Janneke Hoogendoorn", "en toen kwam Janneke", "Janneke"),
        ("Janneke Hoogendoorn", "en toen kwam janneke", "janneke"),
        ("Janneke Hoogendoorn", "mevrouw HOOGENDOORN", "HOOGENDOORN"),
        ("Janneke Hoogendoorn", "dat zei Jannekes man", "Jannekes"),
        ("Hoogendoorn", "hogendoorn wacht", "hogendoorn"),
        ("Hoogendoorn", "hoogedoorn wacht", "hoogedoorn"),
        ("Hoogendoorn", "hoogendorn wacht", "hoogendorn"),
        ("Hoogendoorn", "Hoogendoorm", "Hoogendoorm"),
        ("Hoogendoorn", "ohogendoorn", "ohogendoorn"),
        ("Dijkstra", "meneer dykstra", "dykstra"),
        ("Zoë", "Zoe kwam", "Zoe"),
        ("Zoe", "zoë’s fiets", "zoë’s"),
        ("Jan", "ja, Jan ook", "Jan"),
        ("J. Kuipers-Hoogendoorn", "dokter Kuipers", "Kuipers"),
        ("J. Kuipers-Hoogendoorn", "de familie Kuipers-Hogendoorn", "Kuipers-Hogendoorn"),
        ("Kuipers", "mevrouw Kuipers-Zandvoort", "Kuipers-Zandvoort"),
        ("Wilhelmina de Boer", "Wilhemina", "Wilhemina"),
        ("Peters", "ik ben mevrouw petersen", None),
        ("Peters", "bij Pieters", "Pieters"),
    ],
)
def test_a_name_and_its_spellings(name: str, text: str, expected: str | None) -> None:
    assert found(text, name) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jan", "jas en Jane"),
        ("Zoe", "zo en zoet"),
        ("Hoogendoorn", "hogendorn"),
        ("Hoogendoorn", "hoog en doorn"),
        ("Peters", "een paar meters"),
        ("Karten", "zo'n grote karton"),
        ("van den Berg", "van den duur de het"),
        ("J. de V.", "j de v"),
        ("mevrouw", "dag mevrouw"),
    ],
)
def test_what_is_another_word_is_not_found(name: str, text: str) -> None:
    assert found(text, name) == []


class TestEverydayWords:
    @pytest.mark.parametrize(
        "text",
        [
            "ik vries hier dood",
            "We liepen in het bos.",
            "Bos is er genoeg. Bos en hei.",
            "een jong meisje, jong en groot",
            "Wit brood, en wit licht.",
            "Hij is groot en de jong speelt",
            "mevrouw, groot nieuws",
            "dat zijn vissers",
        ],
    )
    def test_ordinary_use_passes(self, text: str) -> None:
        assert found(text, "de Vries", "Bos", "Jong", "de Wit", "Groot", "Visser") == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("dat zei de Vries", "Vries"),
            ("bij mevrouw de vries", "vries"),
            ("mevrouw Vries", "Vries"),
            ("dokter bos", "bos"),
            ("dr. bos", "bos"),
            ("mijn naam is bos", "bos"),
            ("naar Bos, en terug", "Bos"),
            ("meneer van der jong", "jong"),
            ("Meneer Vissers", "Vissers"),
        ],
    )
    def test_a_capital_or_a_title_makes_it_a_name(self, text: str, expected: str) -> None:
        assert found(text, "de Vries", "Bos", "Jong", "de Wit", "Groot", "Visser") == [expected]

    def test_first_name_and_surname_together_are_a_name(self) -> None:
        assert found("daar liep roos bos weer", "Roos Bos") == ["roos bos"]
        assert found("een roos in het bos", "Roos Bos") == []

    def test_small_words_that_were_taken_along_are_no_names(self) -> None:
        assert found("Ja. En, Mijn hemel, van wie? zei Truus.", "mijn zus Truus") == ["Truus"]

    def test_institutions(self) -> None:
        assert found("in het rode kruis ziekenhuis", "Rode Kruis Ziekenhuis", kind="institution") == [
            "rode kruis ziekenhuis"
        ]
        assert found("in het ziekenhuis, een rode neus", "Rode Kruis Ziekenhuis", kind="institution") == []
        assert found("in het Antonius", "Sint Antonius Ziekenhuis", kind="institution") == ["Antonius"]


SURNAMES = """de Jong, Jansen, de Vries, van den Berg, van Dijk, Bakker, Janssen, Visser, Smit, Meijer, de Boer, Mulder,
de Groot, Bos, Vos, Peters, Hendriks, van Leeuwen, Dekker, Brouwer, de Wit, Dijkstra, Smits, de Graaf, van der Meer,
van der Linden, Kok, Jacobs, de Haan, Vermeulen, van den Heuvel, van der Veen, van den Broek, de Bruijn, Schouten,
van Beek, Willems, Hoekstra, Maas, Verhoeven, Koster, van Dam, van der Wal, Prins, Blom, Huisman, Peeters, de Jonge,
Kuipers, van Veen, Post, Kramer, van den Brink, Scholten, van Wijk, Martens, Vink, de Ruiter, Timmermans, Groen,
Jonker, de Lange, Schipper, de Koning, van der Laan, Molenaar, de Leeuw, Zwart, Snel, Winter, Meester, Lam, Klein"""


@pytest.mark.parametrize("lower", [False, True])
def test_common_dutch_surnames_are_not_found_where_nobody_has_them(lower: bool) -> None:
    finder = IdentifierFinder([("a", [Original(name.strip()) for name in SURNAMES.split(",")])])
    for transcript in bundled_references():
        texts = [turn.text.lower() if lower else turn.text for turn in transcript.dialogue.turns]
        assert finder.find(texts) == []
