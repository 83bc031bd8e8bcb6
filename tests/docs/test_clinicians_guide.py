"""The guide for clinicians says what the Dutch screens say, and its keys are theirs."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "clinici.md").read_text("utf-8")
ALSO = {"verzonnen"}  # bold for its weight alone
NAMED = {"Esc": "escape", "Enter": "enter", "Tab": "tab", "?": "question_mark"}


def dutch() -> set[str]:
    """What the screens, the rubric and the report say in Dutch."""
    said: set[str] = set()
    for path in (ROOT / "synthdial" / "data" / "locale" / "nl" / "LC_MESSAGES").glob("*.po"):
        said |= {str(message.string) for message in read_po(path.open("rb")) if message.id}
    return said


def test_every_word_in_bold_stands_on_a_screen() -> None:
    said = dutch()
    bold = [" ".join(text.split()) for text in re.findall(r"\*\*(.+?)\*\*", GUIDE, re.DOTALL)]
    assert len(bold) > 40
    missing = [
        text for text in bold if text not in ALSO and not any(text == one or one.startswith(text) for one in said)
    ]
    assert not missing


def test_every_key_is_bound() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "synthdial" / "tui").rglob("*.py"))
    bound = {key for keys in re.findall(r'Binding\(\s*"([^"]+)"', source) for key in keys.split(",")}
    keys = set(re.findall(r"`([^`\s]{1,3}|Enter|Ctrl\+Q)`", GUIDE))
    assert len(keys) > 15
    for key in keys - set("12345"):
        name = NAMED.get(key, key.lower().replace("+", "+") if len(key) > 1 else key)
        assert name in bound, f"no screen has the key {key}"


def test_its_pictures_are_those_that_the_tests_take() -> None:
    import pictures

    for name, taken in pictures.PICTURES.items():
        picture = (pictures.HERE / "pictures" / f"{name}.svg").read_bytes()
        assert picture == (pictures.TAKEN / f"{taken}.svg").read_bytes(), "run python docs/pictures.py"
    assert all((ROOT / "docs" / link).exists() for link in re.findall(r"\]\((pictures/[^)]+)\)", GUIDE))
