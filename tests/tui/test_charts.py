"""Plots of characters, tables that fit, and signs: the small parts of the screens."""

import math
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from showing import app_for

from synthdial.review.intervals import UNKNOWN, Estimate
from synthdial.tui.attention import LONGEST, Attention
from synthdial.tui.widgets.charts import axis, bar, interval
from synthdial.tui.widgets.glyphs import ASCII, UNICODE, glyphs_for
from synthdial.tui.widgets.line_pane import wrapped
from synthdial.tui.widgets.table import Column, Row, table

SCALE = (1.0, 5.0)
POINTS = (1, 2, 3, 4, 5)


class TestInterval:
    def test_mean_and_ends_stand_where_they_belong(self) -> None:
        # 41 cells from 1 to 5: ten cells a point
        drawn = interval(Estimate(3.2, 2.5, 4.0), SCALE, POINTS, 41, UNICODE)
        assert (drawn.index("├"), drawn.index("●"), drawn.index("┤")) == (15, 22, 30)
        assert set(drawn[16:22] + drawn[23:30]) == {"─"}
        assert [place for place, sign in enumerate(drawn) if sign == "·"] == [0, 10, 40]

    def test_without_an_interval_the_mean_stands_alone(self) -> None:
        assert interval(Estimate(3.0), SCALE, (), 41, UNICODE).split() == ["●"]

    def test_without_a_figure_only_the_scale_is_left(self) -> None:
        assert interval(UNKNOWN, SCALE, POINTS, 9, UNICODE) == "· · · · ·"

    def test_what_lies_beyond_the_scale_stands_at_its_end(self) -> None:
        assert interval(Estimate(0.0, -3.0, 9.0), (-1.0, 1.0), (), 5, ASCII) == "[-o-]"

    @given(st.floats(-9, 9), st.floats(0, 5), st.floats(0, 5), st.integers(2, 80))
    def test_it_is_as_wide_as_its_room(self, value: float, below: float, above: float, width: int) -> None:
        drawn = interval(Estimate(value, value - below, value + above), SCALE, POINTS, width, UNICODE)
        assert cell_len(drawn) == width and drawn.count("●") == 1


class TestAxis:
    def test_each_figure_stands_over_its_tick(self) -> None:
        drawn = axis(SCALE, POINTS, 41)
        assert [drawn[place] for place in (0, 10, 20, 30, 40)] == list("12345")

    @given(st.integers(6, 80))
    def test_figures_never_run_into_each_other(self, width: int) -> None:
        drawn = axis((-2.0, 2.0), (-2, -1, 0, 1, 2), width)
        assert len(drawn) == width and set(drawn.split()) <= {"-2", "-1", "0", "1", "2"}


def test_a_bar_is_as_long_as_its_figure() -> None:
    assert [len(bar(value, 10, 20, UNICODE)) for value in (0, 0.01, 5, 10)] == [0, 1, 10, 20]
    assert bar(math.nan, 10, 20, UNICODE) == bar(3, 0, 20, UNICODE) == ""


class TestTable:
    COLUMNS = (Column("Name", figures=False), Column("n"))

    def text(self, width: int, *rows: Row) -> list[str]:
        return ["".join(text for _, text in line.pieces) for line in table(self.COLUMNS, rows, width)]

    def test_names_stand_left_and_figures_right(self) -> None:
        assert self.text(40, Row(("Els", "7")), Row(("Bram", "12"))) == [" Name   n", " Els    7", " Bram  12"]

    def test_a_name_without_room_is_shortened_and_figures_are_not(self) -> None:
        head, row = self.text(20, Row(("Een heel lange naam", "1234567")))
        assert row == " Een heel …  1234567" and len(head) <= 20

    def test_a_plot_takes_the_room_that_is_left_and_none_if_that_is_little(self) -> None:
        row = Row(("Els", "7"), lambda cells: "x" * cells)
        assert self.text(40, row)[1] == " Els   7  " + "x" * 30
        assert "x" not in self.text(18, row)[1]

    @given(st.lists(st.tuples(st.text(max_size=30), st.text("0123456789,", max_size=6)), max_size=5))
    def test_no_line_is_longer_than_its_room(self, cells: list[tuple[str, str]]) -> None:
        rows = [Row(each, lambda cells: "x" * cells) for each in cells]
        assert all(cell_len(line) <= 40 for line in self.text(40, *rows))


class TestWrapping:
    @given(st.text(), st.integers(4, 40))
    def test_lines_fit_and_no_word_is_lost(self, text: str, width: int) -> None:
        lines = wrapped(text, width)
        assert lines and all(cell_len(line) <= width for line in lines)
        assert "\x1b" not in "".join(lines)

    def test_words_stay_whole_where_they_can(self) -> None:
        assert wrapped("een twee drie", 9) == ["een twee", "drie"]
        assert wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"]


class TestGlyphs:
    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
    def test_each_is_one_cell(self, glyphs: object) -> None:
        assert all(cell_len(sign) == 1 for sign in astuple(glyphs))  # type: ignore[call-overload]

    def test_signs_that_mean_different_things_differ(self) -> None:
        for glyphs in (UNICODE, ASCII):
            assert glyphs.doctor != glyphs.patient and glyphs.chosen != glyphs.open
            assert len({glyphs.flag, glyphs.edit, glyphs.comment}) == 3

    def test_a_plain_terminal_gets_plain_signs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert all(sign.isascii() for sign in astuple(ASCII))
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        assert glyphs_for(app_for()) is UNICODE
        monkeypatch.setenv("LC_ALL", "C")
        assert glyphs_for(app_for()) is ASCII


class TestAttention:
    def test_time_between_acts_counts_up_to_two_minutes(self) -> None:
        now = [100.0]
        attention = Attention(lambda: now[0])
        for passed in (10, 20, 500, 5):
            now[0] += passed
            attention.act()
        assert attention.take() == 10 + 20 + LONGEST + 5
        assert attention.take() == 0

    def test_rest_counts_for_nothing(self) -> None:
        now = [0.0]
        attention = Attention(lambda: now[0])
        now[0] = 50
        attention.rest()
        now[0] = 60
        attention.act()
        assert not attention.full and attention.take() == 10
