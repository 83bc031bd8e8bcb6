"""Measure on a Dask cluster: pieces of work go out to its workers, a bounded number at once, and come back in order."""

import logging
import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from synthdial.errors import SynthdialError
from synthdial.measure.errand import (
    Errand,
    Order,
    Trouble,
    about_here,
    differs,
    hand_out,
    run_errand,
    unseen_by,
    unseen_here,
)
from synthdial.measure.sources import Piece, pieces
from synthdial.measure.work import Measured
from synthdial.metrics import Lexicon
from synthdial.transcripts import ReadOptions
from synthdial.version import __version__

SECONDS = 10.0
"""That a scheduler may take to answer, and to have a worker."""

PROTOCOLS = ("tcp://", "tls://")
_PATIENCE = 10.0  # seconds after which it is looked whether any worker is left
_TOGETHER, _MOST = 4 << 20, 256  # bytes and files of small pieces that are one errand
_AHEAD = 2  # errands for each thread of a worker that are asked for ahead


def results_of_cluster(
    address: str,
    paths: Sequence[Path],
    by: str,
    metrics: Sequence[str],
    terms: Lexicon | None,
    reading: ReadOptions,
) -> Iterator[Measured]:
    """Measure on the workers of a cluster; what comes of each piece, in the order of the pieces.

    A worker that dies loses what it had; others do it again, as often as the scheduler allows (its setting
    ``distributed.scheduler.allowed-failures``, 3 by default).

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://HOST:PORT``, or ``tls://HOST:PORT`` with the certificates that Dask's settings name.
    paths : sequence of Path
        What is measured; all workers see it under these paths.
    by, metrics, terms, reading
        See `synthdial.measure.MeasureRequest`.

    Raises
    ------
    SynthdialError
        When Dask is not installed, the scheduler does not answer or has no worker, a worker cannot read a path or is of
        another version, or a piece ends one worker after the other.
    """
    with _connected(address) as client:
        order = Order(uuid.uuid4().hex, by, tuple(metrics), terms, reading, about_here())
        _check(client, address, order, paths)
        threads = max(1, sum(client.nthreads().values()))
        handed = client.submit(hand_out, order, key=f"synthdial-{order.key}", pure=False)
        waiting: deque[tuple[Any, Errand]] = deque()
        try:
            for number, errand in enumerate(_errands(pieces(list(paths), jobs=threads, shared=True))):
                # no name of a file is in a key: keys are shown and logged
                key = f"synthdial-{order.key}-{number}"
                waiting.append((client.submit(run_errand, errand, handed, key=key, pure=False), errand))
                if len(waiting) > _AHEAD * threads:
                    yield from _outcome(client, address, *waiting.popleft())
            while waiting:
                yield from _outcome(client, address, *waiting.popleft())
        finally:
            for future in [future for future, _ in waiting] + [handed]:
                future.release()


def _errands(work: Iterable[Piece]) -> Iterator[Errand]:
    """Pieces put together where they are small: each errand has its price."""
    held: list[Piece] = []
    for piece in work:
        if held and (len(held) == _MOST or sum(one.size for one in held) + piece.size > _TOGETHER):
            yield _errand(held)
            held = []
        held.append(piece)
    if held:
        yield _errand(held)


def _errand(held: list[Piece]) -> Errand:
    return Errand(tuple(held), tuple(piece.path.stat().st_size for piece in held if piece.path is not None))


def _outcome(client: Any, address: str, future: Any, errand: Errand) -> list[Measured]:
    """What came of an errand, once it is there."""
    error = _waited_for(client, address, future)
    if error is not None:
        raise _failed(errand, error) if future.status == "error" else _lost(address) from error
    try:
        found = future.result()
    except Exception as lost:  # it is fetched from the worker that has it
        raise _lost(address) from lost
    future.release()
    if isinstance(found, Trouble):
        raise found.error()
    done: list[Measured] = found
    return done


def _waited_for(client: Any, address: str, future: Any) -> BaseException | None:
    while True:
        try:
            error: BaseException | None = future.exception(timeout=_PATIENCE)
        except TimeoutError:
            if not client.nthreads():
                raise _no_worker(address, " left") from None
        except Exception as lost:
            raise _lost(address) from lost
        else:
            return error


def _failed(errand: Errand, error: BaseException) -> SynthdialError:
    from distributed import KilledWorker

    names = sorted({piece.source for piece in errand.pieces})
    told = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} other files"
    if isinstance(error, KilledWorker):
        last = getattr(error.last_worker, "address", error.last_worker)
        return SynthdialError(
            f"{error.allowed_failures + 1} workers died one after the other while they measured {told}, the last of "
            f"them {last}.",
            "Perhaps for want of memory: give workers more, or fewer threads each. Or leave that out.",
        )
    return SynthdialError(f"A worker failed at {told}: {type(error).__name__}: {error}")


def _lost(address: str) -> SynthdialError:
    return SynthdialError(f"The scheduler {address} was lost.", "Nothing was written. Look at its log, and try again.")


def _no_worker(address: str, left: str) -> SynthdialError:
    return SynthdialError(f"The scheduler {address} has no worker{left}.", f"Start some: dask worker {address}")


def _check(client: Any, address: str, order: Order, paths: Sequence[Path]) -> None:
    """See that all who are there now are fit; each worker looks again before it measures, since others may come."""
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError as error:
        raise _no_worker(address, "") from error
    try:  # it unpacks what it passes on
        client.run_on_scheduler(about_here)
    except Exception as error:
        raise _no_program(f"The scheduler {address}", error) from error
    for worker, found in client.run(about_here, on_error="return").items():
        if isinstance(found, Exception):
            raise _no_program(f"The worker {worker}", found)
        if found != order.about:
            raise differs(worker, found, order.about).error()
    absolute = [path.absolute() for path in paths if str(path) != "-"]
    if unseen_here(absolute):
        return  # is said as it is without a cluster
    for worker, unseen in client.run(unseen_here, absolute).items():
        if unseen:
            raise unseen_by(worker, unseen).error()


def _no_program(who: str, error: Exception) -> SynthdialError:
    return SynthdialError(
        f"{who} does not know this program: {type(error).__name__}: {error}",
        f"Install it there: pip install 'synthdial-edge[cluster]=={__version__}'",
    )


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of a scheduler, which says nothing itself."""
    if "://" not in address:
        address = f"tcp://{address}"
    if not address.startswith(PROTOCOLS) or not address.rpartition(":")[2].isdecimal():
        raise SynthdialError(
            f"'{address}' is no address of a scheduler.", "Expected is tls://HOST:PORT, or tcp://HOST:PORT."
        )
    try:
        from distributed import Client
    except ImportError as error:
        raise SynthdialError(
            "Measuring on a cluster needs the package distributed, which is not installed.",
            "Install it: pip install 'synthdial-edge[cluster]'",
        ) from error
    with _quiet():
        try:
            client = Client(address, timeout=SECONDS, set_as_default=False)
        except Exception as error:
            why = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise SynthdialError(
                f"The scheduler {address} cannot be reached within {SECONDS:.0f} s: {why}",
                "Is it running, and is the address right? That of one with TLS begins with tls://.",
            ) from error
        try:
            yield client
        finally:
            client.close(timeout=SECONDS)


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing on standard error but our own message: Dask says there what happens to connections."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client", "tornado", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
