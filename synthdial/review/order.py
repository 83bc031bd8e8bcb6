"""The order in which a rater reads: drawn from a seed, the calibration round first, anchors mixed in."""

import hashlib
from collections.abc import Collection, Iterable, Sequence

CALIBRATION = 3
"""Dialogues of the calibration round, which every rater of a study reads first."""

FEWEST = 6
"""Dialogues below which no calibration round is drawn unless it is asked for."""

ANCHOR_EVERY = 5
"""One of so many that are read is an anchor, while there are any."""


def seed_of(study: str, rater: str) -> int:
    """The seed of a rater's order, 31 bits, from the id of the study and the rater's name."""
    digest = hashlib.blake2b(rater.encode(), key=study.encode()[:64], digest_size=4).digest()
    return int.from_bytes(digest, "big") & 0x7FFF_FFFF


def drawn(keys: Iterable[str], seed: int | str) -> list[str]:
    """Keys in an order drawn from a seed: the same for the same keys, however they were ordered."""
    key = str(seed).encode()[:64]
    return sorted(keys, key=lambda item: hashlib.blake2b(item.encode(), key=key).digest())


def arranged(
    order: Sequence[str],
    dialogues: Iterable[str],
    anchors: Sequence[str],
    calibration: Sequence[str],
    begun: Collection[str],
    seed: int,
) -> list[str]:
    """A rater's order with what is new in it.

    Whatever comes up to the last item that was begun stays where it is. New dialogues go to the end, those of the
    calibration round before the others, the others in an order drawn from the seed. Anchors are mixed into what was not
    begun yet, so that none can be told by its place.

    Parameters
    ----------
    order : sequence of str
        Keys in the order until now.
    dialogues, anchors : sequence of str
        Keys of all there are; of the anchors the first ones are taken, so that raters read the same ones.
    calibration : sequence of str
        Keys of the calibration round, in its order.
    begun : collection of str
        Keys of what the rater has done anything with.
    seed : int
        The rater's.

    Returns
    -------
    list of str
    """
    placed, round_ = set(order), set(calibration)
    new = {key for key in dialogues if key not in placed}
    stays = 1 + max((place for place, key in enumerate(order) if key in begun), default=-1)
    first = [key for key in calibration if key in new]
    rest = drawn(new - round_, seed)
    open_ = [*order[stays:], *first, *rest]
    after = 1 + max((place for place, key in enumerate(open_) if key in round_), default=-1)
    mixed = _mixed(open_[after:], _due(order, rest, open_[after:], anchors, calibration), seed)
    return [*order[:stays], *open_[:after], *mixed]


def _due(
    order: Sequence[str], rest: Sequence[str], open_: Sequence[str], anchors: Sequence[str], calibration: Sequence[str]
) -> list[str]:
    """The anchors that are to be mixed in."""
    known, left_out = set(anchors), set(calibration)
    used = known & set(order)
    read = sum(key not in known and key not in left_out for key in [*order, *rest])
    room = sum(key not in known for key in open_)
    each = ANCHOR_EVERY - 1
    count = min(max(1, read // each) - len(used), max(1, room // each)) if room else 0
    return [key for key in anchors if key not in used][: max(0, count)]


def _mixed(keys: Sequence[str], anchors: Sequence[str], seed: int) -> list[str]:
    """Keys with an anchor at a drawn place in each of as many equal parts."""
    mixed: list[str] = []
    for number, anchor in enumerate(anchors):
        part = keys[number * len(keys) // len(anchors) : (number + 1) * len(keys) // len(anchors)]
        place = int.from_bytes(hashlib.blake2b(anchor.encode(), key=str(seed).encode()).digest()[:8], "big")
        place %= len(part) + 1
        mixed += [*part[:place], anchor, *part[place:]]
    return mixed if anchors else list(keys)
