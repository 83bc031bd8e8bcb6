"""The guide for clinicians says what the Dutch screens say, and each of its keys does there what it is said to do."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "clinici.md").read_text("utf-8")
ALSO = {"verzonnen"}  # bold for its weight alone
KEYS = {"Esc": "escape", "?": "question_mark", "+": "plus"}
_KEY = r"`([^`\s]{1,2}|Enter|Esc|Tab|Ctrl\+Q)`"


def dutch() -> dict[str, set[str]]:
    """What the screens, the rubric and the report say in Dutch, by what they say in English."""
    said: dict[str, set[str]] = {}
    for path in (ROOT / "synthdial" / "data" / "locale" / "nl" / "LC_MESSAGES").glob("*.po"):
        for message in read_po(path.open("rb")):
            if message.id:
                said.setdefault(str(message.id), set()).add(str(message.string))
    return said


def bound() -> set[tuple[str, str]]:
    """The keys of all screens, each with its description in Dutch."""
    said, found = dutch(), set()
    for path in (ROOT / "synthdial" / "tui").rglob("*.py"):
        for keys, text in re.findall(
            r'Binding\(\s*("[^"]+"|str\(\w+\)), f?"[^"]+", mark\("([^"]+)"\)', path.read_text("utf-8")
        ):
            names = list("0123456789") if keys.startswith("str") else keys.strip('"').split(",")
            found |= {(name, one) for name in names for one in said[text]}
    return found


def told() -> list[tuple[str, str]]:
    """Each key that the guide names, with the words that it gives it: `q` (**Quit**), or a row of a table."""
    pairs = [(key, word) for key, word in re.findall(_KEY + r"\s+\(\*\*(.+?)\*\*\)", GUIDE)]
    for keys, word in re.findall(r"^\| (.*?`.+?`.*?) \| \*\*(.+?)\*\*", GUIDE, re.MULTILINE):
        pairs += [(key, word) for key in re.findall(_KEY, keys)]
    return pairs


def test_every_word_in_bold_stands_on_a_screen() -> None:
    said = set().union(*dutch().values())
    bold = [" ".join(text.split()) for text in re.findall(r"\*\*(.+?)\*\*", GUIDE, re.DOTALL)]
    assert len(bold) > 60
    assert not [word for word in bold if word not in ALSO and not any(one.startswith(word) for one in said)]


def test_every_key_does_what_the_guide_says_of_it() -> None:
    keys, pairs = bound(), told()
    assert len(pairs) > 35
    assert not [
        (key, word) for key, word in pairs if (KEYS.get(key, key if len(key) == 1 else key.lower()), word) not in keys
    ]


def test_every_key_is_told_with_its_words_somewhere() -> None:
    named = set(re.findall(_KEY, GUIDE))
    assert named <= {key for key, _ in told()}
