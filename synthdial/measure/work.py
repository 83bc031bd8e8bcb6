"""Measure one piece of work, in whatever process."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthdial.dialogue import Speaker
from synthdial.measure.memory import give_back
from synthdial.measure.sources import Piece, dialogues_of
from synthdial.metrics import CorpusAccumulator, Measurer
from synthdial.transcripts import ReadOptions


@dataclass
class Measured:
    """What came of a piece: rows of figures, or an accumulator of the corpus; and what could not be read."""

    heads: list[tuple[str, str]]  # of each row: id and speaker
    values: npt.NDArray[np.float64]  # a row a row: many travel faster between processes in one array
    corpus: CorpusAccumulator | None
    remarks: list[str]
    source: str
    size: int


def measure_piece(measurer: Measurer, piece: Piece, by: str, reading: ReadOptions) -> Measured:
    """Measure all dialogues of a piece.

    Parameters
    ----------
    measurer : Measurer
        Of the measures wanted.
    piece : Piece
        What is read.
    by : {"dialogue", "speaker", "corpus"}
        Rows of figures, or all together.
    reading : ReadOptions
        Labels of speakers, and columns of tables.
    """
    heads: list[tuple[str, str]] = []
    rows: list[npt.NDArray[np.float64]] = []
    remarks: list[str] = []
    corpus = CorpusAccumulator(measurer.names) if by == "corpus" else None
    for dialogue in dialogues_of(piece, reading):
        if isinstance(dialogue, str):
            remarks.append(dialogue)
        elif corpus is not None:
            corpus.add(dialogue, measurer)
        elif by == "speaker":
            for speaker in Speaker:
                heads.append((dialogue.id, str(speaker)))
                rows.append(np.array(list(measurer.speaker(dialogue, speaker).values())))
        else:
            heads.append((dialogue.id, ""))
            rows.append(measurer.row(dialogue))
    if corpus is not None:
        corpus.pack()
        give_back()
    values = np.array(rows).reshape(len(rows), len(measurer.names))
    return Measured(heads, values, corpus, remarks, piece.source, piece.size)
