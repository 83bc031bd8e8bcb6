"""What a log tells of, held against what is there: as two dictionaries would find it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdial.study import ledger
from synthdial.study.ledger import Differences, Ledger, key_of

KEYS = st.sampled_from([0, 1, 2, 3, 1 << 63, (1 << 64) - 1])
DIGESTS = st.sampled_from(["a" * 64, "b" * 64, "a" * 31 + "b" * 33, "nothing hexadecimal"])


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_MATCHED", 2)


@given(st.lists(st.tuples(KEYS, DIGESTS)), st.sets(KEYS), st.dictionaries(KEYS, DIGESTS))
def test_it_finds_what_dictionaries_find(
    entries: list[tuple[int, str]], excused: set[int], there: dict[int, str]
) -> None:
    found = Ledger()
    logged: dict[int, tuple[str, int]] = {}
    for place, (key, digest) in enumerate(entries, 1):
        found.enter(key, digest, place)
        logged[key] = digest, place
    for key in excused:
        found.excuse(key)
    for key, digest in there.items():
        found.hold(key, digest)
    same = {key for key, digest in there.items() if key in logged and logged[key][0][:32] == digest[:32]}
    assert found.differences() == Differences(
        unknown=frozenset(there.keys() - logged.keys()),
        changed=tuple(sorted(logged[key][1] for key in logged.keys() & there.keys() - same)),
        missing=tuple(sorted(place for key, (_, place) in logged.items() if key not in there and key not in excused)),
    )


def test_nothing_differs_from_nothing() -> None:
    assert Ledger().differences() == Differences(frozenset(), (), ())


def test_keys_of_different_kinds_differ() -> None:
    assert len({key_of("dialogue", "a"), key_of("anchor", "a"), key_of("dialogue", "b")}) == 3
    assert 0 <= key_of("dialogue", "\ud800") < 1 << 64
