"""How the screens look: text can be read in every theme, without colour, and by whoever cannot tell colours apart."""

import pytest
from scripts import study_of
from showing import app_for, scene
from textual.color import Color

from synthdial.settings import THEMES
from synthdial.tui.looks import LEAST_CONTRAST, LOOKS, TEXT_ON, after
from synthdial.tui.state import State
from synthdial.tui.widgets.rows import Rows


def luminance(colour: Color) -> float:
    """Relative luminance after WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour.rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_the_published_examples() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "behind"), [(text, each) for text, many in TEXT_ON for each in many])
def test_text_stands_out_from_what_is_behind_it(theme, text: str, behind: str) -> None:
    colours = LOOKS[theme].to_color_system().generate() | LOOKS[theme].variables
    assert contrast(colours[text], colours[behind]) >= LEAST_CONTRAST[theme]


def test_high_contrast_is_higher_than_the_others() -> None:
    assert LEAST_CONTRAST == {"dark": 4.5, "light": 4.5, "contrast": 7.0}


def test_a_key_goes_through_all_of_them() -> None:
    seen = [THEMES[0]]
    for _ in THEMES:
        seen.append(after(seen[-1]))
    assert set(seen) == set(THEMES) and seen[0] == seen[-1]


def colours_seen(pilot, within: str | None) -> set[tuple[str, str]]:
    """Every pair of colours that letters have, in a part of the screen."""
    screen = pilot.app.screen
    region = (screen.query(within).first() if within else screen).region
    pairs = set()
    for strip in pilot.app.screen._compositor.render_strips()[region.y : region.bottom]:
        for text, style, _ in strip.crop(region.x, region.right):
            if any(letter.isalnum() for letter in text) and style.color and style.bgcolor:
                pairs.add((style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex))
    return pairs


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("opens", "keys", "within"),
    [
        ("", [], None),
        ("", ["n"], "#dialog"),
        ("", ["question_mark"], "#dialog"),
        ("", ["ctrl+p"], "CommandList"),
        ("open_study", [], None),
        ("open_study", ["enter"], None),
        ("open_generate", [], None),
        ("open_generate", ["tab", "tab"], None),
        ("open_generate", ["enter"], None),
    ],
    ids=["home", "field", "help", "commands", "study", "dialogue", "form", "form-field", "form-menu"],
)
@scene
async def test_so_does_every_letter_that_is_shown(
    theme, opens: str, keys: list[str], within: str | None, tmp_path
) -> None:
    study = study_of(tmp_path / "a.study", 3)
    async with app_for("nl", theme, state=State(recent=(str(study), "gone.study"))).run_test() as pilot:
        await pilot.app.workers.wait_for_complete()
        if opens:
            getattr(pilot.app, opens)(study)
            await pilot.pause()
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        found = colours_seen(pilot, within)
        assert len(found) > 1
        assert {pair for pair in found if contrast(*pair) < LEAST_CONTRAST[theme]} == set()


@scene
async def test_without_colour_the_cursor_is_seen_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    path = study_of(tmp_path / "a.study", 3)
    async with app_for().run_test() as pilot:
        pilot.app.open_study(path)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        rows = pilot.app.screen.query_one(Rows)
        filters = pilot.app.get_line_filters()
        lines = [rows.render_line(y).apply_filter(filters[-1], Color.parse("black")) for y in (1, 2)]
        first, second = (next(iter(line)).style for line in lines)
        assert contrast(first.bgcolor.get_truecolor().hex, second.bgcolor.get_truecolor().hex) > 4.5
        for style in (first, second):
            red, green, blue = style.bgcolor.get_truecolor()
            assert red == green == blue
