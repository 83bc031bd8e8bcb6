"""What telling the true next turn from others costs a model: a loss that makes turns fit those before them.

A turn of everyday words is likely wherever it stands. So it counts what the turns before add to a turn's
log-probability, which ranks candidates best where the model's probabilities are right: the loss is that of the softmax
over what each candidate gains (noise-contrastive estimation, with turns from elsewhere in the conversation as noise;
Ma and Collins 2018, "Noise contrastive estimation and negative sampling for conditional models").
"""

from collections.abc import Sequence

import torch
from network import Network
from places import CANDIDATES, Branches, Places
from torch import Tensor


def gains(network: Network, places: Places, kept: Tensor | None = None) -> Tensor:
    """What the turns before add to the log-probability of each candidate, in nats, of shape (places, candidates).

    What a turn has by itself is taken as it is: no gradient goes through it.
    """
    behind = _sums(network, places.behind, kept)
    with torch.no_grad():
        alone = _sums(network, places.alone, kept)
    return (behind - alone[places.turns]).view(-1, CANDIDATES)


def telling(network: Network, stretches: Sequence[Places], kept: Tensor | None = None) -> tuple[float, float]:
    """Mean loss of telling the true turn, in nats a place, and the share of places at which it gains most."""
    with torch.no_grad():
        found = torch.cat([gains(network, places, kept) for places in stretches])
    return float(wrong(found).mean()), float((found.argmax(dim=1) == 0).float().mean())


def wrong(gained: Tensor) -> Tensor:
    """The loss of each place: the negative log-probability of the true turn, by what each candidate gains."""
    return -gained.log_softmax(dim=1)[:, 0]


def _sums(network: Network, branches: Branches, kept: Tensor | None) -> Tensor:
    device = network.vocabulary.device
    rows = torch.tensor([row for part in branches.rows for row in part], device=device)
    targets = torch.tensor([token for part in branches.targets for token in part], device=device)
    owner = torch.tensor([number for number, part in enumerate(branches.rows) for _ in part], device=device)
    hidden = network.hidden(
        torch.tensor(branches.tokens, device=device),
        torch.tensor(branches.positions, device=device),
        _mask(branches, network.window).to(device),
    )
    losses = network.losses_of(hidden[rows], targets, kept)
    return torch.zeros(len(branches.rows), device=device).index_add(0, owner, -losses)


def _mask(branches: Branches, window: int) -> Tensor:
    """Which token sees which, of shape (1, 1, n, n)."""
    at, branch = torch.tensor(branches.positions), torch.tensor(branches.branch)
    trunk = (branch == 0)[None] & (at[None] < torch.tensor(branches.leaves)[:, None])
    own = (branch[None] == branch[:, None]) & (at[None] <= at[:, None])
    return ((trunk | own) & (at[:, None] - at[None] < window))[None, None]
