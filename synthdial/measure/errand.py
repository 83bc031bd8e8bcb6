"""What a worker of a cluster does: it reads pieces of work where they lie, and measures them.

A piece is known by path and range: no text goes to a worker. What comes back are figures, ids, names of files and
remarks; of a corpus the accumulators too, which hold openings of dialogues and the words of a sample.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.measure.sources import Piece
from synthdial.measure.work import Measured, measure_piece
from synthdial.metrics import Lexicon, Measurer
from synthdial.metrics.lexicons import bundled_lexicon
from synthdial.transcripts import ReadOptions
from synthdial.version import __version__


@dataclass(frozen=True)
class About:
    """What figures depend on beside the text: the version of the program, and the digest of its lexicons."""

    version: str
    lexicons: str


@dataclass(frozen=True)
class Order:
    """What all errands of a run share. Its representation, which workers may write to their logs, says nothing.

    Attributes
    ----------
    key : str
        Tells runs apart.
    by : str
        Rows of figures, or all together.
    metrics : tuple of str
        Names of the measures.
    terms : Lexicon, optional
        Terms to look for.
    reading : ReadOptions
        Labels of speakers, and columns of tables.
    about : About
        What a worker must be like.
    """

    key: str
    by: str
    metrics: tuple[str, ...] = field(repr=False)
    terms: Lexicon | None = field(repr=False)
    reading: ReadOptions = field(repr=False)
    about: About = field(repr=False)


@dataclass(frozen=True)
class Errand:
    """Pieces that a worker measures at once; files may be named after patients, so that its representation is short."""

    pieces: tuple[Piece, ...] = field(repr=False)
    sizes: tuple[int, ...] = field(repr=False)  # of the whole files, by which another file of that name is known


@dataclass(frozen=True)
class Trouble:
    """Why a worker did not measure: a message and a hint. It is a result, since workers log what they raise."""

    message: str = field(repr=False)
    hint: str = field(repr=False)

    def error(self) -> SynthdialError:
        """The same, to be raised here."""
        return SynthdialError(self.message, self.hint)


_own = threading.local()  # measurers of a thread of a worker: the compiled core works for one at a time


def about_here() -> About:
    """What figures of this process depend on beside the text."""
    text = repr([bundled_lexicon(name).forms for name in ("function_words", "hesitations", "backchannels")])
    return About(__version__, hashlib.sha256(text.encode()).hexdigest())


def unseen_here(paths: Sequence[Path]) -> str:
    """The first of some paths that this process cannot read, and why; empty where it can read all."""
    for path in paths:
        try:
            if not path.is_dir():
                path.open("rb").close()
        except OSError as error:
            return f"{path}: {error.strerror}"
    return ""


def hand_out(order: Order) -> Order:
    """An order, as a result that workers pass to one another: it may hold a large lexicon."""
    return order


def run_errand(errand: Errand, order: Order) -> list[Measured] | Trouble:
    """Measure the pieces of an errand, on a worker."""
    from distributed import get_worker

    worker = str(get_worker().address)
    if (found := about_here()) != order.about:
        return differs(worker, found, order.about)
    measurer = _measurer(order)
    done: list[Measured] = []
    for piece, size in zip(errand.pieces, errand.sizes, strict=True):
        assert piece.path is not None
        if unseen := unseen_here([piece.path]):
            return unseen_by(worker, unseen)
        if piece.path.stat().st_size != size:
            return Trouble(
                f"The worker {worker} sees another file as {piece.path} than this machine.",
                "Its path must lead to the same storage everywhere, and nobody may write it meanwhile.",
            )
        try:
            measured = measure_piece(measurer, piece, order.by, order.reading)
        except SynthdialError as error:
            return Trouble(f"On the worker {worker}: {error.message}", error.hint)
        if measured.corpus is not None and done and done[0].corpus is not None:
            done[0].corpus.merge(measured.corpus)
            done[0].remarks += measured.remarks
            done[0].size += measured.size
        else:
            done.append(measured)
    for measured in done:
        if measured.corpus is not None:
            measured.corpus.pack()
    return done


def _measurer(order: Order) -> Measurer:
    if getattr(_own, "key", None) != order.key:
        _own.key, _own.measurer = order.key, Measurer(terms=order.terms, metrics=order.metrics)
    measurer: Measurer = _own.measurer
    return measurer


def differs(where: str, found: About, wanted: About) -> Trouble:
    """That a worker would count otherwise, and in what."""
    if found.version != wanted.version:
        return Trouble(
            f"The worker {where} has version {found.version} of this program, and this is {wanted.version}.",
            "Install the same version everywhere: others may count otherwise.",
        )
    return Trouble(
        f"The worker {where} has other lexicons of function words, hesitations or backchannels than this machine.",
        "The folder lexicons/ beside the settings must be the same everywhere.",
    )


def unseen_by(where: str, unseen: str) -> Trouble:
    """That a worker cannot read something."""
    return Trouble(
        f"The worker {where} cannot read {unseen}.",
        "Put what is to be measured on storage that all workers see under the same path, and may read.",
    )
