"""What the engine reports while it writes dialogues."""

from dataclasses import dataclass

from synthdial.dialogue import Turn
from synthdial.structure.plan import PlannedTurn


@dataclass(slots=True)
class Clock:
    """Where the time of a run went, in seconds, and how many tokens were sampled.

    Attributes
    ----------
    prompt : float
        Reading the prompt.
    network, sampling : float
        Of the generation: in the network, and in drawing tokens.
    total : float
        The whole generation, without the prompt.
    tokens : int
        Tokens sampled, all slots together.
    """

    prompt: float = 0.0
    network: float = 0.0
    sampling: float = 0.0
    total: float = 0.0
    tokens: int = 0

    @property
    def overhead(self) -> float:
        """Share of the generation's time outside the network and sampling, 0 to 1."""
        return 1 - (self.network + self.sampling) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class PromptRead:
    """The prompt is in the cache; the dialogues begin."""

    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class TurnWritten:
    """A dialogue has a new complete turn."""

    number: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class DialogueWritten:
    """A dialogue is complete.

    Attributes
    ----------
    number, seed : int
        Of the job.
    turns : tuple of Turn
        The dialogue; empty where nothing that the model wrote could be used.
    ended_by : str
        The director's reason.
    tokens : int
        Tokens sampled, those that were taken back included.
    taken_back : int
        Turns that came out wrong and were written anew.
    forced : int
        Turns that end where the model thought it unlikely, at less than a hundredth of the likeliest token.
    planned : tuple of PlannedTurn
        What was planned for each turn; empty without a plan.
    mean_log_probability : float
        Mean natural log-probability of the sampled tokens under the model itself; nan without tokens.
    seconds : float
        From the dialogue's start to its end; the slots share that time.
    """

    number: int
    seed: int
    turns: tuple[Turn, ...]
    ended_by: str
    tokens: int
    taken_back: int
    forced: int
    planned: tuple[PlannedTurn, ...]
    mean_log_probability: float
    seconds: float


Event = PromptRead | TurnWritten | DialogueWritten | Clock
