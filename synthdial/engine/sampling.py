"""How the next token is drawn: the values a user may set, with their ranges."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from synthdial.errors import SynthdialError


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling values, applied in this order: top-k, repeat penalty, top-p, min-p, temperature.

    Attributes
    ----------
    temperature : float
        Divides the logits; 0 always takes the likeliest token. 0 to 5.
    top_k : int
        Only the k likeliest tokens stay. 1 to 1,000.
    top_p : float
        Only the likeliest tokens whose probabilities sum to p stay; 1 switches it off. Above 0, up to 1.
    min_p : float
        Only tokens at least this share as likely as the likeliest stay; 0 switches it off. 0 to 1.
    repeat_penalty : float
        Divides the logits of the last `repeat_window` sampled tokens; 1 switches it off. Above 0, up to 2.
    repeat_window : int
        How many sampled tokens the penalty looks back on. 0 to 4,096.
    """

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    repeat_window: int = 64

    def __post_init__(self) -> None:
        for name, (low, high, open_low) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high or (open_low and value == low):
                above = "above" if open_low else "from"
                raise SynthdialError(f"{name} is {value}; it must lie {above} {low} up to {high}.")

    def as_dict(self) -> dict[str, Any]:
        """The values by name."""
        return asdict(self)


_RANGES: dict[str, tuple[float, float, bool]] = {
    "temperature": (0, 5, False),
    "top_k": (1, 1000, False),
    "top_p": (0, 1, True),
    "min_p": (0, 1, False),
    "repeat_penalty": (0, 2, True),
    "repeat_window": (0, 4096, False),
}
assert set(_RANGES) == {field.name for field in fields(Sampling)}
