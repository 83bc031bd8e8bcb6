"""Numbers, dates and messages as readers of either language write them."""

import ast
import math
import re
from pathlib import Path

import pytest

import synthdial.report
from synthdial.language import translator
from synthdial.metrics import METRICS
from synthdial.report import names
from synthdial.report.text import Wording, clean
from synthdial.review.events import FLAG_KINDS, SEVERITIES

NL, EN = Wording("nl"), Wording("en")


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "digits", "dutch", "english"),
        [
            (0.5, 2, "0,50", "0.50"),
            (1234567, 0, "1.234.567", "1,234,567"),
            (1234.5, 1, "1.234,5", "1,234.5"),
            (-0.25, 2, "−0,25", "−0.25"),
            (-0.001, 2, "0,00", "0.00"),
            (math.nan, 2, "–", "–"),
            (math.inf, 0, "–", "–"),
        ],
    )
    def test_they_have_the_readers_signs(self, value: float, digits: int, dutch: str, english: str) -> None:
        assert (NL.number(value, digits), EN.number(value, digits)) == (dutch, english)

    @pytest.mark.parametrize(("value", "text"), [(0.3, "+0,30"), (-0.3, "−0,30"), (0.001, "0,00"), (0.0, "0,00")])
    def test_a_sign_is_shown_where_it_matters(self, value: float, text: str) -> None:
        assert NL.signed(value) == text

    def test_shares_are_hundredths(self) -> None:
        assert (NL.share(0.125, 1), EN.share(0.125, 1), NL.share(math.nan)) == ("12,5%", "12.5%", "–")

    @pytest.mark.parametrize(("p", "text"), [(0.0001, "< 0,001"), (0.001, "0,001"), (0.0504, "0,050"), (math.nan, "–")])
    def test_small_probabilities_are_bounded(self, p: float, text: str) -> None:
        assert NL.probability(p) == text

    def test_a_range_has_two_ends_or_none(self) -> None:
        assert (NL.between(1, 2.5, 1), EN.between(1, 2.5, 1)) == ("1,0 tot 2,5", "1.0 to 2.5")
        assert NL.between(1, math.nan) == "–"


class TestWords:
    @pytest.mark.parametrize(
        ("iso", "dutch", "english"),
        [
            ("2026-03-02T11:02:59.000000+00:00", "2 maart 2026", "2 March 2026"),
            ("2026-05-31", "31 mei 2026", "31 May 2026"),
            ("2026-13-01", "2026-13-01", "2026-13-01"),
            ("gisteren", "gisteren", "gisteren"),
            ("", "–", "–"),
        ],
    )
    def test_a_day_is_written_out(self, iso: str, dutch: str, english: str) -> None:
        assert (NL.date(iso), EN.date(iso)) == (dutch, english)

    def test_things_are_listed(self) -> None:
        assert [NL.listing("abc"[:count]) for count in range(4)] == ["", "a", "a en b", "a, b en c"]

    def test_what_a_page_would_obey_is_made_visible(self) -> None:
        assert clean("a\x00b\x1b\u202ec\ud800") == "a\ufffdb\ufffd\ufffdc\ufffd"
        assert clean("regel\n\ttab é ’ 日 😀") == "regel\n\ttab é ’ 日 😀"

    def test_braces_in_what_is_put_in_are_left_alone(self) -> None:
        assert EN("Report on {study}", study="{seed} {0}") == "Report on {seed} {0}"


def messages() -> dict[str, str]:
    """Every message of the report's source, and the file it stands in."""
    found = {}
    for path in sorted(Path(synthdial.report.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "mark"):
                (first, *_) = node.args
                if isinstance(first, ast.Constant):
                    found[str(first.value)] = path.name
    return found


# alike in both languages
SAME = re.compile(r"[^a-z]*|.*\b(Top-k|Top-p|Min-p|SD|preset|Preset|Model|Prompt|Seed|Scenario|privacy|Scores)\b.*")


class TestCatalogue:
    def test_there_are_messages(self) -> None:
        assert len(messages()) > 200

    @pytest.mark.parametrize("message", messages())
    def test_every_message_has_its_dutch(self, message: str) -> None:
        dutch = translator("nl", "report")(message)
        names_of = re.compile(r"\{(\w+)\}")
        assert sorted(names_of.findall(dutch)) == sorted(names_of.findall(message))
        without = names_of.sub("", message).strip(" .,;:()")
        assert dutch != message or not without or SAME.fullmatch(message)

    def test_english_needs_none(self) -> None:
        assert all(translator("en", "report")(message) == message for message in messages())

    @pytest.mark.parametrize("say", [NL, EN])
    def test_every_measure_kind_and_severity_has_a_name(self, say: Wording) -> None:
        for name in METRICS:
            assert names.measure(name, say) != name or name in ("words", "turns")
        for kind in FLAG_KINDS:
            for severity in SEVERITIES:
                kinds = names.flag(kind, severity, say)
                assert ", " in kinds and (say is EN or severity not in kinds)

    def test_a_role_of_ones_own_is_called_as_it_is(self) -> None:
        assert (names.role("native", 1, NL), names.role("native", 2, NL)) == ("moedertaalspreker", "moedertaalsprekers")
        assert names.role("verpleegkundige", 3, NL) == "verpleegkundige"
