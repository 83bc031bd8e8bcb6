"""A recipe: everything that decides what a corpus is, so that the same recipe tops up the same corpus."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from synthdial.engine.sampling import Sampling

PRESETS = {
    # how much words vary is held where the references have it, so that no fixed penalty drives them to ever new words
    "natural": Sampling(temperature=0.6, repeat_penalty=1.0),
    "plain": Sampling(),
}
"""Who leads a dialogue, and how tokens are drawn then unless the user says otherwise."""

DEFAULT_PRESET = "natural"

NAMES = ("model", "adapter")
"""What is called otherwise on another machine: the digest beside each says whether it is the same."""


@dataclass(frozen=True)
class Recipe:
    """How dialogues are made.

    Slots and threads are no part of it: they are stored with each dialogue, since they change results in the last
    digits, but the same corpus may be continued on another machine.

    Attributes
    ----------
    model, model_sha256 : str
        The model's name and the digest of its file.
    adapter, adapter_sha256 : str
        The same of the adapter that is applied to it; empty where none is.
    prompt_sha256, references_sha256 : str
        Digests of the prompt and of the references, or exemplars, in it.
    scenario : str
        The scenario's name; its text is part of the prompt.
    preset : str
        Who leads the dialogue: a plan (``natural``) or the model (``plain``).
    min_turns, max_words : int
        Bounds of a dialogue.
    sampling : Sampling
        How tokens are drawn.
    seed : int
        From which each dialogue's seed is derived.
    profile_sha256 : str
        Digest of the turn-taking profile that plans are drawn from and candidates scored by; empty where neither is.
    candidates : int
        Dialogues that are written for each one kept.
    exemplars : tuple of str
        Ids of the accepted dialogues in the prompt. What reviewers gave them is no part of it: it changes as others
        rate them, and the prompt does not.
    instructions : tuple of str
        Sentences in the prompt that came from what reviewers flagged.
    """

    model: str
    model_sha256: str
    prompt_sha256: str
    references_sha256: str
    scenario: str
    preset: str
    min_turns: int
    max_words: int
    sampling: Sampling
    seed: int
    profile_sha256: str = ""
    candidates: int = 1
    exemplars: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    adapter: str = ""
    adapter_sha256: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The recipe as plain values; without what it does not make use of and came later, so that it stays the same.

        That is ``candidates`` where there is no choice, and ``exemplars``, ``instructions`` and ``adapter`` where there
        are none.
        """
        values = asdict(self)
        if self.candidates == 1:
            del values["candidates"]
        for name in ("exemplars", "instructions", "adapter", "adapter_sha256"):
            if not values[name]:
                del values[name]
        return values

    @property
    def id(self) -> str:
        """Digest of the recipe, 64 hexadecimal digits; digests of model and adapter go into it, not names."""
        values = {key: value for key, value in self.as_dict().items() if key not in NAMES and value != ""}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def dialogue_id(self, number: int) -> str:
        """The id of the recipe's dialogue of that number, from 1."""
        return f"{self.id[:8]}-{number:04d}"

    def candidate_id(self, number: int, candidate: int) -> str:
        """The id of a candidate that is not kept."""
        return f"{self.dialogue_id(number)}c{candidate}"

    def dialogue_seed(self, number: int, attempt: int = 0, candidate: int = 1) -> int:
        """The seed of the recipe's dialogue of that number: 31 bits, never 0, which llama.cpp takes for 'any'.

        A dialogue that came to nothing is tried again with the next attempt's seed. The first candidate has the seed
        that the dialogue has where there is no choice.
        """
        which = f":{candidate}" if candidate > 1 else ""
        digest = hashlib.sha256(f"{self.seed}:{number}:{attempt}{which}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % (2**31 - 1) + 1
