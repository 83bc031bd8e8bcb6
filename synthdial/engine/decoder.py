"""Decode many dialogues together over one shared prompt.

The prompt is decoded once into a sequence of its own; each slot continues a copy of it. All slots step together: one
call of the network writes one token for each. When a dialogue ends its slot takes the next one while the others go on.
"""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthdial._core.logits import log_sum_exp
from synthdial.engine.director import Director, Done, Feed, Sample
from synthdial.engine.events import Clock, DialogueWritten, TurnWritten
from synthdial.engine.llama import PREFIX, Context, Model, Sampler
from synthdial.engine.sampling import Sampling

_MOST_REFUSALS = 64


@dataclass(frozen=True)
class Job:
    """One dialogue to write: its number in the recipe, its seed, and who leads it."""

    number: int
    seed: int
    director: Director


class _Slot:
    """One dialogue being written."""

    def __init__(self, sequence: int, start: int, job: Job, sampler: Sampler) -> None:
        self.sequence, self.job, self.sampler = sequence, job, sampler
        self.start = self.position = start  # the position of the next token that is decoded
        self.pending: list[int] = []
        self.wish = Sample()
        self.stuck = False
        self.turns_told = 0
        self.tokens = 0
        self.log_probability = 0.0
        self.began = time.perf_counter()


class Decoder:
    """Writes dialogues that continue one prompt.

    Parameters
    ----------
    model : Model
        The model.
    context : Context
        Its cache, with room for the prompt and each slot's share.
    prompt : sequence of int
        The prompt's tokens; decoded here.
    slots : int
        How many dialogues are written together.
    sampling : Sampling
        How tokens are drawn.
    """

    def __init__(self, model: Model, context: Context, prompt: Sequence[int], slots: int, sampling: Sampling) -> None:
        self.clock = Clock()
        self._model, self._context, self._sampling = model, context, sampling
        self._free = list(range(slots, 0, -1))
        self._prompt_length = len(prompt)
        began = time.perf_counter()
        for at in range(0, len(prompt), context.batch):
            part = prompt[at : at + context.batch]
            context.decode([(token, at + i, PREFIX, False) for i, token in enumerate(part)])
        self.clock.prompt = time.perf_counter() - began

    def run(self, jobs: Iterable[Job]) -> Iterator[TurnWritten | DialogueWritten]:
        """Write the dialogues of the jobs, in order as slots become free.

        Yields
        ------
        TurnWritten, DialogueWritten
            As they are complete; every job gives one `DialogueWritten`.
        """
        waiting = iter(jobs)
        active: list[_Slot] = []
        while True:
            began = time.perf_counter()
            while self._free and (job := next(waiting, None)) is not None:
                active.append(self._open(job))
            if not active:
                return
            events: list[TurnWritten | DialogueWritten] = []
            for slot in list(active):
                done = self._advance(slot)
                events.extend(self._new_turns(slot))
                if done:
                    active.remove(slot)
                    events.append(self._close(slot, done))
            if active:
                self._step(active)
            self.clock.total += time.perf_counter() - began
            yield from events

    def _open(self, job: Job) -> _Slot:
        sequence = self._free.pop()
        self._context.branch(sequence)
        return _Slot(sequence, self._prompt_length, job, Sampler(self._model, self._sampling, job.seed))

    def _close(self, slot: _Slot, done: Done) -> DialogueWritten:
        slot.sampler.close()
        self._free.append(slot.sequence)
        return DialogueWritten(
            number=slot.job.number,
            seed=slot.job.seed,
            turns=tuple(slot.job.director.turns),
            ended_by=done.reason,
            tokens=slot.tokens,
            taken_back=slot.job.director.taken_back,
            forced=slot.job.director.forced,
            planned=tuple(slot.job.director.planned),
            mean_log_probability=slot.log_probability / slot.tokens if slot.tokens else math.nan,
            seconds=time.perf_counter() - slot.began,
        )

    @staticmethod
    def _new_turns(slot: _Slot) -> Iterator[TurnWritten]:
        for turn in slot.job.director.turns[slot.turns_told :]:
            yield TurnWritten(slot.job.number, turn)
        slot.turns_told = len(slot.job.director.turns)

    def _advance(self, slot: _Slot) -> Done | None:
        """Do what the director says until it wants a token sampled, or is done."""
        while not slot.stuck:
            step = slot.job.director.next()
            if isinstance(step, Done):
                return step
            if isinstance(step, Sample):
                slot.wish = step
                return None
            self._rewind(slot, step)
            slot.pending.extend(step.tokens)
        return Done("stuck")

    def _rewind(self, slot: _Slot, step: Feed) -> None:
        rest = step.rewind - len(slot.pending)
        if step.rewind:
            del slot.pending[-step.rewind :]
        if rest > 0:
            slot.position = max(slot.start, slot.position - rest)
            self._context.cut(slot.sequence, slot.position)

    def _step(self, active: list[_Slot]) -> None:
        """Decode what is pending, sample one token for each slot and show it to its director."""
        for group in self._groups(active):
            rows: list[tuple[int, int, int, bool]] = []
            lasts: list[int] = []
            for slot in group:
                at, last = slot.position, len(slot.pending) - 1
                rows.extend((token, at + i, slot.sequence, i == last) for i, token in enumerate(slot.pending))
                lasts.append(len(rows) - 1)
                slot.position += len(slot.pending)
                slot.pending = []
            began = time.perf_counter()
            self._context.decode(rows)
            views = [self._context.logits(last) for last in lasts]  # the first one waits for the network
            self.clock.network += time.perf_counter() - began
            for slot, row in zip(group, views, strict=True):
                self._sample(slot, row)

    def _groups(self, active: list[_Slot]) -> Iterator[list[_Slot]]:
        """Slots whose pending tokens fit into one call of the network together."""
        group: list[_Slot] = []
        room = self._context.batch
        for slot in active:
            self._shorten(slot)
            if len(slot.pending) > room:
                yield group
                group, room = [], self._context.batch
            group.append(slot)
            room -= len(slot.pending)
        yield group

    def _shorten(self, slot: _Slot) -> None:
        """Decode all but the last part of a feed that is longer than one call takes."""
        batch = self._context.batch
        while len(slot.pending) > batch:
            part, slot.pending = slot.pending[:batch], slot.pending[batch:]
            self._context.decode([(token, slot.position + i, slot.sequence, False) for i, token in enumerate(part)])
            slot.position += batch

    def _sample(self, slot: _Slot, row: NDArray[np.float32]) -> None:
        began = time.perf_counter()
        total = log_sum_exp(row)
        wish = slot.wish
        self.clock.sampling += time.perf_counter() - began
        bias = wish.look(row) if wish.look else wish.bias
        began = time.perf_counter()
        if wish.only:
            kept = row[list(wish.only)]
            row.fill(-math.inf)
            row[list(wish.only)] = kept
        for token, value in bias.items():
            row[token] += value
        for _ in range(_MOST_REFUSALS):
            token = slot.sampler.draw(row)
            logit = float(row[token]) - bias.get(token, 0.0)
            self.clock.sampling += time.perf_counter() - began
            if slot.job.director.take(token):
                slot.sampler.accept(token)
                slot.pending.append(token)
                slot.tokens += 1
                slot.log_probability += logit - total
                self.clock.tokens += 1
                return
            row[token] = -math.inf
            began = time.perf_counter()
        slot.stuck = True
