"""Measure all that stands under some paths, in as many processes as asked for; their number changes no result."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from synthdial.errors import SynthdialError, WorkerDiedError
from synthdial.measure.memory import give_back
from synthdial.measure.sources import Piece, pieces
from synthdial.measure.work import Measured, measure_piece
from synthdial.metrics import METRICS, CorpusAccumulator, Lexicon, Measurer
from synthdial.transcripts import ReadOptions

_WORTH_PROCESSES = 16 << 20


@dataclass(frozen=True)
class MeasureRequest:
    """What is to be measured, and how.

    Attributes
    ----------
    paths : tuple of Path
        Studies, folders, transcripts, JSON lines; ``-`` is standard input.
    metrics : tuple of str
        Names of the measures, all by default.
    by : {"dialogue", "speaker"}
        A row a dialogue, or a row for each speaker of each.
    terms : Lexicon, optional
        Terms to look for.
    jobs : int, optional
        Processes; 1 measures in this one. By default as many as there are processors, and one for less than 16 MB,
        which is measured before others could start.
    reading : ReadOptions
        Labels of speakers, and columns of tables.
    scheduler : str, optional
        Address of the scheduler of a Dask cluster whose workers measure: then the paths lie on storage that all of them
        see, and are neither studies nor standard input. See `synthdial.measure.cluster`.
    """

    paths: tuple[Path, ...]
    metrics: tuple[str, ...] = tuple(METRICS)
    by: Literal["dialogue", "speaker"] = "dialogue"
    terms: Lexicon | None = None
    jobs: int | None = None
    reading: ReadOptions = field(default_factory=ReadOptions)
    scheduler: str | None = None


@dataclass(frozen=True)
class Row:
    """The figures of one dialogue, or of one speaker of it.

    Attributes
    ----------
    id : str
        The dialogue's id.
    source : str
        The name of the file it was read from.
    speaker : str
        Whose figures these are; empty for the whole dialogue.
    values : tuple of float
        In the order of the measures asked for; nan where undefined.
    """

    id: str
    source: str
    speaker: str
    values: tuple[float, ...]


# the measurer of a process of the pool: its lexicons are compiled once
_own: dict[str, Measurer] = {}


def _prepare(metrics: Sequence[str], terms: Lexicon | None) -> None:
    _own["measurer"] = Measurer(terms=terms, metrics=metrics)


def _measure_here(piece: Piece, by: str, reading: ReadOptions) -> Measured:
    return measure_piece(_own["measurer"], piece, by, reading)


def _nothing(text: object) -> None:
    return None


def measure(
    request: MeasureRequest,
    *,
    standard_input: BinaryIO | None = None,
    remark: Callable[[str], None] = _nothing,
    advance: Callable[[int], None] = _nothing,
) -> Iterator[Row]:
    """Measure dialogues as they are read, in their order.

    Parameters
    ----------
    request : MeasureRequest
        What is to be measured.
    standard_input : binary file, optional
        What the path ``-`` reads.
    remark : callable
        Is given a sentence for everything that could not be read.
    advance : callable
        Is given the bytes that have been measured since it was last called.

    Yields
    ------
    Row
        One a dialogue, or one for each speaker of each.

    Raises
    ------
    SynthdialError
        When a path cannot be read, or nothing that can be measured stands under any.
    """
    found = False
    for measured in _results(request, request.by, standard_input):
        for sentence in measured.remarks:
            remark(sentence)
        found = found or bool(measured.heads)
        for (id_, speaker), values in zip(measured.heads, measured.values.tolist(), strict=True):
            yield Row(id_, measured.source, speaker, tuple(values))
        advance(measured.size)
    if not found:
        raise _nothing_there()


def measure_corpus(
    request: MeasureRequest,
    *,
    standard_input: BinaryIO | None = None,
    remark: Callable[[str], None] = _nothing,
    advance: Callable[[int], None] = _nothing,
) -> CorpusAccumulator:
    """Measure all dialogues together, in memory that does not grow with their number.

    Parameters, and errors, are those of ``measure``; ``request.by`` does not count.

    Returns
    -------
    CorpusAccumulator
        At least one dialogue.
    """
    whole = CorpusAccumulator(request.metrics)
    for measured in _results(request, "corpus", standard_input):
        for sentence in measured.remarks:
            remark(sentence)
        if measured.corpus is not None:
            whole.merge(measured.corpus)
            measured.corpus = None
            give_back()
        advance(measured.size)
    if not whole.distributions.rows:
        raise _nothing_there()
    return whole


def _nothing_there() -> SynthdialError:
    return SynthdialError(
        "There is no dialogue to measure.",
        "Expected are studies, transcripts with a label on each line, or JSON lines.",
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _results(request: MeasureRequest, by: str, standard_input: BinaryIO | None) -> Iterator[Measured]:
    if request.scheduler is not None:
        from synthdial.measure.cluster import results_of_cluster

        yield from results_of_cluster(
            request.scheduler, request.paths, by, request.metrics, request.terms, request.reading
        )
        return
    jobs = request.jobs or _processors()
    work = pieces(list(request.paths), standard_input, jobs=jobs)
    if request.jobs is None and jobs > 1:
        first: list[Piece] = []
        size = 0
        while size < _WORTH_PROCESSES and (piece := next(work, None)):
            first.append(piece)
            size += piece.size
        work = chain(first, work)
        jobs = jobs if size >= _WORTH_PROCESSES else 1
    if jobs == 1:
        measurer = Measurer(terms=request.terms, metrics=request.metrics)
        for piece in work:
            yield measure_piece(measurer, piece, by, request.reading)
        return
    pool = ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare,
        initargs=(request.metrics, request.terms),
    )
    waiting: deque[Future[Measured]] = deque()
    try:
        for piece in work:
            waiting.append(pool.submit(_measure_here, piece, by, request.reading))
            # a few pieces ahead keep every process busy, and memory small
            if len(waiting) > jobs + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerDiedError(
            "A measuring process was ended by the system, perhaps for want of memory.", "Try again with --jobs 1."
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
