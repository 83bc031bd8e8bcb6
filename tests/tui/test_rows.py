"""Lists: every row can be reached and read, however many there are."""

from pathlib import Path

import pytest
from showing import app_for, scene, text_of
from textual.app import ComposeResult

from synthdial.tui.screens.page import Page
from synthdial.tui.widgets.rows import Column, Rows


class Many(Page[None]):
    """A list of numbers."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.chosen: list[int] = []
        self.asked = 0

    def compose_body(self) -> ComposeResult:
        yield Rows(
            (Column("Number", 10), Column("Words", 5, stretch=True), Column("End", 5, right=True)),
            self.cells,
            id="many",
        )

    def on_mount(self) -> None:
        self.query_one(Rows).fill(range(self.count))
        self.query_one(Rows).focus()

    def cells(self, row: int) -> tuple[str, str, str]:
        self.asked += 1
        return f"row {row:05}", "één twee drie " * 20, f"{row % 7}e"

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        self.chosen.append(message.row)


def lines(app) -> list[str]:
    return [line for line in text_of(app).splitlines() if line.startswith(" row")]


@pytest.mark.parametrize("count", [1, 19, 20, 21, 22, 500])
@scene
async def test_going_down_shows_each_row_and_ends_at_the_last(count: int) -> None:
    async with app_for().run_test(size=(80, 24)) as pilot:
        screen = Many(count)
        await pilot.app.push_screen(screen)
        for row in range(min(count, 40)):
            assert any(f"row {row:05}" in line for line in lines(pilot.app)), row
            await pilot.press("down")
        await pilot.press("end")
        await pilot.pause()
        assert f"row {count - 1:05}" in lines(pilot.app)[-1]
        await pilot.press("down", "home")
        await pilot.pause()
        assert "row 00000" in lines(pilot.app)[0]


@pytest.mark.parametrize(("size", "count"), [((80, 24), 3), ((80, 24), 500), ((160, 50), 500)])
@scene
async def test_the_last_column_is_not_cut_off(size: tuple[int, int], count: int) -> None:
    async with app_for().run_test(size=size) as pilot:
        await pilot.app.push_screen(Many(count))
        await pilot.pause()
        for line in lines(pilot.app):
            assert f"{int(line.split()[1]) % 7}e" in line and len(line) == size[0]


@scene
async def test_a_page_down_keeps_one_row_in_sight() -> None:
    async with app_for().run_test(size=(80, 24)) as pilot:
        await pilot.app.push_screen(Many(500))
        await pilot.pause()
        last = lines(pilot.app)[-1].split()[1]
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        shown = [line.split()[1] for line in lines(pilot.app)]
        assert int(shown[0]) <= int(last) + 1


@scene
async def test_ten_thousand_rows_ask_for_no_more_than_is_seen() -> None:
    async with app_for().run_test(size=(80, 24)) as pilot:
        screen = Many(10_000)
        await pilot.app.push_screen(screen)
        await pilot.pause()
        screen.asked = 0
        await pilot.press("end")
        await pilot.pause()
        assert 0 < screen.asked < 10 * 24


@scene
async def test_a_click_goes_to_a_row_and_a_second_one_chooses_it() -> None:
    async with app_for().run_test(size=(80, 24)) as pilot:
        screen = Many(500)
        await pilot.app.push_screen(screen)
        await pilot.press(*["down"] * 30)
        await pilot.pause()
        y = next(y for y, line in enumerate(text_of(pilot.app).splitlines()) if "row 00025" in line)
        await pilot.click(offset=(5, y))
        await pilot.pause()
        assert screen.query_one(Rows).row == 25 and screen.chosen == []
        await pilot.click(offset=(5, y))
        await pilot.pause()
        assert screen.chosen == [25]


@scene
async def test_an_empty_list_answers_every_key() -> None:
    async with app_for().run_test(size=(80, 24)) as pilot:
        screen = Many(0)
        await pilot.app.push_screen(screen)
        await pilot.press("down", "up", "pagedown", "end", "home")
        await pilot.pause()
        assert screen.query_one(Rows).row is None


@scene
async def test_fewer_rows_bring_the_cursor_back(tmp_path: Path) -> None:
    async with app_for().run_test(size=(80, 24)) as pilot:
        screen = Many(100)
        await pilot.app.push_screen(screen)
        await pilot.press("end")
        screen.query_one(Rows).fill(range(3))
        await pilot.pause()
        assert screen.query_one(Rows).row == 2 and len(lines(pilot.app)) == 3
