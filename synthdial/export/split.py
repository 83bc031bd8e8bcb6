"""Splits of a corpus for training and testing: whole scenarios go to one of them."""

import hashlib
import itertools
import math
from collections.abc import Mapping

from synthdial.errors import SynthdialError

_HINT = "Write for instance train=0.8,validation=0.1,test=0.1"


def read_splits(text: str) -> dict[str, float]:
    """Read ``train=0.8,test=0.2``: names, and the share of the dialogues that each shall have.

    Returns
    -------
    dict of str to float
        In the order given; the shares add up to 1.

    Raises
    ------
    SynthdialError
        When a name cannot be part of a file's, occurs twice, or the shares do not add up to 1.
    """
    splits: dict[str, float] = {}
    for part in text.split(","):
        name, equals, share = (word.strip() for word in part.partition("="))
        try:
            value = float(share)
        except ValueError:
            value = math.nan
        if not equals or not 0 < value < 1 or not (name.isascii() and name.isidentifier()):
            raise SynthdialError(f"'{part.strip()}' is no split.", f"{_HINT}.")
        if name in splits:
            raise SynthdialError(f"The split '{name}' is named twice.", f"{_HINT}.")
        splits[name] = value
    if not math.isclose(sum(splits.values()), 1, abs_tol=1e-6):
        raise SynthdialError(f"The shares of the splits add up to {sum(splits.values()):g}, not to 1.", f"{_HINT}.")
    return splits


def split_scenarios(counts: Mapping[str, int], splits: Mapping[str, float], seed: int) -> dict[str, str]:
    """Say for each scenario to which split its dialogues go.

    The largest scenario goes first, to the split that lacks most of its share; the seed decides between scenarios of
    one size. Then scenarios are moved and exchanged as long as that brings two splits nearer to their shares. Each
    split gets one at least.

    Parameters
    ----------
    counts : mapping of str to int
        Dialogues of each scenario.
    splits : mapping of str to float
        Names and shares, which add up to 1.
    seed : int
        Of the draw.

    Returns
    -------
    dict of str to str
        The split of each scenario.

    Raises
    ------
    SynthdialError
        When there are fewer scenarios than splits.
    """
    if len(counts) < len(splits):
        raise SynthdialError(
            f"There are {len(splits)} splits, and dialogues of {len(counts)} scenarios that may leave.",
            "No scenario goes to two splits: ask for fewer, or write dialogues of more scenarios.",
        )
    total = sum(counts.values())
    order = sorted(counts, key=lambda name: (-counts[name], hashlib.sha256(f"{seed}:{name}".encode()).digest()))
    lacks = {split: share * total for split, share in splits.items()}
    names: dict[str, list[str]] = {split: [] for split in splits}
    for place, name in enumerate(order):
        empty = [split for split, held in names.items() if not held]
        open_to = empty if len(order) - place == len(empty) else list(names)
        split = max(open_to, key=lambda one: lacks[one])
        names[split].append(name)
        lacks[split] -= counts[name]
    while any(
        _exchange(names[one], names[other], lacks[other] - lacks[one], counts)
        for one, other in itertools.permutations(splits, 2)
    ):
        lacks = {split: splits[split] * total - sum(counts[name] for name in held) for split, held in names.items()}
    return {name: split for split, held in names.items() for name in held}


def _exchange(some: list[str], others: list[str], gap: float, counts: Mapping[str, int]) -> bool:
    """Move a scenario to where more is lacking, or exchange two; whether any such brings both nearer to their shares.

    Parameters
    ----------
    some, others : list of str
        The scenarios of both splits, changed in place.
    gap : float
        How many dialogues more are lacking of `others` than of `some`.
    counts : mapping of str to int
        Dialogues of each scenario.
    """
    least = 1e-6  # shares are no exact numbers
    sizes = {counts[name]: name for name in some}
    against = {counts[name]: name for name in others} | ({0: ""} if len(some) > 1 else {})
    moves = [
        (moved * (gap - moved), mine, theirs)
        for mine, theirs in itertools.product(sizes, against)
        if 0 < (moved := mine - theirs) < gap - least
    ]
    if not moves:
        return False
    _, mine, theirs = max(moves)
    some.remove(sizes[mine])
    others.append(sizes[mine])
    if theirs:
        others.remove(against[theirs])
        some.append(against[theirs])
    return True
