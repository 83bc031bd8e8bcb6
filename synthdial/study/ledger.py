"""What a log tells of, held against what is there, in some fifty bytes for each."""

import hashlib
from array import array
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_MATCHED = 1 << 15  # that many are held against the log together


@dataclass(frozen=True)
class Differences:
    """Where the log and what is there differ.

    Attributes
    ----------
    unknown : frozenset of int
        Keys of what is there, and no entry tells of.
    changed : tuple of int
        Places of entries that tell of something else than is there.
    missing : tuple of int
        Places of entries of which nothing is there.
    """

    unknown: frozenset[int]
    changed: tuple[int, ...]
    missing: tuple[int, ...]


class Ledger:
    """Keys and digests of the log, in its order, of which a key's last entry counts; then those of what is there.

    What is there is matched as it comes, and not kept: all entries come before it.
    """

    def __init__(self) -> None:
        self._keys, self._digests, self._places = array("Q"), bytearray(), array("Q")
        self._there, self._there_digests = array("Q"), bytearray()
        self._excused = array("Q")
        self._entries: _Entries | None = None
        self._unknown: set[int] = set()
        self._changed: set[int] = set()

    def enter(self, key: int, digest: str, place: int) -> None:
        """An entry of the log, at its place, tells of a digest."""
        self._keys.append(key)
        self._digests += _half(digest)
        self._places.append(place)

    def excuse(self, key: int) -> None:
        """Something may be missing: it got another name."""
        self._excused.append(key)

    def hold(self, key: int, digest: str) -> None:
        """Something is there, with a digest."""
        self._there.append(key)
        self._there_digests += _half(digest)
        if len(self._there) >= _MATCHED:
            self._match()

    def differences(self) -> Differences:
        """Where both differ."""
        entries = self._match()
        places = _numbers(self._places)
        missing = places[entries.missing(_numbers(self._excused))]
        return Differences(frozenset(self._unknown), tuple(sorted(self._changed)), tuple(sorted(missing.tolist())))

    def _match(self) -> "_Entries":
        """Hold what has come since against the log."""
        if self._entries is None:
            self._entries = _Entries(_numbers(self._keys), _pairs(self._digests))
        there = _numbers(self._there)
        known, entry, differs = self._entries.find(there, _pairs(self._there_digests))
        self._unknown.update(there[~known].tolist())
        self._changed.update(_numbers(self._places)[entry[differs]].tolist())
        self._there, self._there_digests = array("Q"), bytearray()
        return self._entries


class _Entries:
    """The entries, which one of a key is the last, and of which something was there.

    Parameters
    ----------
    keys : array of uint64, shape (n,)
        In the order of the log.
    digests : array of uint64, shape (n, 2)
        As many.
    """

    def __init__(self, keys: npt.NDArray[np.uint64], digests: npt.NDArray[np.uint64]) -> None:
        self._keys, self._digests = keys, digests
        self._order = np.argsort(keys, kind="stable").astype(np.uint32)  # 4 thousand million are enough
        self._found = np.zeros(len(keys), bool)

    def find(
        self, keys: npt.NDArray[np.uint64], digests: npt.NDArray[np.uint64]
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
        """Which keys are known; of those the last entry of each, and whether its digest is another."""
        entry, known = self._last(keys)
        entry = entry[known]
        self._found[entry] = True
        return known, entry, (self._digests[entry] != digests[known]).any(axis=1)

    def missing(self, excused: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
        """The last entries of keys of which nothing was there."""
        left: npt.NDArray[np.intp] = np.flatnonzero(~self._found)
        last, _ = self._last(self._keys[left])
        left = left[last == left]
        gone: npt.NDArray[np.intp] = left[~np.isin(self._keys[left], excused)]
        return gone

    def _last(self, keys: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
        """The last entry of each key, and whether there is one."""
        if not len(self._keys):
            return np.zeros(len(keys), np.uint32), np.zeros(len(keys), bool)
        at = np.searchsorted(self._keys, keys, side="right", sorter=self._order)
        entry = self._order[np.maximum(at, 1) - 1]
        return entry, (at > 0) & (self._keys[entry] == keys)


def key_of(what: str, name: str) -> int:
    """A key for a kind of thing and its name: 64 bits."""
    digest = hashlib.blake2b(f"{what}\0{name}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _half(digest: str) -> bytes:
    """128 bits of a SHA-256; of what is none, of its own."""
    try:
        found = bytes.fromhex(digest[:32])
    except (TypeError, ValueError):
        found = b""
    return found if len(found) == 16 else hashlib.blake2b(repr(digest).encode(), digest_size=16).digest()


def _numbers(held: "array[int]") -> npt.NDArray[np.uint64]:
    """What an array holds, not copied."""
    return np.frombuffer(held, np.uint64) if held else np.zeros(0, np.uint64)


def _pairs(digests: bytearray) -> npt.NDArray[np.uint64]:
    """Two numbers a digest, not copied."""
    return (np.frombuffer(digests, np.uint64) if digests else np.zeros(0, np.uint64)).reshape(-1, 2)
