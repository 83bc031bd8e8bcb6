"""Run a recipe: fill a study with dialogues up to a count, and survive whatever ends the run in the middle."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthdial.dialogue import Dialogue, Turn
from synthdial.engine.client import Engine
from synthdial.engine.events import Clock, DialogueWritten, Event, PromptRead, TurnWritten
from synthdial.engine.fit import Fit, fit
from synthdial.engine.protocol import WriteDialogues
from synthdial.errors import WorkerDiedError
from synthdial.metrics import scenario_lexicon
from synthdial.prompt import due_terms, stage_directions
from synthdial.study.admission import Known
from synthdial.study.attempts import MOST_DEATHS, Attempts, Workers, unwritten
from synthdial.study.control import Control
from synthdial.study.lock import run_lock
from synthdial.study.provenance import provenance
from synthdial.study.references import known_to
from synthdial.study.request import BatchRequest, Prepared, prepare_batch
from synthdial.study.score import Score, best, score
from synthdial.study.study import Study
from synthdial.transcripts import known_labels


@dataclass(frozen=True)
class Progress:
    """Where a batch is.

    Attributes
    ----------
    done, count : int
        Dialogues of the recipe in the study, and those wanted; of a shard, its own.
    tokens_per_second : float
        Tokens sampled each second in this run, all slots together; 0 before the first.
    seconds_left : float
        An estimate; 0 when finished.
    newest : tuple of (str, Turn), optional
        The newest turn, and the id of its dialogue.
    finished : bool
        Whether all are done.
    """

    done: int
    count: int
    tokens_per_second: float
    seconds_left: float
    newest: tuple[str, Turn] | None = None
    finished: bool = False


@dataclass(frozen=True)
class BatchResult:
    """What a batch did.

    Attributes
    ----------
    written : int
        Dialogues that this run added.
    done : int
        Dialogues of the recipe that the study holds; of a shard, its own.
    ids : tuple of str
        Their ids, in order.
    tokens, seconds : int, float
        Tokens that this run sampled, and how long generating took.
    quarantined : int
        How many of all these are quarantined: they copied from the prompt, and do not leave the study.
    """

    written: int
    done: int
    ids: tuple[str, ...]
    tokens: int
    seconds: float
    quarantined: int = 0


def run_batch(
    path: Path,
    request: BatchRequest,
    *,
    report: Callable[[Progress], None] = lambda progress: None,
    remark: Callable[[str], None] = lambda text: None,
    hear: Callable[[Event, str], None] = lambda event, dialogue: None,
    control: Control | None = None,
    passphrase: str | None = None,
) -> BatchResult:
    """Fill a study with dialogues of one recipe, up to the count asked for.

    Each dialogue is on the disk before it is reported. Ending the program, the worker or both at any moment loses only
    the dialogues in the air; the same call goes on where it ended.

    Parameters
    ----------
    path : Path
        The study; made if it is not there.
    request : BatchRequest
        What to make.
    report : callable
        Told where the run is, several times a second.
    remark : callable
        Told in sentences what a person may want to know: which references were chosen, what could not be read.
    hear : callable
        Told each thing that the engine reports, and the id of the dialogue it is about, empty where it is about none;
        a finished dialogue is on the disk by then.
    control : Control, optional
        A hand for another thread, which pauses or stops the batch.
    passphrase : str, optional
        Encrypt the study with it where it is made now.

    Returns
    -------
    BatchResult
        What is there, also where the batch was stopped.

    Raises
    ------
    UnwrittenError
        At the end, when some dialogues could not be written and all others are: the worker died twice at them, or the
        model wrote nothing usable in three attempts. It names them.
    SynthdialError
        With one message that says what is wrong; everything reported before is kept.
    """
    known = known_to(path)  # says at once if the study cannot be used
    control = control or Control()
    with Workers(Engine) as workers, control.holding(workers.engine):
        prepared = _prepare(request, workers, control, remark, known)
        if prepared is None:
            return BatchResult(0, 0, (), 0, 0.0)
        for text in (*prepared.warnings, *prepared.prompt.remarks):
            remark(text)
        with run_lock(path), Study(path, create=True, passphrase=passphrase) as study:
            study.add_recipe(prepared.recipe, prepared.imported)
            return _Run(study, prepared, report, remark, hear, control).complete(workers)


def _prepare(
    request: BatchRequest, workers: Workers, control: Control, remark: Callable[[str], None], known: Known
) -> Prepared | None:
    """The batch, prepared; None where it was stopped. A worker that dies is replaced."""
    for attempt in range(1, MOST_DEATHS + 1):
        try:
            with control.holding(workers.engine):
                prepared = prepare_batch(request, workers.engine, known)
        except WorkerDiedError as death:
            if control.stopped:
                return None
            if attempt == MOST_DEATHS:
                raise
            remark(f"{death} Starting it again.")
            workers.replace()
        else:
            return None if control.stopped else prepared
    raise AssertionError("the last attempt raises or returns")


class _Run:
    """One run of a recipe into a study."""

    def __init__(
        self,
        study: Study,
        prepared: Prepared,
        report: Callable[[Progress], None],
        remark: Callable[[str], None],
        hear: Callable[[Event, str], None],
        control: Control,
    ) -> None:
        self._study, self._prepared, self._report, self._remark = study, prepared, report, remark
        self._tell_event, self._control = hear, control
        self._recipe, self._numbers = prepared.recipe, prepared.request.numbers
        self._count = len(self._numbers)
        self._each = self._recipe.candidates
        self._kept = {n for n in study.numbers(self._recipe) if n in self._numbers}
        self._undecided = {n: found for n, found in study.undecided(self._recipe).items() if n in self._numbers}
        # the engine knows jobs: one a candidate, counted through from 1
        self._done = {job for number in self._kept for job in self._jobs(number)}
        for number, found in self._undecided.items():
            self._done.update(job for candidate, job in enumerate(self._jobs(number), 1) if candidate in found)
        self._kept_before, self._done_before = len(self._kept), len(self._done)
        self._attempts = Attempts()
        self._check = prepared.checker()
        self._tokens = 0  # of the rounds before the one that runs
        self._seconds = 0.0
        self._pulse = Clock()
        self._newest: tuple[str, Turn] | None = None

    def _jobs(self, number: int) -> range:
        """The jobs of a dialogue: one for each of its candidates."""
        return range((number - 1) * self._each + 1, number * self._each + 1)

    def _place(self, job: int) -> tuple[int, int]:
        """The number of a job's dialogue, and which candidate of it the job is."""
        number, candidate = divmod(job - 1, self._each)
        return number + 1, candidate + 1

    def complete(self, workers: Workers) -> BatchResult:
        """Write what is missing; a worker that dies is replaced."""
        for number in self._undecided:  # of a run that was ended before it chose
            self._choose(number)
        while True:
            jobs, most_slots = self._attempts.choose(self._missing())
            if not jobs:
                break
            try:
                self._round(workers.engine, jobs, most_slots)
                if not self._control.stopped:
                    self._attempts.came_to_nothing([job for job in jobs if job not in self._done])
            except WorkerDiedError as death:
                if self._control.stopped:
                    continue
                self._attempts.died(death)
                self._remark(f"{death} Starting it again.")
                workers.replace()
            finally:
                self._end_round()
        given_up = {self._place(job)[0]: why for job, why in self._attempts.given_up.items()}
        self._tell(finished=not (self._control.stopped or given_up))
        if given_up and not self._control.stopped:
            raise unwritten(given_up, self._count)
        numbers = sorted(self._kept)
        ids = tuple(self._recipe.dialogue_id(n) for n in numbers)
        written = len(numbers) - self._kept_before
        quarantined = len(self._study.quarantined() & set(ids))
        return BatchResult(written, len(numbers), ids, self._tokens, self._seconds, quarantined)

    def _missing(self) -> list[int]:
        """The jobs to do; none where the batch was stopped."""
        if self._control.stopped:
            return []
        return [job for number in self._numbers for job in self._jobs(number) if job not in self._done]

    def _round(self, engine: Engine, missing: list[int], most_slots: int | None) -> None:
        request, prompt, header = self._prepared.request, self._prepared.prompt, self._prepared.header
        about = engine.about()
        plan = fit(
            header,
            prompt_tokens=prompt.tokens + 16,
            tokens_per_word=prompt.tokens_per_word,
            max_words=request.max_words,
            count=len(missing),
            devices=about["devices"] if about["gpu_build"] else (),
            parallel=min(most_slots, request.parallel or most_slots) if most_slots else request.parallel,
            threads=request.threads,
            context=request.context,
            gpu_layers=request.gpu_layers,
        )
        adapter = self._prepared.adapter
        engine.open(self._prepared.model.path, gpu_layers=plan.gpu_layers, adapter=adapter.path if adapter else None)
        jobs = [(job, self._seed(job)) for job in missing]
        planned = self._prepared.planned
        scenario = self._prepared.scenario
        order = WriteDialogues(
            segments=[(segment.text, segment.special) for segment in prompt.segments],
            lead=prompt.lead,
            jobs=jobs,
            plans=[self._plan(seed) for _, seed in jobs] if planned else [],
            guides=stage_directions(scenario) if planned else [],
            terms=[(term.name, term.forms, term.phase, term.doctor_only) for term in due_terms(scenario)]
            if planned
            else [],
            style=self._prepared.style,
            foreign_label=known_labels().inside_text().pattern,
            slots=plan.slots,
            threads=plan.threads,
            cells=plan.cells,
            slot_tokens=plan.slot_tokens,
            preset=request.preset,
            min_turns=request.min_turns,
            max_words=request.max_words,
            sampling=request.sampled.as_dict(),
        )
        self._remark(
            f"Reading the prompt ({prompt.tokens} tokens) with {self._recipe.model}, then writing {plan.slots} "
            f"dialogues at a time, on {plan.threads} threads and {plan.gpu_layers} layers of a GPU."
        )
        self._attempts.begin(missing, plan.slots)
        with self._control.holding(engine):
            for heard in engine.write(order):
                self._hear(heard, plan, about)
                if self._control.stopped:
                    return

    def _seed(self, job: int) -> int:
        number, candidate = self._place(job)
        return self._recipe.dialogue_seed(number, self._attempts.which_seed(job), candidate)

    def _plan(self, seed: int) -> list[tuple[str, int, str, str]]:
        return [(str(t.speaker), t.words, str(t.kind), t.phase) for t in self._prepared.plan(seed)]

    def _hear(self, heard: Event, plan: Fit, about: dict[str, Any]) -> None:
        if isinstance(heard, PromptRead):
            self._attempts.prompt_read()
            self._tell_event(heard, "")
            return
        if isinstance(heard, Clock):
            paused = self._control.paused_within(heard.total)
            self._pulse = replace(heard, total=heard.total - paused)
            self._tell_event(self._pulse, "")
        elif isinstance(heard, TurnWritten):
            self._newest = self._id(heard.number), heard.turn
            self._tell_event(heard, self._id(heard.number))
        else:
            self._attempts.finished(heard.number)
            heard = replace(heard, seconds=heard.seconds - self._control.paused_within(heard.seconds))
            if len(heard.turns) >= 2:
                self._store(heard, plan, about)
            self._tell_event(heard, self._id(heard.number))
        self._tell()

    def _id(self, job: int) -> str:
        number, candidate = self._place(job)
        return self._recipe.dialogue_id(number) if self._each == 1 else self._recipe.candidate_id(number, candidate)

    def _store(self, heard: DialogueWritten, plan: Fit, about: dict[str, Any]) -> None:
        number, candidate = self._place(heard.number)
        made = provenance(self._prepared, heard, number, plan, about)
        dialogue = Dialogue(self._id(heard.number), heard.turns, made)
        if self._each == 1:
            self._study.add_dialogue(self._recipe, number, dialogue, self._check(dialogue))
            self._done.add(heard.number)
            self._kept.add(number)
        else:
            found = self._score(dialogue, heard.mean_log_probability)
            made |= {"candidate": candidate, "score": found.as_dict()}
            self._study.add_candidate(self._recipe, number, candidate, dialogue, self._check(dialogue))
            self._done.add(heard.number)
            self._choose(number)

    def _score(self, dialogue: Dialogue, log_probability: float) -> Score:
        scenario = self._prepared.scenario
        return score(
            dialogue,
            profile=self._prepared.profile,
            terms=scenario_lexicon(scenario.terms, scenario.name),
            references=[transcript.dialogue for transcript in self._prepared.prompt.chosen],
            log_probability=log_probability,
        )

    def _choose(self, number: int) -> None:
        """Keep the best candidate of a dialogue, once all are there; of those that passed the check, if any did."""
        if self._done.issuperset(self._jobs(number)):
            written = self._study.candidates(self._recipe, number)
            passed = [
                one for one in written if (check := self._study.check_of(one.dialogue.id)) is None or check.passed
            ]
            chosen = best(passed or written)
            self._study.keep(self._recipe, number, chosen.candidate)
            self._kept.add(number)

    def _end_round(self) -> None:
        self._tokens += self._pulse.tokens
        self._seconds += self._pulse.total
        self._pulse = Clock()

    def _tell(self, *, finished: bool = False) -> None:
        tokens, seconds = self._tokens + self._pulse.tokens, self._seconds + self._pulse.total
        rate = tokens / seconds if seconds else 0.0
        written = len(self._done) - self._done_before
        missing = self._count * self._each - len(self._done)
        # all tokens over the jobs that are done: the short ones are done first, so their own mean would be too low
        each = tokens / written if written else self._prepared.request.max_words
        left = missing * each / rate if rate and not finished else 0.0
        self._report(Progress(len(self._kept), self._count, rate, left, self._newest, finished))
