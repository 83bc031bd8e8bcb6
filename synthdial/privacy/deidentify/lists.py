"""The word lists inside ``deduce``, in small letters."""

from functools import cache
from pathlib import Path

from synthdial.privacy.deidentify.tables import load_deduce, quietly_imported


@cache
def names_known() -> tuple[frozenset[str], frozenset[str]]:
    """First names and surnames of the lists inside ``deduce``, in small letters."""
    with quietly_imported():
        from deduce import deduce as package
    lists = Path(package._LOOKUP_LIST_PATH) / "src" / "names"
    return (
        _lowered(lists / "lst_first_name" / "items.txt"),
        _lowered(lists / "lst_surname" / "items.txt") | _lowered(lists / "lst_interfix_surname" / "items.txt"),
    )


@cache
def places_known() -> frozenset[str]:
    """Places of the lists inside ``deduce``, in small letters."""
    with quietly_imported():
        from deduce import deduce as package
    lists = Path(package._LOOKUP_LIST_PATH) / "src" / "locations" / "lst_placename"
    return frozenset().union(*(_lowered(file) for file in lists.glob("*/items.txt")))


def _lowered(file: Path) -> frozenset[str]:
    return frozenset(line.strip().lower() for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


@cache
def whitelist() -> frozenset[str]:
    """Medical terms, frequent words and function words of the lists inside ``deduce``, in small letters."""
    with quietly_imported():
        from deduce import deduce as package
    lists = Path(package._LOOKUP_LIST_PATH) / "src" / "whitelist"
    return frozenset().union(
        *(_lowered(lists / f"lst_{name}" / "items.txt") for name in ("common_word", "medical_term", "stop_word"))
    )


@cache
def streets_known() -> frozenset[str]:
    """First words of the streets inside ``deduce``, in small letters."""
    return frozenset(word.lower() for word in load_deduce().lookup_structs["street"].children)


def street_length(words: tuple[str, ...]) -> int:
    """How many of the words, written as in the lists inside ``deduce``, are a street; 0 for none."""
    found = load_deduce().lookup_structs["street"].longest_matching_prefix(list(words))
    return len(found) if found else 0
