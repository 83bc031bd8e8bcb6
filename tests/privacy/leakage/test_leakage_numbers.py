"""Numbers, dates, addresses and other fixed strings of an original, however they are written or spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial.privacy.leakage.identifiers import IdentifierFinder, Original
from synthdial.privacy.leakage.numerals import dates_in, number_words
from synthdial.privacy.leakage.tokens import tokens_of


def found(original: str, kind: str, *texts: str) -> list[str]:
    """The places of a dialogue, those over several turns with a line for each."""
    places = IdentifierFinder([("a", [Original(original, kind)])]).find(texts)
    excerpts = []
    for place in places:
        lines = list(texts[place.turn : place.last_turn + 1])
        lines[-1] = lines[-1][: place.end]
        lines[0] = lines[0][place.start :]
        excerpts.append("\n".join(lines))
    return excerpts


PHONE = ["06-12345678", "0612345678", "06 12 34 56 78", "+31 6 1234 5678", "0031612345678", "(06) 12.34.56.78"]
SPOKEN = [
    "nul zes twaalf vierendertig zesenvijftig achtenzeventig",
    "nul zes, een twee drie vier vijf zes zeven acht",
    "nul zes uh twaalf, ja, vierendertig en dan zesenvijftig achtenzeventig",
]


class TestNumbers:
    @pytest.mark.parametrize("original", [*PHONE, *SPOKEN[:2]])
    @pytest.mark.parametrize("said", [*PHONE, *SPOKEN])
    def test_a_telephone_number_in_every_form(self, original: str, said: str) -> None:
        assert len(found(original, "phone", f"Mijn nummer is {said}, bel maar.")) == 1

    def test_a_number_dictated_over_turns(self) -> None:
        turns = ("Dat is nul zes, twaalf", "Ja.", "vierendertig, zesenvijftig", "Hm-hm.", "achtenzeventig.")
        assert found("0612345678", "phone", *turns) == [
            "zes, twaalf\nJa.\nvierendertig, zesenvijftig\nHm-hm.\nachtenzeventig"
        ]

    def test_words_between_part_two_numbers(self) -> None:
        assert found("123456", "patient number", "Op kamer 123 liggen er 456.") == []

    @pytest.mark.parametrize("said", ["111222333", "111.222.333", "111 222 333", "BSN 11-12-22-333"])
    def test_separators_do_not_matter(self, said: str) -> None:
        assert len(found("111222333", "bsn", f"het is {said}")) == 1

    def test_a_number_inside_a_longer_one(self) -> None:
        assert len(found("4711812", "patient number", "nummer 0004711812")) == 1

    def test_another_number_is_another(self) -> None:
        assert found("111222333", "bsn", "111222334, 11122233", "nul zes twaalf") == []

    def test_four_digits_must_stand_alone(self) -> None:
        assert found("4711", "number", "toestel 4711", "toestel 47 11", "vier zeven elf") == [
            "4711",
            "47 11",
            "vier zeven elf",
        ]
        assert found("4711", "number", "bel 0647118123", "14711", "47 van de 11", "47 ja 11") == []

    @pytest.mark.parametrize("short", ["87", "140", "drie", "2019", "1958"])
    def test_short_numbers_and_years_alone_are_not_sought(self, short: str) -> None:
        assert found(short, "number", f"dat was {short}, hoor") == []

    @given(st.integers(0, 999))
    def test_numerals_are_dutch(self, value: int) -> None:
        units = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
        teens = [
            "tien",
            "elf",
            "twaalf",
            "dertien",
            "veertien",
            "vijftien",
            "zestien",
            "zeventien",
            "achttien",
            "negentien",
        ]
        tens = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]

        def spoken(n: int) -> str:
            if n >= 100:
                rest = spoken(n % 100) if n % 100 else ""
                return ("" if n < 200 else units[n // 100]) + "honderd" + rest
            if n < 20:
                return (units + teens)[n]
            return (units[n % 10] + "en" if n % 10 else "") + tens[n // 10 - 2]

        assert number_words()[spoken(value)] == value


class TestDates:
    @pytest.mark.parametrize(
        ("said", "date"),
        [
            ("12 maart 1958", (12, 3, 58)),
            ("12 maart", (12, 3, None)),
            ("de twaalfde maart", (12, 3, None)),
            ("de 12e van maart", (12, 3, None)),
            ("de derde van mei", (3, 5, None)),
            ("twaalf maart achtenvijftig", (12, 3, 58)),
            ("twaalf maart negentienhonderd achtenvijftig", (12, 3, 58)),
            ("twaalf maart negentienhonderdachtenvijftig", (12, 3, 58)),
            ("twaalf maart negentien achtenvijftig", (12, 3, 58)),
            ("eenendertig december tweeduizend drie", (31, 12, None)),
            ("12-03-1958", (12, 3, 58)),
            ("12/3/58", (12, 3, 58)),
            ("1958-03-12", (12, 3, 58)),
            ("twaalf drie achtenvijftig", (12, 3, 58)),
            ("31 okt", (31, 10, None)),
        ],
    )
    def test_forms(self, said: str, date: tuple[int, int, int | None]) -> None:
        dates = [met for met, _, _ in dates_in(tokens_of([f"geboren {said}, hè"])[0])]
        assert dates[0][:2] == date[:2]
        assert date[2] is None or dates[0][2] == date[2]

    @pytest.mark.parametrize("said", ["32 maart", "12-13-1958", "140/80", "12 maarten", "12, 3 of 4", "half maart", ""])
    def test_what_is_no_date(self, said: str) -> None:
        assert dates_in(tokens_of([said])[0]) == []

    @pytest.mark.parametrize(
        "said", ["12-03-1958", "twaalf maart", "12 maart 14 uur", "12 maart achtenvijftig", "12 mrt '58"]
    )
    def test_a_date_of_birth(self, said: str) -> None:
        assert len(found("12 maart 1958", "date", f"ik ben van {said}")) == 1

    @pytest.mark.parametrize("said", ["13 maart 1958", "12 mei", "12 maart 1959", "maart", "1958", "twaalf"])
    def test_another_date(self, said: str) -> None:
        assert found("12 maart 1958", "date", f"dat was {said}") == []

    @pytest.mark.parametrize("vague", ["afgelopen dinsdag", "Pasen", "drie weken geleden", "januari"])
    def test_times_of_which_everybody_speaks_are_not_sought(self, vague: str) -> None:
        assert found(vague, "date", f"Dat was {vague}. En {vague}.") == []

    def test_month_and_year(self) -> None:
        assert found("maart 1958", "date", "in maart 1958", "in maart") == ["maart 1958"]


class TestOthers:
    @pytest.mark.parametrize("said", ["Kastanjelaan 12", "kastanjelaan twaalf", "de Kastanjelaan", "de Kastanjlaan"])
    def test_an_address(self, said: str) -> None:
        assert len(found("Kastanjelaan 12", "address", f"ik woon op {said}.")) == 1

    @pytest.mark.parametrize("said", ["1234 AB", "1234ab", "1234, AB"])
    def test_a_post_code(self, said: str) -> None:
        assert found("1234 AB", "address", f"post {said}.") == [said]

    @pytest.mark.parametrize(
        "said", ["j.zandvoort@voorbeeld.nl", "J.Zandvoort@Voorbeeld.nl", "j zandvoort voorbeeld nl"]
    )
    def test_an_e_mail_address(self, said: str) -> None:
        assert found("j.zandvoort@voorbeeld.nl", "e-mail", f"mail {said} maar") == [said]

    def test_the_longer_of_two_that_overlap_counts(self) -> None:
        finder = IdentifierFinder([("a", [Original("Kuipers")]), ("b", [Original("Janna Kuipers")])])
        places = finder.find(["daar is Janna Kuipers weer"])
        assert [(place.start, place.end, place.reference) for place in places] == [(8, 21, "b")]

    @pytest.mark.parametrize("kind", ["name", "date", "number", "address", "e-mail", "something else"])
    @pytest.mark.parametrize("odd", ["", " ", "\ud800", "...", "٣٤٥٦٧"])
    def test_odd_identifiers_do_no_harm(self, kind: str, odd: str) -> None:
        assert found(odd, kind, "gewone tekst 12 maart 12345") == []

    @pytest.mark.parametrize("kind", ["name", "number", "address", "e-mail"])
    @pytest.mark.parametrize(("part", "times"), [("9", 5000), ("x", 100_000), ("a 9 ", 2000)])
    def test_huge_identifiers_are_found_where_they_stand(self, kind: str, part: str, times: int) -> None:
        assert found(part * times, kind, "gewone tekst 12 maart") == []
        assert found(part * times, kind, part * times) != []

    def test_without_identifiers_nothing_is_found(self) -> None:
        assert IdentifierFinder([]).find(["Jan"]) == []
