"""What a log tells of, held against what is there, in 32 bytes for each."""

import hashlib
from array import array
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


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
    """Two columns of keys and digests: from the log, of which a key's last entry counts, and from the study."""

    def __init__(self) -> None:
        self._logged, self._logged_digests, self._places = array("Q"), bytearray(), array("Q")
        self._there, self._there_digests = array("Q"), bytearray()
        self._excused = array("Q")

    def enter(self, key: int, digest: str, place: int) -> None:
        """An entry of the log, at its place, tells of a digest."""
        self._logged.append(key)
        self._logged_digests += _half(digest)
        self._places.append(place)

    def hold(self, key: int, digest: str) -> None:
        """Something is there, with a digest."""
        self._there.append(key)
        self._there_digests += _half(digest)

    def excuse(self, key: int) -> None:
        """Something may be missing: it got another name."""
        self._excused.append(key)

    def differences(self) -> Differences:
        """Where both differ."""
        logged, there = np.array(self._logged, np.uint64), np.array(self._there, np.uint64)
        places = np.array(self._places, np.uint64)
        entered, held = _pairs(self._logged_digests), _pairs(self._there_digests)
        order = np.lexsort((places, logged))
        logged, places, entered = logged[order], places[order], entered[order]
        last = np.append(logged[1:] != logged[:-1], True) if len(logged) else np.zeros(0, bool)
        logged, places, entered = logged[last], places[last], entered[last]
        at = np.searchsorted(logged, there)
        known = np.zeros(len(there), bool)
        inside = at < len(logged)
        known[inside] = logged[at[inside]] == there[inside]
        differs = (entered[at[known]] != held[known]).any(axis=1)
        gone = ~np.isin(logged, there) & ~np.isin(logged, np.array(self._excused, np.uint64))
        return Differences(
            frozenset(there[~known].tolist()),
            tuple(sorted(set(places[at[known]][differs].tolist()))),
            tuple(places[gone].tolist()),
        )


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


def _pairs(digests: bytearray) -> npt.NDArray[np.uint64]:
    return np.frombuffer(bytes(digests), np.uint64).reshape(-1, 2)
