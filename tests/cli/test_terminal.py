"""What goes to a terminal is shown, never obeyed."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial.cli.terminal import duration, printable, say_problem, size
from synthdial.errors import SynthdialError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x1b]0;titel\x07", "\\x1b]0;titel\\x07"),
        ("a\rb\bc\x7f\0", "a\\x0db\\x08c\\x7f\\x00"),
        ("\x9b31m \x85", "\\x9b31m \\x85"),
        ("\u202egoed\u202c", "\\u202egoed\\u202c"),
        ("\u2066a\u2069\u200f\u061c", "\\u2066a\\u2069\\u200f\\u061c"),
        ("a\u2028b\u2029", "a\\u2028b\\u2029"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_made_visible(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "één ’t 😀 👩‍⚕️ शा עברית",
        "twee\nregels\tmet tab",
        "[red]x[/red] [bold]",
        "100 % {x} \\x1b",
        "soft\u00adhyphen",
    ],
)
def test_text_is_left_as_it_is(text: str) -> None:
    assert printable(text) == text


@settings(max_examples=300)
@given(st.text(st.characters()))
def test_no_control_character_is_left(text: str) -> None:
    shown = printable(text)
    assert all(unicodedata.category(ch) not in ("Cc", "Cs") or ch in "\n\t" for ch in shown)
    shown.encode()


def test_a_problem_goes_to_standard_error_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    say_problem(SynthdialError("Weg: \x1b[31m.", "Zoek het."))
    say_problem(SynthdialError("Kaal."))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "synthdial-edge: Weg: \\x1b[31m.\nZoek het.\nsynthdial-edge: Kaal.\n"


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (25e6, "25 MB"), (4.37e9, "4.4 GB")]
)
def test_sizes_for_people(count: float, shown: str) -> None:
    assert size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (3599, "59 min 59 s"), (3661, "1 h 01 min")],
)
def test_times_for_people(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown
